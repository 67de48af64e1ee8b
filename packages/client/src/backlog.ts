import type { GatewayClientError } from './errors.ts';
import { OverloadError } from './event-errors.ts';
import type { ResolvedHandling } from './handling-options.ts';

/**
 * `clear`: everything is read and handed over. `shedding`: events of the names in `handling.shed` are left out.
 * `paused`: nothing is read from the sockets; heartbeats go on.
 */
export type BacklogState = 'clear' | 'shedding' | 'paused';

/** How far the bot is behind. Counts only grow. */
export interface BacklogStatus {
  readonly state: BacklogState;
  /** Events that wait for sequential handlers or iterators. */
  readonly queued: number;
  /** The most that ever were. */
  readonly peak: number;
  /** How often reading was paused, and for how long in all, in ms. */
  readonly pauses: number;
  readonly pausedMs: number;
  /** Events left out, by name. */
  readonly shed: Readonly<Record<string, number>>;
}

/** None of these may throw. */
export interface BacklogHost {
  /** Stops or starts reading from all sockets. */
  setReading(paused: boolean): void;
  changed(status: BacklogStatus): void;
  problem(error: GatewayClientError): void;
}

const STUCK_AFTER_MS = 30_000;

/**
 * Events that have arrived and wait to be handled, over all shards: at the high-water mark chosen events are shed, or
 * reading is paused, which is the only end that a queue has in a gateway; at the low-water mark all is as before.
 */
export class Backlog {
  readonly #handling: ResolvedHandling;
  readonly #host: BacklogHost;
  readonly #sheds: ReadonlySet<string>;
  readonly #shed: Record<string, number> = {};
  #state: BacklogState = 'clear';
  #queued = 0;
  #peak = 0;
  /** Iterators that are full and let nobody go on. */
  #holds = 0;
  #pauses = 0;
  #pausedMs = 0;
  #pausedAtMs = 0;
  #stuckTimer: NodeJS.Timeout | undefined;
  #progress = false;

  constructor(handling: ResolvedHandling, host: BacklogHost) {
    this.#handling = handling;
    this.#host = host;
    this.#sheds = new Set(handling.shed);
  }

  get isPaused(): boolean {
    return this.#state === 'paused';
  }

  get status(): BacklogStatus {
    const sinceMs = this.isPaused ? performance.now() - this.#pausedAtMs : 0;
    return {
      state: this.#state,
      queued: this.#queued,
      peak: this.#peak,
      pauses: this.#pauses,
      pausedMs: Math.round(this.#pausedMs + sinceMs),
      shed: { ...this.#shed },
    };
  }

  add(): void {
    this.#queued += 1;
    if (this.#queued > this.#peak) this.#peak = this.#queued;
    if (this.#queued >= this.#handling.highWaterMark) this.#judge();
  }

  remove(): void {
    this.#queued -= 1;
    this.#progress = true;
    if (this.#state !== 'clear') this.#judge();
  }

  /** Nothing may be read before as many calls of `release` have come. */
  hold(): void {
    this.#holds += 1;
    this.#judge();
  }

  release(): void {
    this.#holds -= 1;
    this.#progress = true;
    this.#judge();
  }

  /** Hot path: whether an event of the name is left out now. It is counted then. */
  sheds(name: string): boolean {
    if (this.#state === 'clear' || !this.#sheds.has(name)) return false;
    this.#shed[name] = (this.#shed[name] ?? 0) + 1;
    return true;
  }

  /** Events were left out in another thread. */
  noteShed(name: string, events: number): void {
    if (events > 0) this.#shed[name] = (this.#shed[name] ?? 0) + events;
  }

  /** There are sockets again; what waited when the last ones were closed still waits. */
  start(): void {
    if (!this.isPaused) return;
    this.#host.setReading(true);
    this.#watch();
  }

  /** The client is closed: no timer is left. */
  stop(): void {
    clearInterval(this.#stuckTimer);
  }

  #judge(): void {
    const next = this.#nextState();
    if (next === this.#state) return;
    const wasPaused = this.isPaused;
    this.#state = next;
    if (this.isPaused !== wasPaused) this.#setReading();
    this.#host.changed(this.status);
  }

  #nextState(): BacklogState {
    const { highWaterMark, lowWaterMark } = this.#handling;
    const canShed = this.#sheds.size > 0;
    // What cannot be shed must not grow for ever either.
    const pauseAt = canShed ? 2 * highWaterMark : highWaterMark;
    const resumeAt = canShed ? highWaterMark : lowWaterMark;
    if (this.#holds > 0 || this.#queued >= pauseAt) return 'paused';
    if (this.isPaused && this.#queued > resumeAt) return 'paused';
    const shedAt = this.#state === 'clear' ? highWaterMark - 1 : lowWaterMark;
    return canShed && this.#queued > shedAt ? 'shedding' : 'clear';
  }

  #setReading(): void {
    if (this.isPaused) {
      this.#pauses += 1;
      this.#pausedAtMs = performance.now();
      this.#watch();
    } else {
      this.#pausedMs += performance.now() - this.#pausedAtMs;
      clearInterval(this.#stuckTimer);
    }
    this.#host.setReading(this.isPaused);
  }

  /** A handler that never ends would stop the bot for good, and nothing else would say so. */
  #watch(): void {
    this.#progress = false;
    clearInterval(this.#stuckTimer);
    this.#stuckTimer = setInterval(() => this.#look(), STUCK_AFTER_MS).unref();
  }

  #look(): void {
    if (!this.#progress) this.#host.problem(new OverloadError(this.#queued, STUCK_AFTER_MS));
    this.#progress = false;
  }
}
