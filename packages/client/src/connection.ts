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
import type { HttpProxy } from './http-proxy.ts';
import type { LossReason } from './loss-error.ts';
import { destinationOf, openTunnel } from './tunnel.ts';

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
  /** @param code of the server's close frame; null without one */
  lost(code: number | null, reason: LossReason): void;
}

export interface ConnectionLimits {
  readonly maxMessageBytes: number;
  readonly closeDeadlineMs: number;
  /** Null: the gateway is dialled directly. */
  readonly proxy: HttpProxy | null;
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
  /** With a proxy first the socket to it, then what is on top of that. */
  #socket: Socket;
  readonly #gone = Promise.withResolvers<void>();
  readonly #reader: FrameReader;
  readonly #closeDeadlineMs: number;
  #state: State;
  #listener: ConnectionListener | null;
  #failure: Error | null = null;
  #closeTimer: NodeJS.Timeout | undefined;

  /** Settles when the socket is gone for good, however that came. Never rejects. */
  readonly gone: Promise<void> = this.#gone.promise;

  constructor(
    url: string,
    { maxMessageBytes, closeDeadlineMs, proxy }: ConnectionLimits,
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
    const request = upgradeRequest(target, key);
    if (proxy === null) {
      this.#socket = dial(target, (bytes) => this.#onBytes(bytes));
      this.#watchErrors(this.#socket);
      this.#watchEnd(this.#socket);
      this.#begin(target, request);
    } else {
      this.#socket = openTunnel(proxy, destinationOf(target), {
        opened: (socket) => {
          socket.on('data', (bytes) => this.#onBytes(bytes));
          this.#watchErrors(socket);
          if (socket !== this.#socket) this.#watchEnd(socket);
          this.#socket = socket;
          this.#begin(target, request);
        },
        failed: (error) => {
          this.#failure ??= error;
        },
      });
      this.#watchEnd(this.#socket);
    }
  }

  /** Bytes that the socket has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** Does nothing when the connection is not open: its end is reported anyway. */
  send(payload: string | Buffer): void {
    if (this.#state.name !== 'open') return;
    this.#write(typeof payload === 'string' ? FrameOpcode.TEXT : FrameOpcode.BINARY, payload);
  }

  /** Lets what arrives wait in the kernel, and in the end at the other side. What has been read is still handed over. */
  pauseReading(): void {
    if (this.#state.name === 'open') this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  /** Begins the closing handshake; `lost` follows when it is done. Ends a dial at once. */
  close(code: number): void {
    if (this.#state.name === 'opening') this.terminate();
    if (this.#state.name !== 'open') return;
    this.#state = { name: 'closing' };
    // The answer has to be read.
    this.resumeReading();
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

  /** Every 'error' is followed by 'close', which does the work. */
  #watchErrors(socket: Socket): void {
    socket.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  #watchEnd(socket: Socket): void {
    socket.on('close', () => {
      // The socket below one of TLS; that one ends by itself.
      if (socket !== this.#socket) return;
      clearTimeout(this.#closeTimer);
      this.#state = { name: 'ending' };
      this.#reportLoss(null, this.#failure);
      this.#gone.resolve();
    });
  }

  /** The socket leads to the gateway, or will when it stands. */
  #begin(target: URL, request: string): void {
    const onConnected = (): void => this.#listener?.connected();
    if (target.protocol === 'wss:') this.#socket.once('secureConnect', onConnected);
    else if (this.#socket.connecting) this.#socket.once('connect', onConnected);
    else onConnected();
    this.#socket.write(request);
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
    this.#reportLoss(null, error);
  }

  #reportLoss(code: number | null, reason: LossReason): void {
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
