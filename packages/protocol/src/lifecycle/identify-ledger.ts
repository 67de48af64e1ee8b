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

export class IdentifyLedger {
  readonly limits: IdentifyLimits;
  readonly #lastAtMs: number[];
  #windowStartedAtMs = Number.NEGATIVE_INFINITY;
  #starts = 0;

  constructor(limits: IdentifyLimits) {
    this.limits = limits;
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
    if (this.#starts >= this.limits.startsPerWindow) return false;
    if (this.#starts === 0) this.#windowStartedAtMs = nowMs;
    this.#starts += 1;
    return true;
  }

  remaining(nowMs: number): number {
    this.#openWindow(nowMs);
    return Math.max(0, this.limits.startsPerWindow - this.#starts);
  }

  /** Milliseconds until `remaining` is full again; 0 when no start is counted. */
  resetAfterMs(nowMs: number): number {
    this.#openWindow(nowMs);
    return this.#starts === 0 ? 0 : Math.max(0, this.#windowStartedAtMs + this.limits.resetMs - nowMs);
  }

  #openWindow(nowMs: number): void {
    if (nowMs - this.#windowStartedAtMs >= this.limits.resetMs) this.#starts = 0;
  }
}
