import type { SessionStartLimit } from '@guildhall/protocol/client';
import type { ApiRequest } from './api-get.ts';
import { GatewayInfoError } from './errors.ts';
import type { GatewayInfo } from './gateway-info.ts';
import type { TokenSource } from './token-source.ts';

/**
 * What the REST API knows of the gateway and of the application, asked with the token of the moment. What asks is loaded
 * on first use: with the option `gatewayUrl` nobody does.
 */
export class GatewayDirectory {
  readonly #way: Pick<ApiRequest, 'apiBase' | 'proxy'>;
  readonly #tokens: TokenSource;

  constructor({ apiBase, proxy }: Pick<ApiRequest, 'apiBase' | 'proxy'>, tokens: TokenSource) {
    this.#way = { apiBase, proxy };
    this.#tokens = tokens;
  }

  /** @throws GatewayInfoError, TokenProviderError, or the signal's reason */
  info(signal: AbortSignal): Promise<GatewayInfo> {
    return this.#ask(signal, async (request) => {
      const { fetchGatewayInfo } = await import('./gateway-info.ts');
      return await fetchGatewayInfo(request);
    });
  }

  /** @throws GatewayInfoError, TokenProviderError, or the signal's reason */
  async startLimit(signal: AbortSignal): Promise<SessionStartLimit> {
    return (await this.info(signal)).sessionStartLimit;
  }

  /**
   * `GET /applications/@me`, as it came.
   * @throws GatewayInfoError, TokenProviderError, or the signal's reason
   * @see https://docs.discord.com/developers/resources/application#get-current-application
   */
  application(signal: AbortSignal): Promise<unknown> {
    return this.#ask(signal, async (request) => {
      const { apiGet } = await import('./api-get.ts');
      return await apiGet('/applications/@me', request);
    });
  }

  /** A token that the API refuses is asked for once more, where there is somebody to ask. */
  async #ask<Answer>(signal: AbortSignal, ask: (request: ApiRequest) => Promise<Answer>): Promise<Answer> {
    const token = this.#tokens.current;
    try {
      return await ask({ ...this.#way, token, signal });
    } catch (error) {
      const rejected = error instanceof GatewayInfoError && error.code === 'TOKEN_REJECTED';
      if (!rejected || !(await this.#tokens.renew(token, signal))) throw error;
      return await ask({ ...this.#way, token: this.#tokens.current, signal });
    }
  }
}
