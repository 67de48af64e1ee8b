/** The WebSocket URL that a client is told, so that it can reach the server by the way it came. */
import type { IncomingHttpHeaders } from 'node:http';
import type { HostPolicy } from './host-policy.ts';

/** A Fastify request or a bare one, as the upgrade listener has it. */
export interface AddressedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly socket: {
    readonly localAddress?: string | undefined;
    readonly localPort?: number | undefined;
    /** True on a TLS socket. */
    readonly encrypted?: boolean | undefined;
  };
}

/** @returns a ws: or wss: URL with a trailing slash: clients append `?v=…`, and some stacks fail on `host?query` */
export type GatewayUrl = (request: AddressedRequest) => string;

/**
 * @param publicUrl URL for requests under a name that the policy does not know; without one they are told the
 *   address that they have reached. Default: none.
 * @throws TypeError when `publicUrl` is not a ws: or wss: URL without query
 */
export function createGatewayUrl(policy: HostPolicy, publicUrl: string | null = null): GatewayUrl {
  const fallback = publicUrl === null ? null : normalizeGatewayUrl(publicUrl);
  return (request) => {
    const host = request.headers.host;
    const scheme = request.socket.encrypted === true ? 'wss' : 'ws';
    if (host !== undefined && policy.allows(host)) return `${scheme}://${host.toLowerCase()}/`;
    return fallback ?? `${scheme}://${localAuthority(request)}/`;
  };
}

function localAuthority({ socket }: AddressedRequest): string {
  const address = socket.localAddress ?? '127.0.0.1';
  const host = address.includes(':') ? `[${address}]` : address;
  return socket.localPort === undefined ? host : `${host}:${socket.localPort}`;
}

function normalizeGatewayUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^wss?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new TypeError(`publicUrl must be a ws: or wss: URL without query, not ${JSON.stringify(text)}`);
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
