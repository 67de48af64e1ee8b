/*
 * One zlib or zstd context, driven synchronously through node:zlib's own handle: what the floors, the per-connection
 * compressors and the recorded streams need. No state but the context's is kept, nothing is checked but that it works.
 */
import { constants, createDeflate, createInflate, createZstdCompress, createZstdDecompress } from 'node:zlib';

export type Compression = 'none' | 'zlib' | 'zstd';

interface Handle {
  writeSync(
    flush: number,
    input: Buffer,
    inputOffset: number,
    inputLength: number,
    output: Buffer,
    outputOffset: number,
    outputLength: number,
  ): void;
  onerror: (message: string) => void;
}

interface Stream {
  readonly _handle: Handle;
  /** After each write: output room left, input bytes left. */
  readonly _writeState: Uint32Array;
}

const OUTPUT_BYTES = 256 * 1024;
/** Shared by all contexts of the process: each call is done with it before it returns. */
const output = Buffer.allocUnsafeSlow(OUTPUT_BYTES);
/** The streams around the handles allocate a chunk that stays unused: the least that Node allows. */
const UNUSED_CHUNK_BYTES = 64;
const DEFLATE_LEVEL = 6;
const DISCORD_WINDOW_LOG = 18;

export class SyncCodec {
  readonly #handle: Handle;
  readonly #state: Uint32Array;
  readonly #flush: number;

  private constructor(stream: object, flush: number) {
    const { _handle: handle, _writeState: state } = stream as Stream;
    handle.onerror = (message) => {
      throw new Error(`node:zlib: ${message}`);
    };
    this.#handle = handle;
    this.#state = state;
    this.#flush = flush;
  }

  static compressor(compression: 'zlib' | 'zstd'): SyncCodec {
    return compression === 'zlib'
      ? new SyncCodec(
          createDeflate({ level: DEFLATE_LEVEL, chunkSize: UNUSED_CHUNK_BYTES }),
          constants.Z_SYNC_FLUSH,
        )
      : new SyncCodec(
          createZstdCompress({
            chunkSize: UNUSED_CHUNK_BYTES,
            params: { [constants.ZSTD_c_windowLog]: DISCORD_WINDOW_LOG },
          }),
          constants.ZSTD_e_flush,
        );
  }

  static decompressor(compression: 'zlib' | 'zstd'): SyncCodec {
    return compression === 'zlib'
      ? new SyncCodec(createInflate({ chunkSize: UNUSED_CHUNK_BYTES }), constants.Z_SYNC_FLUSH)
      : new SyncCodec(createZstdDecompress({ chunkSize: UNUSED_CHUNK_BYTES }), constants.ZSTD_e_flush);
  }

  /** What the context makes of `input`, flushed. The result is valid until the next call of any context. */
  push(input: Buffer): Buffer {
    this.#handle.writeSync(this.#flush, input, 0, input.length, output, 0, OUTPUT_BYTES);
    const roomLeft = this.#state[0] ?? 0;
    if (roomLeft > 0) return output.subarray(0, OUTPUT_BYTES - roomLeft);
    return this.#pushRest(input);
  }

  /** For what does not fit into the shared output at once. */
  #pushRest(input: Buffer): Buffer {
    const parts = [Buffer.from(output)];
    let roomLeft = 0;
    while (roomLeft === 0) {
      const inputLeft = this.#state[1] ?? 0;
      this.#handle.writeSync(
        this.#flush,
        input,
        input.length - inputLeft,
        inputLeft,
        output,
        0,
        OUTPUT_BYTES,
      );
      roomLeft = this.#state[0] ?? 0;
      parts.push(Buffer.from(output.subarray(0, OUTPUT_BYTES - roomLeft)));
    }
    return Buffer.concat(parts);
  }
}
