import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { constants, createDeflate, createZstdCompress } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';
import { Mailbox } from './mailbox.ts';

export interface Payload {
  readonly op: number;
  readonly d: unknown;
}

/** How the next upgrade requests are dealt with. */
export type Doorman = 'accept' | 'hang' | { readonly status: number };

export interface ReadyOptions {
  readonly sessionId?: string;
  readonly resumeUrl?: string;
  readonly seq?: number;
}

/** The server's end of one connection, moved by hand. */
export class Peer {
  readonly #socket: WebSocket;
  readonly #raw: Socket;
  readonly #inbox = new Mailbox<Payload>('a payload from the client');
  readonly #compressor: ReturnType<typeof createDeflate> | ReturnType<typeof createZstdCompress> | null;
  readonly #flushFlag: number;
  #writes: Promise<void> = Promise.resolve();
  readonly #gatewayUrl: string;

  readonly query: URLSearchParams;
  /** Close code as the client sent it; 1006 without a close frame. */
  readonly closed: Promise<number>;
  /** Whether heartbeats are acknowledged and kept out of `take`. */
  acknowledges = true;
  heartbeats: unknown[] = [];
  readonly heartbeatTimesMs: number[] = [];

  constructor(socket: WebSocket, request: IncomingMessage, gatewayUrl: string) {
    this.#socket = socket;
    this.#raw = request.socket;
    this.#gatewayUrl = gatewayUrl;
    this.query = new URL(request.url ?? '/', gatewayUrl).searchParams;
    const compress = this.query.get('compress');
    this.#compressor =
      compress === 'zlib-stream' ? createDeflate() : compress === 'zstd-stream' ? createZstdCompress() : null;
    this.#flushFlag = compress === 'zstd-stream' ? constants.ZSTD_e_flush : constants.Z_SYNC_FLUSH;
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const payload: Payload = JSON.parse(String(data));
      if (payload.op === 1) {
        this.heartbeats.push(payload.d);
        this.heartbeatTimesMs.push(performance.now());
        if (this.acknowledges) this.send(11, null);
      } else {
        this.#inbox.put(payload);
      }
    });
  }

  /** The next payload that is no heartbeat. */
  async take(op: number): Promise<Record<string, unknown>> {
    const payload = await this.#inbox.take();
    if (payload.op !== op) throw new Error(`Expected opcode ${op}, got ${JSON.stringify(payload)}`);
    return payload.d as Record<string, unknown>;
  }

  get untaken(): readonly Payload[] {
    return this.#inbox.waiting;
  }

  /** What the other end has not taken. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(op: number, d: unknown, s: number | null = null, t: string | null = null): void {
    this.sendText(JSON.stringify({ t, s, op, d }));
  }

  dispatch(t: string, s: number, d: unknown = {}): void {
    this.send(0, d, s, t);
  }

  /** One message, through the connection's compressor where there is one. */
  sendText(text: string): void {
    const compressor = this.#compressor;
    if (compressor === null) {
      this.#socket.send(text);
      return;
    }
    this.#writes = this.#writes.then(async () => {
      const chunks: Buffer[] = [];
      const collect = (chunk: Buffer): void => void chunks.push(chunk);
      compressor.on('data', collect);
      compressor.write(text);
      await new Promise<void>((resolve) => compressor.flush(this.#flushFlag, resolve));
      compressor.off('data', collect);
      this.#socket.send(Buffer.concat(chunks));
    });
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.send(bytes);
  }

  hello(heartbeatIntervalMs = 45_000): void {
    this.send(10, { heartbeat_interval: heartbeatIntervalMs });
  }

  ready({ sessionId = 'session-1', resumeUrl = this.#gatewayUrl, seq = 1 }: ReadyOptions = {}): void {
    this.dispatch('READY', seq, {
      v: 10,
      session_id: sessionId,
      resume_gateway_url: resumeUrl,
      user: { id: '1' },
    });
  }

  /** HELLO, Identify, READY. */
  async welcome(options: ReadyOptions = {}): Promise<Record<string, unknown>> {
    this.hello();
    const identify = await this.take(2);
    this.ready(options);
    return identify;
  }

  /** HELLO, Resume, RESUMED. */
  async welcomeBack(seq: number): Promise<Record<string, unknown>> {
    this.hello();
    const resume = await this.take(6);
    this.dispatch('RESUMED', seq);
    return resume;
  }

  close(code: number, reason = ''): void {
    this.#socket.close(code, reason);
  }

  /** The connection stands, and nothing is read from it any more: no acknowledgement, no closing handshake. */
  freeze(): void {
    this.acknowledges = false;
    this.#raw.pause();
    this.#socket.pause();
  }

  /** Ends the connection without a close frame. */
  cut(): void {
    this.#raw.destroy();
  }
}

/** A gateway on a loopback port that does nothing by itself but accept, and answer `GET /gateway/bot`. */
export class FakeGateway {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #peers = new Mailbox<Peer>('a connection of the client');
  readonly #connections = new Set<Socket>();
  readonly url: string;
  readonly apiBase: string;
  #doorman: Doorman = 'accept';
  /** Upgrade requests, also refused ones. */
  dials = 0;
  /** Answers `GET /gateway/bot`; null leaves the request without an answer. */
  info: { readonly status: number; readonly body: unknown } | null;
  readonly infoRequests: IncomingMessage[] = [];

  private constructor(server: Server) {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.url = `ws://127.0.0.1:${port}/`;
    this.apiBase = `http://127.0.0.1:${port}/api`;
    this.info = { status: 200, body: this.botInfo() };
    server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    server.on('request', (request, response) => this.#onRequest(request, response));
    server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
  }

  static async start(): Promise<FakeGateway> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeGateway(server);
  }

  botInfo(change: object = {}): object {
    const limit = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 16, ...change };
    return { url: this.url, shards: 1, session_start_limit: limit };
  }

  turnAway(doorman: Doorman): void {
    this.#doorman = doorman;
  }

  /** The next accepted connection. */
  accept(): Promise<Peer> {
    return this.#peers.take();
  }

  /** Open TCP connections, of WebSockets and others. */
  get connections(): number {
    return this.#connections.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    this.infoRequests.push(request);
    if (this.info === null) return;
    response.writeHead(this.info.status, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(this.info.body));
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.dials += 1;
    if (this.#doorman === 'hang') return;
    if (this.#doorman !== 'accept') {
      socket.end(`HTTP/1.1 ${this.#doorman.status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#peers.put(new Peer(webSocket, request, this.url));
    });
  }
}
