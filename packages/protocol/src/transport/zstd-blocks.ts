import { constants, type ZstdOptions, zstdCompressSync } from 'node:zlib';
import { HOT_OUTPUT_BYTES, hotOr } from './block-compressor.ts';
import { NativeCompressor } from './native-compressor.ts';

const WINDOW_LOG = 18;
const LEVEL = 3;
const MIN_CHUNK_BYTES = 128;

/**
 * Opens the one endless frame of a connection: magic number, then a window of 2^18, no content size, no check
 * sum, no dictionary. Discord's own frames begin so.
 */
export const ZSTD_FRAME_HEADER: Buffer = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x40]);

/**
 * A block that decodes to 33 spaces, white space to JSON, and leaves the decoder's three repeat offsets at 1, 4
 * and 8 as at the start of a frame. They are the only state through which a block of another frame could read
 * what came before it; without this block some bodies decode to wrong text, without an error.
 *
 * Block header: compressed, 9 bytes. Literals: RLE, 24 × 0x20. 3 sequences; literal lengths RLE (8), offsets
 * predefined, match lengths RLE (3). Offsets 8, 4, 1: each is pushed on the stack of repeat offsets.
 */
const REPEAT_OFFSETS_RESET: Buffer = Buffer.from('4c0000c12003440800b8dd4a', 'hex');

/** How many bytes of white space come out before the text. */
export const ZSTD_RESET_TEXT_BYTES = 33;
export const ZSTD_RESET_BYTES: number = REPEAT_OFFSETS_RESET.length;

export const ZSTD_BLOCK_HEADER_BYTES = 3;

const MAGIC_BYTES = 4;
const LAST_BLOCK_BIT = 0b001;
const BLOCK_TYPE_RLE = 1;
const BLOCK_TYPE_RESERVED = 3;
const SINGLE_SEGMENT_BIT = 0b0010_0000;
const CHECKSUM_BIT = 0b0000_0100;
const DICTIONARY_BITS = 0b0000_0011;
/** Bytes of the content size by the two top bits of the frame descriptor, when the frame is not a single segment. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

const OPTIONS: ZstdOptions = {
  params: {
    [constants.ZSTD_c_compressionLevel]: LEVEL,
    [constants.ZSTD_c_windowLog]: WINDOW_LOG,
    [constants.ZSTD_c_contentSizeFlag]: 0,
    [constants.ZSTD_c_checksumFlag]: 0,
  },
};

const compress = hotOr(
  (plain) =>
    zstdCompressSync(plain, {
      ...OPTIONS,
      chunkSize: MIN_CHUNK_BYTES + plain.length + Math.ceil(plain.length / 128),
    }),
  () => NativeCompressor.zstd(OPTIONS, HOT_OUTPUT_BYTES),
);

/**
 * Zstandard blocks that refer to nothing before them and do not end the frame: they can be put between the
 * blocks of any frame whose window is at least 2^18. They decode to 33 spaces and the text.
 * @see https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1
 */
export function zstdBlocks(plain: Buffer): Buffer {
  const frame = compress(plain);
  const start = frameHeaderBytes(frame);
  const blocks = Buffer.allocUnsafeSlow(ZSTD_RESET_BYTES + frame.length - start);
  REPEAT_OFFSETS_RESET.copy(blocks);
  frame.copy(blocks, ZSTD_RESET_BYTES, start);
  reopenFrame(blocks, ZSTD_RESET_BYTES);
  return blocks;
}

/** Writes the header of a raw (uncompressed), not last block of `bytes` bytes. Its text follows. */
export function writeRawBlockHeader(bytes: number, target: Buffer, offset: number): void {
  target.writeUIntLE(bytes << 3, offset, ZSTD_BLOCK_HEADER_BYTES);
}

function frameHeaderBytes(frame: Buffer): number {
  const descriptor = frame.readUInt8(MAGIC_BYTES);
  if ((descriptor & (CHECKSUM_BIT | DICTIONARY_BITS)) !== 0) {
    throw new Error('The zstd frame has a check sum or a dictionary: its blocks cannot be shared');
  }
  const singleSegment = (descriptor & SINGLE_SEGMENT_BIT) !== 0;
  const contentSizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0;
  return MAGIC_BYTES + 1 + (singleSegment ? Math.max(1, contentSizeBytes) : 1 + contentSizeBytes);
}

/** Walks the blocks and takes the mark of the last one away. */
function reopenFrame(blocks: Buffer, start: number): void {
  let at = start;
  for (;;) {
    const header = blocks.readUIntLE(at, ZSTD_BLOCK_HEADER_BYTES);
    if ((header & LAST_BLOCK_BIT) !== 0) {
      blocks.writeUIntLE(header & ~LAST_BLOCK_BIT, at, ZSTD_BLOCK_HEADER_BYTES);
      return;
    }
    const type = (header >> 1) & 0b11;
    if (type === BLOCK_TYPE_RESERVED) throw new Error('The zstd frame has a block of a reserved type');
    at += ZSTD_BLOCK_HEADER_BYTES + (type === BLOCK_TYPE_RLE ? 1 : header >> 3);
  }
}
