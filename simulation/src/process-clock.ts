/** How time passes in a process: it can stand still while the world goes on. */
import type { Timer, VirtualClock } from './virtual-clock.ts';

/**
 * `stall`: the event loop is blocked; timers that came due fire when it goes on. `sleep`: the machine sleeps, and the
 * clock of timers with it; they fire as much later as it slept.
 */
export type Standstill = 'stall' | 'sleep';

export interface ProcessTimer {
  dueAtMs: number;
  readonly callback: () => void;
  timer: Timer | null;
}

export class ProcessClock {
  readonly #clock: VirtualClock;
  readonly #timers = new Set<ProcessTimer>();
  #standing: { readonly kind: Standstill; readonly sinceMs: number } | null = null;
  /** Timers that came due, and what the sockets had to say, while the process stood still. */
  #due: ProcessTimer[] = [];
  #io: (() => void)[] = [];
  #wokeAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get nowMs(): number {
    return this.#clock.nowMs;
  }

  get isStanding(): boolean {
    return this.#standing !== null;
  }

  /** When it last went on after a standstill. */
  get wokeAtMs(): number {
    return this.#wokeAtMs;
  }

  schedule(delayMs: number, callback: () => void): ProcessTimer {
    const timer: ProcessTimer = { dueAtMs: this.nowMs + Math.max(0, delayMs), callback, timer: null };
    this.#start(timer, delayMs);
    this.#timers.add(timer);
    return timer;
  }

  cancel(timer: ProcessTimer): void {
    this.#timers.delete(timer);
    if (timer.timer !== null) this.#clock.cancel(timer.timer);
  }

  /** What a socket reports: at once, or when the process goes on. */
  deliver(report: () => void): void {
    if (this.#standing === null) report();
    else this.#io.push(report);
  }

  standStill(kind: Standstill, ms: number, onAwake: () => void): void {
    if (this.#standing !== null) return;
    this.#standing = { kind, sinceMs: this.nowMs };
    this.#clock.schedule(ms, () => this.#wake(onAwake));
  }

  /** The process ends: no timer fires and nothing is reported any more. */
  die(): void {
    for (const timer of [...this.#timers]) this.cancel(timer);
    this.#standing = null;
    this.#due = [];
    this.#io = [];
  }

  /** Timers first, as Node does it: what came by the sockets has not been read when they fire. */
  #wake(onAwake: () => void): void {
    if (this.#standing === null) return;
    const { kind, sinceMs } = this.#standing;
    this.#standing = null;
    this.#wokeAtMs = this.nowMs;
    const due = this.#due;
    this.#due = [];
    if (kind === 'sleep') {
      for (const timer of this.#timers) this.#putOff(timer, this.nowMs - sinceMs);
    } else {
      for (const timer of due) if (this.#timers.has(timer)) this.#fire(timer);
    }
    onAwake();
    const io = this.#io;
    this.#io = [];
    for (const report of io) report();
  }

  #putOff(before: ProcessTimer, ms: number): void {
    if (before.timer !== null) this.#clock.cancel(before.timer);
    before.dueAtMs += ms;
    this.#start(before, before.dueAtMs - this.nowMs);
  }

  #start(timer: ProcessTimer, delayMs: number): void {
    timer.timer = this.#clock.schedule(delayMs, () => {
      if (this.#standing === null) this.#fire(timer);
      else this.#due.push(timer);
    });
  }

  #fire(timer: ProcessTimer): void {
    this.#timers.delete(timer);
    timer.callback();
  }
}
