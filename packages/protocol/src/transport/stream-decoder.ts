import { TransportError } from '../errors.ts';
import { ByteAccumulator } from './byte-accumulator.ts';
import type { TransportDecoder } from './decoder.ts';
import { SYNC_FLUSH_SUFFIX } from './deflate-blocks.ts';
import { jsonMessageEnd, type MessageEnd } from './message-end.ts';
import type { StreamFormat, StreamInflater } from './stream-inflater.ts';

type State = 'open' | 'failed' | 'closed';

/**
 * One compressed stream per connection, zlib or zstd.
 *
 * A zlib message may be spread over several WebSocket messages; the last one ends in `00 00 FF FF`. One that
 * ends so by chance is inflated early, and its text waits for the rest. Zstd marks no end.
 */
export class StreamDecoder implements TransportDecoder {
  readonly #inflater: StreamInflater;
  readonly #format: StreamFormat;
  readonly #maxMessageBytes: number;
  readonly #messageEnd: MessageEnd;
  readonly #compressed = new ByteAccumulator();
  readonly #text = new ByteAccumulator();
  #state: State = 'open';

  constructor(
    format: StreamFormat,
    inflater: StreamInflater,
    maxMessageBytes: number,
    messageEnd: MessageEnd = jsonMessageEnd,
  ) {
    this.#format = format;
    this.#inflater = inflater;
    this.#maxMessageBytes = maxMessageBytes;
    this.#messageEnd = messageEnd;
  }

  push(chunk: Buffer, binary: boolean): Buffer | null {
    if (this.#state === 'closed') return null;
    if (this.#state === 'failed') throw new TransportError('INFLATE_FAILED', 'The stream has failed before');
    try {
      return this.#push(chunk, binary);
    } catch (error) {
      this.#state = 'failed';
      this.#release();
      throw error;
    }
  }

  close(): void {
    if (this.#state === 'open') this.#release();
    this.#state = 'closed';
  }

  #push(chunk: Buffer, binary: boolean): Buffer | null {
    if (!binary) {
      throw new TransportError('UNEXPECTED_FRAME', `Text frame on a connection with ${this.#format}-stream`);
    }
    // Compressed text is hardly longer than plain text, so one limit serves both.
    if (this.#compressed.length + chunk.length > this.#maxMessageBytes) {
      throw new TransportError('TOO_LARGE', `A compressed message exceeds ${this.#maxMessageBytes} bytes`);
    }
    const complete = this.#complete(chunk);
    if (complete === null) return null;
    const text = this.#inflater.inflate(complete, this.#maxMessageBytes - this.#text.length);
    if (this.#text.length === 0) {
      if (this.#messageEnd.isWhole(text)) return text;
      this.#text.append(text);
      return null;
    }
    this.#text.append(text);
    return this.#messageEnd.isWhole(this.#text.bytes) ? this.#text.take() : null;
  }

  /** What can be inflated now; null: nothing yet. The suffix, too, may be spread over two WebSocket messages. */
  #complete(chunk: Buffer): Buffer | null {
    if (this.#format === 'zstd') return chunk;
    if (this.#compressed.length === 0 && endsInSuffix(chunk)) return chunk;
    this.#compressed.append(chunk);
    return this.#compressed.endsWith(SYNC_FLUSH_SUFFIX) ? this.#compressed.take() : null;
  }

  #release(): void {
    this.#inflater.close();
    this.#compressed.take();
    this.#text.take();
  }
}

/** Byte by byte: a native comparison of four bytes costs more than they do. */
function endsInSuffix(chunk: Buffer): boolean {
  const end = chunk.length;
  return chunk[end - 1] === 0xff && chunk[end - 2] === 0xff && chunk[end - 3] === 0 && chunk[end - 4] === 0;
}
