const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_NON_ASCII = 0x80;
/** Behind the last byte; below every character. */
const END = -1;

const SLOTS = 1024;
/** With it no two documented names meet in one slot. */
const HASH_FACTOR = 31;

/**
 * Reads names of events, which are few and come again and again, so that no string is made per event. Each has one
 * slot, which the last name of that hash holds; so this stays small whatever names a peer makes up.
 */
export class NameReader {
  readonly #names: string[] = new Array(SLOTS).fill('');
  /** Where the name that was read last ends, behind its closing quote. */
  end = 0;

  /**
   * @param start behind the opening quote
   * @returns null when the name is not plain ASCII without escapes, or has no end
   */
  read(bytes: Buffer, start: number): string | null {
    let hash = 0;
    let at = start;
    for (; ; at += 1) {
      const byte = bytes[at] ?? END;
      if (byte === QUOTE) break;
      if (byte < SPACE || byte >= FIRST_NON_ASCII || byte === BACKSLASH) return null;
      hash = Math.imul(hash ^ byte, HASH_FACTOR);
    }
    this.end = at + 1;
    const slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    const known = this.#names[slot] ?? '';
    if (stands(known, bytes, start, at)) return known;
    const name = bytes.toString('latin1', start, at);
    this.#names[slot] = name;
    return name;
  }
}

function stands(name: string, bytes: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let at = 0; at < name.length; at += 1) {
    if (name.charCodeAt(at) !== bytes[start + at]) return false;
  }
  return true;
}
