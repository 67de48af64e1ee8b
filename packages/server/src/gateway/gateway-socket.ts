import type { Duplex } from 'node:stream';
import {
  CloseCode,
  closePayload,
  type FrameListener,
  FrameOpcode,
  FrameReader,
  serverFrame,
  verdictOf,
  WebSocketError,
  type WebSocketErrorCode,
} from '@guildhall/protocol';
import { Valve, type ValveMode } from './faults/valve.ts';
import type { Timer, TimerWheel } from './timer-wheel.ts';

/** Whom a socket tells. None of these may throw. */
export interface SocketOwner {
  /** @param payload a view that is good during the call only */
  message(payload: Buffer, binary: boolean): void;
  /** The client sent what is no WebSocket, or too much of it: the owner is to close with this code. */
  misframed(code: number, reason: string): void;
  /** A ping has been answered: more bytes may wait for the client. */
  pinged(): void;
  /** The client has answered a ping, or says without being asked that it is there (RFC 6455, section 5.5.3). */
  ponged(): void;
  /**
   * The client has closed, or the connection broke. Once, unless the owner has closed before.
   * @param code null without a close frame, or with an empty one
   */
  closedByClient(code: number | null, reason: string): void;
  /** The TCP connection is no more. Once, after everything else. */
  ended(): void;
}

export interface SocketTerms {
  /** Bytes of one client message. */
  readonly maxPayloadBytes: number;
  /** How long a client may take to answer a close frame and to let go of the connection. */
  readonly closeTimeoutMs: number;
  readonly wheel: TimerWheel;
}

/**
 *   open ──our close frame──► closing ──the client's──► ending ──► gone
 *     └──────the client's close frame or FIN ──────────────▲
 *
 * `ending`: we have said that nothing more comes, and wait for the client to do so.
 */
type State = 'open' | 'closing' | 'ending' | 'gone';

const PROTOCOL_ERROR = 1002;
/** Faults that mean that a message cannot be decoded; the others are of framing. */
const UNDECODABLE: ReadonlySet<WebSocketErrorCode> = new Set(['INVALID_UTF8', 'TOO_LARGE', 'INVALID_LENGTH']);

/** One WebSocket on an upgraded socket: frames, the closing handshake and its deadline. No error escapes it. */
export class GatewaySocket {
  readonly #socket: Duplex;
  readonly #terms: SocketTerms;
  readonly #owner: SocketOwner;
  readonly #reader: FrameReader;
  #state: State = 'open';
  #deadline: Timer | null = null;
  /** Null but on connections that are broken on purpose. */
  #valve: Valve | null = null;

  /** @param socket whose upgrade has been answered */
  constructor(socket: Duplex, terms: SocketTerms, owner: SocketOwner) {
    this.#socket = socket;
    this.#terms = terms;
    this.#owner = owner;
    this.#reader = new FrameReader(
      { role: 'server', maxMessageBytes: terms.maxPayloadBytes },
      new ClientFrames(this),
    );
  }

  /** Listens. @param head bytes of the client that came right behind its request */
  open(head: Buffer): void {
    const socket = this.#socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => this.#onClientEnd());
    // A `close` follows, which does the work.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#onGone());
    if (head.length > 0) this.#read(head);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Bytes that wait for the client to read. */
  get unsentBytes(): number {
    return this.#socket.writableLength + (this.#valve?.heldBytes ?? 0);
  }

  /**
   * Sends whole frames, unless the closing has begun. They must not be changed afterwards as long as
   * {@link unsentBytes} is not 0: until then the kernel has not taken all.
   */
  write(frames: Buffer): void {
    if (this.#state === 'open') this.#send(frames);
  }

  /** Calls back when what waits has been read; never when nothing waits. */
  onceDrained(callback: () => void): void {
    if (this.#valve === null || this.#valve.heldBytes === 0) this.#socket.once('drain', callback);
    else this.#valve.onceEmpty(callback);
  }

  /** Begins the closing handshake. No effect when it has begun. */
  close(code: number, reason: string): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#send(serverFrame(FrameOpcode.CLOSE, closePayload(code, reason)));
    this.#arm();
  }

  /** Asks the client for a pong. */
  ping(): void {
    this.write(serverFrame(FrameOpcode.PING, Buffer.alloc(0)));
  }

  /** Breaks what is written from now on, on purpose. */
  impair(mode: ValveMode): void {
    if (this.#valve === null) this.#valve = new Valve(this.#socket, this.#terms.wheel, mode);
    else this.#valve.change(mode);
  }

  /** Cuts the connection without a further word. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** @internal */
  onMessage(payload: Buffer, binary: boolean): void {
    if (this.#state === 'open') this.#owner.message(payload, binary);
  }

  /** @internal */
  onPing(payload: Buffer): void {
    if (this.#state !== 'open') return;
    this.#send(serverFrame(FrameOpcode.PONG, payload));
    this.#owner.pinged();
  }

  /** @internal */
  onPong(): void {
    this.#owner.ponged();
  }

  /** @internal */
  onClose(code: number | null, reason: string): void {
    const wasOpen = this.#state === 'open';
    if (wasOpen) {
      const payload = code === null ? Buffer.alloc(0) : closePayload(code);
      this.#send(serverFrame(FrameOpcode.CLOSE, payload));
    }
    this.#end();
    if (wasOpen) this.#owner.closedByClient(code, reason);
  }

  #send(frames: Buffer): void {
    if (this.#valve === null) this.#socket.write(frames);
    else this.#valve.write(frames);
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader.push(chunk);
    } catch (error) {
      if (!(error instanceof WebSocketError)) throw error;
      if (this.#state === 'open') {
        const [code, reason] = UNDECODABLE.has(error.code)
          ? [CloseCode.DECODE_ERROR, verdictOf(CloseCode.DECODE_ERROR).reason]
          : [PROTOCOL_ERROR, error.message];
        this.#owner.misframed(code, reason);
      }
      // Its close frame could not be read any more. What else it sends is thrown away until it lets go: with bytes left
      // unread the kernel would reset the connection, and our close frame with it.
      this.#end();
    }
  }

  #onClientEnd(): void {
    const wasOpen = this.#state === 'open';
    this.#end();
    if (wasOpen) this.#owner.closedByClient(null, '');
  }

  #end(): void {
    if (this.#state === 'ending' || this.#state === 'gone') return;
    this.#state = 'ending';
    if (this.#valve === null) this.#socket.end();
    else this.#valve.onceEmpty(() => this.#socket.end());
    if (this.#deadline === null) this.#arm();
  }

  #arm(): void {
    this.#deadline = this.#terms.wheel.schedule(this.#terms.closeTimeoutMs, () => this.#socket.destroy());
  }

  #onGone(): void {
    const wasOpen = this.#state === 'open';
    this.#state = 'gone';
    this.#deadline?.cancel();
    this.#valve?.stop();
    if (wasOpen) this.#owner.closedByClient(null, '');
    this.#owner.ended();
  }
}

/** What the frames of a client do to its socket. */
class ClientFrames implements FrameListener {
  readonly #socket: GatewaySocket;

  constructor(socket: GatewaySocket) {
    this.#socket = socket;
  }

  message(payload: Buffer, binary: boolean): void {
    this.#socket.onMessage(payload, binary);
  }

  ping(payload: Buffer): void {
    this.#socket.onPing(payload);
  }

  pong(): void {
    this.#socket.onPong();
  }

  close(code: number | null, reason: string): void {
    this.#socket.onClose(code, reason);
  }
}
