import type { ShardPhase } from '@guildhall/protocol/client';
import type { Connection } from './connection.ts';

/** Whether a shard reads from its connection. What leads to a session is read even where the bot is behind. */
export class Reading {
  /** The bot is behind. */
  #held = false;
  /** Nothing is read from the present connection. */
  #paused = false;

  set held(held: boolean) {
    this.#held = held;
  }

  /**
   * Called when the phase may have changed, too.
   * @returns whether reading is paused now; null when nothing has changed
   */
  follow({ name }: ShardPhase, connection: Connection | null): boolean | null {
    const paused = this.#held && (name === 'resuming' || name === 'live');
    if (connection === null || paused === this.#paused) return null;
    this.#paused = paused;
    if (paused) connection.pauseReading();
    else connection.resumeReading();
    return paused;
  }

  /** The connection is gone; the next one reads. */
  reset(): void {
    this.#paused = false;
  }
}
