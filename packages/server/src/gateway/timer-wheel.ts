/** How the wheel learns of time. */
export interface WheelClock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls `tick` every `intervalMs` until the returned function is called. Must not keep the process alive. */
  every(intervalMs: number, tick: () => void): () => void;
}

export interface TimerWheelOptions {
  /** Length of a tick: how late a timer may be. 1 to 1,000. Default 50. */
  readonly tickMs?: number;
  /** Default: the process's monotonic clock and one unref'd interval. */
  readonly clock?: WheelClock;
  /** Told of what a callback throws; the other timers go on. */
  readonly onError: (error: unknown) => void;
}

/** A timer that waits, has run or was cancelled. */
export interface Timer {
  /** The callback will not be called any more. No effect when it has been. */
  cancel(): void;
}

const DEFAULT_TICK_MS = 50;
/** A power of two. At 50 ms a tick, a turn of the wheel is 25.6 s; longer timers wait for several turns. */
const SLOTS = 512;

/**
 * All timers of a server on one interval, in a hashed wheel: scheduling and cancelling cost O(1), and a tick looks
 * only at the timers of its slot. Timers are never early and at most a tick late. The interval runs only while
 * there are timers.
 */
export class TimerWheel {
  readonly #tickMs: number;
  readonly #clock: WheelClock;
  readonly #onError: (error: unknown) => void;
  readonly #slots: readonly Set<WheelTimer>[] = Array.from({ length: SLOTS }, () => new Set());
  /** When tick 0 was: the moment at which the interval began. */
  #originMs = 0;
  #doneTick = 0;
  #size = 0;
  #stopTicking: (() => void) | null = null;

  constructor(options: TimerWheelOptions) {
    this.#tickMs = options.tickMs ?? DEFAULT_TICK_MS;
    this.#clock = options.clock ?? systemClock;
    this.#onError = options.onError;
  }

  /** Timers that wait. */
  get size(): number {
    return this.#size;
  }

  /** Calls back once, `ms` from now or up to a tick later; never in the turn of this call. */
  schedule(ms: number, callback: () => void): Timer {
    if (this.#stopTicking === null) {
      // Nobody waits, so time may begin anew: in step with the interval, a timer is a tick late at most.
      this.#originMs = this.#clock.now();
      this.#doneTick = 0;
      this.#stopTicking = this.#clock.every(this.#tickMs, () => this.#advance());
    }
    const elapsedMs = this.#clock.now() - this.#originMs;
    const dueTick = Math.max(Math.ceil((elapsedMs + ms) / this.#tickMs), this.#doneTick + 1);
    const slot = this.#slot(dueTick);
    const timer: WheelTimer = {
      dueTick,
      callback,
      cancel: () => {
        if (slot.delete(timer)) this.#shrink();
      },
    };
    slot.add(timer);
    this.#size += 1;
    return timer;
  }

  #advance(): void {
    const nowTick = Math.floor((this.#clock.now() - this.#originMs) / this.#tickMs);
    const due: WheelTimer[] = [];
    // After a long pause of the process one turn meets every slot, and with it every timer that is due.
    const first = Math.max(this.#doneTick + 1, nowTick - SLOTS + 1);
    for (let tick = first; tick <= nowTick; tick += 1) {
      for (const timer of this.#slot(tick)) if (timer.dueTick <= nowTick) due.push(timer);
    }
    this.#doneTick = Math.max(this.#doneTick, nowTick);
    due.sort((a, b) => a.dueTick - b.dueTick);
    for (const timer of due) {
      // An earlier callback of this tick may have cancelled it.
      if (!this.#slot(timer.dueTick).delete(timer)) continue;
      this.#shrink();
      try {
        timer.callback();
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  #slot(tick: number): Set<WheelTimer> {
    const slot = this.#slots[tick & (SLOTS - 1)];
    if (slot === undefined) throw new RangeError(`tick ${tick} is no whole number`);
    return slot;
  }

  #shrink(): void {
    this.#size -= 1;
    if (this.#size > 0) return;
    this.#stopTicking?.();
    this.#stopTicking = null;
  }
}

interface WheelTimer extends Timer {
  readonly dueTick: number;
  readonly callback: () => void;
}

const systemClock: WheelClock = {
  now: () => performance.now(),
  every: (intervalMs, tick) => {
    const interval = setInterval(tick, intervalMs).unref();
    return () => clearInterval(interval);
  },
};
