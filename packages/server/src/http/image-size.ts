/** Width and height of a picture, read from the first bytes of its file. Nothing is decoded. */

export interface ImageSize {
  /** MIME type that the bytes themselves speak of. */
  readonly type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Of the file's name. */
export function extensionOfImage(type: ImageSize['type']): string {
  return type === 'image/jpeg' ? 'jpg' : type.slice('image/'.length);
}

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const PNG_BYTES = 24;
const GIF_BYTES = 10;
const WEBP_BYTES = 30;
const JPEG_MARKER = 0xff;
/** Start-of-frame markers, which carry the size; 0xc4, 0xc8 and 0xcc lie among them and are others. */
const isStartOfFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Markers that stand alone, without a length behind them. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** @returns null when the bytes are no picture of these kinds, or too few to tell */
export function imageSize(head: Uint8Array): ImageSize | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return pngSize(bytes) ?? gifSize(bytes) ?? webpSize(bytes) ?? jpegSize(bytes);
}

/** @see https://www.w3.org/TR/png-3/#11IHDR */
function pngSize(bytes: Buffer): ImageSize | null {
  if (bytes.length < PNG_BYTES || !bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return null;
  return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt section 18 */
function gifSize(bytes: Buffer): ImageSize | null {
  const signature = bytes.toString('latin1', 0, 6);
  if (bytes.length < GIF_BYTES || (signature !== 'GIF87a' && signature !== 'GIF89a')) return null;
  return { type: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function webpSize(bytes: Buffer): ImageSize | null {
  if (bytes.length < WEBP_BYTES) return null;
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') return null;
  const type = 'image/webp';
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { type, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { type, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
}

/** @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf annex B */
function jpegSize(bytes: Buffer): ImageSize | null {
  if (bytes.length < 4 || bytes[0] !== JPEG_MARKER || bytes[1] !== 0xd8) return null;
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== JPEG_MARKER) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === JPEG_MARKER) {
      // Any number of fill bytes may stand before a marker.
      at += 1;
    } else if (isBare(marker)) {
      at += 2;
    } else if (isStartOfFrame(marker)) {
      return { type: 'image/jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    } else {
      at += 2 + bytes.readUInt16BE(at + 2);
    }
  }
  return null;
}
