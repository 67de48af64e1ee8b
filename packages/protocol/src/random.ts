/** A seeded generator (sfc32) for what is to happen by chance and yet again: the same seed gives the same on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed an integer; its low 32 bits count */
  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.imul(seed, 0x9e3779b1) ^ 0x243f6a88;
    this.#c = Math.imul(seed, 0x85ebca6b) ^ 0x13198a2e;
    // Neighbouring seeds start out alike; a dozen rounds set them apart.
    for (let round = 0; round < 12; round += 1) this.#word();
  }

  /** Evenly from [0, 1). */
  next(): number {
    return this.#word() / 2 ** 32;
  }

  /** Evenly from [min, max). */
  between(min: number, max: number): number {
    return min + this.next() * (max - min);
  }

  /** An integer from min to max, both included. */
  integer(min: number, max: number): number {
    return Math.floor(this.between(min, max + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @throws RangeError when there is nothing to pick from */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError('Nothing to pick from');
    return item;
  }

  /** A generator of its own, so that one part's draws do not move another part's. */
  fork(): Random {
    return new Random(this.#word());
  }

  #word(): number {
    const word = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + word;
    return word >>> 0;
  }
}
