/** A moment in the queue. `callback` is null once it has fired or been cancelled. */
export interface Timer {
  readonly atMs: number;
  readonly order: number;
  callback: (() => void) | null;
}

/** Time that passes only as fast as events are handled. Equal moments keep the order in which they were scheduled. */
export class VirtualClock {
  /** More events than any honest lifetime needs: a loop that makes no progress ends here. */
  readonly maxEvents: number;
  #nowMs = 0;
  #order = 0;
  #events = 0;
  readonly #heap: Timer[] = [];

  constructor(maxEvents: number) {
    this.maxEvents = maxEvents;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Events handled so far. */
  get events(): number {
    return this.#events;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    return this.scheduleAt(this.#nowMs + Math.max(0, delayMs), callback);
  }

  /** For moments that must come out equal or in order: a delay that is added to `nowMs` again has been rounded. */
  scheduleAt(atMs: number, callback: () => void): Timer {
    const timer = { atMs: Math.max(atMs, this.#nowMs), order: this.#order, callback };
    this.#order += 1;
    this.#push(timer);
    return timer;
  }

  cancel(timer: Timer): void {
    timer.callback = null;
  }

  /** Handles everything up to and including the moment. */
  runUntil(untilMs: number): void {
    this.runWhile(() => true, untilMs);
  }

  /**
   * Handles events while the condition holds, up to the moment. Time stands at `untilMs` afterwards, or at the event
   * that ended the condition.
   * @throws ClockExhausted after `maxEvents` events
   */
  runWhile(condition: () => boolean, untilMs: number): void {
    while (condition()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs);
        return;
      }
      this.#pop();
      const { callback } = next;
      if (callback === null) continue;
      next.callback = null;
      this.#nowMs = next.atMs;
      this.#events += 1;
      if (this.#events > this.maxEvents) throw new ClockExhausted(this.maxEvents);
      callback();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      const first = heap[left];
      if (first === undefined) break;
      const second = heap[left + 1];
      const [child, at] =
        second !== undefined && isBefore(second, first) ? [second, left + 1] : [first, left];
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = at;
    }
    heap[index] = last;
  }
}

export class ClockExhausted extends Error {
  constructor(maxEvents: number) {
    super(`More than ${maxEvents} events in one lifetime`);
    this.name = 'ClockExhausted';
  }
}

function isBefore(left: Timer, right: Timer): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}
