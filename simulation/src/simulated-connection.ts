/** The shell around the server's machine: frames in, effects out. */
import {
  CloseCode,
  type ConnectionInput,
  type ConnectionLimits,
  type ConnectionState,
  type ConnectionTimer,
  type IdentifyRequest,
  initialConnectionState,
  Opcode,
  type ResumeRequest,
  sessionSurvivesClientClose,
  verdictOf,
} from '@guildhall/protocol';
import type { Machines } from './machines.ts';
import type { Dialler } from './network.ts';
import { expect } from './properties.ts';
import type { SimulatedSession } from './simulated-session.ts';
import type { Statistics } from './statistics.ts';
import { describeStep, type Trace } from './trace.ts';
import type { Timer, VirtualClock } from './virtual-clock.ts';
import type { Wire } from './wire.ts';

export interface ConnectionHost {
  readonly clock: VirtualClock;
  readonly machines: Machines;
  readonly limits: ConnectionLimits;
  readonly statistics: Statistics;
  readonly trace: Trace | null;
  identify(connection: SimulatedConnection, request: IdentifyRequest): void;
  resume(connection: SimulatedConnection, request: ResumeRequest): void;
  detached(connection: SimulatedConnection, session: 'kept' | 'gone'): void;
  closed(connection: SimulatedConnection): void;
  holds(session: SimulatedSession): boolean;
}

export class SimulatedConnection {
  readonly wire: Wire;
  readonly dialler: Dialler;
  session: SimulatedSession | null = null;
  readonly #host: ConnectionHost;
  readonly #timers = new Map<ConnectionTimer, Timer>();
  #state: ConnectionState;
  #sentInvalidSession = false;

  constructor(host: ConnectionHost, wire: Wire, dialler: Dialler) {
    this.#host = host;
    this.wire = wire;
    this.dialler = dialler;
    this.#state = initialConnectionState(host.limits);
    wire.server.attach({
      connected: () => {},
      opened: () => this.step({ type: 'opened', versionSupported: true, encodingSupported: true }),
      text: (text) => this.#received(text),
      closed: (code) => this.#closed(code),
    });
  }

  get phase(): ConnectionState['phase']['name'] {
    return this.#state.phase.name;
  }

  send(text: string): void {
    this.wire.server.send(text);
  }

  /** The process that held the connection is gone: no close frame, no more timers. */
  die(): void {
    this.wire.server.forget();
    this.wire.server.terminate();
    this.step({ type: 'closed', code: null });
    this.#host.closed(this);
  }

  step(input: ConnectionInput): void {
    const { machines, statistics, trace } = this.#host;
    const before = this.#state;
    const { state, effects } = machines.stepConnection(before, input);
    this.#state = state;
    trace?.note('server', this.dialler.shardId, describeStep(input, state.phase.name, effects));
    statistics.mostSendsPerWindow = Math.max(statistics.mostSendsPerWindow, state.window.count);
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          if (effect.op === Opcode.INVALID_SESSION) this.#sentInvalidSession = true;
          this.send(JSON.stringify({ op: effect.op, d: effect.d, s: null, t: null }));
          break;
        case 'identify':
          this.#host.identify(this, effect.request);
          break;
        case 'resume':
          this.#host.resume(this, effect.request);
          break;
        case 'close':
          this.#judgeClose(input, effect.code);
          this.wire.server.close(effect.code);
          break;
        case 'detach':
          this.#host.detached(this, effect.session);
          break;
        case 'arm':
          this.#arm(effect.timer, effect.ms);
          break;
        case 'cancel':
          this.#cancel(effect.timer);
          break;
        case 'command':
        case 'heartbeat':
          break;
      }
    }
  }

  #closed(code: number | null): void {
    const { session } = this;
    this.step({ type: 'closed', code });
    this.#host.closed(this);
    if (session === null || code === null || sessionSurvivesClientClose(code)) return;
    expect(!this.#host.holds(session), 'ended-by-the-client', () => `${session.id} outlived ${code}`);
  }

  #received(text: string): void {
    this.step({ type: 'payload', nowMs: this.#host.clock.nowMs, payload: JSON.parse(text) });
  }

  /** What the client sent must never be the cause of a close, and silence only where the network made it. */
  #judgeClose(input: ConnectionInput, code: number): void {
    const where = () => `shard ${this.dialler.shardId}: ${code} ${verdictOf(code).reason}`;
    if (input.type === 'payload') {
      expect(code !== CloseCode.RATE_LIMITED, 'send-rate', where);
      // A command may be under way when op 9 takes the session away.
      const crossed = code === CloseCode.NOT_AUTHENTICATED && this.#sentInvalidSession;
      expect(crossed, 'protocol-is-kept', where);
    }
    if (input.type === 'timer' && input.timer === 'heartbeat') {
      expect(this.wire.impaired || this.wire.longestNapMs > 0, 'heartbeats-answered', where);
    }
  }

  #arm(name: ConnectionTimer, ms: number): void {
    this.#cancel(name);
    const timer = this.#host.clock.schedule(ms, () => {
      this.#timers.delete(name);
      this.step({ type: 'timer', timer: name });
    });
    this.#timers.set(name, timer);
  }

  #cancel(name: ConnectionTimer): void {
    const timer = this.#timers.get(name);
    if (timer === undefined) return;
    this.#host.clock.cancel(timer);
    this.#timers.delete(name);
  }
}
