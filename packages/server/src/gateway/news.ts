import type { Logger } from '../world/logger.ts';
import type { GatewayEvent } from './control.ts';

/** What the gateway tells those who watch it. Without anybody nothing is made. */
export class GatewayNews {
  readonly #listeners = new Set<(event: GatewayEvent) => void>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @returns a function that removes the listener */
  watch(listener: (event: GatewayEvent) => void): () => void {
    // A wrapper of its own, so that one function given twice is two listeners.
    const own = (event: GatewayEvent) => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** A listener that throws is logged, and the rest go on. */
  tell(make: () => GatewayEvent): void {
    if (this.#listeners.size === 0) return;
    const event = make();
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ err: error, kind: event.kind }, 'a listener of the gateway threw');
      }
    }
  }
}
