import { connect, isIP, type Socket } from 'node:net';
import { messageOf, ProxyError } from './errors.ts';
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

/** Who waits for a tunnel. One of the two is called, once; `failed` also when the socket is destroyed from outside. */
export interface TunnelListener {
  /** @param socket leads to the destination; with TLS the handshake has yet to be done. Its errors are told on it alone */
  opened(socket: Socket): void;
  /** The socket to the proxy is about to close. */
  failed(error: ProxyError): void;
}

/**
 * Connects through a proxy.
 * @returns the socket to the proxy
 */
export function openTunnel(proxy: HttpProxy, destination: Destination, listener: TunnelListener): Socket {
  const { host, port, secure } = destination;
  const way = { host: proxy.host, port: proxy.port, noDelay: true };
  const socket = proxy.secure
    ? tls().connect({ ...way, ALPNProtocols: ['http/1.1'], ...serverName(proxy.host) })
    : connect(way);
  const letGo = (): void => {
    socket.off('data', onData).off('error', onError).off('close', onClose);
    // Without anybody who listens an error would end the process.
    socket.on('error', () => {});
  };
  const fail = (error: ProxyError): void => {
    letGo();
    socket.destroy();
    listener.failed(error);
  };
  const refuse = (what: string, status: number | null = null): void =>
    fail(new ProxyError(proxy.authority, what, status));
  const onError = (error: Error): void => fail(unreachable(proxy, socket, error));
  const onClose = (): void => refuse('closed the connection without an answer');
  let head = '';
  const onData = (chunk: Buffer): void => {
    head += chunk.toString('latin1');
    const end = head.indexOf(HEAD_END);
    if (end < 0) {
      if (head.length > MAX_HEAD_BYTES) refuse('answered CONNECT without end');
      return;
    }
    const status = Number(STATUS_LINE.exec(head)?.[1] ?? 0);
    if (status < 200 || status > 299) {
      if (status === 0) refuse('does not speak HTTP/1.1');
      else refuse(`answered CONNECT with HTTP status ${status}`, status);
      return;
    }
    // Of the protocols that are tunnelled here, the client speaks first.
    if (head.length > end + HEAD_END.length) {
      refuse('sent bytes before the tunnel was used', status);
      return;
    }
    letGo();
    listener.opened(
      secure ? tls().connect({ socket, ALPNProtocols: ['http/1.1'], ...serverName(host) }) : socket,
    );
  };
  socket.on('data', onData).on('error', onError).on('close', onClose);
  socket.write(proxy.connectRequest(isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`));
  return socket;
}

/** What happened to the socket to the proxy, before there was a tunnel. */
function unreachable(proxy: HttpProxy, socket: Socket, error: Error): ProxyError {
  const why = messageOf(error);
  const of = (what: string): ProxyError => new ProxyError(proxy.authority, what, null, error);
  if (!proxy.secure) return of(`could not be reached: ${why}`);
  if ('authorizationError' in socket && socket.authorizationError) {
    return of(`has a certificate that is not trusted: ${why}; set NODE_EXTRA_CA_CERTS to its CA`);
  }
  if (/^ERR_SSL|^EPROTO/.test(codeOf(error))) {
    return of('does not speak TLS; write "http:" in place of "https:" in the option "proxy"');
  }
  return of(`could not be reached over TLS: ${why}`);
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

/** SNI has no addresses; the certificate is checked against one all the same. */
export function serverName(host: string): { readonly servername?: string; readonly host?: string } {
  return isIP(host) === 0 ? { servername: host } : { host };
}

/** Loaded on first use: half of what a small process pays for importing this package. */
function tls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls');
}
