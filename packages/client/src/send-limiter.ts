import { SlidingLog } from './sliding-log.ts';

/** Room kept for what the server may ask for besides our own beats: heartbeats on request, Identify, Resume. */
const UNPLANNED_SENDS = 3;

export interface SendLimits {
  /** Payloads per window that the gateway takes. */
  readonly sendsPerWindow: number;
  readonly windowMs: number;
}

/**
 * Counts the commands of one connection. Heartbeats are not counted but have a share of their own, taken off
 * beforehand, so that a bot that sends all it may is never cut off for a beat.
 * @see https://docs.discord.com/developers/events/gateway#rate-limiting
 */
export class SendLimiter {
  readonly #log: SlidingLog;

  /** @param heartbeatIntervalMs as it is kept; sets the share of heartbeats */
  constructor({ sendsPerWindow, windowMs }: SendLimits, heartbeatIntervalMs: number) {
    const reserved = Math.ceil(windowMs / heartbeatIntervalMs) + UNPLANNED_SENDS;
    this.#log = new SlidingLog(Math.max(1, sendsPerWindow - reserved), windowMs);
  }

  /** Commands that fit in one window. */
  get commandsPerWindow(): number {
    return this.#log.capacity;
  }

  /** How long the next command has to wait; 0 when it may go. */
  waitMs(nowMs: number): number {
    return this.#log.waitMs(nowMs);
  }

  noteSend(nowMs: number): void {
    this.#log.note(nowMs);
  }
}
