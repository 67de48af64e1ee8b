import { DecodeError } from '../errors.ts';
import { EtfTag } from './etf-tags.ts';

const FLOAT_TEXT_BYTES = 31;
const CUT_OFF = -1;

/**
 * Finds the end of a term without making values of it, however many pieces its bytes come in. Takes time in proportion to
 * them, once for all pieces, and no memory, however the term is nested.
 */
export class EtfTermWalk {
  /** Where the walk goes on; the end of the term when it is whole. May lie behind the bytes that are there. */
  at: number;
  /** Terms that begin at `at` or later. */
  #pending = 1;

  constructor(start: number) {
    this.at = start;
  }

  /**
   * Goes on as far as the bytes reach.
   * @param bytes those of before and perhaps more behind them
   * @returns whether the term is whole
   * @throws DecodeError `UNSUPPORTED`
   */
  advance(bytes: Buffer): boolean {
    // Each term takes a byte at least, so what a length claims cannot keep this going.
    for (; this.#pending > 0; this.#pending -= 1) {
      const { at } = this;
      switch (bytes[at]) {
        case EtfTag.Nil:
          this.at = at + 1;
          break;
        case EtfTag.SmallInteger:
          this.at = at + 2;
          break;
        case EtfTag.Integer:
          this.at = at + 5;
          break;
        case EtfTag.NewFloat:
          this.at = at + 9;
          break;
        case EtfTag.Float:
          this.at = at + 1 + FLOAT_TEXT_BYTES;
          break;
        case EtfTag.SmallAtom:
        case EtfTag.SmallAtomUtf8:
          if (!this.#skip(bytes, 1, 0)) return false;
          break;
        case EtfTag.Atom:
        case EtfTag.AtomUtf8:
        case EtfTag.String:
          if (!this.#skip(bytes, 2, 0)) return false;
          break;
        case EtfTag.Binary:
          if (!this.#skip(bytes, 4, 0)) return false;
          break;
        // Of big integers the sign stands between the length and the digits.
        case EtfTag.SmallBig:
          if (!this.#skip(bytes, 1, 1)) return false;
          break;
        case EtfTag.LargeBig:
          if (!this.#skip(bytes, 4, 1)) return false;
          break;
        case EtfTag.SmallTuple:
          if (!this.#enter(bytes, 1, 1, 0)) return false;
          break;
        case EtfTag.LargeTuple:
          if (!this.#enter(bytes, 4, 1, 0)) return false;
          break;
        case EtfTag.List:
          // The tail is a term, too.
          if (!this.#enter(bytes, 4, 1, 1)) return false;
          break;
        case EtfTag.Map:
          if (!this.#enter(bytes, 4, 2, 0)) return false;
          break;
        case undefined:
          return false;
        default:
          throw new DecodeError('UNSUPPORTED', `No gateway message has terms of the tag ${bytes[at]}`);
      }
    }
    return this.at <= bytes.length;
  }

  /** Behind the tag stand a length of `size` bytes, `more` bytes and as many as the length says. */
  #skip(bytes: Buffer, size: 1 | 2 | 4, more: number): boolean {
    const length = uint(bytes, this.at + 1, size);
    if (length === CUT_OFF) return false;
    this.at += 1 + size + more + length;
    return true;
  }

  /** Behind the tag stands a count of `size` bytes, then `each` terms for every one counted and `more`. */
  #enter(bytes: Buffer, size: 1 | 4, each: number, more: number): boolean {
    const count = uint(bytes, this.at + 1, size);
    if (count === CUT_OFF) return false;
    this.at += 1 + size;
    this.#pending += count * each + more;
    return true;
  }
}

/**
 * Where the term that begins at `start` ends.
 * @throws DecodeError `MALFORMED` when it goes on behind the bytes, `UNSUPPORTED`
 */
export function etfTermEnd(bytes: Buffer, start: number): number {
  const walk = new EtfTermWalk(start);
  if (!walk.advance(bytes)) {
    throw new DecodeError('MALFORMED', 'The term goes on behind the end of its bytes');
  }
  return walk.at;
}

function uint(bytes: Buffer, at: number, size: 1 | 2 | 4): number {
  return at + size > bytes.length ? CUT_OFF : bytes.readUIntBE(at, size);
}
