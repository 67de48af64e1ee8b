import { DISPATCH_NAMES } from '@guildhall/protocol/client';

const PLACES: ReadonlyMap<string, number> = new Map(DISPATCH_NAMES.map((name, at) => [name, at]));
/** All names that are not documented share one. */
const UNDOCUMENTED = DISPATCH_NAMES.length;

/**
 * Which events somebody listens to, in memory that all threads share: a handler that comes or goes counts for the next
 * event that a worker reads, and no message tells of it. A command that is sent behind it finds it done.
 */
export class WantedBoard {
  readonly memory: SharedArrayBuffer;
  readonly #wanted: Uint8Array;

  /** @param memory of another thread's board. Default: a new one, on which nothing is wanted */
  constructor(memory = new SharedArrayBuffer(UNDOCUMENTED + 1)) {
    this.memory = memory;
    this.#wanted = new Uint8Array(memory);
  }

  /** Hot path. */
  wants(name: string): boolean {
    return Atomics.load(this.#wanted, PLACES.get(name) ?? UNDOCUMENTED) !== 0;
  }

  /** @param isWanted of a name; '' stands for all that are not documented */
  update(isWanted: (name: string) => boolean): void {
    for (const [name, at] of [...PLACES, ['', UNDOCUMENTED] as const]) {
      Atomics.store(this.#wanted, at, isWanted(name) ? 1 : 0);
    }
  }
}
