/** Room kept for what the server may ask for besides our own beats: heartbeats on request, Identify, Resume. */
const UNPLANNED_SENDS = 3;

export interface SendLimits {
  /** Payloads per window that the gateway takes. */
  readonly sendsPerWindow: number;
  readonly windowMs: number;
}

/**
 * Counts the commands of one connection: at most so many in any stretch of `windowMs`, wherever the gateway's own
 * window begins. Heartbeats are not counted but have a share of their own, taken off beforehand, so that a bot
 * that sends all it may is never cut off for a beat.
 *
 * A sliding log of send times, not a token bucket: a bucket would let twice the limit through around a refill.
 * @see https://docs.discord.com/developers/events/gateway#rate-limiting
 */
export class SendLimiter {
  readonly #windowMs: number;
  /** Ring of the times of the last sends, one slot for each that a window may hold. */
  readonly #sentAtMs: Float64Array;
  #oldest = 0;

  /** @param heartbeatIntervalMs as HELLO gave it; sets the share of heartbeats */
  constructor({ sendsPerWindow, windowMs }: SendLimits, heartbeatIntervalMs: number) {
    const reserved = Math.ceil(windowMs / heartbeatIntervalMs) + UNPLANNED_SENDS;
    this.#windowMs = windowMs;
    this.#sentAtMs = new Float64Array(Math.max(1, sendsPerWindow - reserved)).fill(Number.NEGATIVE_INFINITY);
  }

  /** Commands that fit in one window. */
  get commandsPerWindow(): number {
    return this.#sentAtMs.length;
  }

  /** How long the next command has to wait; 0 when it may go. */
  waitMs(nowMs: number): number {
    const oldestMs = this.#sentAtMs[this.#oldest] ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, oldestMs + this.#windowMs - nowMs);
  }

  noteSend(nowMs: number): void {
    this.#sentAtMs[this.#oldest] = nowMs;
    this.#oldest = (this.#oldest + 1) % this.#sentAtMs.length;
  }
}
