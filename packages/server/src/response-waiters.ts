import type { TimerWheel } from './gateway/timer-wheel.ts';
import {
  DEFAULT_WAIT_MS,
  NoResponseError,
  ServerClosedError,
  type WaitOptions,
  WaitTimeoutError,
} from './wait-options.ts';
import type { Snowflake } from './world/entities.ts';
import type { WorldEvent } from './world/events.ts';
import type { Interaction } from './world/interaction.ts';
import { RESPONSE_DEADLINE_MS } from './world/interactions.ts';
import type { World } from './world/world.ts';

/** How far the world's clock and the wheel's may go apart in three seconds. */
const CLOCK_SKEW_MS = 10;

interface Waiter {
  readonly interactionId: Snowflake;
  look(): void;
  fail(error: unknown): void;
}

/** Promises of responses to come. Each settles: by the response, the application's deadline, the time, the signal or the end. */
export class ResponseWaiters {
  readonly #world: World;
  readonly #wheel: TimerWheel;
  readonly #unsubscribe: () => void;
  readonly #waiters = new Set<Waiter>();

  constructor(world: World, wheel: TimerWheel) {
    this.#world = world;
    this.#wheel = wheel;
    this.#unsubscribe = world.bus.subscribe((event) => this.#onEvent(event));
  }

  wait(
    id: Snowflake,
    isDone: (interaction: Interaction) => boolean,
    { timeoutMs = DEFAULT_WAIT_MS, signal }: WaitOptions,
  ): Promise<Interaction> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const settle = (action: () => void) => {
        this.#waiters.delete(waiter);
        timer.cancel();
        deadline.cancel();
        signal?.removeEventListener('abort', onAbort);
        action();
      };
      const waiter: Waiter = {
        interactionId: id,
        look: () => {
          try {
            const interaction = this.#world.interactions.require(id);
            const { kind } = interaction.response;
            if (kind === 'expired') {
              throw new NoResponseError(
                `the application did not respond to interaction ${id} within ${RESPONSE_DEADLINE_MS} ms`,
              );
            }
            if (kind !== 'pending' && isDone(interaction)) settle(() => resolve(interaction));
          } catch (error) {
            settle(() => reject(error));
          }
        },
        fail: (error) => settle(() => reject(error)),
      };
      const onAbort = () => waiter.fail(signal?.reason);
      const timer = this.#wheel.schedule(timeoutMs, () => waiter.fail(this.#timeout(id, timeoutMs)));
      // The world's clock may not be the wheel's: it is asked again, and says by itself when the time is over.
      const deadline = this.#wheel.schedule(RESPONSE_DEADLINE_MS + CLOCK_SKEW_MS, () => waiter.look());
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
      waiter.look();
    });
  }

  close(): void {
    this.#unsubscribe();
    for (const waiter of [...this.#waiters]) {
      waiter.fail(
        new ServerClosedError(`closed before interaction ${waiter.interactionId} was responded to`),
      );
    }
  }

  #timeout(id: Snowflake, timeoutMs: number): WaitTimeoutError {
    const kind = this.#world.interactions.get(id)?.response.kind ?? 'forgotten';
    return new WaitTimeoutError(`interaction ${id} was ${kind} after ${timeoutMs} ms`);
  }

  #onEvent(event: WorldEvent): void {
    if (event.kind !== 'interaction-changed') return;
    for (const waiter of [...this.#waiters]) if (waiter.interactionId === event.interactionId) waiter.look();
  }
}
