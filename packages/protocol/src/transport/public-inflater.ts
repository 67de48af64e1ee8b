import { constants, inflateRawSync } from 'node:zlib';
import { TransportError } from '../errors.ts';
import { ByteAccumulator } from './byte-accumulator.ts';
import type { StreamInflater } from './stream-inflater.ts';

const WINDOW_BYTES = 32 * 1024;
const ZLIB_HEADER_BYTES = 2;
const DEFLATE_METHOD = 8;
const PRESET_DICTIONARY_BIT = 0b0010_0000;
/** An empty final block: closes the stream, if put where a block ends. */
const FINAL_BLOCK: Buffer = Buffer.from([0x01, 0x00, 0x00, 0xff, 0xff]);
/** How many pieces in a row may end within a block: each makes us inflate the pending ones anew. None should. */
const MAX_RETRIES = 16;

/**
 * Decompresses a zlib stream with the documented API only, about ten times slower than the native way: the text
 * so far, up to a window of it, is the dictionary of the next piece. That works at block ends on a byte boundary
 * (Z_SYNC_FLUSH); a piece that ends elsewhere gives nothing and waits for the next one.
 */
export class PublicZlibInflater implements StreamInflater {
  #headerSeen = false;
  #window: Buffer = Buffer.alloc(0);
  readonly #pending = new ByteAccumulator();
  #retries = 0;

  inflate(chunk: Buffer, maxOutputBytes: number): Buffer {
    this.#pending.append(chunk);
    if (!this.#headerSeen && this.#pending.length < ZLIB_HEADER_BYTES) return Buffer.alloc(0);
    let blocks = this.#pending.take();
    if (!this.#headerSeen) {
      checkHeader(blocks);
      this.#headerSeen = true;
      blocks = blocks.subarray(ZLIB_HEADER_BYTES);
    }
    const text = this.#inflateWhole(blocks, maxOutputBytes);
    if (text === null) {
      this.#retries += 1;
      if (this.#retries > MAX_RETRIES) {
        throw new TransportError('INFLATE_FAILED', `No block ended in ${MAX_RETRIES} pieces of the stream`);
      }
      this.#pending.append(blocks);
      return Buffer.alloc(0);
    }
    this.#retries = 0;
    this.#remember(text);
    return text;
  }

  close(): void {
    this.#window = Buffer.alloc(0);
    this.#pending.take();
  }

  /** Null: the blocks are not complete. */
  #inflateWhole(blocks: Buffer, maxOutputBytes: number): Buffer | null {
    const options = { dictionary: this.#window, maxOutputLength: maxOutputBytes };
    const closed = Buffer.concat([blocks, FINAL_BLOCK]);
    try {
      const { buffer, consumedBytes } = resultOf(inflateRawSync(closed, { ...options, info: true }));
      if (consumedBytes < closed.length) {
        throw new TransportError('INFLATE_FAILED', 'The stream has ended, yet bytes follow');
      }
      return buffer;
    } catch (error) {
      if (error instanceof TransportError) throw error;
      if (error instanceof RangeError) throw tooLarge(maxOutputBytes);
    }
    try {
      // Within a block the five bytes above are read as data. Without them only corrupt input is an error.
      inflateRawSync(blocks, { ...options, finishFlush: constants.Z_SYNC_FLUSH });
    } catch (error) {
      if (error instanceof RangeError) throw tooLarge(maxOutputBytes);
      throw new TransportError('INFLATE_FAILED', 'Corrupt stream');
    }
    return null;
  }

  #remember(text: Buffer): void {
    this.#window =
      text.length >= WINDOW_BYTES
        ? Buffer.from(text.subarray(text.length - WINDOW_BYTES))
        : Buffer.concat([
            this.#window.subarray(Math.max(0, this.#window.length + text.length - WINDOW_BYTES)),
            text,
          ]);
  }
}

/** What zlib returns with `info: true`, which @types/node leaves out. */
function resultOf(result: object): { readonly buffer: Buffer; readonly consumedBytes: number } {
  if ('buffer' in result && Buffer.isBuffer(result.buffer) && 'engine' in result) {
    const { buffer, engine } = result;
    if (typeof engine === 'object' && engine !== null && 'bytesWritten' in engine) {
      return { buffer, consumedBytes: Number(engine.bytesWritten) };
    }
  }
  throw new TransportError('INFLATE_FAILED', 'node:zlib gave no account of its input');
}

/** @see https://datatracker.ietf.org/doc/html/rfc1950#section-2.2 */
function checkHeader(bytes: Buffer): void {
  const header = bytes.readUInt16BE(0);
  const method = (header >> 8) & 0x0f;
  if (method !== DEFLATE_METHOD || header % 31 !== 0 || (header & PRESET_DICTIONARY_BIT) !== 0) {
    throw new TransportError('INFLATE_FAILED', 'The stream does not begin with a zlib header');
  }
}

function tooLarge(maxBytes: number): TransportError {
  return new TransportError('TOO_LARGE', `A gateway message exceeds ${maxBytes} bytes`);
}
