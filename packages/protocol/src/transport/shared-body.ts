import { adler32 } from './adler32.ts';
import { deflateBlocks } from './deflate-blocks.ts';
import { zstdBlocks } from './zstd-blocks.ts';

/**
 * The part of a dispatch that all its receivers share, in the forms that their transports need. Each form is
 * made once, when the first receiver asks for it. Nobody may write into the buffers.
 */
export class SharedBody {
  /** Length of the text in UTF-8. */
  readonly byteLength: number;
  /** Dropped once its bytes exist. */
  #text: string | null;
  #plain: Buffer | null = null;
  #deflated: Buffer | null = null;
  #zstdBlocks: Buffer | null = null;
  #adler: number | null = null;

  /** @param text what `dispatchBody` returns */
  constructor(text: string) {
    this.#text = text;
    this.byteLength = Buffer.byteLength(text);
  }

  /** The text in UTF-8. */
  get plain(): Buffer {
    if (this.#plain === null) {
      // Not from the pool: a replay buffer keeps it for minutes, and would keep 8 KiB of pool with it.
      this.#plain = Buffer.allocUnsafeSlow(this.byteLength);
      this.#plain.write(this.#text ?? '');
      this.#text = null;
    }
    return this.#plain;
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

  /** Bytes held at present. Grows when a form is asked for the first time. */
  get retainedBytes(): number {
    return (
      textBytes(this.#text, this.byteLength) +
      (this.#plain?.length ?? 0) +
      (this.#deflated?.length ?? 0) +
      (this.#zstdBlocks?.length ?? 0)
    );
  }
}

/** V8 spends one byte on each character of a text in Latin-1, two on those of any other; ours is one or the other. */
function textBytes(text: string | null, byteLength: number): number {
  if (text === null) return 0;
  return text.length === byteLength ? text.length : 2 * text.length;
}
