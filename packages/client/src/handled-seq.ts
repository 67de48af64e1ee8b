/** Which events of one session have handlers that have not finished. */
export class HandledSeq {
  /** Unfinished handlers by the event's number; numbers in ascending order, as events come. */
  readonly #unfinished = new Map<number, number>();

  /** A handler of the event has returned a promise. */
  begin(seq: number): void {
    this.#unfinished.set(seq, (this.#unfinished.get(seq) ?? 0) + 1);
  }

  /** The promise has settled, either way. */
  done(seq: number): void {
    const left = (this.#unfinished.get(seq) ?? 0) - 1;
    if (left > 0) this.#unfinished.set(seq, left);
    else this.#unfinished.delete(seq);
  }

  /**
   * The last event up to which all handlers of all events have finished.
   * @param received number of the last event handed over
   */
  upTo(received: number): number {
    for (const seq of this.#unfinished.keys()) return Math.min(received, seq - 1);
    return received;
  }
}
