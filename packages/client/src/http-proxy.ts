import { OptionError } from './errors.ts';

/** An HTTP proxy and how to ask it for a tunnel. The credentials are nowhere to be seen but in what is asked. */
export class HttpProxy {
  readonly host: string;
  readonly port: number;
  /** TLS to the proxy itself. */
  readonly secure: boolean;
  readonly #authorization: string | null;
  readonly #url: string;

  private constructor(url: URL) {
    this.#url = url.href;
    this.secure = url.protocol === 'https:';
    // An IPv6 address stands in brackets in a URL.
    this.host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    this.port = url.port === '' ? (this.secure ? 443 : 80) : Number(url.port);
    this.#authorization =
      url.username === '' && url.password === ''
        ? null
        : Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString(
            'base64',
          );
  }

  /** Host and port, without the credentials. */
  get authority(): string {
    return `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }

  /** @throws OptionError, which does not quote the value */
  static parse(value: unknown): HttpProxy {
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
    if (
      url === null ||
      !/^https?:$/.test(url.protocol) ||
      url.pathname !== '/' ||
      url.search + url.hash !== ''
    ) {
      throw new OptionError(
        'proxy',
        'a URL of http: or https:, optionally with user name and password, without path',
      );
    }
    try {
      return new HttpProxy(url);
    } catch {
      throw new OptionError('proxy', 'a URL whose user name and password are percent-encoded');
    }
  }

  /** What it was parsed from, credentials included: to be passed on, not to be shown. */
  toUrl(): string {
    return this.#url;
  }

  /**
   * Asks for a tunnel.
   * @param authority host and port of the other end, an IPv6 address in brackets
   * @see https://datatracker.ietf.org/doc/html/rfc9110#section-9.3.6
   */
  connectRequest(authority: string): string {
    const credentials =
      this.#authorization === null ? '' : `Proxy-Authorization: Basic ${this.#authorization}\r\n`;
    return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`;
  }
}
