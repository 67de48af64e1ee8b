/** A power of two: well above the number of names in Discord's objects. */
const SLOTS = 1024;
const MAX_KEY_BYTES = 32;

/**
 * Keys that were read before, so that the same few hundred names are not made into strings again and again. A key has one
 * place; whichever comes later takes it, so a sender of many keys wins nothing and memory stays as it is.
 */
export class EtfKeys {
  readonly #keys: (string | undefined)[] = new Array(SLOTS).fill(undefined);

  /** The text in UTF-8 from `start` to `end`. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0 || length > MAX_KEY_BYTES) return bytes.toString('utf8', start, end);
    let hash = length;
    for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
    const known = this.#keys[slot];
    if (known !== undefined && known.length === length && consistsOf(known, bytes, start)) return known;
    const key = bytes.toString('utf8', start, end);
    // A shorter one is not ASCII, and would never be found again.
    if (key.length === length) this.#keys[slot] = key;
    return key;
  }
}

/** Whether the bytes are those of the key, which is as long as they are and has no units from 0x80 to 0xff. */
function consistsOf(key: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < key.length; index += 1) {
    if (key.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
