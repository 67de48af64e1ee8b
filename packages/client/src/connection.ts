import { type ClientOptions, WebSocket } from 'ws';

/** Called by a connection until it is abandoned; `lost` once, at its end. */
export interface ConnectionListener {
  opened(): void;
  frame(chunk: Buffer, binary: boolean): void;
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

/** "No status" and "abnormal": what a WebSocket reports when there was no close code on the wire. */
const NO_STATUS = 1005;
const ABNORMAL = 1006;

/** One WebSocket to the gateway: dialled at construction, never reused. No error escapes it. */
export class Connection {
  readonly #socket: WebSocket;
  #listener: ConnectionListener | null;
  #failure: string | null = null;

  /** Settles when the socket is gone for good, however that came. Never rejects. */
  readonly gone: Promise<void>;

  constructor(
    url: string,
    { maxMessageBytes, closeDeadlineMs }: ConnectionLimits,
    listener: ConnectionListener,
  ) {
    // `closeTimeout` is missing in the types; ws destroys the socket when the other side has not closed by then.
    const options: ClientOptions & { readonly closeTimeout: number } = {
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
      closeTimeout: closeDeadlineMs,
      followRedirects: false,
    };
    this.#listener = listener;
    this.#socket = new WebSocket(url, options);
    this.#socket.on('open', () => this.#listener?.opened());
    this.#socket.on('message', (data, binary) => {
      // nodebuffer, the default binaryType, gives a Buffer; the type names the other two as well.
      if (Buffer.isBuffer(data)) this.#listener?.frame(data, binary);
    });
    // Every 'error' is followed by 'close', which does the work.
    this.#socket.on('error', (error) => {
      this.#failure = describe(error);
    });
    this.gone = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => {
        const said = reason.toString('utf8');
        const ended = this.#listener;
        this.#listener = null;
        ended?.lost(
          code === NO_STATUS || code === ABNORMAL ? null : code,
          said === '' ? this.#failure : said,
        );
        resolve();
      });
    });
  }

  /** Bytes that the socket has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Does nothing when the connection is not open: its end is reported anyway. */
  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  /** Begins the closing handshake; `lost` follows when it is done. */
  close(code: number): void {
    this.#socket.close(code);
  }

  /** Nothing is reported any more. A dial ends at once, an open socket after the handshake or `closeDeadlineMs`. */
  abandon(code: number): void {
    this.#listener = null;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(code);
    else this.#socket.terminate();
  }

  /** Ends the socket now, without a close frame. `lost` follows. */
  terminate(): void {
    this.#socket.terminate();
  }
}

function describe(error: Error): string {
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
