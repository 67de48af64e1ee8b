/**
 * The dispatches of a session that a resume may ask for again: a ring, bounded by count and by bytes. The oldest go
 * first; a resume from before them is refused. Sequence numbers are contiguous, so an entry's place is arithmetic.
 */
export class ReplayBuffer<Body> {
  readonly maxEvents: number;
  readonly maxBytes: number;
  #entries: (Entry<Body> | null)[] = [];
  #head = 0;
  #firstSeq: number;
  #bytes = 0;

  /** @param lastSeq the sequence number already given out; the first entry is the next one */
  constructor(maxEvents: number, maxBytes: number, lastSeq = 0) {
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
    this.#firstSeq = lastSeq + 1;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param body null for a dispatch that is never replayed (READY, RESUMED) but has used up a sequence number */
  push(body: Body | null, bytes: number): void {
    this.#entries.push(body === null ? null : { body, bytes });
    if (body !== null) this.#bytes += bytes;
    while (this.size > 0 && (this.size > this.maxEvents || this.#bytes > this.maxBytes)) this.#dropOldest();
  }

  /**
   * The dispatches after `seq`, oldest first, with their sequence numbers; null when some of them are gone.
   * `seq` must not be higher than the last one given out.
   */
  since(seq: number): readonly (readonly [seq: number, body: Body])[] | null {
    const skip = seq + 1 - this.#firstSeq;
    if (skip < 0) return null;
    const missed: (readonly [number, Body])[] = [];
    for (let index = this.#head + skip; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index];
      if (entry) missed.push([this.#firstSeq + index - this.#head, entry.body]);
    }
    return missed;
  }

  #dropOldest(): void {
    const entry = this.#entries[this.#head];
    if (entry) this.#bytes -= entry.bytes;
    this.#entries[this.#head] = null;
    this.#head += 1;
    this.#firstSeq += 1;
    // Move the living to the front once the dead are the majority: amortised O(1) per push.
    if (this.#head > 32 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}

interface Entry<Body> {
  readonly body: Body;
  readonly bytes: number;
}

/** Events a session may miss and still resume, by the published rule: 75 for each guild, at least 100, at most 3500. */
export function replayBufferEvents(guildCount: number): number {
  return Math.max(100, Math.min(3500, 75 * guildCount));
}
