/** Images that come inside JSON, as data URIs. Of one that is accepted only its hash is kept, but for avatars of users. */
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
const DATA_URI = /^data:(image|audio)\/[a-z0-9.+-]+;base64,([A-Za-z0-9+/]*={0,2})$/;

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

/** How each kind of file begins. What a data URI calls itself is not asked: discord.js calls every picture a JPEG. */
const IMAGE_SIGNATURES: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => startsWith(bytes, '89504e470d0a1a0a'),
  (bytes) => startsWith(bytes, 'ffd8ff'),
  isGif,
  (bytes) => startsWith(bytes, '52494646') && bytes.toString('latin1', 8, 12) === 'WEBP',
  (bytes) => /^ftypavi[fs]$/.test(bytes.toString('latin1', 4, 12)),
];
const SOUND_SIGNATURES: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => startsWith(bytes, '4f676753'),
  (bytes) => startsWith(bytes, '494433'),
  isMp3Frame,
];

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
  const bytes = assetBytes(uri, 'image', IMAGE_SIGNATURES, rules);
  const animated = isGif(bytes);
  return { hash: assetHash(bytes, animated), animated };
}

/** The bytes of an image that is to be kept. @throws RestError as imageHash */
export function imageBytes(uri: string, rules: DataRules): Buffer {
  return assetBytes(uri, 'image', IMAGE_SIGNATURES, rules);
}

/** The name of a picture with these bytes. */
export function assetHash(bytes: Uint8Array, animated: boolean): string {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, HASH_CHARS);
  return animated ? `a_${hash}` : hash;
}

/** Checks a sound: MP3 or Ogg. @throws RestError 50035 */
export function checkSoundData(uri: string, rules: DataRules): void {
  assetBytes(uri, 'audio', SOUND_SIGNATURES, rules);
}

function assetBytes(
  uri: string,
  kind: 'image' | 'audio',
  signatures: readonly ((bytes: Buffer) => boolean)[],
  { path, maxBytes = MAX_IMAGE_BYTES }: DataRules,
): Buffer {
  const message = `Unsupported ${kind} type given`;
  const [, type, base64 = ''] = DATA_URI.exec(uri) ?? [];
  if (type !== kind) throw RestError.form({ path, code: 'IMAGE_INVALID', message });
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > maxBytes) {
    throw RestError.form({
      path,
      code: 'BINARY_TYPE_MAX_SIZE',
      message: `File cannot be larger than ${(maxBytes / BYTES_PER_KB).toFixed(1)} kb.`,
    });
  }
  if (!signatures.some((begins) => begins(bytes))) {
    throw RestError.form({ path, code: 'IMAGE_INVALID', message });
  }
  return bytes;
}

function startsWith(bytes: Buffer, hex: string): boolean {
  return bytes.subarray(0, hex.length / 2).toString('hex') === hex;
}

function isGif(bytes: Buffer): boolean {
  return startsWith(bytes, '474946383761') || startsWith(bytes, '474946383961');
}

/** Eleven bits of one, then a layer. */
function isMp3Frame([first = 0, second = 0]: Buffer): boolean {
  return first === 0xff && (second & 0xe0) === 0xe0;
}
