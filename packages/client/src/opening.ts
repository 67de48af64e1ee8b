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
   * of this client.
   */
  readonly session: 'keep' | 'end';
  /** After this many ms sockets are cut off. Default: each has `timing.closeDeadlineMs` for its handshake. */
  readonly deadlineMs?: number;
}

/** One call of `open`, from its start until it settles. */
export class Opening {
  /** Its signal's reason is the error that `open` rejects with. */
  readonly abort = new AbortController();
  readonly ready: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly settled: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Set by `close`. */
  closeWith: CloseOptions | null = null;
  lastLoss: ConnectionLossError | null = null;
  readonly #unwatch: () => void;

  /**
   * @param notReady the shards that are missing when the deadline passes
   * @throws OptionError
   */
  constructor({ signal, deadlineMs }: OpenOptions, notReady: () => readonly number[]) {
    if (deadlineMs !== undefined && !(deadlineMs >= 1 && deadlineMs <= MAX_TIMER_MS)) {
      throw new OptionError('deadlineMs', `a number of ms from 1 to ${MAX_TIMER_MS}`);
    }
    const { abort, ready } = this;
    // It may be rejected before anybody waits for it.
    ready.promise.catch(() => {});
    abort.signal.addEventListener('abort', () => ready.reject(abort.signal.reason));
    const onAbort = (): void => abort.abort(new AbortedError(signal?.reason));
    const onDeadline = (): void =>
      abort.abort(new OpenDeadlineError(deadlineMs ?? 0, notReady(), this.lastLoss));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = deadlineMs === undefined ? undefined : setTimeout(onDeadline, deadlineMs);
    this.#unwatch = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  }

  /** `open` has its answer. */
  settle(): void {
    this.#unwatch();
    this.settled.resolve();
  }
}
