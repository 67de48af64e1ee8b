/** Checks of values that come from outside; each throws a WorldError that says what is allowed. */
import { WorldError } from './errors.ts';

/** Length as a person counts: code points, not UTF-16 units. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** @throws WorldError INVALID_VALUE unless the text has 1 to `maxLength` characters besides space around it */
export function requireText(what: string, text: string, maxLength: number): string {
  const trimmed = text.trim();
  if (trimmed === '' || codePoints(trimmed) > maxLength) {
    throw new WorldError('INVALID_VALUE', `${what} must have 1 to ${maxLength} characters`);
  }
  return trimmed;
}

/** @throws WorldError INVALID_VALUE unless it is a whole number from `min` to `max` */
export function requireInteger(what: string, value: number, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new WorldError('INVALID_VALUE', `${what} must be a whole number from ${min} to ${max}`);
  }
  return value;
}
