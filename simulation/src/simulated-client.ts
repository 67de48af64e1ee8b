/** One process of a bot: its shards, its identify gate, and the requests of its user. */
import type { ResumableSession, Stop } from '@guildhall/protocol';
import { IdentifyGate, type IdentifyGateOptions } from './identify-gate.ts';
import { ProcessClock, type Standstill } from './process-clock.ts';
import { type ShardContext, SimulatedShard } from './simulated-shard.ts';
import type { VirtualClock } from './virtual-clock.ts';

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
  | 'clock'
  | 'gate'
  | 'mayDial'
  | 'becameLive'
  | 'closed'
  | 'stopped'
  | 'sentHeartbeat'
  | 'renewToken'
  | 'shardCount'
  | 'process'
>;

export interface ClientOptions extends Ambient {
  readonly process: number;
  readonly shardCount: number;
  readonly stored: StoredSessions;
  readonly gate: Omit<IdentifyGateOptions, 'clock'>;
  readonly clock: VirtualClock;
  /** Answers when the token was refused. */
  readonly tokenProvider: () => string;
}

/** Shorter gaps are not told to the shards. */
const MIN_TOLD_GAP_MS = 10_000;
const MAX_TOKEN_DELAY_MS = 5_000;

export class SimulatedClient {
  readonly process: number;
  readonly shards: readonly SimulatedShard[];
  readonly requests: Request[] = [];
  readonly #gate: IdentifyGate;
  readonly #options: ClientOptions;
  readonly #awaitedLive = new Set<number>();
  readonly #awaitedClosed = new Set<number>();
  readonly #quarantined = new Set<number>();
  readonly #clock: ProcessClock;
  #stop: Stop | null = null;
  #blockOnBeat: (() => void) | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.process = options.process;
    this.#clock = new ProcessClock(options.clock);
    this.#gate = new IdentifyGate({ ...options.gate, clock: this.#clock });
    const context: ShardContext = {
      ...options,
      clock: this.#clock,
      gate: this.#gate,
      mayDial: () => this.#stop === null,
      becameLive: (shardId) => this.#settle('open', this.#awaitedLive, shardId),
      closed: (shardId) => this.#settle('close', this.#awaitedClosed, shardId),
      stopped: (shardId, stop) => this.#stopped(shardId, stop),
      sentHeartbeat: () => {
        const block = this.#blockOnBeat;
        this.#blockOnBeat = null;
        block?.();
      },
      renewToken: (rejected, answer) => this.#renewToken(rejected, answer),
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

  /** Shards that were left alone because they were caught in a loop. */
  get quarantined(): ReadonlySet<number> {
    return this.#quarantined;
  }

  get isStanding(): boolean {
    return this.#clock.isStanding;
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

  /** The process does nothing for a while: the event loop is blocked, or the machine sleeps. */
  standStill(kind: Standstill, ms: number): void {
    for (const { connection } of this.shards) connection?.wire.neglect(ms);
    const sinceMs = this.#clock.nowMs;
    this.#clock.standStill(kind, ms, () => {
      const tell = (): void => {
        for (const shard of this.shards) shard.slept(ms, sinceMs);
      };
      if (ms < MIN_TOLD_GAP_MS) return;
      if (kind === 'stall') tell();
      else this.#clock.schedule(this.#options.random.between(0, 1_000), tell);
    });
  }

  /** With the next heartbeat the event loop is blocked, so that its answer waits in the kernel. */
  blockOnBeat(block: () => void): void {
    this.#blockOnBeat = block;
  }

  /** The process is killed: its sockets are the network's affair. */
  die(): void {
    for (const shard of this.shards) shard.die();
    this.#gate.clear();
    this.#clock.die();
    for (const request of this.requests) if (request.outcome === 'pending') request.outcome = 'failed';
  }

  #stopped(shardId: number, stop: Stop): void {
    if (stop.scope === 'shard') {
      this.#options.statistics.quarantines += 1;
      this.#quarantined.add(shardId);
      return;
    }
    const first = this.#stop === null;
    this.#stop ??= stop;
    this.#fail('open');
    if (!first) return;
    this.#options.trace?.note('client', shardId, `halts all shards: ${stop.code}`);
    for (const shard of this.shards) if (shard.id !== shardId) shard.apply({ type: 'halt', stop });
  }

  /** One question for all shards that were refused with the same token. */
  #renewToken(rejected: string, answer: (renewed: boolean) => void): void {
    const { token, random, tokenProvider } = this.#options;
    this.#clock.schedule(random.between(0, MAX_TOKEN_DELAY_MS), () => {
      if (token.current === rejected) token.current = tokenProvider();
      answer(token.current !== rejected);
    });
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
