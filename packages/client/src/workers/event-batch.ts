/**
 * Events on their way to the main thread: one buffer for all of a turn. Each has a header of 20 bytes, then its message as it
 * came from the gateway.
 *
 *     0 length of the message u32 · 4 key of the shard u32 · 8 received, ms since the epoch f64 · 16 replayed u32
 */
const HEADER_BYTES = 20;
/** Some hundred events of the usual size. A larger message gets a buffer of its own. */
export const BATCH_BYTES = 65_536;

export interface BatchedEvent {
  /** Key of the shard. */
  readonly key: number;
  readonly receivedAtMs: number;
  readonly replayed: boolean;
}

/** Puts events one behind the other into a buffer, until it is taken. */
export class BatchWriter {
  readonly #spare: () => ArrayBuffer | undefined;
  #bytes: Buffer | null = null;
  #length = 0;
  #count = 0;

  /** @param spare a buffer of {@link BATCH_BYTES} that has been used before, if there is one */
  constructor(spare: () => ArrayBuffer | undefined = () => undefined) {
    this.#spare = spare;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether the message can go with those that are there. */
  fits(message: Buffer): boolean {
    const length = this.#bytes?.length ?? BATCH_BYTES;
    return this.#count === 0 || this.#length + HEADER_BYTES + message.length <= length;
  }

  /** Copies the message, which the next one overwrites. */
  add(message: Buffer, { key, receivedAtMs, replayed }: BatchedEvent): void {
    const bytes = this.#room(HEADER_BYTES + message.length);
    const at = this.#length;
    bytes.writeUInt32LE(message.length, at);
    bytes.writeUInt32LE(key, at + 4);
    bytes.writeDoubleLE(receivedAtMs, at + 8);
    bytes.writeUInt32LE(replayed ? 1 : 0, at + 16);
    message.copy(bytes, at + HEADER_BYTES);
    this.#length = at + HEADER_BYTES + message.length;
    this.#count += 1;
  }

  /** What was written; the writer begins another buffer. Null when there is nothing. */
  take(): { readonly buffer: ArrayBuffer; readonly byteLength: number; readonly count: number } | null {
    const bytes = this.#bytes;
    if (bytes === null) return null;
    const batch = { buffer: bytes.buffer as ArrayBuffer, byteLength: this.#length, count: this.#count };
    this.#bytes = null;
    this.#length = 0;
    this.#count = 0;
    return batch;
  }

  #room(byteLength: number): Buffer {
    if (this.#bytes !== null) return this.#bytes;
    const buffer =
      byteLength > BATCH_BYTES
        ? new ArrayBuffer(byteLength)
        : (this.#spare() ?? new ArrayBuffer(BATCH_BYTES));
    this.#bytes = Buffer.from(buffer);
    return this.#bytes;
  }
}

/** Calls `hear` for each event in order. The message is a view of the buffer. */
export function readBatch(
  buffer: ArrayBuffer,
  byteLength: number,
  hear: (message: Buffer, event: BatchedEvent) => void,
): void {
  const bytes = Buffer.from(buffer, 0, byteLength);
  for (let at = 0; at < byteLength; ) {
    const start = at + HEADER_BYTES;
    const end = start + bytes.readUInt32LE(at);
    hear(bytes.subarray(start, end), {
      key: bytes.readUInt32LE(at + 4),
      receivedAtMs: bytes.readDoubleLE(at + 8),
      replayed: bytes.readUInt32LE(at + 16) === 1,
    });
    at = end;
  }
}
