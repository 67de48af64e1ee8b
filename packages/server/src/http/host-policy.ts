/** Which names this server answers to. A foreign name in `Host` is how DNS rebinding shows itself. */

/** A `Host` header, taken apart. */
export interface Authority {
  /** Lower case; an IPv6 address in its brackets. */
  readonly host: string;
  readonly port: number | null;
}

const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(\d{1,5}))?$/;
const IPV4_LOOPBACK = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const MAX_AUTHORITY_CHARS = 261;
const MAX_PORT = 65_535;

export class HostPolicy {
  readonly #hosts: ReadonlySet<string>;

  /**
   * @param hosts names allowed beside localhost and the loopback addresses, without port
   * @throws TypeError when one is not a host name
   */
  constructor(hosts: readonly string[] = []) {
    for (const host of hosts) {
      const authority = parseAuthority(host);
      if (authority === null || authority.port !== null) {
        throw new TypeError(`hosts must be host names without scheme and port, not ${JSON.stringify(host)}`);
      }
    }
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
  }

  /** Whether the `Host` header names this server. Ports do not matter: they may be mapped on the way. */
  allows(hostHeader: string | undefined): boolean {
    const authority = parseAuthority(hostHeader);
    return authority !== null && (isLoopback(authority.host) || this.#hosts.has(authority.host));
  }
}

/** @returns null for a header that is missing or not `host[:port]` */
export function parseAuthority(hostHeader: string | undefined): Authority | null {
  if (hostHeader === undefined || hostHeader.length > MAX_AUTHORITY_CHARS) return null;
  const match = AUTHORITY.exec(hostHeader.toLowerCase());
  if (match === null) return null;
  const [, host = '', portText] = match;
  const port = portText === undefined ? null : Number(portText);
  return port !== null && port > MAX_PORT ? null : { host, port };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || IPV4_LOOPBACK.test(host);
}
