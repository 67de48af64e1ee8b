/** What a sticker's file is, read from its bytes. @see https://docs.discord.com/developers/resources/sticker#create-guild-sticker */
import { apngSeconds, gifSeconds } from './animation.ts';
import { RestError } from './errors.ts';
import { imageSize } from './image-size.ts';

/** `format_type` of a sticker. */
export const StickerFormat = { PNG: 1, APNG: 2, LOTTIE: 3, GIF: 4 } as const;
export type StickerFormat = (typeof StickerFormat)[keyof typeof StickerFormat];

export const MAX_STICKER_BYTES: number = 512 * 1_024;
const MAX_PIXELS = 320;
const MAX_FRAMES = 1_000;
const MAX_FRAMES_PER_SECOND = 400;
const MAX_SECONDS = 5;

/**
 * @throws RestError 50046 for anything but a PNG, APNG, GIF or Lottie file, 50035 for one of more than 320 pixels a side,
 *   170001 to 170006 for a Lottie file that breaks its rules, 170007 for anything that moves for more than 5 seconds
 */
export function stickerFormat(bytes: Buffer): StickerFormat {
  const image = imageSize(bytes);
  if (image === null) {
    requireLottie(bytes);
    return StickerFormat.LOTTIE;
  }
  if (image.type !== 'image/png' && image.type !== 'image/gif') throw RestError.of('INVALID_FILE');
  if (image.width > MAX_PIXELS || image.height > MAX_PIXELS) {
    throw RestError.form({
      path: ['file'],
      code: 'STICKER_DIMENSIONS_TOO_LARGE',
      message: `A sticker is at most ${MAX_PIXELS} x ${MAX_PIXELS} pixels.`,
    });
  }
  if (image.type === 'image/gif') {
    requireShort(gifSeconds(bytes));
    return StickerFormat.GIF;
  }
  const seconds = apngSeconds(bytes);
  if (seconds === null) return StickerFormat.PNG;
  requireShort(seconds);
  return StickerFormat.APNG;
}

function requireShort(seconds: number): void {
  if (seconds > MAX_SECONDS) throw RestError.of('ANIMATION_DURATION');
}

/** @see https://lottiefiles.github.io/lottie-docs/animation/ */
function requireLottie(bytes: Buffer): void {
  if (!/^\s*\{/.test(bytes.toString('utf8', 0, 64))) throw RestError.of('INVALID_FILE');
  const lottie = parsed(bytes);
  const number = (field: string): number => {
    const value = lottie[field];
    if (typeof value !== 'number') throw RestError.of('INVALID_LOTTIE');
    return value;
  };
  const [width, height, rate] = [number('w'), number('h'), number('fr')];
  const frames = number('op') - number('ip');
  const { assets = [] } = lottie;
  if (!Array.isArray(assets)) throw RestError.of('INVALID_LOTTIE');
  // Pictures among the assets have a path or a data URI.
  if (assets.some((asset) => typeof asset?.p === 'string')) throw RestError.of('RASTERIZED_LOTTIE');
  if (rate <= 0 || rate > MAX_FRAMES_PER_SECOND) throw RestError.of('LOTTIE_FRAME_RATE');
  if (frames > MAX_FRAMES) throw RestError.of('LOTTIE_FRAMES');
  if (width > MAX_PIXELS || height > MAX_PIXELS) throw RestError.of('LOTTIE_DIMENSIONS');
  requireShort(frames / rate);
}

function parsed(bytes: Buffer): { readonly [field: string]: unknown } {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw RestError.of('INVALID_LOTTIE');
  }
}
