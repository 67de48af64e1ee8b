import type { Worker } from 'node:worker_threads';

/** The threads that this process starts, from now on. */
export class Threads implements Disposable {
  readonly started: Worker[] = [];
  readonly #running = new Set<Worker>();
  readonly #onWorker = (worker: Worker): void => {
    this.started.push(worker);
    this.#running.add(worker);
    worker.once('exit', () => this.#running.delete(worker));
  };

  constructor() {
    process.on('worker', this.#onWorker);
  }

  get running(): number {
    return this.#running.size;
  }

  /** The thread that was started last. */
  get last(): Worker {
    const worker = this.started.at(-1);
    if (worker === undefined) throw new Error('No thread was started');
    return worker;
  }

  [Symbol.dispose](): void {
    process.off('worker', this.#onWorker);
  }
}
