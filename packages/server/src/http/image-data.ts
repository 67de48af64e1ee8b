/** Images that come inside JSON, as data URIs. Of one that is accepted only its hash is kept. */
import { createHash } from 'node:crypto';
import { RestError } from './errors.ts';
import type { JsonSchema } from './schemas.ts';

/** `null` takes the image away. */
export const IMAGE_DATA: JsonSchema = { type: ['string', 'null'] };
/** Largest body of a request that may hold an image: base64 is a third longer than what it says. */
export const IMAGE_BODY_BYTES: number = 14 * 1_048_576;

const MAX_IMAGE_BYTES = 10 * 1_048_576;
const HASH_CHARS = 32;
const BYTES_PER_KB = 1_024;
const DATA_URI = /^data:([a-z]+\/[a-z0-9.+-]+);base64,([A-Za-z0-9+/]*={0,2})$/;

export interface DataRules {
  /** Where the field stands, for the error. */
  readonly path: readonly string[];
  /** Default 10 MiB. */
  readonly maxBytes?: number;
}

export interface AssetData {
  /** As Discord names assets: hex, `a_` in front of what moves. */
  readonly hash: string;
  readonly animated: boolean;
}

/** How each kind of file begins. */
const IMAGE_SIGNATURES: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'image/png': (bytes) => startsWith(bytes, '89504e470d0a1a0a'),
  'image/jpeg': (bytes) => startsWith(bytes, 'ffd8ff'),
  'image/jpg': (bytes) => startsWith(bytes, 'ffd8ff'),
  'image/gif': (bytes) => startsWith(bytes, '474946383761') || startsWith(bytes, '474946383961'),
  'image/webp': (bytes) =>
    startsWith(bytes, '52494646') && bytes.subarray(8, 12).toString('latin1') === 'WEBP',
  'image/avif': (bytes) => bytes.subarray(4, 8).toString('latin1') === 'ftyp',
};
const SOUND_SIGNATURES: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'audio/ogg': (bytes) => startsWith(bytes, '4f676753'),
  'audio/mpeg': (bytes) => startsWith(bytes, '494433') || isMp3Frame(bytes),
  'audio/mp3': (bytes) => startsWith(bytes, '494433') || isMp3Frame(bytes),
};

/**
 * The hash of an image; null and undefined stay what they are.
 * @throws RestError 50035 unless it is a PNG, JPEG, GIF, WebP or AVIF of at most `maxBytes` that begins as one
 * @see https://docs.discord.com/developers/reference#image-data
 */
export function imageHash<Absent extends null | undefined>(
  value: string | Absent,
  rules: DataRules,
): string | Absent {
  return typeof value === 'string' ? imageData(value, rules).hash : value;
}

/** @throws RestError as imageHash */
export function imageData(uri: string, rules: DataRules): AssetData {
  const bytes = assetBytes(uri, IMAGE_SIGNATURES, rules, 'Unsupported image type given');
  const animated = uri.startsWith('data:image/gif');
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, HASH_CHARS);
  return { hash: animated ? `a_${hash}` : hash, animated };
}

/** Checks a sound: MP3 or Ogg. @throws RestError 50035 */
export function checkSoundData(uri: string, rules: DataRules): void {
  assetBytes(uri, SOUND_SIGNATURES, rules, 'Unsupported audio type given');
}

function assetBytes(
  uri: string,
  signatures: Readonly<Record<string, (bytes: Buffer) => boolean>>,
  { path, maxBytes = MAX_IMAGE_BYTES }: DataRules,
  message: string,
): Buffer {
  const [, type = '', base64 = ''] = DATA_URI.exec(uri) ?? [];
  const isOfType = Object.hasOwn(signatures, type) ? signatures[type] : undefined;
  if (isOfType === undefined) throw RestError.form({ path, code: 'IMAGE_INVALID', message });
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > maxBytes) {
    throw RestError.form({
      path,
      code: 'BINARY_TYPE_MAX_SIZE',
      message: `File cannot be larger than ${(maxBytes / BYTES_PER_KB).toFixed(1)} kb.`,
    });
  }
  if (!isOfType(bytes)) throw RestError.form({ path, code: 'IMAGE_INVALID', message });
  return bytes;
}

function startsWith(bytes: Buffer, hex: string): boolean {
  return bytes.subarray(0, hex.length / 2).toString('hex') === hex;
}

/** Eleven bits of one, then a layer. */
function isMp3Frame([first = 0, second = 0]: Buffer): boolean {
  return first === 0xff && (second & 0xe0) === 0xe0;
}
