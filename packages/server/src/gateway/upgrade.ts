/** The HTTP end of a gateway connection: which upgrades become one, and on which terms. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { isTransportAvailable, type TransportName } from '@guildhall/protocol';
import { type ServerOptions, WebSocketServer } from 'ws';
import type { Logger } from '../world/logger.ts';
import type { ConnectionTerms } from './connection.ts';
import { GatewaySocket } from './gateway-socket.ts';

export interface UpgradeOptions {
  /** Bytes of one client message. */
  readonly maxPayloadBytes: number;
  /** How long a client may take to answer a close frame. */
  readonly closeTimeoutMs: number;
  /** Whether another connection may be opened. */
  readonly hasRoom: () => boolean;
  /** The URL under which the sender of the request can reach the server. */
  readonly gatewayUrl: (request: IncomingMessage) => string;
  readonly onConnection: (webSocket: GatewaySocket, socket: Duplex, terms: ConnectionTerms) => void;
  readonly log: Logger;
}

type Terms = Omit<ConnectionTerms, 'resumeGatewayUrl'>;

const PATHS: ReadonlySet<string> = new Set(['', '/', '/gateway', '/gateway/']);
const SUPPORTED_VERSIONS: ReadonlySet<string> = new Set(['9', '10']);
const DEFAULT_VERSION = '10';
const TRANSPORTS: ReadonlySet<string> = new Set<TransportName>(['zlib-stream', 'zstd-stream']);
const STATUS_TEXT = { 404: 'Not Found', 503: 'Service Unavailable' } as const;

/** Listens for upgrades; the returned function stops it. Open connections are the caller's. */
export function listenForUpgrades(server: Server, options: UpgradeOptions): () => void {
  const serverOptions: ServerOptions<typeof GatewaySocket> & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.maxPayloadBytes,
    closeTimeout: options.closeTimeoutMs,
    WebSocket: GatewaySocket,
  };
  const webSocketServer = new WebSocketServer(serverOptions);
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const [path = '', query = ''] = splitTarget(request.url ?? '');
    if (!PATHS.has(path)) return refuse(socket, 404);
    if (!options.hasRoom()) {
      options.log.warn({}, 'too many gateway connections: upgrade refused with 503');
      return refuse(socket, 503);
    }
    const terms: ConnectionTerms = {
      ...readTerms(new URLSearchParams(query), options.log),
      resumeGatewayUrl: options.gatewayUrl(request),
    };
    webSocketServer.handleUpgrade(request, socket, head, (webSocket) => {
      if ('setNoDelay' in socket && typeof socket.setNoDelay === 'function') socket.setNoDelay(true);
      options.onConnection(webSocket, socket, terms);
    });
  };
  server.on('upgrade', onUpgrade);
  return () => server.off('upgrade', onUpgrade);
}

/** @see https://docs.discord.com/developers/events/gateway#connecting-gateway-url-query-string-params */
export function readTerms(query: URLSearchParams, log: Logger): Terms {
  const version = query.get('v');
  if (version === null) log.info({}, 'a client has not asked for a gateway version: taken as 10');
  const compress = query.get('compress');
  const transport = readTransport(compress);
  if (compress !== null && transport === 'none') {
    log.warn(
      { compress: compress.slice(0, 50) },
      'a client asked for a compression that is not served: ignored',
    );
  }
  const supported = SUPPORTED_VERSIONS.has(version ?? DEFAULT_VERSION);
  return {
    version: supported ? Number(version ?? DEFAULT_VERSION) : Number(DEFAULT_VERSION),
    versionSupported: supported,
    encodingSupported: (query.get('encoding') ?? 'json') === 'json',
    transport,
  };
}

function readTransport(compress: string | null): TransportName {
  if (compress === null || !TRANSPORTS.has(compress)) return 'none';
  const transport = compress as TransportName;
  return isTransportAvailable(transport) ? transport : 'none';
}

/** The path and the query of a request target, which may be a whole URL or nothing but a query. */
function splitTarget(target: string): readonly string[] {
  const origin = /^[a-z]+:\/\/[^/?]*/i.exec(target);
  const rest = origin === null ? target : target.slice(origin[0].length);
  const mark = rest.indexOf('?');
  return mark === -1 ? [rest, ''] : [rest.slice(0, mark), rest.slice(mark + 1)];
}

function refuse(socket: Duplex, status: keyof typeof STATUS_TEXT): void {
  // The client may be gone already.
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
}
