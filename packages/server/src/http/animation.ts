/** How long a picture moves before it begins anew, read from its file without decoding it. */

const PNG_SIGNATURE_BYTES = 8;
const PNG_CHUNK_FRAME_BYTES = 12;
const FRAME_CONTROL_BYTES = 26;
const DEFAULT_DELAY_UNITS = 100;
const GIF_HEADER_BYTES = 13;
const GIF_EXTENSION = 0x21;
const GIF_IMAGE = 0x2c;
const GIF_GRAPHIC_CONTROL = 0xf9;
const GIF_CONTROL_BYTES = 4;
const GIF_IMAGE_BYTES = 10;
const GIF_DELAYS_PER_SECOND = 100;
const COLOR_TABLE = 0x80;
const BYTES_PER_COLOR = 3;

/**
 * Seconds of all frames of an APNG. A file that breaks off has those that are there.
 * @returns null for a PNG that does not move
 * @see https://www.w3.org/TR/png-3/#apng-frame-based-animation
 */
export function apngSeconds(png: Buffer): number | null {
  let isAnimated = false;
  let hasPicture = false;
  let seconds = 0;
  for (let at = PNG_SIGNATURE_BYTES; at + PNG_CHUNK_FRAME_BYTES <= png.length; ) {
    const bytes = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = at + 8;
    // An animation says so before the picture begins, or it is none.
    if (type === 'acTL' && !hasPicture) isAnimated = true;
    if (type === 'IDAT') hasPicture = true;
    if (type === 'fcTL' && bytes >= FRAME_CONTROL_BYTES && data + FRAME_CONTROL_BYTES <= png.length) {
      seconds += png.readUInt16BE(data + 20) / (png.readUInt16BE(data + 22) || DEFAULT_DELAY_UNITS);
    }
    at += PNG_CHUNK_FRAME_BYTES + bytes;
  }
  return isAnimated ? seconds : null;
}

/**
 * Seconds of all frames of a GIF; 0 when it does not move. A file that breaks off has those that are there.
 * @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt section 23
 */
export function gifSeconds(gif: Buffer): number {
  let delays = 0;
  let at = GIF_HEADER_BYTES + colorTableBytes(gif[10] ?? 0);
  while (at < gif.length) {
    const kind = gif[at];
    if (kind === GIF_EXTENSION) {
      const isControl = gif[at + 1] === GIF_GRAPHIC_CONTROL && gif[at + 2] === GIF_CONTROL_BYTES;
      if (isControl && at + 6 <= gif.length) delays += gif.readUInt16LE(at + 4);
      at = afterSubBlocks(gif, at + 2);
    } else if (kind === GIF_IMAGE) {
      // Its own colours, one byte of the coding, then the picture.
      at = afterSubBlocks(gif, at + GIF_IMAGE_BYTES + colorTableBytes(gif[at + 9] ?? 0) + 1);
    } else {
      break;
    }
  }
  return delays / GIF_DELAYS_PER_SECOND;
}

function colorTableBytes(packed: number): number {
  return (packed & COLOR_TABLE) === 0 ? 0 : BYTES_PER_COLOR * 2 ** ((packed & 7) + 1);
}

/** Blocks of up to 255 bytes follow each other, and an empty one ends them. */
function afterSubBlocks(gif: Buffer, start: number): number {
  let at = start;
  for (let bytes = gif[at] ?? 0; bytes > 0; bytes = gif[at] ?? 0) at += 1 + bytes;
  return at + 1;
}
