import type { Bus, WorldEvent } from './events.ts';
import type { Logger } from './logger.ts';

/** The bus of one process: a list of listeners, called in order of their subscription. */
export class LocalBus implements Bus {
  readonly #listeners = new Set<(event: WorldEvent) => void>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  publish(event: WorldEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ err: error, kind: event.kind }, 'a listener of the world threw');
      }
    }
  }

  subscribe(listener: (event: WorldEvent) => void): () => void {
    // A wrapper of its own, so that one function subscribed twice is two listeners.
    const own = (event: WorldEvent) => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }
}
