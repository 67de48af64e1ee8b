/** Choices made by a seed. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to below `bound`. (mulberry32) */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  /** True in one of so many cases. */
  oneIn(cases: number): boolean {
    return this.below(cases) === 0;
  }

  /** One of the list; the substitute when it is empty. */
  pick<T, U = never>(list: readonly T[], substitute?: U): T | U {
    return list[this.below(Math.max(1, list.length))] ?? (substitute as U);
  }

  /** Each of the list, or not. */
  some<T>(list: readonly T[]): T[] {
    return list.filter(() => this.oneIn(2));
  }

  /** Each of the fields, or not. */
  fields(all: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(this.some(Object.entries(all)));
  }
}
