import { AbortedError } from './errors.ts';
import { WaitTimeoutError } from './event-errors.ts';

export interface WaitOptions {
  /** Ends the waiting with `AbortedError`. */
  readonly signal?: AbortSignal;
  /** Ends it with `WaitTimeoutError`, after so many ms; 1..2^31-1. Default: none. */
  readonly timeoutMs?: number;
}

/** One promise that whoever comes first settles: an event, a timer, a signal, the end of the client. */
export class Wait<T> {
  readonly promise: Promise<T>;
  readonly #settle = Promise.withResolvers<T>();
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onAbort = (): void => this.reject(new AbortedError(this.#signal?.reason));
  readonly #onEnd: () => void;

  /**
   * @param what for the message of the timeout
   * @param onEnd called once, before the promise settles
   */
  constructor(what: string, { signal, timeoutMs }: WaitOptions, onEnd: () => void) {
    this.promise = this.#settle.promise;
    this.#onEnd = onEnd;
    this.#signal = signal;
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(() => this.reject(new WaitTimeoutError(what, timeoutMs)), timeoutMs);
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  resolve(value: T): void {
    this.#end();
    this.#settle.resolve(value);
  }

  reject(error: unknown): void {
    this.#end();
    this.#settle.reject(error);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#onEnd();
  }
}
