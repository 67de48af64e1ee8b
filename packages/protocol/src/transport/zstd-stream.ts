import type { EncodingName } from '../encoding/encoding.ts';
import type { BodyEncoding } from './body-encoding.ts';
import type { SharedBody } from './shared-body.ts';
import type { WireFormat, WireMessage } from './wire-format.ts';
import {
  writeRawBlockHeader,
  ZSTD_BLOCK_HEADER_BYTES,
  ZSTD_FRAME_HEADER,
  zstdBlocks,
} from './zstd-blocks.ts';

/**
 * One endless zstd frame, made of blocks that refer to nothing before their own message:
 *
 *   first message   frame header │ reset block │ blocks of the whole text
 *   a dispatch      raw block: head │ reset block │ shared blocks
 *
 * The frame must not end: discord.py's and Node's decoders stop for good after the first frame.
 */
export class ZstdStreamFormat implements WireFormat {
  readonly encoding: EncodingName;
  readonly transport = 'zstd-stream';
  readonly opening: Buffer = ZSTD_FRAME_HEADER;
  readonly #bodies: BodyEncoding;

  constructor(bodies: BodyEncoding) {
    this.encoding = bodies.name;
    this.#bodies = bodies;
  }

  isBinary(): boolean {
    return true;
  }

  dispatchBytes(body: SharedBody): number {
    return (
      ZSTD_BLOCK_HEADER_BYTES +
      this.#bodies.paddedHead.byteLength +
      this.#bodies.forms(body).zstdBlocks.length
    );
  }

  writeDispatch(body: SharedBody, target: Buffer, offset: number): void {
    const { paddedHead: head } = this.#bodies;
    const headAt = offset + ZSTD_BLOCK_HEADER_BYTES;
    writeRawBlockHeader(head.byteLength, target, offset);
    head.write(target, headAt);
    this.#bodies.forms(body).zstdBlocks.copy(target, headAt + head.byteLength);
  }

  setSeq(seq: number, _body: SharedBody, target: Buffer, offset: number): void {
    this.#bodies.paddedHead.setSeq(seq, target, offset + ZSTD_BLOCK_HEADER_BYTES);
  }

  message(value: object): WireMessage {
    const { head, rest } = this.#bodies.encodePadded(value);
    const blocks = zstdBlocks(rest);
    if (head.length === 0) return { binary: true, payload: blocks };
    const header = Buffer.alloc(ZSTD_BLOCK_HEADER_BYTES);
    writeRawBlockHeader(head.length, header, 0);
    return { binary: true, payload: Buffer.concat([header, head, blocks]) };
  }
}
