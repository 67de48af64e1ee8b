/** One process of a bot: its shards, its identify gate, and the requests of its user. */
import { type ResumableSession, type Stop, verdictOf } from '@guildhall/protocol';
import { IdentifyGate, type IdentifyGateOptions } from './identify-gate.ts';
import { type ShardContext, SimulatedShard } from './simulated-shard.ts';

/** A call that must settle. */
export interface Request {
  readonly name: 'open' | 'close';
  readonly askedAtMs: number;
  outcome: 'pending' | 'done' | 'failed';
}

/** Sessions by shard id, as a store keeps them. */
export type StoredSessions = ReadonlyMap<number, ResumableSession>;

type Ambient = Omit<
  ShardContext,
  'gate' | 'mayDial' | 'becameLive' | 'closed' | 'stopped' | 'shardCount' | 'process'
>;

export interface ClientOptions extends Ambient {
  readonly process: number;
  readonly shardCount: number;
  readonly stored: StoredSessions;
  readonly gate: Omit<IdentifyGateOptions, 'clock'>;
}

export class SimulatedClient {
  readonly process: number;
  readonly shards: readonly SimulatedShard[];
  readonly requests: Request[] = [];
  readonly #gate: IdentifyGate;
  readonly #options: ClientOptions;
  readonly #awaitedLive = new Set<number>();
  readonly #awaitedClosed = new Set<number>();
  #stop: Stop | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.process = options.process;
    this.#gate = new IdentifyGate({ ...options.gate, clock: options.clock });
    const context: ShardContext = {
      ...options,
      gate: this.#gate,
      mayDial: () => this.#stop === null,
      becameLive: (shardId) => this.#settle('open', this.#awaitedLive, shardId),
      closed: (shardId) => this.#settle('close', this.#awaitedClosed, shardId),
      stopped: (shardId, stop) => this.#stopped(shardId, stop),
    };
    this.shards = Array.from(
      { length: options.shardCount },
      (_, id) => new SimulatedShard(id, context, options.stored.get(id) ?? null),
    );
  }

  /** The verdict that has ended this process's work, or null. */
  get stop(): Stop | null {
    return this.#stop;
  }

  get armedTimers(): number {
    return this.shards.reduce((sum, shard) => sum + shard.armedTimers, this.#gate.armedTimers);
  }

  /** close() has been asked for, and nothing has opened it since. */
  get isClosing(): boolean {
    return this.requests.at(-1)?.name === 'close';
  }

  /** Settles when every shard is live, when a verdict stops the application, or when it is closed. */
  open(): void {
    const request = this.#ask('open');
    if (this.#stop !== null) {
      request.outcome = 'failed';
      return;
    }
    for (const { id, phase } of this.shards) if (phase !== 'live') this.#awaitedLive.add(id);
    for (const shard of this.shards) shard.apply({ type: 'open' });
  }

  /** Settles when every shard is closed. */
  close(session: 'keep' | 'end'): void {
    this.#fail('open');
    this.#ask('close');
    for (const { id } of this.shards) this.#awaitedClosed.add(id);
    for (const shard of this.shards) shard.apply({ type: 'close', session });
  }

  /** What a store would hold if it were written now. */
  store(): StoredSessions {
    const stored = new Map<number, ResumableSession>();
    for (const { id, session } of this.shards) if (session !== null) stored.set(id, session);
    return stored;
  }

  /** The process is killed: its sockets are the network's affair. */
  die(): void {
    for (const shard of this.shards) shard.die();
    this.#gate.clear();
    for (const request of this.requests) if (request.outcome === 'pending') request.outcome = 'failed';
  }

  #stopped(shardId: number, stop: Stop): void {
    if (verdictOf(stop.closeCode).scope !== 'application') return;
    const first = this.#stop === null;
    this.#stop ??= stop;
    this.#fail('open');
    if (!first) return;
    this.#options.trace?.note('client', shardId, `halts all shards: ${stop.code}`);
    for (const shard of this.shards) if (shard.id !== shardId) shard.apply({ type: 'halt', stop });
  }

  #ask(name: Request['name']): Request {
    const request: Request = { name, askedAtMs: this.#options.clock.nowMs, outcome: 'pending' };
    this.requests.push(request);
    return request;
  }

  #settle(name: Request['name'], awaited: Set<number>, shardId: number): void {
    awaited.delete(shardId);
    if (awaited.size > 0) return;
    for (const request of this.requests) {
      if (request.name === name && request.outcome === 'pending') request.outcome = 'done';
    }
  }

  #fail(name: Request['name']): void {
    if (name === 'open') this.#awaitedLive.clear();
    for (const request of this.requests) {
      if (request.name === name && request.outcome === 'pending') request.outcome = 'failed';
    }
  }
}
