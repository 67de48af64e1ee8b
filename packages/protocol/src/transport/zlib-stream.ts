import type { EncodingName } from '../encoding/encoding.ts';
import type { BodyEncoding } from './body-encoding.ts';
import { deflateBlocks, STORED_HEADER_BYTES, writeStoredHeader, ZLIB_HEADER } from './deflate-blocks.ts';
import type { SharedBody } from './shared-body.ts';
import type { WireFormat, WireMessage } from './wire-format.ts';

/**
 * One endless zlib stream, made of blocks that refer to nothing before their own message:
 *
 *   first message   78 9C │ DEFLATE blocks of the whole text … 00 00 FF FF
 *   a dispatch      stored block: head │ shared DEFLATE blocks … 00 00 FF FF
 *
 * At the end of each message the decoder stands on a byte boundary between blocks, and DEFLATE knows no other
 * state across blocks than the window, which no block looks into. There is never a final block or a check sum.
 * Only the first message may begin with 0x78 (Discord.Net tests each message for it): later ones begin with a
 * block header, whose low three bits are 0 only in a stored block, which begins with 00.
 */
export class ZlibStreamFormat implements WireFormat {
  readonly encoding: EncodingName;
  readonly transport = 'zlib-stream';
  readonly opening: Buffer = ZLIB_HEADER;
  readonly #bodies: BodyEncoding;

  constructor(bodies: BodyEncoding) {
    this.encoding = bodies.name;
    this.#bodies = bodies;
  }

  isBinary(): boolean {
    return true;
  }

  dispatchBytes(body: SharedBody): number {
    return STORED_HEADER_BYTES + this.#bodies.head.byteLength + this.#bodies.forms(body).deflated.length;
  }

  writeDispatch(body: SharedBody, target: Buffer, offset: number): void {
    const { head } = this.#bodies;
    const headAt = offset + STORED_HEADER_BYTES;
    writeStoredHeader(head.byteLength, target, offset);
    head.write(target, headAt);
    this.#bodies.forms(body).deflated.copy(target, headAt + head.byteLength);
  }

  setSeq(seq: number, _body: SharedBody, target: Buffer, offset: number): void {
    this.#bodies.head.setSeq(seq, target, offset + STORED_HEADER_BYTES);
  }

  message(value: object): WireMessage {
    return { binary: true, payload: deflateBlocks(this.#bodies.encode(value)) };
  }
}
