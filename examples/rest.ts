/** As much of the REST API as an example needs. Bots of some size use `@discordjs/rest`. */

/** The API refused, or did not answer. */
export class RestError extends Error {
  override readonly name = 'RestError';
  /** HTTP status; null without an answer. */
  readonly status: number | null;

  constructor(message: string, status: number | null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

export interface RestOptions {
  /** Root of the API; without a version `/v10` is put behind it. */
  readonly apiBase: string;
  readonly token: string;
  /** Ends requests and waits. */
  readonly signal: AbortSignal;
}

const MAX_ATTEMPTS = 4;
const DEADLINE_MS = 10_000;
/** A longer wait is not worth it: the user who asked has gone. */
const MAX_RETRY_AFTER_MS = 30_000;
const FIRST_RETRY_MS = 500;

type Attempt =
  | { readonly outcome: 'done'; readonly body: unknown }
  | { readonly outcome: 'retry'; readonly afterMs: number; readonly error: RestError };

export class Rest {
  readonly #base: string;
  readonly #token: string;
  readonly #signal: AbortSignal;

  constructor({ apiBase, token, signal }: RestOptions) {
    const base = apiBase.replace(/\/+$/, '');
    this.#base = /\/v\d+$/.test(base) ? base : `${base}/v10`;
    this.#token = token.replace(/^Bot\s+/i, '');
    this.#signal = signal;
  }

  /**
   * Waits out rate limits, and tries again when the API is in trouble.
   * @param path such as `/channels/1/messages`
   * @throws RestError
   */
  async post(path: string, body: object): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#attempt(path, body, attempt);
      if (result.outcome === 'done') return result.body;
      if (attempt === MAX_ATTEMPTS || result.afterMs > MAX_RETRY_AFTER_MS) throw result.error;
      await pause(result.afterMs, this.#signal);
    }
  }

  async #attempt(path: string, body: object, attempt: number): Promise<Attempt> {
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(`${this.#base}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bot ${this.#token}`,
          'content-type': 'application/json',
          'user-agent': 'DiscordBot (@guildhall/client, 0.1.0)',
        },
        body: JSON.stringify(body),
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(DEADLINE_MS)]),
      });
      answer = await response.json().catch(() => null);
    } catch (cause) {
      // A message may have been posted although no answer came: trying again could post it twice.
      throw new RestError(`POST ${path}: no answer`, null, cause);
    }
    const { status } = response;
    if (response.ok) return { outcome: 'done', body: answer };
    const error = new RestError(`POST ${path}: ${status} ${messageOf(answer)}`, status);
    if (status === 429) return { outcome: 'retry', afterMs: retryAfterMs(response, answer), error };
    if (status >= 500) return { outcome: 'retry', afterMs: FIRST_RETRY_MS * 2 ** (attempt - 1), error };
    throw error;
  }
}

/** The body counts in fractions of a second; a proxy in front of the API may send the header alone. */
function retryAfterMs(response: Response, answer: unknown): number {
  const seconds = Number(fieldOf(answer, 'retry_after') ?? response.headers.get('retry-after') ?? 1);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1_000) : 1_000;
}

function messageOf(answer: unknown): string {
  const message = fieldOf(answer, 'message');
  const code = fieldOf(answer, 'code');
  return typeof message === 'string' ? `${message}${typeof code === 'number' ? ` (code ${code})` : ''}` : '';
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new RestError('Stopped while waiting to try again', null, signal.reason));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
