import { uptime } from 'node:os';

/** How late the event loop was at the last look, and at the worst since `open`, in ms. */
export interface LoopLag {
  readonly lastMs: number;
  readonly maxMs: number;
}

/** Two clocks that nobody can set: one of them stands while the machine sleeps. */
export interface Clocks {
  /** `performance.now()`: counts the time that the machine was awake. */
  awakeMs(): number;
  /** Counts all time. */
  elapsedMs(): number;
}

const SYSTEM_CLOCKS: Clocks = {
  awakeMs: () => performance.now(),
  elapsedMs: () => uptime() * 1_000,
};

/** A time in which the process did nothing. */
export interface Gap {
  readonly ms: number;
  /** `performance.now()` at a moment before it began, by at most a second. */
  readonly sinceMs: number;
}

const PERIOD_MS = 1_000;
/** Shorter gaps are found out by the ordinary heartbeat just as well. */
const MIN_SLEEP_MS = 10_000;

/**
 * Notices that the process did nothing for a while, because the event loop was blocked or the machine asleep.
 * A timer alone does not: on most systems the clock of timers stands while the machine sleeps.
 */
export class DriftWatch {
  readonly #onSlept: (gap: Gap) => void;
  readonly #clocks: Clocks;
  #timer: NodeJS.Timeout | null = null;
  #lookedAt = { awakeMs: 0, elapsedMs: 0 };
  #lag: LoopLag = { lastMs: 0, maxMs: 0 };

  /** @param onSlept told of each gap of 10 s or more, within a second after its end */
  constructor(onSlept: (gap: Gap) => void, clocks: Clocks = SYSTEM_CLOCKS) {
    this.#onSlept = onSlept;
    this.#clocks = clocks;
  }

  get lag(): LoopLag {
    return this.#lag;
  }

  /** Begins anew. It does not keep the process alive. */
  start(): void {
    this.stop();
    this.#lag = { lastMs: 0, maxMs: 0 };
    this.#lookedAt = this.#now();
    this.#timer = setInterval(() => this.#look(), PERIOD_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const before = this.#lookedAt;
    const now = this.#now();
    this.#lookedAt = now;
    const awakeMs = now.awakeMs - before.awakeMs;
    const lastMs = Math.max(0, awakeMs - PERIOD_MS);
    this.#lag = { lastMs, maxMs: Math.max(lastMs, this.#lag.maxMs) };
    const ms = Math.max(awakeMs, now.elapsedMs - before.elapsedMs) - PERIOD_MS;
    if (ms >= MIN_SLEEP_MS) this.#onSlept({ ms, sinceMs: before.awakeMs });
  }

  #now(): { readonly awakeMs: number; readonly elapsedMs: number } {
    return { awakeMs: this.#clocks.awakeMs(), elapsedMs: this.#clocks.elapsedMs() };
  }
}
