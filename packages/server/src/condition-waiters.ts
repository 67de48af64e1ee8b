import type { TimerWheel } from './gateway/timer-wheel.ts';
import { DEFAULT_WAIT_MS, ServerClosedError, type WaitOptions } from './wait-options.ts';
import type { Bus } from './world/events.ts';

export interface ConditionOptions extends WaitOptions {
  /** The error when the time is over. */
  readonly failure: () => Error;
  /** Time alone may change what is to be seen: when to look once more. */
  readonly lookAgainAfterMs?: number;
}

interface Waiter {
  look(): void;
  fail(error: unknown): void;
}

/** Promises of something to be seen. Each settles: by the sight, an error of its look, the time, the signal or the end. */
export class ConditionWaiters {
  readonly #wheel: TimerWheel;
  readonly #unsubscribe: () => void;
  readonly #waiters = new Set<Waiter>();
  #isLookDue = false;

  constructor(bus: Bus, wheel: TimerWheel) {
    this.#wheel = wheel;
    this.#unsubscribe = bus.subscribe(() => this.#lookSoon());
  }

  /** Looks at once, then after the events of each commit. */
  until<T>(look: () => T | undefined, options: ConditionOptions): Promise<T> {
    const { timeoutMs = DEFAULT_WAIT_MS, signal, failure, lookAgainAfterMs } = options;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const settle = (action: () => void) => {
        if (!this.#waiters.delete(waiter)) return;
        for (const timer of timers) timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        action();
      };
      const waiter: Waiter = {
        look: () => {
          try {
            const seen = look();
            if (seen !== undefined) settle(() => resolve(seen));
          } catch (error) {
            settle(() => reject(error));
          }
        },
        fail: (error) => settle(() => reject(error)),
      };
      const onAbort = () => waiter.fail(signal?.reason);
      const timers = [this.#wheel.schedule(timeoutMs, () => waiter.fail(failure()))];
      if (lookAgainAfterMs !== undefined)
        timers.push(this.#wheel.schedule(lookAgainAfterMs, () => waiter.look()));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
      waiter.look();
    });
  }

  close(): void {
    this.#unsubscribe();
    for (const waiter of [...this.#waiters])
      waiter.fail(new ServerClosedError('closed while somebody waited'));
  }

  /** Once for all events of a commit, and when every other listener has heard of them. */
  #lookSoon(): void {
    if (this.#isLookDue || this.#waiters.size === 0) return;
    this.#isLookDue = true;
    queueMicrotask(() => {
      this.#isLookDue = false;
      for (const waiter of [...this.#waiters]) waiter.look();
    });
  }
}
