import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import {
  CloseCode,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionLimits,
  type ConnectionState,
  type ConnectionTimer,
  type EncodingName,
  etfEncoding,
  type IdentifyRequest,
  initialConnectionState,
  jsonEncoding,
  Opcode,
  type ResumeRequest,
  type SharedBody,
  stepConnection,
  type TransportName,
  type WireFormat,
  wireFormat,
} from '@guildhall/protocol';
import type { Logger } from '../world/logger.ts';
import type { Batch } from './batch.ts';
import type { CloseRecord } from './control.ts';
import type { ControlFrames } from './control-frames.ts';
import { ConnectionFaults } from './faults/connection-faults.ts';
import type { FaultPlans } from './faults/fault-plans.ts';
import type { Flusher } from './flusher.ts';
import { clientFrame, type NotedFrame } from './frame-log.ts';
import { GatewaySocket, type SocketOwner, type SocketTerms } from './gateway-socket.ts';
import { Pump } from './pump.ts';
import type { Session } from './session.ts';
import type { Timer } from './timer-wheel.ts';
import type { Traffic } from './traffic.ts';

/** What the client asked for in the URL, and how it came. */
export interface ConnectionTerms {
  /** Gateway version. */
  readonly version: number;
  readonly versionSupported: boolean;
  readonly encodingSupported: boolean;
  readonly encoding: EncodingName;
  readonly transport: TransportName;
  /** What was dialled, without its query. */
  readonly url: string;
  /** A URL under which this client can reach the server again. */
  readonly resumeGatewayUrl: string;
}

/** Who does what a connection's client asks for. */
export interface ConnectionHost {
  identify(connection: Connection, request: IdentifyRequest): void;
  resume(connection: Connection, request: ResumeRequest): void;
  command(session: Session, op: number, d: unknown): void;
  heartbeat(session: Session): void;
  /** The session has lost this connection; `close` is null when the connection goes on without it (op 9). */
  detached(session: Session, connection: Connection, fate: 'kept' | 'gone', close: CloseRecord | null): void;
  /** More of what the session owes its client may be sent. False when there is nothing at present. */
  feed(session: Session, connection: Connection): boolean;
  /** The socket is gone. */
  ended(connection: Connection): void;
}

/** What all connections of a gateway have in common. */
export interface ConnectionParts extends SocketTerms {
  readonly host: ConnectionHost;
  readonly limits: ConnectionLimits;
  /** Bytes that may wait for a slow reader. */
  readonly maxWritableBytes: number;
  readonly flusher: Flusher;
  readonly controlFrames: ControlFrames;
  readonly faults: FaultPlans;
  /** Counts what goes through all of them. */
  readonly traffic: Traffic;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** The time of day in milliseconds since 1970, for close records. */
  readonly now: () => number;
  readonly log: Logger;
}

/** A client that has not answered a ping by then is taken for one that does not. */
const PONG_TIMEOUT_MS = 5_000;
/** Hello, some heartbeats, Identify. */
const MAX_EARLY_FRAMES = 10;

type TimerName = ConnectionTimer | 'authorization';

/** The shell around `stepConnection`: a socket's events go in, its effects come out. It decides nothing itself. */
export class Connection implements SocketOwner {
  readonly terms: ConnectionTerms;
  /** The session that this connection carries, once it is accepted. */
  session: Session | null = null;
  readonly #parts: ConnectionParts;
  readonly #socket: GatewaySocket;
  #state: ConnectionState;
  #format: WireFormat;
  #hasSpoken = false;
  /** Dispatches that go out at the end of this turn. */
  #owed: Batch | null = null;
  #firstOwedSeq = 0;
  #pump: Pump | null = null;
  readonly #timers: { [Name in TimerName]: Timer | null } = {
    heartbeat: null,
    reconnect: null,
    authorization: null,
  };
  #closeRecord: CloseRecord | null = null;
  /** Null but on connections that are broken on purpose. */
  #faults: ConnectionFaults | null = null;
  /** What was said before the session was there, to whose log it goes. */
  #early: NotedFrame[] = [];
  /** Those who wait for the answer to a ping of ours. */
  #pongWaiters: (() => void)[] = [];
  /** What Hello says in place of the interval that is kept. */
  #saidIntervalMs: number | null = null;

  constructor(socket: Duplex, terms: ConnectionTerms, parts: ConnectionParts) {
    this.#parts = parts;
    this.terms = terms;
    this.#socket = new GatewaySocket(socket, parts, this);
    this.#state = initialConnectionState(parts.limits);
    this.#format = wireFormat(terms.encoding, terms.transport);
  }

  /** Says Hello and listens. @param head what the client sent right behind its upgrade */
  open(head: Buffer): void {
    const { versionSupported, encodingSupported } = this.terms;
    const greet = () => this.apply({ type: 'opened', versionSupported, encodingSupported });
    const fault = this.#parts.faults.takeOpening('no-hello', 'late-hello', 'heartbeat-interval');
    if (fault?.kind === 'late-hello') this.later(fault.ms, greet);
    if (fault?.kind === 'heartbeat-interval') this.#saidIntervalMs = fault.ms;
    if (fault === null || fault.kind === 'heartbeat-interval') greet();
    this.#socket.open(head);
  }

  /** A URL under which the client is told to reach the server again. */
  get resumeGatewayUrl(): string {
    return this.#faults?.resumeGatewayUrl ?? this.terms.resumeGatewayUrl;
  }

  /** Bytes that wait for the client to read. */
  get unsentBytes(): number {
    return this.#socket.unsentBytes;
  }

  /** The session is this connection's now; `compress` asks for single compressed messages where no stream is in use. */
  accept(session: Session, compress: boolean): void {
    this.session = session;
    for (const frame of this.#early) session.frames.note({ ...frame, afterSeq: session.seq });
    this.#early = [];
    const { encoding, transport } = this.terms;
    // Single compressed messages are for JSON only.
    if (encoding === 'json' && transport === 'none') {
      this.#format = wireFormat(encoding, compress ? 'zlib-payload' : 'none');
    }
    session.encoding = encoding;
    session.transport = this.#format.transport;
    this.apply({ type: 'accepted' });
  }

  /** Is broken on purpose as planned for its session. What strikes at once may take the session away from it. */
  meetFaults(): void {
    if (this.session === null) return;
    const { id: sessionId, identity } = this.session;
    const { applicationId, shard } = identity;
    const planned = this.#parts.faults.takeForSession({ applicationId, shard: shard[0], sessionId });
    if (planned.length === 0) return;
    this.#faults ??= new ConnectionFaults(this.#parts.wheel, {
      close: (code, reason) => this.close(code, reason),
      requestReconnect: () => this.apply({ type: 'request-reconnect' }),
      invalidate: (resumable) => this.apply({ type: 'invalid-session', resumable }),
      impair: (mode) => {
        this.flush();
        this.#socket.impair(mode);
      },
      loseReplay: () => this.session?.replay.clear(),
    });
    this.#faults.add(planned);
  }

  apply(input: ConnectionInput): void {
    const { state, effects } = stepConnection(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  /** Ends the connection; the code's verdict says what becomes of the session. No effect when it has ended. */
  close(code: number, reason?: string): void {
    this.apply(reason === undefined ? { type: 'close', code } : { type: 'close', code, reason });
  }

  /** Cuts the connection without a further word. */
  destroy(): void {
    this.#socket.destroy();
  }

  /**
   * Sends one dispatch at the end of this turn of the event loop. The hot path, past the machine; after a close nothing
   * is sent.
   */
  dispatch(seq: number, body: SharedBody): void {
    if (this.#faults === null) this.#owe(seq, body);
    else this.#dispatchFaulty(this.#faults, seq, body);
  }

  /** READY and RESUMED, which faults do not meet: from there they count. */
  announce(seq: number, body: SharedBody): void {
    this.session?.frames.noteDispatch(this.#parts.now(), seq, body);
    this.#owe(seq, body);
  }

  #dispatchFaulty(faults: ConnectionFaults, seq: number, body: SharedBody): void {
    const fate = faults.nextEvent();
    if (fate !== 'lost') this.#owe(seq, body);
    if (fate === 'repeated') this.#owe(seq, body);
    faults.countEvent();
  }

  #owe(seq: number, body: SharedBody): void {
    let owed = this.#owed;
    if (owed !== null && seq !== this.#firstOwedSeq + owed.length) {
      // A gap: READY and RESUMED are not replayed.
      this.flush();
      owed = null;
    }
    if (owed === null) {
      if (!this.#socket.isOpen) return;
      const { flusher } = this.#parts;
      flusher.add(this);
      this.#firstOwedSeq = seq;
      owed = flusher.root;
    }
    this.#owed = owed.with(body);
    if (this.#owed.isFull) this.flush();
  }

  /** Sends what is owed. */
  flush(): void {
    const owed = this.#owed;
    if (owed === null) return;
    this.#owed = null;
    const template = owed.template(this.#format);
    const bytes = template.numbered(this.#firstOwedSeq);
    const { traffic } = this.#parts;
    traffic.deliveries += owed.length;
    traffic.sentBytes += bytes.length;
    traffic.plainBytes += template.plainBytes;
    if (this.session !== null) {
      this.session.sentBytes += bytes.length;
      this.session.plainBytes += template.plainBytes;
    }
    this.#socket.write(bytes);
    if (this.#socket.unsentBytes === 0) return;
    template.keep();
    this.#checkReader();
  }

  /** There is something for `host.feed` to do. */
  wake(): void {
    this.#pump ??= new Pump(
      this.#socket,
      () => this.session !== null && this.#parts.host.feed(this.session, this),
    );
    this.#pump.wake();
  }

  /** Decides on an Identify or Resume later. Forgotten when the connection ends. */
  later(ms: number, callback: () => void): void {
    this.#arm('authorization', ms, callback);
  }

  message(payload: Buffer, binary: boolean): void {
    this.#parts.traffic.received += 1;
    const nowMs = this.#parts.nowMs();
    let value: unknown;
    try {
      value = decode(payload, binary, this.terms.encoding);
    } catch {
      this.apply({ type: 'undecodable', nowMs });
      return;
    }
    const frame = clientFrame(value, payload.byteLength, this.#moment());
    if (frame !== null) this.#note(frame);
    this.apply({ type: 'payload', nowMs, payload: value });
  }

  misframed(code: number, reason: string): void {
    this.close(code, reason);
  }

  pinged(): void {
    this.#checkReader();
  }

  ponged(): void {
    for (const hear of this.#pongWaiters.splice(0)) hear();
  }

  /** @see GatewayControl.roundTrip */
  roundTrip(): Promise<number | null> {
    const { nowMs, wheel } = this.#parts;
    const sentMs = nowMs();
    return new Promise((resolve) => {
      const deadline = wheel.schedule(PONG_TIMEOUT_MS, () => resolve(null));
      this.#pongWaiters.push(() => {
        deadline.cancel();
        resolve(nowMs() - sentMs);
      });
      this.flush();
      this.#socket.ping();
    });
  }

  closedByClient(code: number | null, reason: string): void {
    this.#closeRecord = { at: this.#now(), code, by: 'client', reason };
    this.apply({ type: 'closed', code });
    this.#rest();
  }

  ended(): void {
    this.#rest();
    this.#parts.host.ended(this);
  }

  #perform(effect: ConnectionEffect): void {
    const { host } = this.#parts;
    switch (effect.type) {
      case 'send':
        this.#say(effect.op, effect.d);
        return;
      case 'identify':
        host.identify(this, effect.request);
        return;
      case 'resume':
        host.resume(this, effect.request);
        return;
      case 'command':
        if (this.session !== null) host.command(this.session, effect.op, effect.d);
        return;
      case 'heartbeat':
        if (this.session !== null) host.heartbeat(this.session);
        return;
      case 'close':
        this.#sendClose(effect.code, effect.reason);
        return;
      case 'detach':
        this.#detach(effect.session);
        return;
      case 'arm':
        this.#arm(effect.timer, effect.ms, () => this.apply({ type: 'timer', timer: effect.timer }));
        return;
      case 'cancel':
        this.#cancel(effect.timer);
        return;
    }
  }

  /** Everything that is no dispatch. */
  #say(op: number, given: unknown): void {
    if (op === Opcode.HEARTBEAT_ACK && this.#faults?.dropsAcks === true) return;
    const isLie = op === Opcode.HELLO && this.#saidIntervalMs !== null;
    const d = isLie ? { heartbeat_interval: this.#saidIntervalMs } : given;
    // It must not overtake what came before.
    this.flush();
    this.#socket.write(this.#parts.controlFrames.frame(this.#format, op, d, !this.#hasSpoken));
    this.#hasSpoken = true;
    this.#note({ from: 'server', ...this.#moment(), said: { kind: 'payload', op, d, bytes: null } });
    this.#checkReader();
  }

  #detach(fate: 'kept' | 'gone'): void {
    const { session } = this;
    this.session = null;
    if (session === null) return;
    if (this.#closeRecord !== null) {
      const close = this.#closeRecord;
      const { atMs } = this.#moment();
      session.frames.note({ from: close.by, atMs, afterSeq: session.seq, said: { kind: 'close', close } });
    }
    const { host } = this.#parts;
    host.detached(session, this, this.#faults?.expiresSession === true ? 'gone' : fate, this.#closeRecord);
  }

  #sendClose(code: number, reason: string): void {
    this.#closeRecord = { at: this.#now(), code, by: 'server', reason };
    this.#parts.log.debug({ code, reason, sessionId: this.session?.id }, 'closing a connection');
    this.flush();
    this.#socket.close(code, reason);
    this.#pump?.stop();
  }

  /** Nothing is done any more by itself. */
  #rest(): void {
    this.#owed = null;
    this.#pump?.stop();
    this.#faults?.stop();
    this.#cancel('heartbeat');
    this.#cancel('reconnect');
    this.#cancel('authorization');
  }

  /** Where it stands among what is said. */
  #moment(): { readonly atMs: number; readonly afterSeq: number } {
    return { atMs: this.#parts.now(), afterSeq: this.session?.seq ?? 0 };
  }

  #note(frame: NotedFrame): void {
    if (this.session !== null) this.session.frames.note(frame);
    else if (this.#early.length < MAX_EARLY_FRAMES) this.#early.push(frame);
  }

  #checkReader(): void {
    if (this.#socket.unsentBytes > this.#parts.maxWritableBytes) {
      this.close(CloseCode.UNKNOWN_ERROR, 'The client reads too slowly.');
    }
  }

  #arm(name: TimerName, ms: number, callback: () => void): void {
    this.#cancel(name);
    this.#timers[name] = this.#parts.wheel.schedule(ms, callback);
  }

  #cancel(name: TimerName): void {
    this.#timers[name]?.cancel();
    this.#timers[name] = null;
  }

  #now(): string {
    return new Date(this.#parts.now()).toISOString();
  }
}

/** As strict as Discord: no keys that are atoms, nothing compressed. */
const etf = etfEncoding({ atomKeys: 'refuse', maxInflatedBytes: 0 });

/** @throws DecodeError or TypeError when it is not what the connection speaks */
function decode(payload: Buffer, binary: boolean, encoding: EncodingName): unknown {
  if (encoding === 'etf') {
    if (!binary) throw new TypeError('a text frame on a connection that speaks ETF');
    return etf.decode(payload);
  }
  // Text frames have been checked; in a binary one compressed input must not be read as broken text.
  if (binary && !isUtf8(payload)) throw new TypeError('a binary frame without UTF-8');
  return jsonEncoding.decode(payload);
}
