/** A gateway client that does what a test tells it and nothing else. Inflates with node:zlib alone. */
import assert from 'node:assert/strict';
import type { Transform } from 'node:stream';
import { createInflate, createZstdDecompress, inflateSync } from 'node:zlib';
import {
  type DispatchData,
  type DispatchName,
  type Encoding,
  etfEncoding,
  jsonEncoding,
} from '@guildhall/protocol';
import { WebSocket } from 'ws';

export interface Payload {
  readonly op: number;
  readonly d: unknown;
  readonly s: number | null;
  readonly t: string | null;
}

export interface Dispatch<Name extends DispatchName> extends Payload {
  readonly d: DispatchData[Name];
  readonly s: number;
  readonly t: Name;
}

/** A client that has had READY. */
export type ReadyClient = TestClient & { readonly ready: Dispatch<'READY'> };

export interface Close {
  readonly code: number;
  readonly reason: string;
}

export interface ClientOptions {
  /** Query of the URL without the question mark. Default `v=10&encoding=json`. */
  readonly query?: string;
  readonly path?: string;
}

type Match = (payload: Payload) => boolean;

const PATIENCE_MS = 3_000;
export const ALL_UNPRIVILEGED = 53_575_421;

export class TestClient {
  readonly webSocket: WebSocket;
  /** Everything that came, in order. */
  readonly received: Payload[] = [];
  /** The texts of what came, in order. */
  readonly texts: string[] = [];
  /** Whether each frame that came was binary. */
  readonly binary: boolean[] = [];
  readonly closed: Promise<Close>;
  #cursor = 0;
  #wake: (() => void)[] = [];
  #decoding: Promise<void> = Promise.resolve();
  readonly #stream: Transform | null;
  readonly #encoding: Encoding;
  #output: Buffer[] = [];

  constructor(gatewayUrl: string, options: ClientOptions = {}) {
    const query = options.query ?? 'v=10&encoding=json';
    this.#stream = streamOf(query);
    this.#encoding = query.includes('encoding=etf') ? etfEncoding() : jsonEncoding;
    this.#stream?.on('data', (chunk: Buffer) => this.#output.push(chunk));
    this.webSocket = new WebSocket(`${gatewayUrl.replace(/\/$/, '')}${options.path ?? '/'}?${query}`, {
      perMessageDeflate: false,
    });
    this.webSocket.on('message', (data, isBinary) => {
      const bytes = Buffer.from(data as Buffer);
      this.#decoding = this.#decoding.then(() => this.#take(bytes, isBinary));
    });
    const { promise, resolve } = Promise.withResolvers<Close>();
    this.closed = promise;
    this.webSocket.on('error', () => {});
    this.webSocket.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      this.#notify();
    });
  }

  /** Waits for Hello. */
  static async open(gatewayUrl: string, options?: ClientOptions): Promise<TestClient> {
    const client = new TestClient(gatewayUrl, options);
    await client.next((payload) => payload.op === 10);
    return client;
  }

  /** Hello, Identify, READY. */
  static async ready(
    gatewayUrl: string,
    token: string,
    identify: Readonly<Record<string, unknown>> = {},
    options?: ClientOptions,
  ): Promise<ReadyClient> {
    const client = await TestClient.open(gatewayUrl, options);
    client.identify(token, identify);
    const ready = await client.event('READY');
    return Object.assign(client, { ready });
  }

  send(op: number, d: unknown): void {
    const bytes = this.#encoding.encode({ op, d });
    this.webSocket.send(this.#encoding.binary ? bytes : bytes.toString());
  }

  raw(text: string | Buffer): void {
    this.webSocket.send(text);
  }

  identify(token: string, extra: Readonly<Record<string, unknown>> = {}): void {
    this.send(2, {
      token,
      intents: ALL_UNPRIVILEGED,
      properties: { os: 'linux', browser: 'test', device: 'test' },
      ...extra,
    });
  }

  resume(token: string, sessionId: string, seq: unknown): void {
    this.send(6, { token, session_id: sessionId, seq });
  }

  /** The next payload that matches; those before it are passed over. */
  async next(match: Match, patienceMs = PATIENCE_MS): Promise<Payload> {
    const deadlineMs = performance.now() + patienceMs;
    for (;;) {
      while (this.#cursor < this.received.length) {
        const payload = this.received[this.#cursor];
        this.#cursor += 1;
        if (payload !== undefined && match(payload)) return payload;
      }
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0 || this.webSocket.readyState === WebSocket.CLOSED) {
        const seen = this.received.map(({ op, t }) => t ?? `op ${op}`).join(', ');
        assert.fail(
          `no such payload came; the connection is in state ${this.webSocket.readyState} and had ${seen}`,
        );
      }
      await this.#change(leftMs);
    }
  }

  async event<Name extends DispatchName>(name: Name): Promise<Dispatch<Name>> {
    return (await this.next(({ t }) => t === name)) as Dispatch<Name>;
  }

  /** All dispatches of the name that have come. */
  all<Name extends DispatchName>(name: Name): readonly Dispatch<Name>[] {
    return this.received.filter((payload): payload is Dispatch<Name> => payload.t === name);
  }

  /** The highest sequence number that has come. */
  get lastSeq(): number {
    return this.received.reduce((last, { s }) => Math.max(last, s ?? 0), 0);
  }

  op(op: number): Promise<Payload> {
    return this.next((payload) => payload.op === op);
  }

  /** A heartbeat and its answer: everything that the server sent before has then come. */
  async settle(): Promise<void> {
    this.send(1, null);
    await this.next(({ op }) => op === 11);
  }

  /** Names of the dispatches that came, in order. */
  get events(): readonly string[] {
    return this.received.map(({ t }) => t).filter((t) => t !== null);
  }

  async close(code = 1000): Promise<void> {
    this.webSocket.close(code);
    await this.closed;
  }

  async #take(bytes: Buffer, isBinary: boolean): Promise<void> {
    const whole = await this.#inflate(bytes, isBinary);
    this.binary.push(isBinary);
    this.texts.push(whole.toString());
    this.received.push(this.#encoding.decode(whole) as Payload);
    this.#notify();
  }

  async #inflate(bytes: Buffer, isBinary: boolean): Promise<Buffer> {
    const stream = this.#stream;
    if (stream === null) return isBinary && !this.#encoding.binary ? inflateSync(bytes) : bytes;
    assert.ok(isBinary, 'a compressed stream travels in binary frames');
    await new Promise<void>((resolve, reject) =>
      stream.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
    const whole = Buffer.concat(this.#output);
    this.#output = [];
    return whole;
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function streamOf(query: string): Transform | null {
  if (query.includes('compress=zlib-stream')) return createInflate();
  if (query.includes('compress=zstd-stream')) return createZstdDecompress();
  return null;
}
