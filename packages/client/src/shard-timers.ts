import type { ShardEffect, ShardTimer } from '@guildhall/protocol/client';

type Arm = Extract<ShardEffect, { type: 'arm' }>;

/** The timers of one shard, at most one of each name. They keep the process alive: a shard in backoff is at work. */
export class ShardTimers {
  readonly #running = new Map<ShardTimer, NodeJS.Timeout>();
  readonly #onFire: (timer: ShardTimer, epoch: number) => void;

  constructor(onFire: (timer: ShardTimer, epoch: number) => void) {
    this.#onFire = onFire;
  }

  /** Replaces a running timer of the same name. The time is drawn evenly from minMs..maxMs, and returned. */
  arm({ timer, epoch, minMs, maxMs }: Arm): number {
    this.cancel(timer);
    const fire = (): void => {
      this.#running.delete(timer);
      this.#onFire(timer, epoch);
    };
    const afterMs = minMs + Math.random() * (maxMs - minMs);
    this.#running.set(timer, setTimeout(fire, afterMs));
    return afterMs;
  }

  cancel(timer: ShardTimer): void {
    clearTimeout(this.#running.get(timer));
    this.#running.delete(timer);
  }
}
