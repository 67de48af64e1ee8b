/*
 * The documented calls of node:zlib make a compression context for each text and throw it away: half of the cost of a
 * small one. The native handle behind node:zlib's streams can be driven synchronously and used again. It is undocumented,
 * so its shape is checked, it must give the same bytes as the documented call on first use, and that call is the
 * second way.
 */
import {
  constants,
  createDeflateRaw,
  createZstdCompress,
  type DeflateRaw,
  type ZlibOptions,
  type ZstdCompress,
  type ZstdOptions,
} from 'node:zlib';
import { type NativeHandle, nativeParts, UNUSED_CHUNK_BYTES } from './native-handle.ts';

/** One compression context for all texts of a kind, each compressed as if it were the first. */
export class NativeCompressor {
  readonly #handle: NativeHandle;
  /** After each write: output room left, input bytes left. */
  readonly #state: Uint32Array;
  readonly #flush: number;
  readonly #resets: boolean;
  readonly #output: Buffer;
  /** Held, as the handle dies with its stream. */
  readonly #stream: DeflateRaw | ZstdCompress;
  #error: string | null = null;

  /** Raw DEFLATE that ends in a sync flush. @throws Error when the runtime has no such handle */
  static deflateRaw(options: ZlibOptions, maxOutputBytes: number): NativeCompressor {
    const stream = createDeflateRaw({ ...options, chunkSize: UNUSED_CHUNK_BYTES });
    return new NativeCompressor(stream, constants.Z_SYNC_FLUSH, true, maxOutputBytes);
  }

  /** One zstd frame for each text. @throws Error when the runtime has no such handle */
  static zstd(options: ZstdOptions, maxOutputBytes: number): NativeCompressor {
    const stream = createZstdCompress({ ...options, chunkSize: UNUSED_CHUNK_BYTES });
    // The end of a frame resets all but the parameters, which `reset` would forget.
    return new NativeCompressor(stream, constants.ZSTD_e_end, false, maxOutputBytes);
  }

  private constructor(
    stream: DeflateRaw | ZstdCompress,
    flush: number,
    resets: boolean,
    maxOutputBytes: number,
  ) {
    const { handle, state } = nativeParts(stream);
    handle.onerror = (message) => {
      this.#error = message;
    };
    this.#stream = stream;
    this.#handle = handle;
    this.#state = state;
    this.#flush = flush;
    this.#resets = resets;
    this.#output = Buffer.allocUnsafeSlow(maxOutputBytes);
  }

  /**
   * @returns a view that is overwritten by the next call
   * @throws Error when the result exceeds the output, after which the compressor is of no use
   */
  compress(plain: Buffer): Buffer {
    const room = this.#output.length;
    if (this.#resets) this.#handle.reset();
    this.#handle.writeSync(this.#flush, plain, 0, plain.length, this.#output, 0, room);
    const roomLeft = this.#state[0] ?? 0;
    if (this.#error !== null || roomLeft === 0 || this.#state[1] !== 0) {
      throw new Error(
        `node:zlib did not compress ${plain.length} bytes in one go: ${this.#error ?? 'no room'}`,
      );
    }
    return this.#output.subarray(0, room - roomLeft);
  }

  close(): void {
    this.#stream.close();
  }
}
