const FIRST_CAPACITY_BYTES = 4096;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Bytes that come in pieces, in one buffer that doubles: however small the pieces, memory stays below twice the
 * sum. The owner bounds the sum.
 */
export class ByteAccumulator {
  #bytes: Buffer = EMPTY;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What has been gathered, as a view that is good until the next change. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY_BYTES, length, 2 * this.#bytes.length));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  endsWith(suffix: Uint8Array): boolean {
    const start = this.#length - suffix.length;
    return start >= 0 && this.#bytes.compare(suffix, 0, suffix.length, start, this.#length) === 0;
  }

  /** Hands everything over and is empty again. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = EMPTY;
    this.#length = 0;
    return taken;
  }
}
