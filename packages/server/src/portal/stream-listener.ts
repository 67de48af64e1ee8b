/** Where the text of a stream goes. */
export interface StreamSink {
  write(text: string): void;
  /** What has been written and not been taken yet. */
  readonly unsentBytes: number;
  end(): void;
}

/** What may wait for a listener that reads too slowly. */
const MAX_UNSENT_BYTES = 1_048_576;

/** One who listens. When too much waits for it, the rest is dropped until it has caught up, and it is told so. */
export class StreamListener {
  readonly #sink: StreamSink;
  readonly #resync: () => string;
  #hasLost = false;

  /** @param resync the text that tells of a loss */
  constructor(sink: StreamSink, resync: () => string) {
    this.#sink = sink;
    this.#resync = resync;
  }

  send(text: string): void {
    if (this.#sink.unsentBytes > MAX_UNSENT_BYTES) {
      this.#hasLost = true;
      return;
    }
    if (this.#hasLost) this.#sink.write(this.#resync());
    this.#hasLost = false;
    this.#sink.write(text);
  }

  end(): void {
    this.#sink.end();
  }
}
