import { EnvelopeError } from '../errors.ts';

/** Where a value stands in its source: bytes of a Buffer, UTF-16 units of a string. `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The outside of a gateway message. */
export interface Peek {
  readonly op: number;
  readonly s: number | null;
  readonly t: string | null;
  /** Where `d` stands, when that was cheap to know; null means that only a parse of the whole message tells. */
  readonly d: Span | null;
}

type Source = Buffer | string;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
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
const FIRST_NON_ASCII = 0x80;

/** More digits than this could pass 2^53. */
const MAX_DIGITS = 15;
const MAX_KEYS = 4;
const NOT_FOUND = -1;

/**
 * Reads `op`, `s` and `t` from the head of a gateway message without parsing `d`.
 *
 * Every sender we know puts them in front of `d`; any other order, escapes, unknown keys and odd numbers are
 * left to a full parse, with the same answer. What is not looked at is the inside of `d` and what follows it: a
 * second `op`, `s` or `t` behind `d` goes unseen, and broken JSON there is found by {@link parseData}.
 *
 * @throws EnvelopeError when the message is not an object with an integer `op`
 * @see https://docs.discord.com/developers/events/gateway-events#payload-structure
 */
export function peek(source: Source): Peek {
  return peekHead(source) ?? peekWhole(source);
}

/**
 * Parses `d`; undefined when there is none.
 * @throws EnvelopeError when the message is not JSON
 */
export function parseData(source: Source, { d }: Pick<Peek, 'd'>): unknown {
  if (d === null) return parseWhole(source).d;
  const text =
    typeof source === 'string' ? source.slice(d.start, d.end) : source.toString('utf8', d.start, d.end);
  try {
    return JSON.parse(text);
  } catch {
    // Either broken, or `d` is not the last key: no JSON value stays one when `,"key":value` is put behind it.
    return parseWhole(source).d;
  }
}

/** Null: something is not as usual. */
function peekHead(source: Source): Peek | null {
  let op: number | undefined;
  let s: number | null | undefined;
  let t: string | null | undefined;
  let at = skipSpace(source, 0);
  if (codeAt(source, at) !== OPEN_BRACE) return null;
  at += 1;
  for (let keys = 0; keys < MAX_KEYS; keys += 1) {
    at = skipSpace(source, at);
    if (codeAt(source, at) !== QUOTE) return null;
    const key = codeAt(source, at + 1);
    at += 2;
    if (key === LETTER_O) {
      if (codeAt(source, at) !== LETTER_P) return null;
      at += 1;
    }
    if (codeAt(source, at) !== QUOTE) return null;
    at = skipSpace(source, at + 1);
    if (codeAt(source, at) !== COLON) return null;
    at = skipSpace(source, at + 1);

    let end: number;
    if (key === LETTER_D) {
      if (op === undefined || s === undefined || t === undefined) return null;
      end = lastValueEnd(source, at);
      return end === NOT_FOUND ? null : { op, s, t, d: { start: at, end } };
    }
    if (key === LETTER_O) {
      end = integerEnd(source, at);
      if (end === NOT_FOUND) return null;
      op = integerOf(source, at, end);
    } else if (key === LETTER_S) {
      end = nullEnd(source, at);
      if (end !== NOT_FOUND) {
        s = null;
      } else {
        end = integerEnd(source, at);
        if (end === NOT_FOUND) return null;
        s = integerOf(source, at, end);
      }
    } else if (key === LETTER_T) {
      end = nullEnd(source, at);
      if (end !== NOT_FOUND) {
        t = null;
      } else {
        end = plainStringEnd(source, at);
        if (end === NOT_FOUND) return null;
        t = asciiOf(source, at + 1, end - 1);
      }
    } else {
      return null;
    }
    at = skipSpace(source, end);
    if (codeAt(source, at) !== COMMA) return null;
    at += 1;
  }
  return null;
}

function peekWhole(source: Source): Peek {
  const { op, s, t } = parseWhole(source);
  if (typeof op !== 'number' || !Number.isInteger(op)) {
    throw new EnvelopeError('INVALID_OPCODE', 'The gateway message has no integer op');
  }
  return {
    op,
    s: typeof s === 'number' && Number.isInteger(s) ? s : null,
    t: typeof t === 'string' ? t : null,
    d: null,
  };
}

function parseWhole(source: Source): { op?: unknown; s?: unknown; t?: unknown; d?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(typeof source === 'string' ? source : source.toString('utf8'));
  } catch {
    throw new EnvelopeError('INVALID_JSON', 'The gateway message is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EnvelopeError('NOT_AN_OBJECT', 'The gateway message is not an object');
  }
  return value;
}

/** The character code or byte; NaN behind the end, which equals nothing. */
function codeAt(source: Source, index: number): number {
  return typeof source === 'string' ? source.charCodeAt(index) : (source[index] ?? Number.NaN);
}

function isSpace(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;
}

function skipSpace(source: Source, index: number): number {
  let at = index;
  while (isSpace(codeAt(source, at))) at += 1;
  return at;
}

function nullEnd(source: Source, start: number): number {
  return codeAt(source, start) === LETTER_N &&
    codeAt(source, start + 1) === LETTER_U &&
    codeAt(source, start + 2) === LETTER_L &&
    codeAt(source, start + 3) === LETTER_L
    ? start + 4
    : NOT_FOUND;
}

/** End of a plain run of digits. What follows a sign, a leading zero, a fraction or an exponent is for the parser. */
function integerEnd(source: Source, start: number): number {
  let at = start;
  for (;;) {
    const code = codeAt(source, at);
    if (!(code >= DIGIT_0 && code <= DIGIT_9)) break;
    at += 1;
  }
  const digits = at - start;
  if (digits === 0 || digits > MAX_DIGITS) return NOT_FOUND;
  return digits > 1 && codeAt(source, start) === DIGIT_0 ? NOT_FOUND : at;
}

function integerOf(source: Source, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + codeAt(source, at) - DIGIT_0;
  return value;
}

/** End of a string of ASCII without escapes, its closing quote included. */
function plainStringEnd(source: Source, start: number): number {
  if (codeAt(source, start) !== QUOTE) return NOT_FOUND;
  for (let at = start + 1; ; at += 1) {
    const code = codeAt(source, at);
    if (code === QUOTE) return at + 1;
    if (!(code >= SPACE && code < FIRST_NON_ASCII) || code === BACKSLASH) return NOT_FOUND;
  }
}

function asciiOf(source: Source, start: number, end: number): string {
  return typeof source === 'string' ? source.slice(start, end) : source.toString('latin1', start, end);
}

/** End of a value that nothing but the closing brace follows. */
function lastValueEnd(source: Source, start: number): number {
  let end = source.length;
  while (isSpace(codeAt(source, end - 1))) end -= 1;
  if (codeAt(source, end - 1) !== CLOSE_BRACE) return NOT_FOUND;
  end -= 1;
  while (isSpace(codeAt(source, end - 1))) end -= 1;
  return end > start ? end : NOT_FOUND;
}
