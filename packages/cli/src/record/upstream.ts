import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import {
  clientFrame,
  closePayload,
  createDecoder,
  DecodeError,
  FrameOpcode,
  FrameReader,
  HandshakeError,
  newHandshakeKey,
  TransportError,
  UpgradeResponseReader,
  upgradeRequest,
  WebSocketError,
} from '@guildhall/protocol';

/** None of these may throw. */
export interface UpstreamListener {
  /** The gateway has taken the upgrade. */
  opened(): void;
  /** @param text of a gateway message, JSON in UTF-8; good during the call only */
  message(text: Buffer): void;
  /** Once. @param status of HTTP when there never was a connection, 502 when nobody answered */
  ended(end: UpstreamEnd): void;
}

export type UpstreamEnd =
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'closed'; readonly code: number | null; readonly reason: string };

const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
const BAD_GATEWAY = 502;
const HANDSHAKE_DEADLINE_MS = 30_000;
const CLOSE_DEADLINE_MS = 5_000;

type State = 'opening' | 'open' | 'closing' | 'ended';

/** A connection to the recorded gateway: JSON, compressed by zlib-stream, whatever the bot speaks. */
export class Upstream {
  readonly #listener: UpstreamListener;
  readonly #socket: Socket;
  readonly #handshake: UpgradeResponseReader;
  readonly #decoder = createDecoder('zlib-stream', { maxMessageBytes: MAX_MESSAGE_BYTES });
  readonly #reader: FrameReader;
  #state: State = 'opening';
  #deadline: NodeJS.Timeout;

  /** @param version of the gateway */
  constructor(base: string, version: number, listener: UpstreamListener) {
    this.#listener = listener;
    const url = new URL(base);
    url.search = `?v=${version}&encoding=json&compress=zlib-stream`;
    const key = newHandshakeKey();
    this.#handshake = new UpgradeResponseReader(key);
    this.#reader = new FrameReader(
      { role: 'client', maxMessageBytes: MAX_MESSAGE_BYTES },
      {
        message: (payload, binary) => this.#onMessage(payload, binary),
        ping: (payload) => this.#write(FrameOpcode.PONG, payload),
        pong: () => {},
        close: (code, reason) => this.#onClose(code, reason),
      },
    );
    this.#socket = dial(url);
    this.#socket.write(upgradeRequest(url, key));
    this.#socket.on('data', (bytes: Buffer) => this.#onBytes(bytes));
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => this.#onGone());
    this.#deadline = setTimeout(() => this.destroy(), HANDSHAKE_DEADLINE_MS);
  }

  send(text: Buffer): void {
    if (this.#state === 'open') this.#write(FrameOpcode.TEXT, text);
  }

  /** @param code null for a close frame without one */
  close(code: number | null, reason: string): void {
    if (this.#state !== 'open') {
      this.destroy();
      return;
    }
    this.#state = 'closing';
    this.#write(FrameOpcode.CLOSE, code === null ? Buffer.alloc(0) : closePayload(code, reason));
    this.#socket.resume();
    this.#deadline = setTimeout(() => this.destroy(), CLOSE_DEADLINE_MS);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #write(opcode: FrameOpcode, payload: Buffer): void {
    this.#socket.write(clientFrame(opcode, payload));
  }

  #onBytes(bytes: Buffer): void {
    try {
      const frames = this.#state === 'opening' ? this.#finishOpening(bytes) : bytes;
      if (frames !== null && frames.length > 0) this.#reader.push(frames);
    } catch (error) {
      if (error instanceof HandshakeError)
        this.#end({ kind: 'refused', status: error.status ?? BAD_GATEWAY });
      else if (!(error instanceof WebSocketError)) throw error;
      this.destroy();
    }
  }

  #finishOpening(bytes: Buffer): Buffer | null {
    const frames = this.#handshake.push(bytes);
    if (frames === null) return null;
    clearTimeout(this.#deadline);
    this.#state = 'open';
    this.#listener.opened();
    return frames;
  }

  #onMessage(payload: Buffer, binary: boolean): void {
    if (this.#state !== 'open') return;
    try {
      const text = this.#decoder.push(payload, binary);
      if (text !== null) this.#listener.message(text);
    } catch (error) {
      if (!(error instanceof TransportError || error instanceof DecodeError)) throw error;
      this.destroy();
    }
  }

  #onClose(code: number | null, reason: string): void {
    // Its answer; a gateway that we have closed gets none.
    if (this.#state === 'open')
      this.#write(FrameOpcode.CLOSE, code === null ? Buffer.alloc(0) : closePayload(code));
    this.#end({ kind: 'closed', code, reason });
    this.#socket.end();
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.destroy(), CLOSE_DEADLINE_MS);
  }

  #onGone(): void {
    clearTimeout(this.#deadline);
    this.#decoder.close();
    this.#end(
      this.#state === 'opening'
        ? { kind: 'refused', status: BAD_GATEWAY }
        : { kind: 'closed', code: null, reason: '' },
    );
  }

  #end(end: UpstreamEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#listener.ended(end);
  }
}

function dial(url: URL): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'ws:') return connect({ host, port: Number(url.port || 80), noDelay: true });
  return connectSecurely({
    host,
    servername: host,
    port: Number(url.port || 443),
    ALPNProtocols: ['http/1.1'],
  });
}
