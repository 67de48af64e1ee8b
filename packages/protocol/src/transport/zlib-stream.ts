import { DISPATCH_PREFIX_BYTES, writeDispatchPrefix } from '../envelope/splice.ts';
import { deflateBlocks, STORED_HEADER_BYTES, writeStoredHeader, ZLIB_HEADER } from './deflate-blocks.ts';
import type { EncodedMessage, TransportEncoder } from './encoder.ts';
import type { SharedBody } from './shared-body.ts';

/**
 * One endless zlib stream, made of blocks that refer to nothing before their own message:
 *
 *   first message   78 9C │ stored block: prefix │ shared DEFLATE blocks … 00 00 FF FF
 *   later messages          stored block: prefix │ shared DEFLATE blocks … 00 00 FF FF
 *
 * At the end of each message the decoder stands on a byte boundary between blocks, and DEFLATE knows no other
 * state across blocks than the window, which no block looks into. There is never a final block or a check sum.
 * Only the first message may begin with 0x78 (Discord.Net tests each message for it): later ones begin with a
 * block header, whose low three bits are 0 only in a stored block, which begins with 00.
 */
export class ZlibStreamEncoder implements TransportEncoder {
  readonly name = 'zlib-stream';
  #headerSent = false;

  dispatch(seq: number, body: SharedBody): EncodedMessage {
    const headerBytes = this.#headerSent ? 0 : ZLIB_HEADER.length;
    const head = Buffer.allocUnsafe(headerBytes + STORED_HEADER_BYTES + DISPATCH_PREFIX_BYTES);
    if (!this.#headerSent) ZLIB_HEADER.copy(head);
    writeStoredHeader(DISPATCH_PREFIX_BYTES, head, headerBytes);
    writeDispatchPrefix(seq, head, headerBytes + STORED_HEADER_BYTES);
    this.#headerSent = true;
    return { binary: true, chunks: [head, body.deflated] };
  }

  text(json: string): EncodedMessage {
    const blocks = deflateBlocks(Buffer.from(json));
    const chunks = this.#headerSent ? [blocks] : [ZLIB_HEADER, blocks];
    this.#headerSent = true;
    return { binary: true, chunks };
  }
}
