/**
 * At most `capacity` things in any stretch of `windowMs`, wherever the other side's own window begins.
 *
 * A log of times, not a token bucket: a bucket would let twice the limit through around a refill.
 */
export class SlidingLog {
  readonly #windowMs: number;
  /** Ring of the times of the last ones, one slot for each that a window may hold. */
  readonly #atMs: Float64Array;
  #oldest = 0;

  constructor(capacity: number, windowMs: number) {
    this.#windowMs = windowMs;
    this.#atMs = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
  }

  get capacity(): number {
    return this.#atMs.length;
  }

  /** How long the next one has to wait; 0 when it may come. */
  waitMs(nowMs: number): number {
    const oldestMs = this.#atMs[this.#oldest] ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, oldestMs + this.#windowMs - nowMs);
  }

  note(nowMs: number): void {
    this.#atMs[this.#oldest] = nowMs;
    this.#oldest = (this.#oldest + 1) % this.#atMs.length;
  }
}
