import { DISPATCH_PREFIX_BYTES, writeDispatchPrefix } from '../envelope/splice.ts';
import type { EncodedMessage, TransportEncoder } from './encoder.ts';
import type { SharedBody } from './shared-body.ts';
import {
  writeRawBlockHeader,
  ZSTD_BLOCK_HEADER_BYTES,
  ZSTD_FRAME_HEADER,
  zstdBlocks,
} from './zstd-blocks.ts';

/**
 * One endless zstd frame, made of blocks that refer to nothing before their own message:
 *
 *   first message   frame header │ raw block: prefix │ reset block │ shared blocks
 *   later messages                 raw block: prefix │ reset block │ shared blocks
 *
 * The frame must not end: discord.py's and Node's decoders stop for good after the first frame.
 */
export class ZstdStreamEncoder implements TransportEncoder {
  readonly name = 'zstd-stream';
  #headerSent = false;

  dispatch(seq: number, body: SharedBody): EncodedMessage {
    const headerBytes = this.#headerSent ? 0 : ZSTD_FRAME_HEADER.length;
    const head = Buffer.allocUnsafe(headerBytes + ZSTD_BLOCK_HEADER_BYTES + DISPATCH_PREFIX_BYTES);
    if (!this.#headerSent) ZSTD_FRAME_HEADER.copy(head);
    writeRawBlockHeader(DISPATCH_PREFIX_BYTES, head, headerBytes);
    writeDispatchPrefix(seq, head, headerBytes + ZSTD_BLOCK_HEADER_BYTES);
    this.#headerSent = true;
    return { binary: true, chunks: [head, body.zstdBlocks] };
  }

  text(json: string): EncodedMessage {
    const blocks = zstdBlocks(Buffer.from(json));
    const chunks = this.#headerSent ? [blocks] : [ZSTD_FRAME_HEADER, blocks];
    this.#headerSent = true;
    return { binary: true, chunks };
  }
}
