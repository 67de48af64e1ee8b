/**
 * How often an application may identify: one start per `shard_id % max_concurrency` and 5 s, and a number of starts
 * a day. Resumes are not counted.
 * @see https://docs.discord.com/developers/events/gateway#session-start-limit-object
 */
export interface IdentifyLimits {
  readonly maxConcurrency: number;
  /** Length of the window of one concurrency bucket. */
  readonly bucketMs: number;
  /** Starts per `resetMs`; one more resets the token. */
  readonly startsPerWindow: number;
  readonly resetMs: number;
}

/** The starts of the present window. */
export interface StartWindow {
  readonly count: number;
  /** By the clock that the ledger is asked with. */
  readonly startedAtMs: number;
}

const NO_STARTS: StartWindow = { count: 0, startedAtMs: Number.NEGATIVE_INFINITY };

export class IdentifyLedger {
  readonly limits: IdentifyLimits;
  readonly #lastAtMs: number[];
  #window: StartWindow;

  /** @param window of a ledger before this one */
  constructor(limits: IdentifyLimits, window: StartWindow = NO_STARTS) {
    this.limits = limits;
    this.#window = window;
    this.#lastAtMs = new Array<number>(limits.maxConcurrency).fill(Number.NEGATIVE_INFINITY);
  }

  /** Takes the shard's bucket for the next 5 s. False if it is taken; a refused try does not lengthen the wait. */
  takeBucket(shardId: number, nowMs: number): boolean {
    const key = shardId % this.limits.maxConcurrency;
    const last = this.#lastAtMs[key] ?? Number.NEGATIVE_INFINITY;
    if (nowMs - last < this.limits.bucketMs) return false;
    this.#lastAtMs[key] = nowMs;
    return true;
  }

  /** Counts a session start. False if the day's starts were used up before it. */
  countStart(nowMs: number): boolean {
    this.#openWindow(nowMs);
    const { count, startedAtMs } = this.#window;
    if (count >= this.limits.startsPerWindow) return false;
    this.#window = { count: count + 1, startedAtMs: count === 0 ? nowMs : startedAtMs };
    return true;
  }

  /** As it was when the ledger was last asked. */
  get window(): StartWindow {
    return this.#window;
  }

  remaining(nowMs: number): number {
    this.#openWindow(nowMs);
    return Math.max(0, this.limits.startsPerWindow - this.#window.count);
  }

  /** Milliseconds until `remaining` is full again; 0 when no start is counted. */
  resetAfterMs(nowMs: number): number {
    this.#openWindow(nowMs);
    const { count, startedAtMs } = this.#window;
    return count === 0 ? 0 : Math.max(0, startedAtMs + this.limits.resetMs - nowMs);
  }

  #openWindow(nowMs: number): void {
    if (nowMs - this.#window.startedAtMs >= this.limits.resetMs) this.#window = NO_STARTS;
  }
}
