import { AbortedError, OpenDeadlineError, OptionError } from './errors.ts';
import type { ConnectionLossError } from './loss-error.ts';
import { MAX_TIMER_MS } from './options.ts';

export interface OpenOptions {
  /** Gives up and closes everything. */
  readonly signal?: AbortSignal;
  /** For all shards together, in ms; 1..2^31-1. Default: none, for in an outage shards wait as long as it takes. */
  readonly deadlineMs?: number;
}

export interface CloseOptions {
  /**
   * `end`: the bot goes offline at once. `keep`: the sessions can be resumed for some minutes, by the next `open`
   * of this client, and through `sessionStore` by that of another process.
   */
  readonly session: 'keep' | 'end';
  /** After this many ms sockets are cut off. Default: each has `timing.closeDeadlineMs` for its handshake. */
  readonly deadlineMs?: number;
}

/** One call of `open`, from its start until it settles. */
export class Opening {
  /** Set by `close`. */
  closeWith: CloseOptions | null = null;
  lastLoss: ConnectionLossError | null = null;
  readonly #controller = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  readonly #settled = Promise.withResolvers<void>();
  readonly #callerSignal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onCallerAbort = (): void => this.abort(new AbortedError(this.#callerSignal?.reason));

  /**
   * @param notReady which shards are missing when the deadline passes
   * @throws OptionError
   */
  constructor({ signal, deadlineMs }: OpenOptions, notReady: () => readonly number[]) {
    if (deadlineMs !== undefined && !(deadlineMs >= 1 && deadlineMs <= MAX_TIMER_MS)) {
      throw new OptionError('deadlineMs', `a number of ms from 1 to ${MAX_TIMER_MS}`);
    }
    // It may be rejected before anybody waits for it.
    this.#ready.promise.catch(() => {});
    this.signal.addEventListener('abort', () => this.#ready.reject(this.signal.reason));
    this.#callerSignal = signal;
    if (signal?.aborted) this.#onCallerAbort();
    signal?.addEventListener('abort', this.#onCallerAbort, { once: true });
    if (deadlineMs === undefined) return;
    const onDeadline = (): void => this.abort(new OpenDeadlineError(deadlineMs, notReady(), this.lastLoss));
    this.#timer = setTimeout(onDeadline, deadlineMs);
  }

  /** Aborted when the opening fails, or later when the client is closed. Its reason is the error of `open`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Resolves when every shard is ready; rejects with the reason of `abort`. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when the call has done all it does. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  succeed(): void {
    this.#ready.resolve();
  }

  /** Neither the caller's signal nor the deadline counts any more. */
  settle(): void {
    clearTimeout(this.#timer);
    this.#callerSignal?.removeEventListener('abort', this.#onCallerAbort);
    this.#settled.resolve();
  }
}
