import { DecodeError } from '../errors.ts';
import { inflateEtfTerm } from './etf-compressed.ts';
import { EtfKeys } from './etf-keys.ts';
import { ETF_VERSION, EtfTag } from './etf-tags.ts';

export interface EtfDecoderOptions {
  /**
   * What becomes of a map whose keys are atoms: Discord sends such maps, and refuses them (4002) in what it is sent.
   * Default: `accept`.
   * @see https://docs.discord.com/developers/events/gateway#using-etf
   */
  readonly atomKeys?: 'accept' | 'refuse' | undefined;
  /**
   * How many bytes a COMPRESSED term may hold; 0 refuses all of them, as clients must not compress.
   * Default: 64 MiB, the longest message that a transport lets through.
   */
  readonly maxInflatedBytes?: number | undefined;
}

const DEFAULT_MAX_INFLATED_BYTES = 64 * 1024 * 1024;
/** As deep as erlpack writes. Gateway messages stay below twenty. */
const MAX_DEPTH = 256;
/** The longest SMALL_BIG: 614 digits. Bounds the work on one number; a LARGE_BIG of more is no id. */
const MAX_BIG_BYTES = 255;
/** Integers of so many bytes are exact in a number. */
const SAFE_BIG_BYTES = 6;
/** An empty atom and an empty list. */
const LEAST_PAIR_BYTES = 3;
const FLOAT_CHARACTERS = 31;
const FLOAT = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?\0*$/i;

const EMPTY: Buffer = Buffer.alloc(0);

/** Decodes terms by fixed options. Of a term it keeps nothing but short keys, a bounded number of them ({@link EtfKeys}). */
export class EtfDecoder {
  readonly #refusesAtomKeys: boolean;
  readonly #maxInflatedBytes: number;
  readonly #keys = new EtfKeys();
  #bytes: Buffer = EMPTY;
  #at = 0;
  #end = 0;
  #depth = 0;

  /** @throws RangeError when `maxInflatedBytes` is no integer from 0 on */
  constructor({ atomKeys, maxInflatedBytes = DEFAULT_MAX_INFLATED_BYTES }: EtfDecoderOptions = {}) {
    if (!Number.isSafeInteger(maxInflatedBytes) || maxInflatedBytes < 0) {
      throw new RangeError(`Invalid maxInflatedBytes ${maxInflatedBytes}: expected an integer from 0 on`);
    }
    this.#refusesAtomKeys = atomKeys === 'refuse';
    this.#maxInflatedBytes = maxInflatedBytes;
  }

  /**
   * The value of a whole message: the version, one term, nothing behind it.
   *
   * The atoms `nil`, `null`, `true` and `false` are what they say, other atoms are strings. Binaries are text in UTF-8,
   * with U+FFFD for what is none. Tuples are arrays. Integers beyond ±(2^53 − 1) are decimal strings. Keys of maps are
   * binaries, atoms or integers; of equal keys the last one counts, and `__proto__` is an ordinary one.
   *
   * @throws DecodeError of any code
   */
  decode(bytes: Buffer): unknown {
    if (bytes[0] !== ETF_VERSION) {
      throw new DecodeError('MALFORMED', `The term does not begin with the version ${ETF_VERSION}`);
    }
    if (bytes[1] !== EtfTag.Compressed) return this.decodeTerm(bytes, 1, bytes.length);
    const term = inflateEtfTerm(bytes, this.#maxInflatedBytes);
    return this.decodeTerm(term, 0, term.length);
  }

  /**
   * The value of the one term that stands from `start` to `end`, without a version.
   * @throws DecodeError of any code
   */
  decodeTerm(bytes: Buffer, start: number, end: number): unknown {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#depth = 0;
    try {
      const value = this.#term();
      if (this.#at !== end) throw new DecodeError('MALFORMED', 'Bytes follow the term');
      return value;
    } finally {
      this.#bytes = EMPTY;
    }
  }

  #term(): unknown {
    const tag = this.#byte();
    switch (tag) {
      case EtfTag.Binary:
        return this.#utf8(this.#length32(1));
      case EtfTag.SmallInteger:
        return this.#byte();
      case EtfTag.Integer:
        return this.#bytes.readInt32BE(this.#take(4));
      case EtfTag.Map:
        return this.#map(this.#length32(LEAST_PAIR_BYTES));
      case EtfTag.List:
        return this.#list(this.#length32(1));
      case EtfTag.Nil:
        return [];
      case EtfTag.SmallBig:
        return this.#big(this.#byte());
      case EtfTag.LargeBig:
        return this.#big(this.#length32(1));
      case EtfTag.NewFloat:
        return finite(this.#bytes.readDoubleBE(this.#take(8)));
      case EtfTag.Float:
        return this.#floatText();
      case EtfTag.String:
        return this.#byteList(this.#length16());
      case EtfTag.SmallTuple:
        return this.#elements(this.#byte());
      case EtfTag.LargeTuple:
        return this.#elements(this.#length32(1));
      default:
        return atomValue(this.#atomText(tag));
    }
  }

  #map(pairs: number): object {
    this.#descend();
    const map: Record<string, unknown> = {};
    for (let pair = 0; pair < pairs; pair += 1) {
      const key = this.#key();
      const value = this.#term();
      if (key === '__proto__') {
        Object.defineProperty(map, key, { value, configurable: true, enumerable: true, writable: true });
      } else {
        map[key] = value;
      }
    }
    this.#depth -= 1;
    return map;
  }

  #key(): string {
    const tag = this.#byte();
    switch (tag) {
      case EtfTag.Binary: {
        const length = this.#length32(1);
        const start = this.#take(length);
        return this.#keys.read(this.#bytes, start, start + length);
      }
      case EtfTag.SmallInteger:
      case EtfTag.Integer:
      case EtfTag.SmallBig:
        this.#at -= 1;
        return String(this.#term());
      default: {
        const atom = this.#atomText(tag);
        if (this.#refusesAtomKeys)
          throw new DecodeError('ATOM_KEY', 'A key of a map is an atom, not a binary');
        return atom;
      }
    }
  }

  #list(length: number): unknown[] {
    const list = this.#elements(length);
    if (this.#byte() !== EtfTag.Nil) throw new DecodeError('UNSUPPORTED', 'The list has a tail of its own');
    return list;
  }

  #elements(length: number): unknown[] {
    this.#descend();
    // Grows as elements arrive: what the length claims is not allocated.
    const list: unknown[] = [];
    for (let index = 0; index < length; index += 1) list.push(this.#term());
    this.#depth -= 1;
    return list;
  }

  #byteList(length: number): number[] {
    const start = this.#take(length);
    return [...this.#bytes.subarray(start, start + length)];
  }

  #descend(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH)
      throw new DecodeError('TOO_DEEP', `The term is nested deeper than ${MAX_DEPTH}`);
  }

  /** Little-endian magnitude behind a sign. */
  #big(length: number): number | string {
    if (length > MAX_BIG_BYTES) {
      throw new DecodeError('UNSUPPORTED', `An integer has more than ${MAX_BIG_BYTES} bytes`);
    }
    const sign = this.#byte();
    if (sign > 1) throw new DecodeError('MALFORMED', 'The sign of an integer is neither 0 nor 1');
    const start = this.#take(length);
    if (length === 0) return 0;
    if (length <= SAFE_BIG_BYTES) return signed(this.#bytes.readUIntLE(start, length), sign);
    const magnitude =
      length === 8
        ? this.#bytes.readBigUInt64LE(start)
        : magnitudeOf(this.#bytes.subarray(start, start + length));
    if (magnitude <= Number.MAX_SAFE_INTEGER) return signed(Number(magnitude), sign);
    return sign === 1 ? `-${magnitude}` : magnitude.toString();
  }

  #floatText(): number {
    const start = this.#take(FLOAT_CHARACTERS);
    const text = this.#bytes.toString('latin1', start, start + FLOAT_CHARACTERS);
    if (!FLOAT.test(text)) throw new DecodeError('MALFORMED', 'A float is no decimal text');
    return finite(Number.parseFloat(text));
  }

  #atomText(tag: number): string {
    switch (tag) {
      case EtfTag.SmallAtom:
        return this.#latin1(this.#byte());
      case EtfTag.SmallAtomUtf8:
        return this.#utf8(this.#byte());
      case EtfTag.Atom:
        return this.#latin1(this.#length16());
      case EtfTag.AtomUtf8:
        return this.#utf8(this.#length16());
      default:
        throw new DecodeError('UNSUPPORTED', `No gateway message has terms of the tag ${tag}`);
    }
  }

  #utf8(length: number): string {
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #latin1(length: number): string {
    const start = this.#take(length);
    return this.#bytes.toString('latin1', start, start + length);
  }

  #byte(): number {
    const at = this.#take(1);
    return this.#bytes[at] ?? 0;
  }

  #length16(): number {
    return this.#bytes.readUInt16BE(this.#take(2));
  }

  /** @param leastBytes of each of the things that are counted */
  #length32(leastBytes: number): number {
    const length = this.#bytes.readUInt32BE(this.#take(4));
    if (length * leastBytes > this.#end - this.#at) throw cutOff();
    return length;
  }

  /** Where the next bytes stand. */
  #take(length: number): number {
    const start = this.#at;
    if (length > this.#end - start) throw cutOff();
    this.#at = start + length;
    return start;
  }
}

function atomValue(atom: string): unknown {
  switch (atom) {
    case 'nil':
    case 'null':
      return null;
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      return atom;
  }
}

/** Bytes in little-endian order. */
function magnitudeOf(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

/** Minus zero is no integer of Erlang's. */
function signed(magnitude: number, sign: number): number {
  return sign === 1 && magnitude > 0 ? -magnitude : magnitude;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new DecodeError('MALFORMED', 'A float is not finite');
  return value;
}

function cutOff(): DecodeError {
  return new DecodeError('MALFORMED', 'The term goes on behind the end of its bytes');
}
