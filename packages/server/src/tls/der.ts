/**
 * As much of DER as a certificate needs. Each function returns one encoded value.
 * @see https://www.itu.int/rec/T-REC-X.690
 */

const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OBJECT_IDENTIFIER: 0x06,
  UTF8_STRING: 0x0c,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;
/** The last year that UTCTime can say (RFC 5280, section 4.1.2.5). */
const MAX_UTC_TIME_YEAR = 2049;

export const TRUE: Buffer = value(Tag.BOOLEAN, Buffer.of(0xff));

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return value(Tag.SEQUENCE, ...parts);
}

export function set(...parts: readonly Uint8Array[]): Buffer {
  return value(Tag.SET, ...parts);
}

/** @param bytes big-endian, not negative, without zeros in front */
export function integer(bytes: Uint8Array): Buffer {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return isNegative ? value(Tag.INTEGER, Buffer.of(0), bytes) : value(Tag.INTEGER, bytes);
}

/** @param unusedBits of the last byte, 0 to 7 */
export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return value(Tag.BIT_STRING, Buffer.of(unusedBits), bytes);
}

export function octetString(bytes: Uint8Array): Buffer {
  return value(Tag.OCTET_STRING, bytes);
}

export function utf8String(text: string): Buffer {
  return value(Tag.UTF8_STRING, Buffer.from(text));
}

/** @param dotted such as `2.5.4.3` */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return value(Tag.OBJECT_IDENTIFIER, Buffer.from([first * 40 + second, ...others].flatMap(base128)));
}

/** A date as certificates spell it, to the second. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  return date.getUTCFullYear() > MAX_UTC_TIME_YEAR
    ? value(Tag.GENERALIZED_TIME, Buffer.from(digits))
    : value(Tag.UTC_TIME, Buffer.from(digits.slice(2)));
}

/** A context-specific value in place of its usual tag. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return value(CONTEXT | number, content);
}

/** A context-specific value around a whole other one. */
export function explicit(number: number, inner: Uint8Array): Buffer {
  return value(CONTEXT | CONSTRUCTED | number, inner);
}

function value(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, ...lengthOctets(content.length)), content]);
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 0x100)) octets.unshift(rest % 0x100);
  return [0x80 | octets.length, ...octets];
}

function base128(number: number): readonly number[] {
  const groups = [number % 0x80];
  for (let rest = Math.floor(number / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) {
    groups.unshift(0x80 | (rest % 0x80));
  }
  return groups;
}
