import type { Backlog } from './backlog.ts';
import { isThenable } from './emitter.ts';

interface Task {
  readonly run: () => unknown;
  readonly settle: PromiseWithResolvers<unknown>;
}

/**
 * Work in lanes, by key: in a lane one task runs at a time, in the order in which they came; lanes do not wait for each
 * other. A lane exists while it has work.
 */
export class Lanes {
  readonly #maxConcurrent: number;
  readonly #backlog: Backlog;
  /** Tasks behind the one that runs, by key; a lane that has not begun waits in `#starting`, too. */
  readonly #lanes = new Map<string, Task[]>();
  readonly #starting: string[] = [];
  #running = 0;

  constructor(maxConcurrent: number, backlog: Backlog) {
    this.#maxConcurrent = maxConcurrent;
    this.#backlog = backlog;
  }

  /**
   * Runs at once where nobody is before it.
   * @returns what the task returns; a promise of it where it has to wait
   * @throws what the task throws, where it runs at once
   */
  run(key: string, run: () => unknown): unknown {
    const waiting = this.#lanes.get(key);
    if (waiting === undefined && this.#running < this.#maxConcurrent) return this.#runAtOnce(key, run);
    const task: Task = { run, settle: Promise.withResolvers() };
    this.#backlog.add();
    if (waiting === undefined) {
      this.#lanes.set(key, [task]);
      this.#starting.push(key);
    } else {
      waiting.push(task);
    }
    return task.settle.promise;
  }

  /** Most handlers of a quiet bot go this way; one that returns no promise leaves no lane behind. */
  #runAtOnce(key: string, run: () => unknown): unknown {
    // The handler itself may bring about the next event of its key.
    const waiting: Task[] = [];
    this.#lanes.set(key, waiting);
    this.#running += 1;
    let result: unknown;
    try {
      result = run();
    } catch (error) {
      this.#goOn(key, waiting);
      throw error;
    }
    if (!isThenable(result)) {
      this.#goOn(key, waiting);
      return result;
    }
    const goOn = (): void => this.#goOn(key, waiting);
    result.then(goOn, goOn);
    return result;
  }

  /** The task before has ended. */
  #goOn(key: string, waiting: Task[]): void {
    if (waiting.length === 0) this.#end(key);
    else void this.#work(key, waiting);
  }

  async #work(key: string, waiting: Task[]): Promise<void> {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      this.#backlog.remove();
      try {
        task.settle.resolve(await task.run());
      } catch (error) {
        task.settle.reject(error);
      }
    }
    this.#end(key);
  }

  /** The lane is empty; the first of those that wait for a place gets its. */
  #end(key: string): void {
    this.#lanes.delete(key);
    this.#running -= 1;
    const next = this.#starting.shift();
    const waiting = next === undefined ? undefined : this.#lanes.get(next);
    if (next === undefined || waiting === undefined) return;
    this.#running += 1;
    void this.#work(next, waiting);
  }
}
