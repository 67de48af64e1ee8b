import { requireInteger } from './option-error.ts';

/** What the owner may ask of the time of a server. */
export interface ClockControl {
  /** Milliseconds since 1970, as the world has it. */
  now(): number;
  /** How far it has been put forward. */
  readonly aheadMs: number;
  /**
   * Puts the clock forward: what was due in between happens at once, in order, before this returns. Heartbeats not
   * sent, sessions not resumed, identify windows, timeouts of members and rate limits all take it for time that has passed.
   * @param ms 1 to 31,622,400,000 (366 days)
   * @throws GuildhallOptionError
   */
  advance(ms: number): void;
}

/** The time of one server: the system's, and what its owner has added. It never goes back. */
export class ServerClock implements ClockControl {
  #aheadMs = 0;
  readonly #ticks = new Set<() => void>();

  /** A `WheelClock`, for the wheel on which the gateway's timers hang. */
  readonly wheel = {
    now: (): number => this.monotonicMs(),
    every: (intervalMs: number, tick: () => void): (() => void) => {
      const interval = setInterval(tick, intervalMs).unref();
      this.#ticks.add(tick);
      return () => {
        clearInterval(interval);
        this.#ticks.delete(tick);
      };
    },
  };

  get aheadMs(): number {
    return this.#aheadMs;
  }

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Milliseconds of an unknown beginning that never go back. */
  monotonicMs(): number {
    return performance.now() + this.#aheadMs;
  }

  advance(ms: number): void {
    this.#aheadMs += requireInteger('ms', ms, 1, MAX_ADVANCE_MS);
    for (const tick of [...this.#ticks]) tick();
  }
}

const MAX_ADVANCE_MS = 366 * 86_400_000;
