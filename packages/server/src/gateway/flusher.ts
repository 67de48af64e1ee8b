import { Batch } from './batch.ts';

export interface Flushable {
  /** Sends what waits. */
  flush(): void;
}

/**
 * Sends what connections are owed once per turn of the event loop. A fan-out to many keeps the loop busy for
 * milliseconds, in which further events pile up and then go out in one write: no timer is needed.
 */
export class Flusher {
  /** Where connections begin that are owed nothing yet in this turn. */
  root: Batch = Batch.root();
  #waiting: Flushable[] = [];
  #flushing: Flushable[] = [];
  readonly #run = () => this.#flushAll();

  /** Is flushed at the end of this turn. */
  add(flushable: Flushable): void {
    if (this.#waiting.length === 0) setImmediate(this.#run);
    this.#waiting.push(flushable);
  }

  #flushAll(): void {
    const flushing = this.#waiting;
    this.#waiting = this.#flushing;
    this.#flushing = flushing;
    this.root = Batch.root();
    for (const flushable of flushing) flushable.flush();
    flushing.length = 0;
  }
}
