import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type EncodingName, isHandshakeKey, type TransportName, upgradeResponse } from '@guildhall/protocol';
import type { RecordingWriter } from './recording-writer.ts';
import type { Redaction } from './redaction.ts';
import { Relay, type RelayTerms } from './relay.ts';

export interface RecorderOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Root of the REST API behind it, without version and without a slash at the end. */
  readonly apiBase: string;
  /** The gateway; null for the one that the API names. */
  readonly upstream: string | null;
  readonly writer: RecordingWriter;
  readonly redaction: Redaction;
}

const API_PREFIX = '/api';
const GATEWAY_PATH = /^\/api(?:\/v\d+)?\/gateway(?:\/bot)?(?:\?.*)?$/;
const RESUME_PATH = /^\/resume\/(\d{1,6})\/?$/;
const BAD_REQUEST = 400;
const NOT_FOUND = 404;
const BAD_GATEWAY = 502;
const GATEWAY_DEADLINE_MS = 10_000;
const MAX_GATEWAY_ANSWER_BYTES = 65_536;
/** Resume URLs that are told apart; Discord has a few hundred hosts. */
const MAX_RESUME_URLS = 10_000;
/** Not to be handed on: they are of one connection only. */
const HOP_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'host',
]);

/** Stands between bots and Discord: all of REST passes through, the gateway is relayed and recorded. */
export class Recorder implements AsyncDisposable {
  readonly #options: RecorderOptions;
  readonly #server: Server;
  readonly #relays = new Set<Relay>();
  readonly #resumeUrls: string[] = [];
  #upstream: string | null;
  #connections = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#upstream = options.upstream;
    this.#server = createServer((asked, answer) => void this.#onRequest(asked, answer));
    this.#server.on('upgrade', (asked, socket, head) => this.#onUpgrade(asked, socket, head));
  }

  /**
   * Asks the API for its gateway, unless one was given, and listens.
   * @throws Error when the API names none; the system's error when the port cannot be had
   */
  async listen(): Promise<void> {
    const { host, port, apiBase } = this.#options;
    this.#upstream ??= await gatewayOf(apiBase);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
  }

  /** `127.0.0.1:4400` */
  get authority(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
  }

  /** How many connections there have been. */
  get connections(): number {
    return this.#connections;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const relay of [...this.#relays]) relay.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #onRequest(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = asked.url ?? '/';
    if (!path.startsWith(`${API_PREFIX}/`)) {
      answer.writeHead(NOT_FOUND).end();
      return;
    }
    const token = /^Bot (.+)$/.exec(asked.headers.authorization ?? '')?.[1];
    if (token !== undefined) this.#options.redaction.hide(token);
    try {
      const answered = await this.#pass(asked, path);
      if (GATEWAY_PATH.test(path) && answered.statusCode === 200) await this.#answerGateway(answered, answer);
      else {
        answer.writeHead(answered.statusCode ?? BAD_GATEWAY, headersOf(answered));
        await pipeline(answered, answer);
      }
    } catch {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(BAD_GATEWAY).end();
    }
  }

  /** The request goes to the API behind as it came. */
  #pass(asked: IncomingMessage, path: string): Promise<IncomingMessage> {
    const target = new URL(`${this.#options.apiBase}${path.slice(API_PREFIX.length)}`);
    const send = target.protocol === 'https:' ? requestSecurely : request;
    // An answer that is to be changed must not be compressed.
    const headers = GATEWAY_PATH.test(path)
      ? { ...headersOf(asked), 'accept-encoding': 'identity' }
      : headersOf(asked);
    return new Promise((resolve, reject) => {
      const passed = send(target, { method: asked.method, headers }, resolve);
      passed.on('error', reject);
      pipeline(asked, passed).catch(reject);
    });
  }

  /** The answer of `/gateway` and `/gateway/bot`, with the recorder in the gateway's place. */
  async #answerGateway(answered: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = JSON.parse(await textOf(answered)) as object;
    const { 'content-length': _, ...headers } = headersOf(answered);
    answer.writeHead(200, headers).end(JSON.stringify({ ...body, url: `ws://${this.authority}` }));
  }

  #onUpgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { pathname, searchParams } = new URL(asked.url ?? '/', 'ws://recorder');
    const key = asked.headers['sec-websocket-key'] ?? '';
    const upstream = this.#upstreamAt(pathname);
    const terms = isHandshakeKey(key) ? termsOf(searchParams) : null;
    if (upstream === null) refuse(socket, NOT_FOUND);
    else if (terms === null) refuse(socket, BAD_REQUEST);
    else this.#relay(socket, head, key, upstream, terms);
  }

  #relay(socket: Duplex, head: Buffer, key: string, upstream: string, terms: RelayTerms): void {
    this.#connections += 1;
    const { writer, redaction } = this.#options;
    const relay = new Relay(socket, this.#connections, upstream, terms, {
      writer,
      redaction,
      resumeUrl: (url) => this.#ownResumeUrl(url),
      accept: () => {
        socket.write(upgradeResponse(key));
        if (head.length > 0) socket.unshift(head);
      },
      refuse: (status) => refuse(socket, status),
      ended: () => this.#relays.delete(relay),
    });
    this.#relays.add(relay);
  }

  /** Null for a path that leads nowhere. */
  #upstreamAt(path: string): string | null {
    if (path === '/') return this.#upstream;
    const [, index] = RESUME_PATH.exec(path) ?? [];
    return index === undefined ? null : (this.#resumeUrls[Number(index)] ?? null);
  }

  #ownResumeUrl(upstream: string): string {
    let index = this.#resumeUrls.indexOf(upstream);
    if (index < 0) {
      // Any may be resumed at the base URL.
      if (this.#resumeUrls.length >= MAX_RESUME_URLS) return `ws://${this.authority}/`;
      index = this.#resumeUrls.push(upstream) - 1;
    }
    return `ws://${this.authority}/resume/${index}`;
  }
}

async function gatewayOf(apiBase: string): Promise<string> {
  const asked = `${apiBase}/v10/gateway`;
  try {
    const answer = await fetch(asked, { signal: AbortSignal.timeout(GATEWAY_DEADLINE_MS) });
    const { url } = (await answer.json()) as { readonly url?: unknown };
    if (typeof url === 'string' && URL.canParse(url)) return url;
    throw new TypeError(`it answered ${answer.status} without a URL`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${asked} does not say where the gateway is: ${why}`);
  }
}

/** Null for an encoding that is not known: the gateway would close with a code that only it may choose. */
function termsOf(query: URLSearchParams): RelayTerms | null {
  const encoding = query.get('encoding') ?? 'json';
  const compress = query.get('compress') ?? 'none';
  const version = Number(query.get('v') ?? 10);
  const transport = (['none', 'zlib-stream', 'zstd-stream'] as const).find((one) => one === compress);
  if ((encoding !== 'json' && encoding !== 'etf') || !Number.isInteger(version)) return null;
  return {
    version,
    encoding: encoding satisfies EncodingName,
    transport: transport ?? ('none' satisfies TransportName),
  };
}

function headersOf({ headers }: IncomingMessage): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || HOP_HEADERS.has(name) ? [] : [[name, value]],
    ),
  );
}

async function textOf(answered: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answered as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_GATEWAY_ANSWER_BYTES) throw new RangeError('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
}
