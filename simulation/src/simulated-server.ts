/** The server: sessions, resumes, expiry and the owner's hand, composed as the real gateway composes the machine. */

import type { Random } from '@guildhall/protocol';
import {
  CloseCode,
  type ConnectionInput,
  type ConnectionLimits,
  IdentifyLedger,
  type IdentifyLimits,
  type IdentifyRequest,
  type ResumeRequest,
  type SessionStartLimit,
} from '@guildhall/protocol';
import type { DeliveryRecord } from './delivery-record.ts';
import type { Machines } from './machines.ts';
import type { Connection, Dialler, Network } from './network.ts';
import { expect } from './properties.ts';
import { type ConnectionHost, SimulatedConnection } from './simulated-connection.ts';
import { dispatchText, SimulatedSession } from './simulated-session.ts';
import type { Statistics } from './statistics.ts';
import type { Trace } from './trace.ts';
import type { VirtualClock } from './virtual-clock.ts';

export const BASE_URL = 'wss://gateway.test/';
export const RESUME_URL = 'wss://resume.gateway.test/';
export const TAKEOVER_REASON = 'The session was resumed elsewhere.';

function connectionLimits(heartbeatIntervalMs: number): ConnectionLimits {
  return {
    heartbeatIntervalMs,
    firstHeartbeatDeadlineMs: 2 * heartbeatIntervalMs,
    heartbeatDeadlineMs: 1.5 * heartbeatIntervalMs + 5_000,
    missedHeartbeatCode: 4_000,
    sendsPerWindow: 120,
    sendWindowMs: 60_000,
    reconnectGraceMs: 5_000,
  };
}

export const SESSION_RETENTION_MS = 180_000;
/** Most the server waits before it answers an Identify that came too early. */
const MAX_REFUSAL_DELAY_MS = 2_000;
const MAX_AUTHORIZE_MS = 40;
/** Events before the asked-for `seq` that a server with `repeatsReplays` sends once more. */
const REPEATED_EVENTS = 3;

export interface ServerQuirks {
  readonly heartbeatIntervalMs: number;
  /** Events may come twice around a resume: Discord's docs ask clients to be idempotent. */
  readonly repeatsReplays: boolean;
  readonly replayMaxEvents: number;
  /** What it does to every connection; null: nothing. */
  readonly habit: Habit | null;
}

/** A way in which a gateway makes a client go in circles. */
export interface Habit {
  /** `identify`: instead of an answer to Identify. `live`: after READY and RESUMED. `resumed`: after RESUMED. */
  readonly on: 'identify' | 'live' | 'resumed';
  readonly afterMs: number;
  readonly input: Extract<ConnectionInput, { type: 'close' | 'invalid-session' | 'request-reconnect' }>;
}

export interface ServerOptions {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly network: Network;
  readonly machines: Machines;
  readonly record: DeliveryRecord;
  readonly statistics: Statistics;
  readonly trace: Trace | null;
  readonly identifyLimits: IdentifyLimits;
  readonly quirks: ServerQuirks;
  readonly token: string;
  readonly privilegedIntents: number;
  /** Starts that a client of ours has to leave. */
  readonly reserve: number;
}

export class SimulatedServer implements ConnectionHost {
  readonly clock: VirtualClock;
  readonly machines: Machines;
  readonly limits: ConnectionLimits;
  readonly statistics: Statistics;
  readonly trace: Trace | null;
  readonly ledger: IdentifyLedger;
  /** Identifies of another client of the same application take every free bucket until then. */
  foreignIdentifiesUntilMs = 0;
  /** Identifies are judged only after this. */
  authorizeMs = MAX_AUTHORIZE_MS;
  readonly #random: Random;
  readonly #network: Network;
  readonly #record: DeliveryRecord;
  readonly #quirks: ServerQuirks;
  readonly #reserve: number;
  readonly #connections = new Set<SimulatedConnection>();
  readonly #sessions = new Map<string, SimulatedSession>();
  /** Per bucket whose Identify was counted last, and whether its READY has arrived. */
  readonly #lastStart = new Map<number, { readonly dialler: Dialler; readyArrived: boolean }>();
  #validToken: string;
  #privilegedIntents: number;
  #sessionCount = 0;

  constructor(options: ServerOptions) {
    this.clock = options.clock;
    this.machines = options.machines;
    this.statistics = options.statistics;
    this.trace = options.trace;
    this.ledger = new IdentifyLedger(options.identifyLimits);
    this.#random = options.random;
    this.#network = options.network;
    this.#record = options.record;
    this.#quirks = options.quirks;
    this.limits = connectionLimits(options.quirks.heartbeatIntervalMs);
    this.#reserve = options.reserve;
    this.#validToken = options.token;
    this.#privilegedIntents = options.privilegedIntents;
    this.#network.listen((connection) => this.#accept(connection));
  }

  get connections(): ReadonlySet<SimulatedConnection> {
    return this.#connections;
  }

  get sessions(): ReadonlyMap<string, SimulatedSession> {
    return this.#sessions;
  }

  get repeatsReplays(): boolean {
    return this.#quirks.repeatsReplays;
  }

  /** What `GET /gateway/bot` says. */
  get startLimit(): SessionStartLimit {
    const { nowMs } = this.clock;
    return {
      total: this.ledger.limits.startsPerWindow,
      remaining: this.ledger.remaining(nowMs),
      resetAfterMs: this.ledger.resetAfterMs(nowMs),
    };
  }

  /** The token of the developer portal. */
  get validToken(): string {
    return this.#validToken;
  }

  attachedSessions(shardId: number): SimulatedSession[] {
    return [...this.#sessions.values()].filter(
      (session) => session.shard[0] === shardId && session.connection !== null,
    );
  }

  /** One event for every session of the shard, attached or not. */
  emit(shardId: number): void {
    const event = this.#record.newEvent();
    for (const session of this.#sessions.values()) {
      if (session.shard[0] === shardId) session.dispatch(event);
    }
  }

  /** The owner switches every privileged intent off: all sessions end, whatever intents they used. */
  disablePrivilegedIntents(): void {
    this.#privilegedIntents = 0;
    this.#revoke();
  }

  resetToken(): void {
    this.#validToken = `${this.#validToken}'`;
    this.#revoke();
  }

  /** The server's processes end and come back; what dials meanwhile is the network's affair. */
  restart({
    keepSessions,
    clientsLearn,
  }: {
    readonly keepSessions: boolean;
    readonly clientsLearn: boolean;
  }): void {
    for (const connection of [...this.#connections]) {
      connection.wire.sever({ client: clientsLearn, server: false });
      connection.die();
    }
    if (keepSessions) return;
    for (const session of [...this.#sessions.values()]) this.drop(session);
  }

  /** No fault any more. */
  clear(): void {
    this.foreignIdentifiesUntilMs = 0;
    this.authorizeMs = MAX_AUTHORIZE_MS;
  }

  /** Forgets a session without a word. */
  drop(session: SimulatedSession): void {
    if (session.expiry !== null) this.clock.cancel(session.expiry);
    session.expiry = null;
    this.#sessions.delete(session.id);
  }

  /** The client has READY: its bucket may be counted on from here. */
  readyArrived(dialler: Dialler): void {
    const last = this.#lastStart.get(this.#bucket(dialler.shardId));
    if (last?.dialler === dialler) last.readyArrived = true;
  }

  identify(connection: SimulatedConnection, request: IdentifyRequest): void {
    this.statistics.identifies += 1;
    const { habit } = this.#quirks;
    this.clock.schedule(this.#random.next() * this.authorizeMs, () => {
      if (connection.phase !== 'authorizing') return;
      if (habit?.on === 'identify') this.#indulge(habit, connection);
      else this.#judgeIdentify(connection, request);
    });
  }

  resume(connection: SimulatedConnection, request: ResumeRequest): void {
    this.statistics.resumes += 1;
    this.clock.schedule(this.#random.next() * MAX_AUTHORIZE_MS, () => {
      if (connection.phase === 'authorizing') this.#judgeResume(connection, request);
    });
  }

  detached(connection: SimulatedConnection, kept: 'kept' | 'gone'): void {
    const { session } = connection;
    connection.session = null;
    if (session === null || session.connection !== connection) return;
    session.connection = null;
    if (kept === 'gone') this.drop(session);
    else this.#expireLater(session);
  }

  closed(connection: SimulatedConnection): void {
    this.#connections.delete(connection);
  }

  holds(session: SimulatedSession): boolean {
    return this.#sessions.get(session.id) === session;
  }

  #accept({ wire, dialler }: Connection): void {
    this.#connections.add(new SimulatedConnection(this, wire, dialler));
  }

  #judgeIdentify(connection: SimulatedConnection, request: IdentifyRequest): void {
    const { clock, ledger } = this;
    const judgement = this.machines.judgeIdentify(request, {
      application: request.token === this.#validToken ? { privilegedIntents: this.#privilegedIntents } : null,
      guildsOnShard: () => 1,
      maxGuildsPerShard: 2_500,
      takeBucket: (shardId) => this.#takeBucket(shardId, connection),
      countStart: () => {
        const counted = ledger.countStart(clock.nowMs);
        expect(counted && ledger.remaining(clock.nowMs) >= this.#reserve, 'identify-budget', () => {
          return `shard ${connection.dialler.shardId}: ${ledger.remaining(clock.nowMs)} starts are left`;
        });
        return counted;
      },
    });
    switch (judgement.type) {
      case 'close':
        connection.step({ type: 'refused', code: judgement.code });
        return;
      case 'invalid-session':
        this.statistics.identifiesRefused += 1;
        clock.schedule(this.#random.next() * MAX_REFUSAL_DELAY_MS, () => {
          if (connection.phase === 'authorizing')
            connection.step({ type: 'invalid-session', resumable: false });
        });
        return;
      case 'token-reset':
        connection.step({ type: 'refused', code: CloseCode.AUTHENTICATION_FAILED });
        this.resetToken();
        return;
      case 'accept':
        this.#begin(connection, judgement.shard);
        return;
    }
  }

  #begin(connection: SimulatedConnection, shard: readonly [number, number]): void {
    this.#sessionCount += 1;
    const session = new SimulatedSession(
      `session-${this.#sessionCount}`,
      shard,
      { maxEvents: this.#quirks.replayMaxEvents, maxBytes: 1_000_000 },
      this.#record,
    );
    this.#sessions.set(session.id, session);
    connection.step({ type: 'accepted' });
    this.#attach(session, connection);
    session.dispatchOnce('READY', { session_id: session.id, resume_gateway_url: RESUME_URL, shard });
    const { habit } = this.#quirks;
    if (habit?.on === 'live') this.#indulge(habit, connection);
  }

  #indulge({ afterMs, input }: Habit, connection: SimulatedConnection): void {
    this.clock.schedule(afterMs, () => connection.step(input));
  }

  #judgeResume(connection: SimulatedConnection, { token, sessionId, seq }: ResumeRequest): void {
    const session = this.#sessions.get(sessionId) ?? null;
    const judgement = this.machines.judgeResume(seq, {
      authorized: token === this.#validToken,
      session,
      strictSeq: false,
      closesLostReplay: false,
    });
    if (judgement.type === 'close') {
      connection.step({ type: 'refused', code: judgement.code });
      return;
    }
    if (judgement.type === 'invalid-session' || session === null) {
      connection.step({ type: 'invalid-session', resumable: false });
      return;
    }
    if (session.connection !== null) {
      this.statistics.takeovers += 1;
      session.connection.step({ type: 'close', code: CloseCode.UNKNOWN_ERROR, reason: TAKEOVER_REASON });
    }
    connection.step({ type: 'accepted' });
    this.#attach(session, connection);
    const repeated =
      this.#quirks.repeatsReplays && typeof seq === 'number'
        ? session.replay.since(Math.max(1, seq - REPEATED_EVENTS))
        : null;
    for (const [missedSeq, body] of repeated ?? judgement.missed)
      connection.send(dispatchText(missedSeq, body));
    session.dispatchOnce('RESUMED', { _trace: [] });
    const { habit } = this.#quirks;
    if (habit?.on === 'live' || habit?.on === 'resumed') this.#indulge(habit, connection);
  }

  #attach(session: SimulatedSession, connection: SimulatedConnection): void {
    if (session.expiry !== null) this.clock.cancel(session.expiry);
    session.expiry = null;
    session.connection = connection;
    connection.session = session;
    const holders = [...this.#connections].filter(
      (candidate) => candidate.session === session && candidate.phase === 'live',
    );
    expect(holders.length === 1, 'one-connection-per-session', () => {
      return `${session.id} of shard ${session.shard[0]} is attached to ${holders.length} live connections`;
    });
  }

  #expireLater(session: SimulatedSession): void {
    session.expiry = this.clock.schedule(SESSION_RETENTION_MS, () => {
      session.expiry = null;
      this.trace?.note('server', session.shard[0], `${session.id} expires`);
      this.#sessions.delete(session.id);
    });
  }

  /** Every session of the application ends at once; its connection is closed with 4003, without op 7 or op 9. */
  #revoke(): void {
    for (const session of [...this.#sessions.values()]) {
      session.connection?.step({ type: 'close', code: CloseCode.NOT_AUTHENTICATED });
      this.drop(session);
    }
  }

  #takeBucket(shardId: number, { dialler, wire }: SimulatedConnection): boolean {
    const { clock } = this;
    const bucket = this.#bucket(shardId);
    const last = this.#lastStart.get(bucket);
    if (clock.nowMs < this.foreignIdentifiesUntilMs) {
      this.ledger.takeBucket(shardId, clock.nowMs);
      this.#lastStart.delete(bucket);
      return false;
    }
    const taken = this.ledger.takeBucket(shardId, clock.nowMs);
    if (taken) {
      this.#lastStart.set(bucket, { dialler, readyArrived: false });
      return true;
    }
    // A refusal is nobody's fault after another process's start, after one whose fate the client could not know, and
    // on a connection that the client has left.
    const early = last?.dialler.process === dialler.process && last.readyArrived && wire.client.isOpen;
    expect(!early, 'identify-rate', () => {
      return `shard ${shardId} identified within 5 s of shard ${last?.dialler.shardId} in bucket ${bucket}`;
    });
    return false;
  }

  #bucket(shardId: number): number {
    return shardId % this.ledger.limits.maxConcurrency;
  }
}
