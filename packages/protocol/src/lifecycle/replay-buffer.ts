/**
 * The dispatches of a session that a resume may ask for again: a ring, bounded by count and by bytes. The oldest go
 * first; a resume from before them is refused. Sequence numbers are contiguous, so an entry's place is arithmetic.
 */
export class ReplayBuffer<Body> {
  readonly maxEvents: number;
  readonly maxBytes: number;
  // Two lists instead of one of pairs: nothing is made for each dispatch of each session. Their length is a power of two
  // that doubles on need, as most sessions never miss much.
  #bodies: (Body | null)[] = [];
  #sizes: number[] = [];
  /** Place of the oldest entry. */
  #head = 0;
  #size = 0;
  #firstSeq: number;
  #bytes = 0;

  /** @param lastSeq the sequence number already given out; the first entry is the next one */
  constructor(maxEvents: number, maxBytes: number, lastSeq = 0) {
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
    this.#firstSeq = lastSeq + 1;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param body null for a dispatch that is never replayed (READY, RESUMED) but has used up a sequence number */
  push(body: Body | null, bytes: number): void {
    if (this.#size === this.maxEvents) this.#dropOldest();
    if (this.#size === this.#bodies.length) this.#grow();
    const place = this.#place(this.#size);
    this.#bodies[place] = body;
    this.#sizes[place] = body === null ? 0 : bytes;
    this.#size += 1;
    if (body !== null) this.#bytes += bytes;
    while (this.#bytes > this.maxBytes) this.#dropOldest();
  }

  /**
   * The dispatches after `seq`, oldest first, with their sequence numbers; null when some of them are gone.
   * `seq` must not be higher than the last one given out.
   */
  since(seq: number): readonly (readonly [seq: number, body: Body])[] | null {
    const skip = seq + 1 - this.#firstSeq;
    if (skip < 0) return null;
    const missed: (readonly [number, Body])[] = [];
    for (let index = skip; index < this.#size; index += 1) {
      const body = this.#bodies[this.#place(index)] ?? null;
      if (body !== null) missed.push([this.#firstSeq + index, body]);
    }
    return missed;
  }

  /** The newest that are kept and come after `seq`, oldest first, at most `count`; READY and RESUMED are not among them. */
  newest(count: number, seq = 0): readonly (readonly [seq: number, body: Body])[] {
    const from = Math.max(seq, this.#firstSeq + this.#size - 1 - count);
    return this.since(Math.min(Math.max(from, this.#firstSeq - 1), this.#firstSeq + this.#size - 1)) ?? [];
  }

  /** Forgets everything, as if it had run over. */
  clear(): void {
    while (this.#size > 0) this.#dropOldest();
  }

  #place(index: number): number {
    return (this.#head + index) & (this.#bodies.length - 1);
  }

  #dropOldest(): void {
    this.#bytes -= this.#sizes[this.#head] ?? 0;
    this.#bodies[this.#head] = null;
    this.#head = this.#place(1);
    this.#size -= 1;
    this.#firstSeq += 1;
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, 2 * this.#bodies.length);
    const bodies: (Body | null)[] = new Array(capacity).fill(null);
    const sizes: number[] = new Array(capacity).fill(0);
    for (let index = 0; index < this.#size; index += 1) {
      const place = this.#place(index);
      bodies[index] = this.#bodies[place] ?? null;
      sizes[index] = this.#sizes[place] ?? 0;
    }
    this.#bodies = bodies;
    this.#sizes = sizes;
    this.#head = 0;
  }
}

/** A power of two. */
const FIRST_CAPACITY = 8;

/** Events a session may miss and still resume, by the published rule: 75 for each guild, at least 100, at most 3500. */
export function replayBufferEvents(guildCount: number): number {
  return Math.max(100, Math.min(3500, 75 * guildCount));
}
