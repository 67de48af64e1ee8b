import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import {
  CloseCode,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionLimits,
  type ConnectionState,
  type ConnectionTimer,
  createEncoder,
  type EncodedMessage,
  type IdentifyRequest,
  initialConnectionState,
  jsonEncoding,
  type ResumeRequest,
  type SharedBody,
  stepConnection,
  type TransportEncoder,
  type TransportName,
} from '@guildhall/protocol';
import { type RawData, WebSocket } from 'ws';
import type { Logger } from '../world/logger.ts';
import type { CloseRecord } from './control.ts';
import { writeFrame } from './frames.ts';
import { closeReason, type GatewaySocket } from './gateway-socket.ts';
import { Pump } from './pump.ts';
import type { Session } from './session.ts';
import type { Timer, TimerWheel } from './timer-wheel.ts';

/** What the client asked for in the URL, and how it came. */
export interface ConnectionTerms {
  /** Gateway version. */
  readonly version: number;
  readonly versionSupported: boolean;
  readonly encodingSupported: boolean;
  readonly transport: TransportName;
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

export interface ConnectionParts {
  readonly socket: Duplex;
  readonly webSocket: GatewaySocket;
  readonly terms: ConnectionTerms;
  readonly host: ConnectionHost;
  readonly limits: ConnectionLimits;
  /** Bytes that may wait for a slow reader. */
  readonly maxWritableBytes: number;
  readonly wheel: TimerWheel;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** The time of day, for close records. */
  readonly now: () => Date;
  readonly log: Logger;
}

const NO_STATUS = 1005;
const ABNORMAL = 1006;
const PROTOCOL_ERROR = 1002;
/** Errors of ws that mean that a message could not be decoded; the others are faults of framing. */
const UNDECODABLE: ReadonlySet<unknown> = new Set([
  'WS_ERR_INVALID_UTF8',
  'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH',
]);

/** The shell around `stepConnection`: a socket's events go in, its effects come out. It decides nothing itself. */
export class Connection {
  readonly terms: ConnectionTerms;
  /** The session that this connection carries, once it is accepted. */
  session: Session | null = null;
  readonly #parts: ConnectionParts;
  readonly #pump: Pump;
  readonly #timers = new Map<ConnectionTimer | 'authorization', Timer>();
  #state: ConnectionState;
  #encoder: TransportEncoder;
  #closeRecord: CloseRecord | null = null;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.terms = parts.terms;
    this.#state = initialConnectionState(parts.limits);
    this.#encoder = createEncoder(parts.terms.transport);
    this.#pump = new Pump(parts.socket, () => this.session !== null && parts.host.feed(this.session, this));
  }

  /** Says Hello and listens. */
  open(): void {
    const { webSocket, terms, host } = this.#parts;
    webSocket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    webSocket.on('error', (error) => this.#onError(error));
    webSocket.on('close', (code, reason) => this.#onClosed(code, reason.toString()));
    // ws answers pings by itself; one who sends them and does not read is a slow reader, too.
    webSocket.on('ping', () => this.#checkReader());
    webSocket.once('close', () => host.ended(this));
    this.apply({
      type: 'opened',
      versionSupported: terms.versionSupported,
      encodingSupported: terms.encodingSupported,
    });
  }

  /** The session is this connection's now; `compress` asks for single compressed messages where no stream is in use. */
  accept(session: Session, compress: boolean): void {
    this.session = session;
    if (this.terms.transport === 'none') this.#encoder = createEncoder(compress ? 'zlib-payload' : 'none');
    session.transport = this.#encoder.name;
    this.apply({ type: 'accepted' });
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
    this.#parts.webSocket.terminate();
  }

  /** Sends one dispatch: the hot path, past the machine. */
  dispatch(seq: number, body: SharedBody): void {
    if (this.#isClosed) return;
    this.write(this.#encoder.dispatch(seq, body));
  }

  /** Everything that the server says, close frames and pongs apart, goes through here. */
  write(message: EncodedMessage): void {
    // After a close frame, ours or the answer to the client's, nothing may follow.
    if (this.#isClosed || this.#parts.webSocket.readyState !== WebSocket.OPEN) return;
    writeFrame(this.#parts.socket, message);
    this.#checkReader();
  }

  /** There is something for `host.feed` to do. */
  wake(): void {
    this.#pump.wake();
  }

  /** Decides on an Identify or Resume later. Forgotten when the connection ends. */
  later(ms: number, callback: () => void): void {
    this.#arm('authorization', ms, callback);
  }

  get #isClosed(): boolean {
    return this.#state.phase.name === 'closed';
  }

  #perform(effect: ConnectionEffect): void {
    const { host } = this.#parts;
    switch (effect.type) {
      case 'send':
        this.write(this.#encoder.text(JSON.stringify({ t: null, s: null, op: effect.op, d: effect.d })));
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

  #detach(fate: 'kept' | 'gone'): void {
    const { session } = this;
    this.session = null;
    if (session !== null) this.#parts.host.detached(session, this, fate, this.#closeRecord);
  }

  #sendClose(code: number, reason: string): void {
    const { webSocket, log } = this.#parts;
    this.#closeRecord = { at: this.#parts.now().toISOString(), code, by: 'server', reason };
    log.debug({ code, reason, sessionId: this.session?.id }, 'closing a connection');
    webSocket.close(code, closeReason(reason));
    this.#pump.stop();
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (this.#isClosed) return;
    const nowMs = this.#parts.nowMs();
    let payload: unknown;
    try {
      payload = decode(data, isBinary);
    } catch {
      this.apply({ type: 'undecodable', nowMs });
      return;
    }
    this.apply({ type: 'payload', nowMs, payload });
  }

  #onError(error: Error): void {
    this.#parts.log.debug({ err: error }, 'a connection failed');
    const code: unknown = 'code' in error ? error.code : undefined;
    if (UNDECODABLE.has(code)) this.apply({ type: 'undecodable', nowMs: this.#parts.nowMs() });
    else if (typeof code === 'string' && code.startsWith('WS_ERR_'))
      this.close(PROTOCOL_ERROR, error.message);
    // Any other error is the socket's, and its `close` follows.
  }

  #onClosed(wsCode: number, reason: string): void {
    const code = wsCode === ABNORMAL ? null : wsCode;
    this.#closeRecord ??= {
      at: this.#parts.now().toISOString(),
      code: code === NO_STATUS ? null : code,
      by: 'client',
      reason,
    };
    this.apply({ type: 'closed', code });
    this.#pump.stop();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #checkReader(): void {
    if (this.#parts.socket.writableLength > this.#parts.maxWritableBytes) {
      this.close(CloseCode.UNKNOWN_ERROR, 'The client reads too slowly.');
    }
  }

  #arm(name: ConnectionTimer | 'authorization', ms: number, callback: () => void): void {
    this.#cancel(name);
    this.#timers.set(
      name,
      this.#parts.wheel.schedule(ms, () => {
        this.#timers.delete(name);
        callback();
      }),
    );
  }

  #cancel(name: ConnectionTimer | 'authorization'): void {
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
  }
}

/** @throws DecodeError or TypeError when it is no JSON */
function decode(data: RawData, isBinary: boolean): unknown {
  // With its default `binaryType` ws hands over nothing but Buffers.
  if (!Buffer.isBuffer(data)) throw new TypeError('not a Buffer');
  // ws checks text frames only; in a binary one compressed input must not be read as broken text.
  if (isBinary && !isUtf8(data)) throw new TypeError('a binary frame without UTF-8');
  return jsonEncoding.decode(data);
}
