import { type Compression, SyncCodec } from './sync-codec.ts';
import { frameSize } from './websocket.ts';

/** The one socket of many whose messages are counted and kept, to be decoded when nothing is measured. */
export class Probe {
  /** Since the last settlement. */
  messages = 0;
  bytes = 0;
  #pending: Buffer = Buffer.alloc(0);
  /** In the order of the stream, which has to be read from its first byte. */
  #payloads: Buffer[] = [];
  readonly #decoder: SyncCodec | null;

  constructor(compression: Compression) {
    this.#decoder = compression === 'none' ? null : SyncCodec.decompressor(compression);
  }

  /** A message that is kept and does not count. */
  greet(payload: Buffer): void {
    this.#payloads.push(Buffer.from(payload));
  }

  read(data: Buffer, length: number): void {
    this.bytes += length;
    this.#pending = Buffer.concat([this.#pending, data.subarray(0, length)]);
    let at = 0;
    for (;;) {
      const size = frameSize(this.#pending, at);
      if (size === null || this.#pending.length - at < size.header + size.payload) break;
      this.#payloads.push(this.#pending.subarray(at + size.header, at + size.header + size.payload));
      this.messages += 1;
      at += size.header + size.payload;
    }
    this.#pending = this.#pending.subarray(at);
  }

  /** The count begins anew. */
  settle(): void {
    this.messages = 0;
    this.bytes = 0;
  }

  /** What came since the last time, decoded. */
  takeTexts(): string[] {
    return this.#payloads
      .splice(0)
      .map((payload) => (this.#decoder === null ? payload : this.#decoder.push(payload)).toString());
  }

  /** Of the last dispatch among the texts that have not been taken, which are gone then. */
  lastSeq(): number {
    const numbers = this.takeTexts().map((text) => (JSON.parse(text) as { readonly s: number | null }).s);
    return numbers.findLast((s) => s !== null) ?? 0;
  }
}
