/** The last values of several series side by side, in memory of a fixed size. */
export class SeriesRing<Name extends string> {
  readonly #columns: ReadonlyMap<Name, Float64Array>;
  readonly #capacity: number;
  #next = 0;
  #size = 0;

  /** @param capacity values of each series; then the oldest are forgotten */
  constructor(names: readonly Name[], capacity: number) {
    this.#columns = new Map(names.map((name) => [name, new Float64Array(capacity)]));
    this.#capacity = capacity;
  }

  /** One value of each. */
  push(values: Readonly<Record<Name, number>>): void {
    for (const [name, column] of this.#columns) column[this.#next] = values[name];
    this.#next = (this.#next + 1) % this.#capacity;
    this.#size = Math.min(this.#size + 1, this.#capacity);
  }

  /** Oldest first. Empty for a name that there is not. */
  values(name: Name): number[] {
    const column = this.#columns.get(name);
    if (column === undefined) return [];
    const start = this.#size < this.#capacity ? 0 : this.#next;
    return [...column.subarray(start, this.#size), ...column.subarray(0, start)];
  }
}
