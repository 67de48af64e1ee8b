/*
 * node:zlib offers streams (asynchronous: a trip through the thread pool for each message) and whole buffers (no
 * state from one message to the next), but not what a gateway connection needs: one context, driven
 * synchronously. The native handle below both can do that. It is undocumented, though pngjs has long driven it
 * in the same way; so what is taken from it is checked, it must pass a test on first use, and zlib has a second
 * way, in public-inflater.ts.
 */
import {
  constants,
  createInflate,
  createZstdDecompress,
  deflateSync,
  type Inflate,
  type ZstdDecompress,
  zstdCompressSync,
} from 'node:zlib';
import { TransportError } from '../errors.ts';
import { type NativeHandle, nativeParts, UNUSED_CHUNK_BYTES } from './native-handle.ts';
import type { StreamFormat, StreamInflater } from './stream-inflater.ts';

/**
 * Where all contexts of the thread put their text, each for as long as it is being read. It grows with the largest
 * message, and is let go after one beyond what is worth keeping.
 */
const FIRST_OUTPUT_BYTES = 64 * 1024;
const KEPT_OUTPUT_BYTES = 1024 * 1024;
let output: Buffer = Buffer.allocUnsafeSlow(FIRST_OUTPUT_BYTES);

/** 8 MiB, what RFC 8878 asks decoders to support; a frame header that wants more memory is refused. */
const MAX_ZSTD_WINDOW_LOG = 23;

const works = new Map<StreamFormat, boolean>();

/** Whether the native handle of this runtime behaves as this file expects. Tried once per process. */
export function nativeWorks(format: StreamFormat): boolean {
  let result = works.get(format);
  if (result === undefined) {
    result = passesSelfTest(format);
    works.set(format, result);
  }
  return result;
}

export class NativeInflater implements StreamInflater {
  readonly #stream: Inflate | ZstdDecompress;
  readonly #handle: NativeHandle;
  readonly #state: Uint32Array;
  readonly #flush: number;
  #error: string | null = null;

  /** @throws Error when the runtime has no such handle */
  constructor(format: StreamFormat) {
    this.#stream = createStream(format);
    this.#flush = format === 'zlib' ? constants.Z_SYNC_FLUSH : constants.ZSTD_e_flush;
    const { handle, state } = nativeParts(this.#stream);
    // The stream's own handler would destroy it and emit 'error' later; the caller wants to know now.
    handle.onerror = (message) => {
      this.#error = message;
    };
    this.#handle = handle;
    this.#state = state;
  }

  inflate(chunk: Buffer, maxOutputBytes: number): Buffer {
    try {
      // On its own line, for it may put another buffer in the place of `output`.
      const byteLength = this.#fillOutput(chunk, maxOutputBytes);
      return output.subarray(0, byteLength);
    } finally {
      // The view keeps a large one alive for as long as it is needed.
      if (output.length > KEPT_OUTPUT_BYTES) output = Buffer.allocUnsafeSlow(FIRST_OUTPUT_BYTES);
    }
  }

  close(): void {
    this.#stream.close();
  }

  /** Returns how many bytes of the output are text. */
  #fillOutput(chunk: Buffer, maxOutputBytes: number): number {
    let outputBytes = 0;
    let inputLeft = chunk.length;
    for (;;) {
      const room = output.length - outputBytes;
      const inputBefore = inputLeft;
      const inputAt = chunk.length - inputLeft;
      this.#handle.writeSync(this.#flush, chunk, inputAt, inputLeft, output, outputBytes, room);
      if (this.#error !== null) throw new TransportError('INFLATE_FAILED', `Corrupt stream: ${this.#error}`);
      const roomLeft = this.#state[0] ?? room;
      inputLeft = this.#state[1] ?? 0;

      outputBytes = output.length - roomLeft;
      if (outputBytes > maxOutputBytes) {
        throw new TransportError('TOO_LARGE', `A gateway message exceeds ${maxOutputBytes} bytes`);
      }
      if (roomLeft > 0) {
        if (inputLeft === 0) return outputBytes;
        if (roomLeft === room && inputLeft === inputBefore) {
          throw new TransportError('INFLATE_FAILED', 'The stream has ended, yet bytes follow');
        }
      } else {
        growOutput(maxOutputBytes);
      }
    }
  }
}

/** One byte more than is allowed is enough to see that it is too much. */
function growOutput(maxOutputBytes: number): void {
  const grown = Buffer.allocUnsafeSlow(Math.min(2 * output.length, maxOutputBytes + 1));
  output.copy(grown);
  output = grown;
}

function createStream(format: StreamFormat): Inflate | ZstdDecompress {
  return format === 'zlib'
    ? createInflate({ chunkSize: UNUSED_CHUNK_BYTES })
    : createZstdDecompress({
        chunkSize: UNUSED_CHUNK_BYTES,
        params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG },
      });
}

/** A text in two pieces, each longer than the output buffer at first, the limit, and corrupt input. */
function passesSelfTest(format: StreamFormat): boolean {
  try {
    const text = Buffer.alloc(3 * FIRST_OUTPUT_BYTES, 'A gateway message. ');
    const stream = format === 'zlib' ? deflateSync(text) : zstdCompressSync(text);
    const cut = stream.length >> 1;
    const first = withInflater(format, (inflater) => [
      Buffer.from(inflater.inflate(stream.subarray(0, cut), text.length)),
      Buffer.from(inflater.inflate(stream.subarray(cut), text.length)),
    ]);
    return (
      Buffer.concat(first).equals(text) &&
      withInflater(format, (inflater) => failsWith(inflater, stream, text.length - 1, 'TOO_LARGE')) &&
      withInflater(format, (inflater) => failsWith(inflater, text, text.length, 'INFLATE_FAILED'))
    );
  } catch {
    return false;
  }
}

function withInflater<Result>(format: StreamFormat, use: (inflater: NativeInflater) => Result): Result {
  const inflater = new NativeInflater(format);
  try {
    return use(inflater);
  } finally {
    inflater.close();
  }
}

function failsWith(inflater: NativeInflater, chunk: Buffer, maxOutputBytes: number, code: string): boolean {
  try {
    inflater.inflate(chunk, maxOutputBytes);
    return false;
  } catch (error) {
    return error instanceof TransportError && error.code === code;
  }
}
