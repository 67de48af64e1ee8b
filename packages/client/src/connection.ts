import type { Socket } from 'node:net';
import {
  clientFrame,
  closePayload,
  FrameOpcode,
  FrameReader,
  HandshakeError,
  newHandshakeKey,
  UpgradeResponseReader,
  upgradeRequest,
  WebSocketError,
} from '@guildhall/protocol/client';
import { dial } from './dial.ts';
import { messageOf } from './errors.ts';

/** Called by a connection until it is abandoned; `lost` once, at its end. None of these may throw. */
export interface ConnectionListener {
  /** The TCP connection stands, and TLS where it is used. */
  connected(): void;
  /** The upgrade has been accepted. */
  opened(): void;
  /** Bytes have arrived; the messages that they complete follow. */
  received(atMs: number, byteLength: number): void;
  sent(byteLength: number): void;
  /** @param payload a view that is good during the call only */
  message(payload: Buffer, binary: boolean): void;
  /**
   * @param code of the server's close frame; null without one
   * @param reason of the close frame, or what went wrong
   */
  lost(code: number | null, reason: string | null): void;
}

export interface ConnectionLimits {
  readonly maxMessageBytes: number;
  readonly closeDeadlineMs: number;
}

/** A peer that pings and reads nothing would otherwise fill the memory. */
const MAX_UNSENT_PONG_BYTES = 16_384;

/**
 *   opening: the request has been sent, or will be when the socket stands
 *   open:    messages go both ways
 *   closing: our close frame has been sent; messages still come
 *   ending:  the server's close frame has come, or something that is no frame; the socket only has to go
 */
type State =
  | { readonly name: 'opening'; readonly handshake: UpgradeResponseReader }
  | { readonly name: 'open' | 'closing' | 'ending' };

/**
 * One WebSocket to the gateway, on a socket of its own: dialled at construction, never reused. No error escapes it.
 *
 * The closing handshake, begun here and begun there:
 *
 *   close(code)   close frame ──▶            lost(code, reason)   ◀── close frame
 *                 ◀── close frame                                 close frame ──▶
 *   lost(…)       FIN ──▶                                         FIN ──▶
 *   gone          ◀── FIN                    gone                 ◀── FIN
 *
 * A socket that has not ended within `closeDeadlineMs` of our close frame is destroyed.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  readonly #closeDeadlineMs: number;
  #state: State;
  #listener: ConnectionListener | null;
  #failure: string | null = null;
  #closeTimer: NodeJS.Timeout | undefined;

  /** Settles when the socket is gone for good, however that came. Never rejects. */
  readonly gone: Promise<void>;

  constructor(
    url: string,
    { maxMessageBytes, closeDeadlineMs }: ConnectionLimits,
    listener: ConnectionListener,
  ) {
    this.#listener = listener;
    this.#closeDeadlineMs = closeDeadlineMs;
    this.#reader = new FrameReader(
      { role: 'client', maxMessageBytes },
      {
        message: (payload, binary) => this.#listener?.message(payload, binary),
        ping: (payload) => this.#onPing(payload),
        pong: () => {},
        close: (code, reason) => this.#onCloseFrame(code, reason),
      },
    );
    const key = newHandshakeKey();
    this.#state = { name: 'opening', handshake: new UpgradeResponseReader(key) };
    const target = new URL(url);
    const socket = dial(target, (bytes) => this.#onBytes(bytes));
    this.#socket = socket;
    socket.once(target.protocol === 'wss:' ? 'secureConnect' : 'connect', () => this.#listener?.connected());
    // Every 'error' is followed by 'close', which does the work.
    socket.on('error', (error) => {
      this.#failure ??= messageOf(error);
    });
    this.gone = new Promise((resolve) => {
      socket.on('close', () => {
        clearTimeout(this.#closeTimer);
        this.#state = { name: 'ending' };
        this.#reportLoss(null, this.#failure);
        resolve();
      });
    });
    socket.write(upgradeRequest(target, key));
  }

  /** Bytes that the socket has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** Does nothing when the connection is not open: its end is reported anyway. */
  send(text: string): void {
    if (this.#state.name === 'open') this.#write(FrameOpcode.TEXT, text);
  }

  /** Begins the closing handshake; `lost` follows when it is done. Ends a dial at once. */
  close(code: number): void {
    if (this.#state.name === 'opening') this.terminate();
    if (this.#state.name !== 'open') return;
    this.#state = { name: 'closing' };
    this.#write(FrameOpcode.CLOSE, closePayload(code));
    this.#armCloseTimer();
  }

  /** Nothing is reported any more. A dial ends at once, an open socket after the handshake or `closeDeadlineMs`. */
  abandon(code: number): void {
    this.#listener = null;
    if (this.#state.name === 'open') this.close(code);
    else this.terminate();
  }

  /** Ends the socket now, without a close frame. `lost` follows. */
  terminate(): void {
    this.#socket.destroy();
  }

  #onBytes(bytes: Buffer): void {
    try {
      const frames =
        this.#state.name === 'opening' ? this.#finishOpening(this.#state.handshake, bytes) : bytes;
      if (frames === null || frames.length === 0) return;
      this.#listener?.received(Date.now(), frames.length);
      this.#reader.push(frames);
    } catch (error) {
      if (!(error instanceof WebSocketError || error instanceof HandshakeError)) throw error;
      this.#fail(error);
    }
  }

  /** Returns the bytes behind the handshake; null when it is not over. */
  #finishOpening(handshake: UpgradeResponseReader, bytes: Buffer): Buffer | null {
    const frames = handshake.push(bytes);
    if (frames === null) return null;
    this.#state = { name: 'open' };
    this.#listener?.opened();
    return frames;
  }

  #onPing(payload: Buffer): void {
    if (this.#state.name !== 'open' || this.unsentBytes > MAX_UNSENT_PONG_BYTES) return;
    this.#write(FrameOpcode.PONG, payload);
  }

  #onCloseFrame(code: number | null, reason: string): void {
    if (this.#state.name === 'open') {
      this.#write(FrameOpcode.CLOSE, code === null ? '' : closePayload(code));
      this.#armCloseTimer();
    }
    this.#state = { name: 'ending' };
    this.#reportLoss(code, reason === '' ? null : reason);
    this.#socket.end();
  }

  /** The other end does not speak the protocol: it is told so, but not waited for. */
  #fail(error: WebSocketError | HandshakeError): void {
    if (error instanceof WebSocketError && this.#state.name === 'open') {
      this.#write(FrameOpcode.CLOSE, closePayload(error.closeCode));
      this.#armCloseTimer();
      this.#socket.destroySoon();
    } else {
      this.#socket.destroy();
    }
    this.#state = { name: 'ending' };
    this.#reportLoss(null, error.message);
  }

  #reportLoss(code: number | null, reason: string | null): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.lost(code, reason);
  }

  #write(opcode: FrameOpcode, payload: string | Uint8Array): void {
    const frame = clientFrame(opcode, payload);
    this.#listener?.sent(frame.length);
    this.#socket.write(frame);
  }

  #armCloseTimer(): void {
    this.#closeTimer = setTimeout(() => this.#socket.destroy(), this.#closeDeadlineMs);
  }
}
