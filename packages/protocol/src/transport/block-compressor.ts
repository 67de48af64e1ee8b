import type { NativeCompressor } from './native-compressor.ts';

/** Compresses one text after the other, each for itself. The result may be a view that the next call overwrites. */
export type BlockCompressor = (plain: Buffer) => Buffer;

/** Texts above this gain nothing from a context that is kept. */
const MAX_HOT_BYTES = 64 * 1024;
/** More than either format adds to 64 KiB that do not compress. */
export const HOT_OUTPUT_BYTES: number = MAX_HOT_BYTES + MAX_HOT_BYTES / 64 + 1024;

const SAMPLES: readonly string[] = [
  '{"op":0}',
  '"t":"MESSAGE_CREATE","op":0,"d":{"content":"again and again"}}',
];

/**
 * The documented way, with a kept context in front of it where the runtime has one that gives the same bytes.
 * @param makeHot may throw when the runtime has none
 */
export function hotOr(documented: BlockCompressor, makeHot: () => NativeCompressor): BlockCompressor {
  let hot: NativeCompressor | null | undefined;
  return (plain) => {
    if (plain.length > MAX_HOT_BYTES) return documented(plain);
    if (hot === undefined) hot = tested(documented, makeHot);
    if (hot === null) return documented(plain);
    try {
      return hot.compress(plain);
    } catch {
      hot.close();
      hot = null;
      return documented(plain);
    }
  };
}

function tested(documented: BlockCompressor, makeHot: () => NativeCompressor): NativeCompressor | null {
  try {
    const hot = makeHot();
    const same = SAMPLES.every((text) => {
      const plain = Buffer.from(text);
      return hot.compress(plain).equals(documented(plain));
    });
    if (same) return hot;
    hot.close();
    return null;
  } catch {
    return null;
  }
}
