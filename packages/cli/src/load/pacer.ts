export interface PacerOptions {
  readonly perSecond: number;
  readonly act: () => void;
  /** Something threw: the pacer has stopped. */
  readonly onError: (error: unknown) => void;
  /** Monotonic milliseconds. Default: the process's. */
  readonly now?: () => number;
}

const TURN_MS = 5;
/** Of one turn; then sockets have theirs. */
const MAX_BUSY_MS = 20;
/** Acts that are later than this are not made up for. */
const MAX_LATE_MS = 1_000;

/** Acts at a steady pace by the monotonic clock: one timer, whatever the pace. */
export class Pacer {
  readonly #perMs: number;
  readonly #act: () => void;
  readonly #onError: (error: unknown) => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  /** When the next one is due. */
  #dueMs = 0;
  #made = 0;
  #skipped = 0;

  constructor({ perSecond, act, onError, now = () => performance.now() }: PacerOptions) {
    this.#perMs = perSecond / 1_000;
    this.#act = act;
    this.#onError = onError;
    this.#now = now;
  }

  get made(): number {
    return this.#made;
  }

  /** Acts that were not made, for there was no time. */
  get skipped(): number {
    return this.#skipped;
  }

  start(): void {
    this.#dueMs = this.#now();
    this.#timer ??= setInterval(() => this.turn(), TURN_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** What is due is done. @internal */
  turn(): void {
    const startedMs = this.#now();
    const stepMs = 1 / this.#perMs;
    const lateMs = startedMs - this.#dueMs;
    if (lateMs > MAX_LATE_MS) {
      const skipped = Math.floor((lateMs - MAX_LATE_MS) * this.#perMs);
      this.#skipped += skipped;
      this.#dueMs += skipped * stepMs;
    }
    try {
      while (this.#dueMs <= startedMs && this.#now() - startedMs < MAX_BUSY_MS) {
        this.#act();
        this.#made += 1;
        this.#dueMs += stepMs;
      }
    } catch (error) {
      this.stop();
      this.#onError(error);
    }
  }
}
