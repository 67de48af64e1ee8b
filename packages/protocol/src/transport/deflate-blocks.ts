import { constants, deflateRawSync } from 'node:zlib';
import { HOT_OUTPUT_BYTES, hotOr } from './block-compressor.ts';
import { NativeCompressor } from './native-compressor.ts';

/** Makes a zlib stream: 32 KiB window, default level. Comes before the first block of a connection or blob. */
export const ZLIB_HEADER: Buffer = Buffer.from([0x78, 0x9c]);

/** The end of what Z_SYNC_FLUSH leaves behind, and so of every message of zlib-stream. */
export const SYNC_FLUSH_SUFFIX: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** Single events do not get smaller above level 6; a larger GUILD_CREATE would cost milliseconds. */
const FAST_ABOVE_BYTES = 64 * 1024;
const LEVEL = 6;
const FAST_LEVEL = 1;
const MEM_LEVEL = 9;

const MIN_CHUNK_BYTES = 64;

const compress = hotOr(deflateOnce, () =>
  NativeCompressor.deflateRaw({ level: LEVEL, memLevel: MEM_LEVEL }, HOT_OUTPUT_BYTES),
);

/**
 * Raw DEFLATE blocks that refer to nothing before them, end on a byte boundary with `00 00 FF FF` and hold no
 * final block: they can be put between the blocks of any stream.
 */
export function deflateBlocks(plain: Buffer): Buffer {
  const blocks = compress(plain);
  // A view of a larger buffer. These blocks are kept for minutes, so the rest of the buffer must not be.
  const exact = Buffer.allocUnsafeSlow(blocks.length);
  blocks.copy(exact);
  return exact;
}

function deflateOnce(plain: Buffer): Buffer {
  return deflateRawSync(plain, {
    level: plain.length > FAST_ABOVE_BYTES ? FAST_LEVEL : LEVEL,
    memLevel: MEM_LEVEL,
    finishFlush: constants.Z_SYNC_FLUSH,
    // Room for all in one pass, also for what does not compress.
    chunkSize: MIN_CHUNK_BYTES + plain.length + Math.ceil(plain.length / 256),
  });
}

/** How many bytes {@link writeStoredHeader} writes. */
export const STORED_HEADER_BYTES = 5;

/**
 * Writes the header of a stored (uncompressed), non-final block. Its text follows.
 * @param bytes length of the text, at most 65,535
 */
export function writeStoredHeader(bytes: number, target: Buffer, offset: number): void {
  target[offset] = 0;
  target.writeUInt16LE(bytes, offset + 1);
  target.writeUInt16LE(~bytes & 0xffff, offset + 3);
}
