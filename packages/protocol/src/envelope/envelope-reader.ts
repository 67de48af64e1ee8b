import { EnvelopeError } from '../errors.ts';
import { NameReader } from './name-reader.ts';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const LETTER_D = 0x64;
const LETTER_L = 0x6c;
const LETTER_N = 0x6e;
const LETTER_O = 0x6f;
const LETTER_P = 0x70;
const LETTER_S = 0x73;
const LETTER_T = 0x74;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** More digits than this could pass 2^53. */
const MAX_DIGITS = 15;
const MAX_KEYS = 4;
const NOT_FOUND = -1;
/** Behind the last byte; equals none. */
const END = -1;

/** Of the keys in front of `d`. */
const SEEN_OP = 1;
const SEEN_S = 2;
const SEEN_T = 4;
const SEEN_ALL = SEEN_OP | SEEN_S | SEEN_T;

/** The outside of the message that was read last, in any encoding. */
export interface Envelope {
  readonly op: number;
  readonly s: number | null;
  readonly t: string | null;
  read(message: Buffer): void;
  parseData(message: Buffer): unknown;
}

/**
 * The outside of gateway messages, one after the other: `read` leaves what it finds in the fields, so that an event
 * which nobody wants costs no object and no string. One serves all connections of a thread.
 */
export class EnvelopeReader implements Envelope {
  op = 0;
  /** Null when the message has none, or one that is no integer. */
  s: number | null = null;
  /** Null when the message has none, or one that is no string. */
  t: string | null = null;
  /** Where the bytes of `d` begin and, exclusive, end; -1 when only a parse of the whole message tells. */
  dStart = NOT_FOUND;
  dEnd = NOT_FOUND;
  readonly #names = new NameReader();
  /** Where the value that was read last ends. */
  #end = 0;

  /**
   * Reads `op`, `s` and `t` from the head of a message without parsing `d`.
   *
   * Every sender we know puts them in front of `d`; any other order, escapes, unknown keys and odd numbers are
   * left to a full parse, with the same answer. What is not looked at is the inside of `d` and what follows it: a
   * second `op`, `s` or `t` behind `d` goes unseen, and broken JSON there is found by `parseData`.
   *
   * @throws EnvelopeError when the message is not an object with an integer `op`
   * @see https://docs.discord.com/developers/events/gateway-events#payload-structure
   */
  read(message: Buffer): void {
    if (!this.#readHead(message)) this.#readWhole(message);
  }

  /**
   * Parses `d` of the message that was read last; undefined when there is none.
   * @throws EnvelopeError when the message is not JSON
   */
  parseData(message: Buffer): unknown {
    if (this.dStart === NOT_FOUND) return parseWhole(message).d;
    try {
      return JSON.parse(message.toString('utf8', this.dStart, this.dEnd));
    } catch {
      // Either broken, or `d` is not the last key: no JSON value stays one when `,"key":value` is put behind it.
      return parseWhole(message).d;
    }
  }

  /** False: something is not as usual. */
  #readHead(message: Buffer): boolean {
    let seen = 0;
    let at = skipSpace(message, 0);
    if (byteAt(message, at) !== OPEN_BRACE) return false;
    at += 1;
    for (let keys = 0; keys < MAX_KEYS; keys += 1) {
      at = skipSpace(message, at);
      if (byteAt(message, at) !== QUOTE) return false;
      const key = byteAt(message, at + 1);
      at += 2;
      if (key === LETTER_O) {
        if (byteAt(message, at) !== LETTER_P) return false;
        at += 1;
      }
      if (byteAt(message, at) !== QUOTE) return false;
      at = skipSpace(message, at + 1);
      if (byteAt(message, at) !== COLON) return false;
      at = skipSpace(message, at + 1);

      if (key === LETTER_D) {
        this.dStart = at;
        this.dEnd = lastValueEnd(message, at);
        return seen === SEEN_ALL && this.dEnd !== NOT_FOUND;
      }
      if (key === LETTER_O) {
        const op = this.#readInteger(message, at);
        if (op === NOT_FOUND) return false;
        this.op = op;
        seen |= SEEN_OP;
      } else if (key === LETTER_S) {
        const s = this.#skipNull(message, at) ? null : this.#readInteger(message, at);
        if (s === NOT_FOUND) return false;
        this.s = s;
        seen |= SEEN_S;
      } else if (key === LETTER_T) {
        if (this.#skipNull(message, at)) {
          this.t = null;
        } else {
          if (byteAt(message, at) !== QUOTE) return false;
          this.t = this.#names.read(message, at + 1);
          if (this.t === null) return false;
          this.#end = this.#names.end;
        }
        seen |= SEEN_T;
      } else {
        return false;
      }
      at = skipSpace(message, this.#end);
      if (byteAt(message, at) !== COMMA) return false;
      at += 1;
    }
    return false;
  }

  /** A plain run of digits. A sign, a leading zero, a fraction or an exponent is for the parser. */
  #readInteger(message: Buffer, start: number): number {
    let value = 0;
    let at = start;
    for (; ; at += 1) {
      const byte = byteAt(message, at);
      if (byte < DIGIT_0 || byte > DIGIT_9) break;
      value = value * 10 + byte - DIGIT_0;
    }
    const digits = at - start;
    if (digits === 0 || digits > MAX_DIGITS) return NOT_FOUND;
    if (digits > 1 && byteAt(message, start) === DIGIT_0) return NOT_FOUND;
    this.#end = at;
    return value;
  }

  #skipNull(message: Buffer, start: number): boolean {
    if (
      byteAt(message, start) !== LETTER_N ||
      byteAt(message, start + 1) !== LETTER_U ||
      byteAt(message, start + 2) !== LETTER_L ||
      byteAt(message, start + 3) !== LETTER_L
    ) {
      return false;
    }
    this.#end = start + 4;
    return true;
  }

  #readWhole(message: Buffer): void {
    const { op, s, t } = parseWhole(message);
    if (typeof op !== 'number' || !Number.isInteger(op)) {
      throw new EnvelopeError('INVALID_OPCODE', 'The gateway message has no integer op');
    }
    this.op = op;
    this.s = typeof s === 'number' && Number.isInteger(s) ? s : null;
    this.t = typeof t === 'string' ? t : null;
    this.dStart = NOT_FOUND;
    this.dEnd = NOT_FOUND;
  }
}

function parseWhole(message: Buffer): { op?: unknown; s?: unknown; t?: unknown; d?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(message.toString('utf8'));
  } catch {
    throw new EnvelopeError('INVALID_JSON', 'The gateway message is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EnvelopeError('NOT_AN_OBJECT', 'The gateway message is not an object');
  }
  return value;
}

function byteAt(bytes: Buffer, index: number): number {
  return bytes[index] ?? END;
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB;
}

function skipSpace(bytes: Buffer, index: number): number {
  let at = index;
  while (isSpace(byteAt(bytes, at))) at += 1;
  return at;
}

/** End of a value that nothing but the closing brace follows. */
function lastValueEnd(bytes: Buffer, start: number): number {
  let end = bytes.length;
  while (isSpace(byteAt(bytes, end - 1))) end -= 1;
  if (byteAt(bytes, end - 1) !== CLOSE_BRACE) return NOT_FOUND;
  end -= 1;
  while (isSpace(byteAt(bytes, end - 1))) end -= 1;
  return end > start ? end : NOT_FOUND;
}
