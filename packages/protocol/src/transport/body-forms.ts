import { adler32 } from './adler32.ts';
import { deflateBlocks } from './deflate-blocks.ts';
import { zstdBlocks } from './zstd-blocks.ts';

/**
 * The bytes of a shared body in the forms that transports need. Each is made once, when the first receiver asks for it.
 * Nobody may write into the buffers.
 */
export class BodyForms {
  /** As it is. */
  readonly plain: Buffer;
  #deflated: Buffer | null = null;
  #zstdBlocks: Buffer | null = null;
  #adler: number | null = null;

  constructor(plain: Buffer) {
    this.plain = plain;
  }

  /** Raw DEFLATE blocks, self-contained, ending in `00 00 FF FF`. */
  get deflated(): Buffer {
    this.#deflated ??= deflateBlocks(this.plain);
    return this.#deflated;
  }

  /** Zstandard blocks, self-contained, behind the block that resets the repeat offsets. */
  get zstdBlocks(): Buffer {
    this.#zstdBlocks ??= zstdBlocks(this.plain);
    return this.#zstdBlocks;
  }

  /** Adler-32 of {@link plain}. */
  get adler(): number {
    this.#adler ??= adler32(this.plain);
    return this.#adler;
  }
}
