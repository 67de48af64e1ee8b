/** The shell around the client's machine: one shard's socket, timers and handler. */

import type { Random } from '@guildhall/protocol';
import {
  initialShardState,
  noteFrame,
  Opcode,
  type ResumableSession,
  type ShardEffect,
  type ShardEvent,
  type ShardInput,
  type ShardSetup,
  type ShardState,
  type ShardTimer,
  type Stop,
} from '@guildhall/protocol';
import type { DeliveryRecord } from './delivery-record.ts';
import type { IdentifyGate } from './identify-gate.ts';
import type { Machines } from './machines.ts';
import type { Connection, Network } from './network.ts';
import type { ProcessClock, ProcessTimer } from './process-clock.ts';
import { expect } from './properties.ts';
import { ShardJudge } from './shard-judge.ts';
import type { SimulatedServer } from './simulated-server.ts';
import type { Statistics } from './statistics.ts';
import { describeStep, type Trace } from './trace.ts';
import type { Wire } from './wire.ts';

export interface ShardContext {
  readonly clock: ProcessClock;
  readonly random: Random;
  readonly network: Network;
  readonly machines: Machines;
  readonly gate: IdentifyGate;
  readonly record: DeliveryRecord;
  readonly statistics: Statistics;
  readonly trace: Trace | null;
  /** Asked for the truth when a property is judged; never by a decision. */
  readonly server: SimulatedServer;
  readonly setup: ShardSetup;
  readonly process: number;
  readonly shardCount: number;
  readonly token: { current: string };
  readonly intents: number;
  mayDial(): boolean;
  becameLive(shardId: number): void;
  closed(shardId: number): void;
  stopped(shardId: number, stop: Stop): void;
  sentHeartbeat(): void;
  /** Answers later, with `token-renewed` or `token-refused`. */
  renewToken(rejected: string, answer: (renewed: boolean) => void): void;
}

export class SimulatedShard {
  readonly id: number;
  readonly #context: ShardContext;
  readonly #timers = new Map<ShardTimer, ProcessTimer>();
  readonly #inputs: ShardInput[] = [];
  readonly #judge: ShardJudge;
  #state: ShardState;
  #connection: Connection | null = null;
  #usedToken = '';
  #dialledAtMs = 0;
  #stepping = false;

  constructor(id: number, context: ShardContext, session: ResumableSession | null) {
    this.id = id;
    this.#context = context;
    this.#judge = new ShardJudge(id, context.clock);
    this.#state = initialShardState(context.setup, session);
    context.record.processStarted(id, session);
  }

  get phase(): ShardState['phase']['name'] {
    return this.#state.phase.name;
  }

  get armedTimers(): number {
    return this.#timers.size;
  }

  /** The connection in use, or null. */
  get connection(): Connection | null {
    return this.#connection;
  }

  get sessionId(): string | null {
    return this.#state.session?.id ?? null;
  }

  /** What a store would keep of the session now. */
  get session(): ResumableSession | null {
    const { session } = this.#state;
    if (session === null) return null;
    this.#context.record.storable(this.id, session);
    return { ...session };
  }

  apply(input: ShardInput): void {
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    this.#stepping = false;
  }

  /** The process did nothing for a while. A connection that was dialled since then has not suffered from it. */
  slept(ms: number, sinceMs: number): void {
    if (this.#dialledAtMs <= sinceMs) this.apply({ type: 'slept', ms });
  }

  /** A command of the bot: sent when live, as the real client sends it. */
  command(): void {
    if (this.phase !== 'live' || this.#context.clock.isStanding) return;
    this.#send(Opcode.PRESENCE_UPDATE, { since: null, activities: [], status: 'online', afk: false });
  }

  /** The process dies: no timer fires any more. */
  die(): void {
    for (const timer of this.#timers.values()) this.#context.clock.cancel(timer);
    this.#timers.clear();
    this.#connection = null;
  }

  #step(input: ShardInput): void {
    const { machines, trace } = this.#context;
    const before = { input, state: this.#state, wire: this.#connection?.wire ?? null };
    this.#judge.patience(before.state);
    this.#judge.input(before.state, input);
    const { state, effects } = machines.stepShard(before.state, input);
    this.#state = state;
    if (trace !== null) {
      const told = effects.filter((effect) => effect.type !== 'emit' || effect.event.type !== 'phase');
      trace.note('client', this.id, describeStep(input, state.phase.name, told));
    }
    for (const effect of effects) this.#run(effect, before);
    this.#judge.outcome(before.state, input, state);
  }

  #run(effect: ShardEffect, before: Before): void {
    const { gate, clock, random } = this.#context;
    switch (effect.type) {
      case 'dial':
        this.#dial(effect.epoch, effect.url);
        return;
      case 'send-heartbeat':
        this.#send(Opcode.HEARTBEAT, effect.seq);
        this.#context.sentHeartbeat();
        return;
      case 'send-identify':
        this.#identify();
        return;
      case 'send-resume':
        this.#judge.resume(effect.sessionId);
        this.#send(Opcode.RESUME, {
          token: this.#useToken(),
          session_id: effect.sessionId,
          seq: effect.seq,
        });
        return;
      case 'abandon':
        this.#judge.closeCode(before.input, effect.code);
        // Not silenced: what it still says reaches the machine, which has to know that it is over.
        this.#connection?.wire.client.close(effect.code);
        this.#connection = null;
        return;
      case 'close':
        this.#judge.closeCode(before.input, effect.code);
        this.#connection?.wire.client.close(effect.code);
        return;
      case 'request-identify':
        gate.request(
          this.id,
          () => this.apply({ type: 'identify-granted', epoch: effect.epoch }),
          (retryAfterMs) => this.apply({ type: 'identify-refused', epoch: effect.epoch, retryAfterMs }),
        );
        return;
      case 'renew-token':
        this.#context.renewToken(this.#usedToken, (renewed) =>
          this.apply({ type: renewed ? 'token-renewed' : 'token-refused', epoch: effect.epoch }),
        );
        return;
      case 'release-identify':
        gate.release(this.id);
        return;
      case 'arm': {
        this.#cancel(effect.timer);
        const { timer: name, epoch, minMs, maxMs } = effect;
        const timer = clock.schedule(random.between(minMs, maxMs), () => {
          this.#timers.delete(name);
          this.apply({ type: 'timer', epoch, timer: name });
        });
        this.#timers.set(name, timer);
        return;
      }
      case 'cancel':
        this.#cancel(effect.timer);
        return;
      case 'emit':
        this.#emitted(effect.event, before);
        return;
    }
  }

  #dial(epoch: number, url: string): void {
    const { network, statistics, process, clock } = this.#context;
    const where = () => `shard ${this.id} dials ${url}`;
    expect(this.#context.mayDial(), 'fatal-is-final', where);
    expect(this.#connection === null, 'one-connection-per-shard', where);
    this.#judge.dial(url, this.#state);
    this.#dialledAtMs = clock.nowMs;
    statistics.dials += 1;
    const connection = network.dial(url, { process, shardId: this.id });
    this.#connection = connection;
    connection.wire.client.attach({
      connected: () => clock.deliver(() => this.apply({ type: 'connected', epoch })),
      opened: () => clock.deliver(() => this.apply({ type: 'opened', epoch })),
      text: (text) => clock.deliver(() => this.#received(epoch, text, connection)),
      closed: (code) =>
        clock.deliver(() => {
          if (this.#connection === connection) this.#connection = null;
          this.apply({ type: 'lost', epoch, code });
        }),
    });
  }

  #identify(): void {
    const { gate, intents, shardCount } = this.#context;
    expect(gate.holds(this.id), 'identify-through-the-gate', () => `shard ${this.id} holds no slot`);
    gate.use(this.id);
    this.#send(Opcode.IDENTIFY, {
      token: this.#useToken(),
      intents,
      shard: [this.id, shardCount],
      properties: { os: 'simulation', browser: 'guildhall', device: 'guildhall' },
    });
  }

  #useToken(): string {
    this.#usedToken = this.#context.token.current;
    return this.#usedToken;
  }

  #send(op: number, d: unknown): void {
    this.#connection?.wire.client.send(JSON.stringify({ op, d }));
  }

  #received(epoch: number, text: string, connection: Connection): void {
    const isCurrent = connection === this.#connection;
    if (isCurrent) {
      this.#judge.patience(this.#state);
      this.#judge.frame();
      noteFrame(this.#state);
    }
    const payload = parse(text);
    if (payload === null) {
      this.apply({ type: 'undecodable', epoch });
      return;
    }
    switch (payload.op) {
      case Opcode.DISPATCH:
        // The hot path goes past the machine and its epochs: the shell keeps former connections out of it.
        if (isCurrent) this.#dispatched(epoch, payload);
        return;
      case Opcode.HEARTBEAT:
        this.apply({ type: 'heartbeat-requested', epoch });
        return;
      case Opcode.RECONNECT:
        this.apply({ type: 'reconnect-requested', epoch });
        return;
      case Opcode.INVALID_SESSION:
        this.apply({ type: 'invalid-session', epoch, resumable: payload.d });
        return;
      case Opcode.HELLO:
        this.apply({ type: 'hello', epoch, heartbeatIntervalMs: payload.d.heartbeat_interval });
        return;
      case Opcode.HEARTBEAT_ACK:
        this.apply({ type: 'heartbeat-ack', epoch });
        return;
    }
  }

  #dispatched(epoch: number, dispatch: Dispatch): void {
    const { machines, record, server, trace } = this.#context;
    const { s: seq } = dispatch;
    if (dispatch.t === 'READY') {
      const { session_id: sessionId, resume_gateway_url: resumeGatewayUrl } = dispatch.d;
      if (this.#connection !== null) server.readyArrived(this.#connection.dialler);
      if (this.phase === 'identifying') record.sessionBegan(this.id, sessionId, seq);
      this.apply({ type: 'ready', epoch, sessionId, resumeGatewayUrl, seq });
      return;
    }
    if (dispatch.t === 'RESUMED') {
      if (this.phase === 'resuming') record.resumed(this.id, seq);
      this.apply({ type: 'resumed', epoch, seq });
      return;
    }
    if (!machines.isFreshDispatch(this.#state, seq)) {
      const expected = server.repeatsReplays || (this.phase !== 'live' && this.phase !== 'resuming');
      expect(expected, 'replay-is-exact', () => `shard ${this.id} was sent s=${seq} again`);
      return;
    }
    const { event } = dispatch.d;
    trace?.note('client', this.id, `handler: s=${seq} event=${event}`);
    record.handed(this.id, seq, event);
    machines.noteDispatch(this.#state, seq);
  }

  #cancel(name: ShardTimer): void {
    const timer = this.#timers.get(name);
    if (timer === undefined) return;
    this.#context.clock.cancel(timer);
    this.#timers.delete(name);
  }

  #emitted(event: ShardEvent, before: Before): void {
    const { statistics, record } = this.#context;
    switch (event.type) {
      case 'phase':
        return;
      case 'ready':
      case 'resumed':
        this.#context.becameLive(this.id);
        return;
      case 'disconnected':
        if (event.cause === 'zombie') {
          statistics.zombies += 1;
          this.#judge.zombie(before.state, before.wire);
        }
        if (event.cause === 'identify-refused') statistics.identifiesHeldBack += 1;
        if (event.cause === 'overslept') {
          statistics.overslept += 1;
          this.#judge.overslept(before.state, before.wire);
        }
        return;
      case 'resume-url-refused':
        return;
      case 'session-revoked':
        statistics.sessionsRevoked += 1;
        return;
      case 'session-lost':
        statistics.sessionsLost += 1;
        this.#judge.sessionLost(before.state, (id) => this.#context.server.sessions.has(id));
        record.sessionGivenUp(this.id);
        return;
      case 'stopped':
        statistics.stops += 1;
        this.#context.stopped(this.id, event.stop);
        return;
      case 'closed':
        if (this.#state.session === null) record.sessionGivenUp(this.id);
        this.#context.closed(this.id);
        return;
    }
  }
}

/** Where the shard stood before the step whose effects are being run. */
interface Before {
  readonly input: ShardInput;
  readonly state: ShardState;
  readonly wire: Wire | null;
}

/** What the simulated server sends; read without ceremony, for it is our own. */
type WirePayload =
  | Dispatch
  | { readonly op: typeof Opcode.HELLO; readonly d: { readonly heartbeat_interval: number } }
  | { readonly op: typeof Opcode.INVALID_SESSION; readonly d: boolean }
  | { readonly op: typeof Opcode.HEARTBEAT | typeof Opcode.HEARTBEAT_ACK | typeof Opcode.RECONNECT };

type Dispatch = { readonly op: typeof Opcode.DISPATCH; readonly s: number } & (
  | { readonly t: 'READY'; readonly d: { readonly session_id: string; readonly resume_gateway_url: string } }
  | { readonly t: 'RESUMED' }
  | { readonly t: 'SIMULATED_EVENT'; readonly d: { readonly event: number } }
);

function parse(text: string): WirePayload | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
