import { dispatchPrefix } from '../envelope/splice.ts';
import { TransportError } from '../errors.ts';
import type { TransportDecoder } from './decoder.ts';
import type { EncodedMessage, TransportEncoder } from './encoder.ts';
import type { SharedBody } from './shared-body.ts';

/** Plain JSON in text frames. */
export class PlainEncoder implements TransportEncoder {
  readonly name = 'none';

  dispatch(seq: number, body: SharedBody): EncodedMessage {
    return { binary: false, chunks: [dispatchPrefix(seq), body.plain] };
  }

  text(json: string): EncodedMessage {
    return { binary: false, chunks: [Buffer.from(json)] };
  }
}

export class PlainDecoder implements TransportDecoder {
  readonly #maxMessageBytes: number;
  #closed = false;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  push(chunk: Buffer, binary: boolean): Buffer | null {
    if (this.#closed) return null;
    if (binary) throw new TransportError('UNEXPECTED_FRAME', 'Binary frame without transport compression');
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
