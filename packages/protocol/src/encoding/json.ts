import { DecodeError } from '../errors.ts';

/** 2^53 has 16 digits, so a shorter integer is exact. */
const UNSAFE_DIGITS = 16;
const INTEGER = /^-?[0-9]+$/;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const MINUS = 0x2d;
/** What JSON allows in front of a number: `:` `,` `[` and white space. */
const BEFORE_NUMBER: ReadonlySet<number> = new Set([0x3a, 0x2c, 0x5b, 0x20, 0x09, 0x0a, 0x0d]);

/**
 * `JSON.parse` that keeps integers beyond ±(2^53 − 1) exact, as decimal strings: discord.py sends ids as bare
 * integers. All other numbers are what `JSON.parse` makes of them (`1e400` is Infinity, `-0` stays −0), and a
 * `__proto__` key is an ordinary own property.
 * @throws DecodeError when the text is not JSON, or when it is nested too deeply
 */
export function parseLossless(text: string): unknown {
  try {
    return mayHoldUnsafeInteger(text) ? JSON.parse(text, keepUnsafeInteger) : JSON.parse(text);
  } catch (error) {
    // The reviver walks the value recursively; plain JSON.parse does not.
    if (error instanceof RangeError) throw new DecodeError('TOO_DEEP', 'The JSON text is nested too deeply');
    throw new DecodeError('MALFORMED', 'The text is not JSON');
  }
}

/**
 * Whether some run of 16 or more digits stands where a number may begin. Looks at every 16th character, which no
 * such run can slip between. Text inside strings may look so too; that only costs the slower parse.
 */
function mayHoldUnsafeInteger(text: string): boolean {
  for (let at = UNSAFE_DIGITS - 1; at < text.length; at += UNSAFE_DIGITS) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isDigit(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
    if (end - start >= UNSAFE_DIGITS && canBeginNumber(text, start)) return true;
    // Go on from the end of the run, so that a long one is walked once.
    if (end > at + UNSAFE_DIGITS) at = end - 1;
  }
  return false;
}

function canBeginNumber(text: string, start: number): boolean {
  const before = start > 0 && text.charCodeAt(start - 1) === MINUS ? start - 2 : start - 1;
  return before < 0 || BEFORE_NUMBER.has(text.charCodeAt(before));
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}

function keepUnsafeInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && INTEGER.test(source) ? source : value;
}
