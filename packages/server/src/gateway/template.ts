import {
  FrameOpcode,
  frameHeadBytes,
  type SharedBody,
  type WireFormat,
  wireFormat,
  writeFrameHead,
} from '@guildhall/protocol';

/**
 * Dispatches in a row as they go to every connection that hears just these, frames included. Only the numbers
 * differ, and they take a constant number of bytes, so that they are written over in place: no copy for each receiver.
 *
 *   │ frame header │ head: s │ body │ frame header │ head: s │ body │ …
 */
export class Template {
  /** Length of what it would be without compression. */
  readonly plainBytes: number;
  readonly #format: WireFormat;
  readonly #bodies: readonly SharedBody[];
  /** Where the payload of each begins. */
  readonly #payloadsAt: readonly number[];
  #bytes: Buffer;
  #firstSeq = 0;
  /** A socket has kept the bytes, as the kernel did not take them all: they must stay as they are. */
  #isKept = false;

  constructor(format: WireFormat, bodies: readonly SharedBody[]) {
    const sizes = bodies.map((body) => format.dispatchBytes(body));
    const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + frameHeadBytes(size) + size, 0));
    let at = 0;
    this.#payloadsAt = bodies.map((body, index) => {
      const size = sizes[index] ?? 0;
      const opcode = format.isBinary(body) ? FrameOpcode.BINARY : FrameOpcode.TEXT;
      const payloadAt = writeFrameHead(bytes, at, opcode, size);
      format.writeDispatch(body, bytes, payloadAt);
      at = payloadAt + size;
      return payloadAt;
    });
    this.plainBytes =
      format.transport === 'none' ? at : framedBytes(wireFormat(format.encoding, 'none'), bodies);
    this.#format = format;
    this.#bodies = bodies;
    this.#bytes = bytes;
  }

  /**
   * The dispatches with the numbers from `firstSeq` on. Valid until the next call, unless {@link keep} is called
   * before it.
   */
  numbered(firstSeq: number): Buffer {
    if (firstSeq === this.#firstSeq) return this.#bytes;
    if (this.#isKept) {
      this.#bytes = Buffer.from(this.#bytes);
      this.#isKept = false;
    }
    this.#firstSeq = firstSeq;
    for (let index = 0; index < this.#bodies.length; index += 1) {
      const body = this.#bodies[index];
      const payloadAt = this.#payloadsAt[index];
      if (body !== undefined && payloadAt !== undefined) {
        this.#format.setSeq(firstSeq + index, body, this.#bytes, payloadAt);
      }
    }
    return this.#bytes;
  }

  /** The bytes last handed out are still in use and will not be written over. */
  keep(): void {
    this.#isKept = true;
  }
}

function framedBytes(format: WireFormat, bodies: readonly SharedBody[]): number {
  return bodies.reduce((sum, body) => {
    const size = format.dispatchBytes(body);
    return sum + frameHeadBytes(size) + size;
  }, 0);
}
