import type { IncomingMessage, RequestOptions } from 'node:http';
import { GatewayInfoError, messageOf } from './errors.ts';
import type { HttpProxy } from './http-proxy.ts';
import { destinationOf, openTunnel } from './tunnel.ts';
import { numberField } from './untyped.ts';

/** One question to the REST API. */
export interface ApiRequest {
  readonly apiBase: string;
  readonly token: string;
  readonly signal: AbortSignal;
  /** Null: the API is asked directly. */
  readonly proxy: HttpProxy | null;
  /** For the whole answer. Default 15000. */
  readonly deadlineMs?: number;
}

const DEFAULT_DEADLINE_MS = 15_000;
/** The answers that a client asks for have some 200 bytes, the largest a few thousand. */
const MAX_BODY_BYTES = 65_536;
const USER_AGENT = 'DiscordBot (@guildhall/client, 0.1.0)';

/**
 * What the API answers to a GET, parsed; null when it is no JSON.
 * @param path such as `/gateway/bot`
 * @throws GatewayInfoError
 * @throws the signal's reason when it is aborted
 */
export async function apiGet(path: string, request: ApiRequest): Promise<unknown> {
  const { apiBase, token, signal, proxy, deadlineMs = DEFAULT_DEADLINE_MS } = request;
  const url = `${apiBase}${path}`;
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
  return parseJson(body);
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
    const socket = openTunnel(proxy, destinationOf(url), {
      opened: (tunnel) => {
        signal.removeEventListener('abort', onAbort);
        onSocket(null, tunnel);
      },
      failed: (error) => onSocket(error, socket),
    });
    // The request itself hears nothing, not even of its own abort, before it has a socket.
    const onAbort = (): void => {
      socket.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
