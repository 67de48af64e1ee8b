/**
 * One lifetime: a client with a few shards lives through faults, then a calm, then its close. Everything in it follows
 * from the seed.
 */
import { DEFAULT_SHARD_TIMING, type IdentifyLimits, Intent, Random } from '@guildhall/protocol';
import { DeliveryRecord } from './delivery-record.ts';
import { type FaultKind, pickFault, strike as strikeFault } from './faults.ts';
import { type Machines, REAL_MACHINES } from './machines.ts';
import { Network } from './network.ts';
import type { Standstill } from './process-clock.ts';
import { expect, type Property, PropertyBroken } from './properties.ts';
import { chooseScript, DAY_MS, type Script } from './script.ts';
import { SimulatedClient, type StoredSessions } from './simulated-client.ts';
import { BASE_URL, SimulatedServer } from './simulated-server.ts';
import { countFault, emptyStatistics, type Statistics } from './statistics.ts';
import { Trace } from './trace.ts';
import { ClockExhausted, VirtualClock } from './virtual-clock.ts';

export interface LifetimeOptions {
  readonly seed: number;
  /** Default: the real ones. */
  readonly machines?: Machines;
  /** Keeps the trace. Default false. */
  readonly traced?: boolean;
  /** Replaces what the seed would choose. */
  readonly script?: Partial<Script>;
  /** What befalls the lifetime at these moments, besides the faults of its seed. */
  readonly plan?: readonly Incident[];
}

export interface Incident {
  readonly atMs: number;
  readonly strike: (lifetime: Lifetime) => void;
}

export interface LifetimeResult {
  readonly seed: number;
  readonly statistics: Statistics;
  readonly failure: { readonly property: Property; readonly detail: string } | null;
  /** Empty unless traced. */
  readonly trace: readonly string[];
}

const TOKEN = 'a-simulated-token';
const MAX_EVENTS = 500_000;
const BUCKET_MS = 5_000;
const STORE_INTERVAL_MS = 15_000;
const MIN_EVENT_GAP_MS = 500;
const MAX_EVENT_GAP_MS = 20_000;

/**
 * From the end of the faults to every shard being live. The parts of the worst case: a half-open connection is noticed
 * after an interval (41 s); a backoff at its cap comes before each of: two dials of a dead resume host that time out
 * (10 s each), a resume through the base URL, an Identify that comes too early and is slowed by those before it; then
 * the gate. Where the starts are used up, their window comes on top.
 */
export const RECOVERY_BOUND_MS = 600_000;
/** Longer than the server waits for a heartbeat: by then it has noticed every connection that is gone. */
const CALM_MS = 100_000;
/** Longer than the slowest connection takes for one byte. */
const LAST_DELIVERIES_MS = 10_000;
const CLOSE_BOUND_MS = DEFAULT_SHARD_TIMING.closeDeadlineMs + 100;

export function runLifetime(options: LifetimeOptions): LifetimeResult {
  const lifetime = new Lifetime(options);
  let failure: LifetimeResult['failure'] = null;
  try {
    lifetime.run();
  } catch (error) {
    failure = failureOf(error, options.seed);
  }
  return { seed: options.seed, statistics: lifetime.sum(), failure, trace: lifetime.trace?.lines ?? [] };
}

export class Lifetime {
  readonly clock = new VirtualClock(MAX_EVENTS);
  readonly trace: Trace | null;
  readonly network: Network;
  readonly server: SimulatedServer;
  readonly #statistics = emptyStatistics();
  readonly #record = new DeliveryRecord();
  readonly #random: Random;
  readonly #faultRandom: Random;
  readonly #script: Script;
  readonly #machines: Machines;
  readonly #identifyLimits: IdentifyLimits;
  #client: SimulatedClient;
  #clientRuns = true;
  #processes = 0;
  #lastStored: StoredSessions = new Map();
  #emitting = true;
  #ending = false;

  constructor({ seed, machines = REAL_MACHINES, traced = false, script = {}, plan = [] }: LifetimeOptions) {
    const random = new Random(seed);
    this.#script = { ...chooseScript(random), ...script };
    this.#faultRandom = random.fork();
    this.#random = random.fork();
    this.#machines = machines;
    this.trace = traced ? new Trace(() => this.clock.nowMs) : null;
    this.network = new Network(this.clock, random.fork(), DEFAULT_SHARD_TIMING.closeDeadlineMs);
    this.#identifyLimits = {
      maxConcurrency: this.#script.maxConcurrency,
      bucketMs: BUCKET_MS,
      startsPerWindow: this.#script.starts.perWindow,
      resetMs: this.#script.starts.windowMs,
    };
    this.server = new SimulatedServer({
      clock: this.clock,
      random: random.fork(),
      network: this.network,
      machines,
      record: this.#record,
      statistics: this.#statistics,
      trace: this.trace,
      identifyLimits: this.#identifyLimits,
      quirks: this.#script.quirks,
      token: TOKEN,
      privilegedIntents: Intent.GUILD_MEMBERS,
      reserve: this.#script.starts.reserve,
    });
    this.#client = this.#newClient(new Map());
    for (const { atMs, strike } of plan) this.clock.schedule(atMs, () => strike(this));
  }

  get client(): SimulatedClient {
    return this.#client;
  }

  get shardCount(): number {
    return this.#script.shardCount;
  }

  /** What a store that is written now and then holds: behind the truth, perhaps of a former session. */
  get lastStored(): StoredSessions {
    return this.#lastStored;
  }

  run(): void {
    const { faultPhaseMs, ending } = this.#script;
    this.#client.open();
    for (let shardId = 0; shardId < this.shardCount; shardId += 1) this.#emitSoon(shardId);
    this.#storeSoon();
    this.#planFaults();
    this.clock.runUntil(faultPhaseMs);
    if (ending === 'none') return;
    this.#endFaults();
    if (ending === 'calm') {
      this.#recover();
      this.#calm();
    }
    this.#close();
  }

  sum(): Statistics {
    return {
      ...this.#statistics,
      lifetimes: 1,
      virtualMs: this.clock.nowMs,
      events: this.clock.events,
      delivered: this.#record.delivered,
    };
  }

  /** The moment that far from now, or the end of the faults if that comes first. */
  until(ms: number): number {
    return Math.min(this.clock.nowMs + ms, this.#script.faultPhaseMs);
  }

  /** Runs the action that much later, or at the end of the faults if that comes first. */
  later(ms: number, action: () => void): void {
    this.clock.schedule(this.until(ms) - this.clock.nowMs, action);
  }

  killClient(serverLearns: boolean): void {
    if (this.#mayTouchClient()) this.#endProcess(serverLearns);
  }

  /** A new process begins with what was stored. Nothing happens while one runs. */
  startClient(stored: StoredSessions): void {
    if (this.#clientRuns) return;
    this.#client = this.#newClient(stored);
    this.#clientRuns = true;
    this.trace?.note('fault', null, `process ${this.#processes} starts with ${stored.size} stored sessions`);
    this.#client.open();
  }

  suspendClient(kind: Standstill, ms: number): void {
    if (this.#mayTouchClient()) this.#client.standStill(kind, this.until(ms) - this.clock.nowMs);
  }

  restartClient(session: 'keep' | 'end', afterMs: number): void {
    this.#afterClose(session, afterMs, () => {
      const stored = this.#client.store();
      this.#endProcess(true);
      this.startClient(stored);
    });
  }

  /** The same process closes its shards and opens them again. */
  reopenClient(session: 'keep' | 'end' | 'keep, then end', afterMs: number): void {
    this.#afterClose(session === 'end' ? 'end' : 'keep', afterMs, () => {
      if (session === 'keep, then end') this.#client.close('end');
      this.#client.open();
    });
  }

  /** A process takes its sockets with it; the server is told by a reset, or not. */
  #endProcess(serverLearns: boolean): void {
    this.#clientRuns = false;
    this.#client.die();
    for (const { wire, dialler } of this.network.connections) {
      if (dialler.process !== this.#client.process) continue;
      wire.client.forget();
      wire.sever({ client: false, server: serverLearns });
      wire.client.terminate();
    }
  }

  #afterClose(session: 'keep' | 'end', afterMs: number, action: () => void): void {
    if (!this.#mayTouchClient()) return;
    const client = this.#client;
    client.close(session);
    const pauseMs = this.until(CLOSE_BOUND_MS + afterMs) - this.clock.nowMs;
    this.clock.schedule(Math.max(CLOSE_BOUND_MS, pauseMs), () => {
      this.#expectClosed(client);
      if (this.#ending || client !== this.#client || !this.#clientRuns || client.stop !== null) return;
      action();
    });
  }

  #mayTouchClient(): boolean {
    const { stop, isClosing, isStanding } = this.#client;
    return this.#clientRuns && stop === null && !isClosing && !isStanding;
  }

  #planFaults(): void {
    const random = this.#faultRandom;
    for (let left = this.#script.faultCount; left > 0; left -= 1) {
      this.clock.schedule(random.next() * this.#script.faultPhaseMs, () => {
        const kind: FaultKind = pickFault(random);
        countFault(this.#statistics, kind);
        this.trace?.note('fault', null, kind);
        strikeFault(kind, this, random);
      });
    }
  }

  #endFaults(): void {
    this.trace?.note('fault', null, 'the faults stop');
    this.network.clear();
    this.network.setHost(BASE_URL, 'up');
    this.server.clear();
  }

  #recover(): void {
    const startMs = this.clock.nowMs;
    const { windowMs } = this.#script.starts;
    const boundMs = startMs + RECOVERY_BOUND_MS + (windowMs < DAY_MS ? 2 * windowMs : 0);
    this.clock.runWhile(() => !this.#isWell(), boundMs);
    expect(this.#isWell(), 'live-again', () => {
      return `after ${(boundMs - startMs) / 1_000} s: ${this.#client.shards.map(({ phase }) => phase).join(', ')}`;
    });
    this.#statistics.longestRecoveryMs = this.clock.nowMs - startMs;
    for (const request of this.#client.requests) {
      expect(request.outcome !== 'pending', 'requests-settle', () => `${request.name}() is still pending`);
    }
  }

  /** Stopped for good, or each shard live over a connection that both ends hold and that carries bytes. */
  #isWell(): boolean {
    if (!this.#clientRuns) return false;
    if (this.#client.stop !== null) return true;
    if (this.#client.isClosing) return false;
    return this.#client.shards.every((shard) => {
      if (shard.phase !== 'live' || shard.connection === null) return false;
      const held = this.server.sessions.get(shard.sessionId ?? '')?.connection;
      return held?.wire === shard.connection.wire && held.wire.carries;
    });
  }

  #calm(): void {
    this.clock.runUntil(this.clock.nowMs + CALM_MS);
    this.#emitting = false;
    this.clock.runUntil(this.clock.nowMs + LAST_DELIVERIES_MS);
    if (this.#client.stop !== null) return;
    for (const { id, phase, sessionId } of this.#client.shards) {
      expect(
        phase === 'live' && sessionId !== null,
        'live-again',
        () => `shard ${id} is ${phase} after the calm`,
      );
      this.#record.complete(id, sessionId ?? '');
      const attached = this.server.attachedSessions(id).map((session) => session.id);
      expect(attached.length === 1 && attached[0] === sessionId, 'one-session-per-shard', () => {
        return `shard ${id} holds ${sessionId}; attached: ${attached.join(', ') || 'none'}`;
      });
    }
  }

  #close(): void {
    const client = this.#client;
    this.#ending = true;
    client.close(this.#random.chance(0.5) ? 'keep' : 'end');
    this.clock.runUntil(this.clock.nowMs + CLOSE_BOUND_MS);
    this.#expectClosed(client);
    const { dials } = this.#statistics;
    this.clock.runUntil(this.clock.nowMs + CALM_MS);
    expect(this.#statistics.dials === dials, 'nothing-left', () => 'a shard dialled after close()');
    const open = this.network.connections.length;
    expect(open === 0 && this.server.connections.size === 0, 'nothing-left', () => {
      return `${open} connections in the network, ${this.server.connections.size} on the server`;
    });
    expect(client.armedTimers === 0, 'nothing-left', () => `${client.armedTimers} timers are armed`);
  }

  #expectClosed(client: SimulatedClient): void {
    for (const { name, outcome } of client.requests) {
      expect(outcome !== 'pending', 'requests-settle', () => `${name}() is still pending`);
    }
    expect(
      client.armedTimers === 0,
      'nothing-left',
      () => `${client.armedTimers} timers are armed after close()`,
    );
  }

  #newClient(stored: StoredSessions): SimulatedClient {
    this.#processes += 1;
    const { asksPrivileged, maxConcurrency, shardCount, starts, provider, timing } = this.#script;
    const informed = provider === 'informed';
    return new SimulatedClient({
      clock: this.clock,
      random: this.#random,
      network: this.network,
      machines: this.#machines,
      record: this.#record,
      statistics: this.#statistics,
      trace: this.trace,
      server: this.server,
      setup: {
        gatewayUrl: BASE_URL,
        timing: { ...DEFAULT_SHARD_TIMING, ...timing },
        resumeUrlPolicy: 'same-site',
        renewsToken: provider !== null,
      },
      process: this.#processes,
      shardCount,
      token: { current: informed ? this.server.validToken : TOKEN },
      tokenProvider: () => (informed ? this.server.validToken : TOKEN),
      intents: Intent.GUILDS | (asksPrivileged ? Intent.GUILD_MEMBERS : 0),
      stored,
      gate: {
        maxConcurrency,
        bucketMs: BUCKET_MS,
        spacing: this.#machines.gateSpacing,
        startLimit: () => this.server.startLimit,
        reserve: starts.reserve,
        spendStart: this.#machines.spendStart,
      },
    });
  }

  #emitSoon(shardId: number): void {
    this.clock.schedule(this.#random.between(MIN_EVENT_GAP_MS, MAX_EVENT_GAP_MS), () => {
      if (!this.#emitting) return;
      this.server.emit(shardId);
      this.#emitSoon(shardId);
    });
  }

  #storeSoon(): void {
    this.clock.schedule(STORE_INTERVAL_MS, () => {
      if (!this.#emitting) return;
      if (this.#clientRuns) this.#lastStored = this.#client.store();
      this.#storeSoon();
    });
  }
}

function failureOf(error: unknown, seed: number): LifetimeResult['failure'] {
  if (error instanceof PropertyBroken) return { property: error.property, detail: error.message };
  if (error instanceof ClockExhausted) return { property: 'progress', detail: error.message };
  throw new Error(`The lifetime of seed ${seed} ended in an error that is no property`, { cause: error });
}
