import type { EncodingName } from '../encoding/encoding.ts';
import { TransportError } from '../errors.ts';
import type { BodyEncoding } from './body-encoding.ts';
import type { TransportDecoder } from './decoder.ts';
import type { SharedBody } from './shared-body.ts';
import type { WireFormat, WireMessage } from './wire-format.ts';

const NOTHING: Buffer = Buffer.alloc(0);

/** Messages as the encoding makes them: head and shared body. */
export class PlainFormat implements WireFormat {
  readonly encoding: EncodingName;
  readonly transport = 'none';
  readonly opening: Buffer = NOTHING;
  readonly #bodies: BodyEncoding;

  constructor(bodies: BodyEncoding) {
    this.encoding = bodies.name;
    this.#bodies = bodies;
  }

  isBinary(): boolean {
    return this.#bodies.binary;
  }

  dispatchBytes(body: SharedBody): number {
    return this.#bodies.head.byteLength + this.#bodies.forms(body).plain.length;
  }

  writeDispatch(body: SharedBody, target: Buffer, offset: number): void {
    const { head } = this.#bodies;
    head.write(target, offset);
    this.#bodies.forms(body).plain.copy(target, offset + head.byteLength);
  }

  setSeq(seq: number, _body: SharedBody, target: Buffer, offset: number): void {
    this.#bodies.head.setSeq(seq, target, offset);
  }

  message(value: object): WireMessage {
    return { binary: this.#bodies.binary, payload: this.#bodies.encode(value) };
  }
}

export class PlainDecoder implements TransportDecoder {
  readonly #maxMessageBytes: number;
  readonly #binary: boolean;
  #closed = false;

  /** @param binary whether the encoding's messages travel in binary frames */
  constructor(maxMessageBytes: number, binary: boolean) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#binary = binary;
  }

  push(chunk: Buffer, binary: boolean): Buffer | null {
    if (this.#closed) return null;
    if (binary !== this.#binary) {
      const kind = binary ? 'Binary' : 'Text';
      throw new TransportError('UNEXPECTED_FRAME', `${kind} frame without transport compression`);
    }
    if (chunk.length > this.#maxMessageBytes) {
      throw new TransportError(
        'TOO_LARGE',
        `Message of ${chunk.length} bytes, limit ${this.#maxMessageBytes}`,
      );
    }
    return chunk;
  }

  close(): void {
    this.#closed = true;
  }
}
