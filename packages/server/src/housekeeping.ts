import type { Timer, TimerWheel } from './gateway/timer-wheel.ts';
import type { World } from './world/world.ts';

/** How late the end of a poll or of a thread's patience may be. */
const INTERVAL_MS = 5_000;

/** Does what comes of time alone: threads fall asleep, polls end. */
export class Housekeeping {
  readonly #world: World;
  readonly #wheel: TimerWheel;
  #timer: Timer | null = null;

  constructor(world: World, wheel: TimerWheel) {
    this.#world = world;
    this.#wheel = wheel;
  }

  start(): void {
    this.#timer = this.#wheel.schedule(INTERVAL_MS, () => {
      this.start();
      this.#world.threads.archiveInactive();
      this.#world.polls.endDue();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
