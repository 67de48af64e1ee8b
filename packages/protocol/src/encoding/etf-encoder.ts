import { type SnowflakeField, snowflakeField, snowflakeInteger } from './etf-snowflakes.ts';
import { ETF_VERSION, EtfTag } from './etf-tags.ts';

export interface EtfEncoderOptions {
  /**
   * What becomes of ids, which are decimal strings in the values: `integer` makes those in fields of their own (`id`,
   * `…_id`, `…_ids`, `roles` and the like) integers, as Discord does, and leaves ids in other places text, as Discord
   * does; `string` leaves all of them text. Clients must take both. Default: `integer`.
   * @see https://docs.discord.com/developers/events/gateway#using-etf
   */
  readonly snowflakes?: 'integer' | 'string' | undefined;
}

/** `nil`, `true` and `false` in Latin-1: erlpack cannot read atoms in UTF-8. */
const NIL: Buffer = smallAtom('nil');
const TRUE: Buffer = smallAtom('true');
const FALSE: Buffer = smallAtom('false');

const FIRST_CAPACITY_BYTES = 16 * 1024;
/** What is kept for the next term. A longer one was rare. */
const MAX_KEPT_BYTES = 1024 * 1024;
/** Tag and length. */
const HEADER_BYTES = 5;
/** The longest number: tag, size, sign and eight bytes. */
const NUMBER_BYTES = 11;
/** UTF-8 needs no more for a UTF-16 unit. */
const MAX_UNIT_BYTES = 3;
/** Up to here a loop over the characters is faster than a call into the runtime. */
const SHORT_TEXT = 24;
const FIRST_NON_ASCII = 0x80;
const TWO_POW_32 = 2 ** 32;

/**
 * Encodes terms by fixed options, into one buffer that all terms have in common and that doubles at need; what comes
 * out is copied from there once.
 */
export class EtfEncoder {
  readonly #withIntegerIds: boolean;
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_CAPACITY_BYTES);
  #at = 0;

  constructor({ snowflakes = 'integer' }: EtfEncoderOptions = {}) {
    this.#withIntegerIds = snowflakes === 'integer';
  }

  /**
   * A whole message: the version and one term.
   *
   * Values become what JSON would make of them: members that are undefined are left out, elements that are become null,
   * as do numbers that are not finite; −0 is 0. Numbers are integers where that is exact, else floats; strings and keys
   * are binaries in UTF-8, with U+FFFD for half a surrogate pair.
   *
   * @param value made of what JSON can hold
   * @throws TypeError when it is made of something else
   * @throws RangeError when it is nested deeper than the stack allows
   */
  encode(value: unknown): Buffer {
    this.#bytes[0] = ETF_VERSION;
    this.#at = 1;
    this.#term(value, 'none');
    // Not from the pool: a replay buffer keeps it for minutes, and would keep 8 KiB of pool with it.
    const message = Buffer.allocUnsafeSlow(this.#at);
    this.#bytes.copy(message, 0, 0, this.#at);
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY_BYTES);
    return message;
  }

  #term(value: unknown, field: SnowflakeField): void {
    switch (typeof value) {
      case 'string':
        this.#textOrId(value, field);
        return;
      case 'number':
        this.#number(value);
        return;
      case 'boolean':
        this.#atom(value ? TRUE : FALSE);
        return;
      case 'undefined':
        this.#atom(NIL);
        return;
      case 'object':
        if (value === null) this.#atom(NIL);
        else if (Array.isArray(value)) this.#list(value, field);
        else this.#map(value);
        return;
      default:
        throw new TypeError(`A ${typeof value} has no place in a gateway message`);
    }
  }

  #map(value: object): void {
    const headerAt = this.#header(EtfTag.Map, 0);
    let pairs = 0;
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      pairs += 1;
      this.#text(key);
      this.#term(member, this.#withIntegerIds ? snowflakeField(key) : 'none');
    }
    this.#bytes.writeUInt32BE(pairs, headerAt + 1);
  }

  #list(list: readonly unknown[], field: SnowflakeField): void {
    if (list.length > 0) {
      this.#header(EtfTag.List, list.length);
      const elements = field === 'ids' ? 'id' : 'none';
      for (const element of list) this.#term(element, elements);
    }
    this.#reserve(1);
    this.#bytes[this.#at] = EtfTag.Nil;
    this.#at += 1;
  }

  #textOrId(text: string, field: SnowflakeField): void {
    const id = field === 'id' ? snowflakeInteger(text) : null;
    if (id === null) {
      this.#text(text);
      return;
    }
    this.#reserve(NUMBER_BYTES);
    this.#bytes.writeBigUInt64LE(id, this.#at + 3);
    this.#bigHeader(this.#bytes[this.#at + 10] === 0 ? 7 : 8, 0);
  }

  #text(text: string): void {
    this.#reserve(HEADER_BYTES + MAX_UNIT_BYTES * text.length);
    const start = this.#at + HEADER_BYTES;
    const end = writtenAscii(text, this.#bytes, start) ?? start + this.#bytes.write(text, start);
    this.#header(EtfTag.Binary, end - start);
    this.#at = end;
  }

  #number(value: number): void {
    if ((value | 0) === value) this.#int32(value);
    else if (Number.isSafeInteger(value)) this.#big(value);
    else if (Number.isFinite(value)) this.#float(value);
    else this.#atom(NIL);
  }

  #int32(value: number): void {
    if (value >= 0 && value <= 0xff) {
      this.#reserve(2);
      this.#bytes[this.#at] = EtfTag.SmallInteger;
      this.#bytes[this.#at + 1] = value;
      this.#at += 2;
      return;
    }
    // A negative one, too: the four bytes of the header are those of the two's complement.
    this.#header(EtfTag.Integer, value >>> 0);
  }

  #big(value: number): void {
    this.#reserve(NUMBER_BYTES);
    const magnitude = Math.abs(value);
    const high = Math.floor(magnitude / TWO_POW_32);
    this.#bytes.writeUInt32LE(magnitude >>> 0, this.#at + 3);
    this.#bytes.writeUInt32LE(high, this.#at + 7);
    this.#bigHeader(4 + Math.ceil((32 - Math.clz32(high)) / 8), value < 0 ? 1 : 0);
  }

  /** In front of a magnitude that has been written. */
  #bigHeader(magnitudeBytes: number, sign: 0 | 1): void {
    this.#bytes[this.#at] = EtfTag.SmallBig;
    this.#bytes[this.#at + 1] = magnitudeBytes;
    this.#bytes[this.#at + 2] = sign;
    this.#at += 3 + magnitudeBytes;
  }

  #float(value: number): void {
    this.#reserve(NUMBER_BYTES);
    this.#bytes[this.#at] = EtfTag.NewFloat;
    this.#at = this.#bytes.writeDoubleBE(value, this.#at + 1);
  }

  #atom(atom: Buffer): void {
    this.#reserve(atom.length);
    this.#bytes.set(atom, this.#at);
    this.#at += atom.length;
  }

  /** @returns where it stands */
  #header(tag: number, length: number): number {
    this.#reserve(HEADER_BYTES);
    const at = this.#at;
    const bytes = this.#bytes;
    bytes[at] = tag;
    bytes[at + 1] = length >>> 24;
    bytes[at + 2] = length >>> 16;
    bytes[at + 3] = length >>> 8;
    bytes[at + 4] = length;
    this.#at = at + HEADER_BYTES;
    return at;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }
}

/** Writes a short text of ASCII and says where it ends; null when it is neither. */
function writtenAscii(text: string, target: Buffer, start: number): number | null {
  if (text.length > SHORT_TEXT) return null;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= FIRST_NON_ASCII) return null;
    target[start + index] = code;
  }
  return start + text.length;
}

function smallAtom(text: string): Buffer {
  return Buffer.from([EtfTag.SmallAtom, text.length, ...Buffer.from(text, 'latin1')]);
}
