import { inflateSync } from 'node:zlib';
import { DISPATCH_PREFIX_BYTES, dispatchPrefix, writeDispatchPrefix } from '../envelope/splice.ts';
import { TransportError } from '../errors.ts';
import { adler32, combineAdler32 } from './adler32.ts';
import type { TransportDecoder } from './decoder.ts';
import { deflateBlocks, STORED_HEADER_BYTES, writeStoredHeader, ZLIB_HEADER } from './deflate-blocks.ts';
import type { EncodedMessage, TransportEncoder } from './encoder.ts';
import type { SharedBody } from './shared-body.ts';

/** Smaller messages are not worth a client's time. */
const COMPRESS_FROM_BYTES = 1024;

/** An empty, final stored block. The check sum follows it. */
const FINAL_BLOCK: Buffer = Buffer.from([0x01, 0x00, 0x00, 0xff, 0xff]);
const ADLER_BYTES = 4;

/**
 * Messages of 1 KiB and more are zlib blobs of their own in binary frames, others plain text frames. A
 * dispatch's blob is spliced, too; its check sum is combined from those of prefix and body:
 *
 *   78 9C │ stored block: prefix │ shared DEFLATE blocks │ 01 00 00 FF FF │ Adler-32
 */
export class ZlibPayloadEncoder implements TransportEncoder {
  readonly name = 'zlib-payload';

  dispatch(seq: number, body: SharedBody): EncodedMessage {
    if (DISPATCH_PREFIX_BYTES + body.byteLength < COMPRESS_FROM_BYTES) {
      return { binary: false, chunks: [dispatchPrefix(seq), body.plain] };
    }
    const prefixAt = ZLIB_HEADER.length + STORED_HEADER_BYTES;
    const head = Buffer.allocUnsafe(prefixAt + DISPATCH_PREFIX_BYTES);
    ZLIB_HEADER.copy(head);
    writeStoredHeader(DISPATCH_PREFIX_BYTES, head, ZLIB_HEADER.length);
    writeDispatchPrefix(seq, head, prefixAt);
    const adler = combineAdler32(adler32(head.subarray(prefixAt)), body.adler, body.byteLength);
    return { binary: true, chunks: [head, body.deflated, blobEnd(adler)] };
  }

  text(json: string): EncodedMessage {
    const plain = Buffer.from(json);
    if (plain.length < COMPRESS_FROM_BYTES) return { binary: false, chunks: [plain] };
    return { binary: true, chunks: [ZLIB_HEADER, deflateBlocks(plain), blobEnd(adler32(plain))] };
  }
}

/** Text frames pass, binary frames are one zlib blob each. */
export class ZlibPayloadDecoder implements TransportDecoder {
  readonly #maxMessageBytes: number;
  #closed = false;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  push(chunk: Buffer, binary: boolean): Buffer | null {
    if (this.#closed) return null;
    if (chunk.length > this.#maxMessageBytes) throw tooLarge(this.#maxMessageBytes);
    if (!binary) return chunk;
    try {
      return inflateSync(chunk, { maxOutputLength: this.#maxMessageBytes });
    } catch (error) {
      if (error instanceof RangeError) throw tooLarge(this.#maxMessageBytes);
      throw new TransportError('INFLATE_FAILED', 'The binary frame is not a complete zlib blob');
    }
  }

  close(): void {
    this.#closed = true;
  }
}

function blobEnd(adler: number): Buffer {
  const end = Buffer.allocUnsafe(FINAL_BLOCK.length + ADLER_BYTES);
  FINAL_BLOCK.copy(end);
  end.writeUInt32BE(adler, FINAL_BLOCK.length);
  return end;
}

function tooLarge(maxBytes: number): TransportError {
  return new TransportError('TOO_LARGE', `A gateway message exceeds ${maxBytes} bytes`);
}
