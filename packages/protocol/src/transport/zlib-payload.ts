import { inflateSync } from 'node:zlib';
import { DISPATCH_PREFIX_BYTES } from '../envelope/splice.ts';
import { TransportError } from '../errors.ts';
import { adler32, combineAdler32 } from './adler32.ts';
import { jsonBodies } from './body-encoding.ts';
import type { TransportDecoder } from './decoder.ts';
import { deflateBlocks, STORED_HEADER_BYTES, writeStoredHeader, ZLIB_HEADER } from './deflate-blocks.ts';
import type { SharedBody } from './shared-body.ts';
import type { WireFormat, WireMessage } from './wire-format.ts';

/** Smaller messages are not worth a client's time. */
const COMPRESS_FROM_BYTES = 1024;

/** An empty, final stored block. The check sum follows it. */
const FINAL_BLOCK: Buffer = Buffer.from([0x01, 0x00, 0x00, 0xff, 0xff]);
const ADLER_BYTES = 4;
const NOTHING: Buffer = Buffer.alloc(0);
const PREFIX_AT = ZLIB_HEADER.length + STORED_HEADER_BYTES;
const BLOCKS_AT = PREFIX_AT + DISPATCH_PREFIX_BYTES;

/**
 * Messages of 1 KiB and more are zlib blobs of their own in binary frames, others plain text frames. A
 * dispatch's blob is spliced, too; its check sum is combined from those of prefix and body:
 *
 *   78 9C │ stored block: prefix │ shared DEFLATE blocks │ 01 00 00 FF FF │ Adler-32
 *
 * JSON only, as Discord has it.
 */
export class ZlibPayloadFormat implements WireFormat {
  readonly encoding = 'json';
  readonly transport = 'zlib-payload';
  readonly opening: Buffer = NOTHING;

  isBinary(body: SharedBody): boolean {
    return DISPATCH_PREFIX_BYTES + body.byteLength >= COMPRESS_FROM_BYTES;
  }

  dispatchBytes(body: SharedBody): number {
    return this.isBinary(body)
      ? BLOCKS_AT + body.json.deflated.length + FINAL_BLOCK.length + ADLER_BYTES
      : DISPATCH_PREFIX_BYTES + body.json.plain.length;
  }

  writeDispatch(body: SharedBody, target: Buffer, offset: number): void {
    const { head } = jsonBodies;
    if (!this.isBinary(body)) {
      head.write(target, offset);
      body.json.plain.copy(target, offset + DISPATCH_PREFIX_BYTES);
      return;
    }
    const { deflated } = body.json;
    ZLIB_HEADER.copy(target, offset);
    writeStoredHeader(DISPATCH_PREFIX_BYTES, target, offset + ZLIB_HEADER.length);
    head.write(target, offset + PREFIX_AT);
    deflated.copy(target, offset + BLOCKS_AT);
    FINAL_BLOCK.copy(target, offset + BLOCKS_AT + deflated.length);
    this.#writeAdler(body, target, offset);
  }

  setSeq(seq: number, body: SharedBody, target: Buffer, offset: number): void {
    if (!this.isBinary(body)) {
      jsonBodies.head.setSeq(seq, target, offset);
      return;
    }
    jsonBodies.head.setSeq(seq, target, offset + PREFIX_AT);
    this.#writeAdler(body, target, offset);
  }

  message(value: object): WireMessage {
    const plain = jsonBodies.encode(value);
    if (plain.length < COMPRESS_FROM_BYTES) return { binary: false, payload: plain };
    const end = Buffer.allocUnsafe(ADLER_BYTES);
    end.writeUInt32BE(adler32(plain));
    return { binary: true, payload: Buffer.concat([ZLIB_HEADER, deflateBlocks(plain), FINAL_BLOCK, end]) };
  }

  #writeAdler(body: SharedBody, target: Buffer, offset: number): void {
    const prefixAdler = adler32(target, offset + PREFIX_AT, offset + BLOCKS_AT);
    const adler = combineAdler32(prefixAdler, body.json.adler, body.byteLength);
    target.writeUInt32BE(adler, offset + BLOCKS_AT + body.json.deflated.length + FINAL_BLOCK.length);
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

function tooLarge(maxBytes: number): TransportError {
  return new TransportError('TOO_LARGE', `A gateway message exceeds ${maxBytes} bytes`);
}
