/** The HTTP end of a gateway connection: which upgrades become one, and on which terms. */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type EncodingName, isHandshakeKey, type TransportName, upgradeResponse } from '@guildhall/protocol';
import type { Logger } from '../world/logger.ts';
import type { ConnectionTerms } from './connection.ts';
import type { FaultPlans } from './faults/fault-plans.ts';
import type { GatewayLimits } from './limits.ts';

export interface UpgradeOptions {
  readonly faults: FaultPlans;
  readonly unknownEncoding: GatewayLimits['unknownEncoding'];
  readonly unknownCompression: GatewayLimits['unknownCompression'];
  /** Whether another connection may be opened. */
  readonly hasRoom: () => boolean;
  /** The URL under which the sender of the request can reach the server. */
  readonly gatewayUrl: (request: IncomingMessage) => string;
  /** The upgrade has been answered; `head` is what came right behind the request. */
  readonly onConnection: (socket: Duplex, head: Buffer, terms: ConnectionTerms) => void;
  /** Told of each upgrade that was refused; `status` is null for one that gets no answer. */
  readonly onRefused: (url: string, status: number | null) => void;
  readonly log: Logger;
}

type Terms = Omit<ConnectionTerms, 'url' | 'resumeGatewayUrl'>;

const PATHS: ReadonlySet<string> = new Set(['', '/', '/gateway', '/gateway/']);
const SUPPORTED_VERSIONS: ReadonlySet<string> = new Set(['9', '10']);
const DEFAULT_VERSION = '10';
const ENCODINGS: ReadonlySet<string> = new Set<EncodingName>(['json', 'etf']);
const TRANSPORTS: ReadonlySet<string> = new Set<TransportName>(['zlib-stream', 'zstd-stream']);
const WEBSOCKET_VERSION = '13';
const MAX_SHOWN_CHARS = 300;

/** Listens for upgrades; the returned function stops it. Open connections are the caller's. */
export function listenForUpgrades(server: Server, options: UpgradeOptions): () => void {
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const [path = '', query = ''] = splitTarget(request.url ?? '');
    const url = dialledUrl(request, path);
    const refuse = (status: number) => {
      answer(socket, status);
      options.onRefused(url, status);
    };
    if (!PATHS.has(path)) return refuse(404);
    const { upgrade, 'sec-websocket-key': key = '', 'sec-websocket-version': version } = request.headers;
    if (version !== WEBSOCKET_VERSION) return refuse(426);
    if (request.method !== 'GET' || upgrade?.toLowerCase() !== 'websocket' || !isHandshakeKey(key)) {
      return refuse(400);
    }
    const fault = options.faults.takeOpening('refuse-upgrade', 'ignore-upgrade');
    if (fault?.kind === 'refuse-upgrade') return refuse(fault.status);
    if (fault !== null) {
      ignore(socket);
      options.onRefused(url, null);
      return;
    }
    if (!options.hasRoom()) {
      options.log.warn({}, 'too many gateway connections: upgrade refused with 503');
      return refuse(503);
    }
    const terms: ConnectionTerms = {
      ...readTerms(new URLSearchParams(query), options),
      url,
      resumeGatewayUrl: options.gatewayUrl(request),
    };
    if ('setNoDelay' in socket && typeof socket.setNoDelay === 'function') socket.setNoDelay(true);
    if ('setTimeout' in socket && typeof socket.setTimeout === 'function') socket.setTimeout(0);
    socket.write(upgradeResponse(key));
    options.onConnection(socket, head, terms);
  };
  server.on('upgrade', onUpgrade);
  return () => server.off('upgrade', onUpgrade);
}

/** @see https://docs.discord.com/developers/events/gateway#connecting-gateway-url-query-string-params */
export function readTerms(
  query: URLSearchParams,
  {
    log,
    unknownEncoding,
    unknownCompression,
  }: Pick<UpgradeOptions, 'log' | 'unknownEncoding' | 'unknownCompression'>,
): Terms {
  const version = query.get('v');
  if (version === null) log.info({}, 'a client has not asked for a gateway version: taken as 10');
  const compress = query.get('compress');
  const transport = readTransport(compress);
  const isKnown = compress === null || transport !== 'none';
  if (!isKnown) {
    log.warn({ compress: compress.slice(0, 50) }, 'a client asked for a compression that is not served');
  }
  const encoding = query.get('encoding') ?? 'json';
  const supported = SUPPORTED_VERSIONS.has(version ?? DEFAULT_VERSION);
  return {
    version: supported ? Number(version ?? DEFAULT_VERSION) : Number(DEFAULT_VERSION),
    versionSupported: supported,
    encodingSupported:
      (ENCODINGS.has(encoding) || unknownEncoding === 'json') && (isKnown || unknownCompression === 'none'),
    encoding: encoding === 'etf' ? 'etf' : 'json',
    transport,
  };
}

function readTransport(compress: string | null): TransportName {
  if (compress === null || !TRANSPORTS.has(compress)) return 'none';
  return compress as TransportName;
}

/** A path that is none of ours is shown as far as it may be long. */
function dialledUrl({ headers, socket }: IncomingMessage, path: string): string {
  const host = (headers.host ?? '').slice(0, MAX_SHOWN_CHARS);
  return `${'encrypted' in socket ? 'wss' : 'ws'}://${host}${path.slice(0, MAX_SHOWN_CHARS)}`;
}

/** The path and the query of a request target, which may be a whole URL or nothing but a query. */
function splitTarget(target: string): readonly string[] {
  const origin = /^[a-z]+:\/\/[^/?]*/i.exec(target);
  const rest = origin === null ? target : target.slice(origin[0].length);
  const mark = rest.indexOf('?');
  return mark === -1 ? [rest, ''] : [rest.slice(0, mark), rest.slice(mark + 1)];
}

function answer(socket: Duplex, status: number): void {
  // The client may be gone already.
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      // The version that we speak, for one who asked for another (RFC 6455, section 4.4).
      (status === 426 ? `Sec-WebSocket-Version: ${WEBSOCKET_VERSION}\r\n` : '') +
      'Connection: close\r\nContent-Length: 0\r\n\r\n',
    () => socket.destroy(),
  );
}

/** No answer, until the client gives up. */
function ignore(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  socket.resume();
}
