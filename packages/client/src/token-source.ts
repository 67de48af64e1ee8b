import { TokenProviderError } from './errors.ts';
import { bareToken } from './options.ts';

/**
 * Says which token to use: asked at each `open`, and once more when the gateway or the API has refused the last one.
 * @returns the token, with or without `Bot ` in front
 */
export type TokenProvider = () => string | Promise<string>;

export interface TokenSourceOptions {
  readonly token: string | null;
  readonly provider: TokenProvider | null;
  /** For each answer of the provider, in ms. */
  readonly deadlineMs: number;
}

/** The token of all shards of a client: one present value, and one question at a time for another. */
export class TokenSource {
  readonly #provider: TokenProvider | null;
  readonly #deadlineMs: number;
  #current: string;
  #asking: Promise<string> | null = null;

  constructor({ token, provider, deadlineMs }: TokenSourceOptions) {
    this.#current = token ?? '';
    this.#provider = provider;
    this.#deadlineMs = deadlineMs;
  }

  /** Empty before `load`, where a provider has to be asked. */
  get current(): string {
    return this.#current;
  }

  /** Whether there is somebody to ask for another token. */
  get renews(): boolean {
    return this.#provider !== null;
  }

  /**
   * @throws TokenProviderError
   * @throws the signal's reason when it is aborted
   */
  async load(signal: AbortSignal): Promise<void> {
    if (this.#provider !== null) await this.#ask(this.#provider, signal);
  }

  /**
   * After a refusal. Shards that were refused with the same token share one question; one that comes late finds the
   * answer there.
   * @param rejected the token that was refused
   * @returns whether `current` is another one now
   * @throws TokenProviderError
   * @throws the signal's reason when it is aborted
   */
  async renew(rejected: string, signal: AbortSignal): Promise<boolean> {
    if (this.#provider === null) return false;
    if (this.#current === rejected) await this.#ask(this.#provider, signal);
    return this.#current !== rejected;
  }

  async #ask(provider: TokenProvider, signal: AbortSignal): Promise<void> {
    this.#asking ??= answerOf(provider, this.#deadlineMs, signal).finally(() => {
      this.#asking = null;
    });
    this.#current = await this.#asking;
  }
}

async function answerOf(provider: TokenProvider, deadlineMs: number, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const answer = Promise.withResolvers<unknown>();
  const timer = setTimeout(() => {
    answer.reject(new TokenProviderError(`gave no answer within ${deadlineMs} ms`));
  }, deadlineMs);
  const onAbort = (): void => answer.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    (async () => provider())().then(answer.resolve, (error) => {
      answer.reject(new TokenProviderError('failed', error));
    });
    const token = bareToken(await answer.promise);
    if (token === null) throw new TokenProviderError('answered with something that is no bot token');
    return token;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
