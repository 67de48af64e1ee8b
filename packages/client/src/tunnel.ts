import { connect, isIP, type Socket } from 'node:net';
import { ProxyError } from './errors.ts';
import type { HttpProxy } from './http-proxy.ts';

const MAX_HEAD_BYTES = 16_384;
const HEAD_END = '\r\n\r\n';
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)[ \r]/;

/** The other end of a tunnel. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Of a URL of `ws:`, `wss:`, `http:` or `https:`. */
export function destinationOf(url: URL): Destination {
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  return {
    // An IPv6 address stands in brackets in a URL.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
  };
}

/**
 * Connects through a proxy.
 * @param onOpen gets the socket that leads to the destination, once; with TLS the handshake has yet to be done. Its errors
 *   are told on it alone
 * @returns the socket to the proxy. Destroyed, with a {@link ProxyError}, when the proxy refuses
 */
export function openTunnel(
  proxy: HttpProxy,
  destination: Destination,
  onOpen: (socket: Socket) => void,
): Socket {
  const { host, port, secure } = destination;
  const socket = proxy.secure
    ? tls().connect({ host: proxy.host, port: proxy.port, ...serverName(proxy.host) })
    : connect({ host: proxy.host, port: proxy.port, noDelay: true });
  // Whoever is told of the end hears 'close'; without anybody an error must not end the process.
  socket.on('error', () => {});
  let head = '';
  const onData = (chunk: Buffer): void => {
    head += chunk.toString('latin1');
    const end = head.indexOf(HEAD_END);
    if (end < 0) {
      if (head.length > MAX_HEAD_BYTES) socket.destroy(new ProxyError('answered CONNECT without end', null));
      return;
    }
    const status = Number(STATUS_LINE.exec(head)?.[1] ?? 0);
    if (status < 200 || status > 299) {
      const what = status === 0 ? 'does not speak HTTP/1.1' : `answered CONNECT with HTTP status ${status}`;
      socket.destroy(new ProxyError(what, status === 0 ? null : status));
      return;
    }
    // Of the protocols that are tunnelled here, the client speaks first.
    if (head.length > end + HEAD_END.length) {
      socket.destroy(new ProxyError('sent bytes before the tunnel was used', status));
      return;
    }
    socket.off('data', onData);
    onOpen(secure ? tls().connect({ socket, ALPNProtocols: ['http/1.1'], ...serverName(host) }) : socket);
  };
  socket.on('data', onData);
  socket.write(proxy.connectRequest(isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`));
  return socket;
}

/** SNI has no addresses; the certificate is checked against one all the same. */
export function serverName(host: string): { readonly servername?: string; readonly host?: string } {
  return isIP(host) === 0 ? { servername: host } : { host };
}

/** Loaded on first use: half of what a small process pays for importing this package. */
function tls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls');
}
