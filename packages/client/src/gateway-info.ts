import type { IncomingMessage, RequestOptions } from 'node:http';
import { GatewayInfoError, messageOf, ProxyError } from './errors.ts';
import type { HttpProxy } from './http-proxy.ts';
import { MAX_SHARD_COUNT } from './options.ts';
import { destinationOf, openTunnel } from './tunnel.ts';

/** The answer of `GET /gateway/bot`. */
export interface GatewayInfo {
  readonly url: string;
  /** Recommended number of shards. */
  readonly shards: number;
  readonly sessionStartLimit: {
    readonly total: number;
    readonly remaining: number;
    readonly resetAfterMs: number;
    readonly maxConcurrency: number;
  };
}

export interface GatewayInfoRequest {
  readonly apiBase: string;
  readonly token: string;
  readonly signal: AbortSignal;
  readonly proxy?: HttpProxy | null;
  /** For the whole answer. Default 15000. */
  readonly deadlineMs?: number;
}

const DEFAULT_DEADLINE_MS = 15_000;
/** The answer has some 200 bytes. */
const MAX_BODY_BYTES = 65_536;
const USER_AGENT = 'DiscordBot (@guildhall/client, 0.1.0)';

/**
 * @throws GatewayInfoError
 * @throws the signal's reason when it is aborted
 * @see https://docs.discord.com/developers/events/gateway#get-gateway-bot
 */
export async function fetchGatewayInfo(request: GatewayInfoRequest): Promise<GatewayInfo> {
  const { apiBase, token, signal, proxy = null, deadlineMs = DEFAULT_DEADLINE_MS } = request;
  const url = `${apiBase}/gateway/bot`;
  const deadline = AbortSignal.timeout(deadlineMs);
  let status: number;
  let body: string;
  try {
    const response = await get(url, token, AbortSignal.any([signal, deadline]), proxy);
    status = response.statusCode ?? 0;
    body = await readBody(response, url, status);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GatewayInfoError) throw error;
    const why = deadline.aborted ? `no answer within ${deadlineMs} ms` : messageOf(error);
    throw new GatewayInfoError('UNREACHABLE', `GET ${url}: ${why}`, null, error);
  }
  if (status !== 200) throw refusal(url, status, body);
  const info = parseGatewayInfo(body);
  if (info === null) {
    throw new GatewayInfoError('MALFORMED', `GET ${url} did not answer with a gateway address`, status);
  }
  return info;
}

function refusal(url: string, status: number, body: string): GatewayInfoError {
  if (status === 401) {
    return new GatewayInfoError(
      'TOKEN_REJECTED',
      `GET ${url}: 401, the token is not valid. Check that it is the bot token and has not been reset since`,
      status,
    );
  }
  if (status === 429) {
    const retryAfterSeconds = numberField(parseJson(body), 'retry_after');
    const wait = retryAfterSeconds === null ? '' : `; retry after ${retryAfterSeconds} s`;
    return new GatewayInfoError('RATE_LIMITED', `GET ${url}: 429, too many requests${wait}`, status);
  }
  return new GatewayInfoError('HTTP_STATUS', `GET ${url}: HTTP status ${status}`, status);
}

/** Resolves with the head of the answer. A redirect, which would carry the token elsewhere, is an answer like others. */
function get(
  url: string,
  token: string,
  signal: AbortSignal,
  proxy: HttpProxy | null,
): Promise<IncomingMessage> {
  // Loaded on first use, and not by import(): that reads every export of node:http, which loads the WebSocket and
  // fetch of the runtime.
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  const headers = { authorization: `Bot ${token}`, 'user-agent': USER_AGENT };
  return new Promise((resolve, reject) => {
    // No agent: its sockets stay open for a next request, and there is none. A connection of one's own replaces it, too.
    const way =
      proxy === null ? { agent: false } : { createConnection: tunnelling(proxy, new URL(url), signal) };
    request(url, { headers, signal, ...way })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
}

function tunnelling(
  proxy: HttpProxy,
  url: URL,
  signal: AbortSignal,
): NonNullable<RequestOptions['createConnection']> {
  return (_options, onSocket) => {
    let failure: Error = new ProxyError('closed the connection without an answer', null);
    const socket = openTunnel(proxy, destinationOf(url), (tunnel) => {
      socket.off('close', onClosed);
      onSocket(null, tunnel);
    });
    // The request itself hears nothing, not even of its own abort, before it has a socket.
    const onClosed = (): void => onSocket(failure, socket);
    socket.on('close', onClosed);
    socket.on('error', (error) => {
      failure = error;
    });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    return undefined;
  };
}

async function readBody(response: IncomingMessage, url: string, status: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new GatewayInfoError('MALFORMED', `GET ${url}: more than ${MAX_BODY_BYTES} bytes`, status);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseGatewayInfo(body: string): GatewayInfo | null {
  const value = parseJson(body);
  const { url, session_start_limit: limit } = fieldsOf(value);
  const shards = numberField(value, 'shards');
  const total = numberField(limit, 'total');
  const remaining = numberField(limit, 'remaining');
  const resetAfterMs = numberField(limit, 'reset_after');
  const maxConcurrency = numberField(limit, 'max_concurrency');
  if (
    typeof url !== 'string' ||
    !isGatewayUrl(url) ||
    !isInteger(shards, 1, MAX_SHARD_COUNT) ||
    !isInteger(total, 0, Number.MAX_SAFE_INTEGER) ||
    !isInteger(remaining, 0, Number.MAX_SAFE_INTEGER) ||
    !isInteger(maxConcurrency, 1, MAX_SHARD_COUNT) ||
    resetAfterMs === null
  ) {
    return null;
  }
  return { url, shards, sessionStartLimit: { total, remaining, resetAfterMs, maxConcurrency } };
}

function isGatewayUrl(text: string): boolean {
  return URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol);
}

function isInteger(value: number | null, min: number, max: number): value is number {
  return value !== null && Number.isInteger(value) && value >= min && value <= max;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function numberField(value: unknown, name: string): number | null {
  const field = fieldsOf(value)[name];
  return typeof field === 'number' ? field : null;
}
