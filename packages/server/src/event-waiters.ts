import type { DispatchData, DispatchName } from '@guildhall/protocol';
import type { TimerWheel } from './gateway/timer-wheel.ts';
import { DEFAULT_WAIT_MS, ServerClosedError, type WaitOptions, WaitTimeoutError } from './wait-options.ts';
import type { Bus, WorldEvent } from './world/events.ts';

/** Promises of events to come, whoever they are for. Each settles: by the event, the time, the signal or the end. */
export class EventWaiters {
  readonly #wheel: TimerWheel;
  readonly #unsubscribe: () => void;
  readonly #waiters = new Set<Waiter>();

  constructor(bus: Bus, wheel: TimerWheel) {
    this.#wheel = wheel;
    this.#unsubscribe = bus.subscribe((event) => this.#onEvent(event));
  }

  waitFor<Name extends DispatchName>(
    name: Name,
    predicate: (d: DispatchData[Name]) => boolean,
    { timeoutMs = DEFAULT_WAIT_MS, signal }: WaitOptions,
  ): Promise<DispatchData[Name]> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const settle = (action: () => void) => {
        if (!this.#waiters.delete(waiter)) return;
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        action();
      };
      const waiter: Waiter = {
        name,
        // The world makes the payloads of its events by these types.
        offer: (d) => {
          try {
            if (predicate(d as DispatchData[Name])) settle(() => resolve(d as DispatchData[Name]));
          } catch (error) {
            settle(() => reject(error));
          }
        },
        fail: (error) => settle(() => reject(error)),
      };
      const onAbort = () => waiter.fail(signal?.reason);
      const timer = this.#wheel.schedule(timeoutMs, () =>
        waiter.fail(new WaitTimeoutError(`no ${name} that matches within ${timeoutMs} ms`)),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  close(): void {
    this.#unsubscribe();
    for (const waiter of [...this.#waiters])
      waiter.fail(new ServerClosedError(`closed before ${waiter.name} came`));
  }

  #onEvent(event: WorldEvent): void {
    if (event.kind !== 'dispatch') return;
    for (const waiter of [...this.#waiters]) if (waiter.name === event.name) waiter.offer(event.d);
  }
}

interface Waiter {
  readonly name: DispatchName;
  offer(d: object): void;
  fail(error: unknown): void;
}
