/*
 * In ETF, Discord's ids are integers where they stand in fields of their own, and text elsewhere: as keys of maps, within
 * other text. Names tell the fields, as values alone do not: a message may consist of digits.
 */

/** What the strings of a field are: text, an id, or, in a list of strings, ids. */
export type SnowflakeField = 'none' | 'id' | 'ids';

/** Made by clients and services of others, who may write digits, too. */
const FOREIGN_IDS: ReadonlySet<string> = new Set([
  'custom_id',
  'session_id',
  'party_id',
  'external_user_id',
  'instance_id',
  'launch_id',
  'activity_instance_id',
]);
/** Lists of ids by another name than `…_ids`. */
const ID_LISTS: ReadonlySet<string> = new Set([
  'roles',
  'mention_roles',
  'exempt_roles',
  'exempt_channels',
  'applied_tags',
]);

const MAX_SNOWFLAKE = 2n ** 64n - 1n;
/** Of 2^53 and of 2^64. */
const LEAST_DIGITS = 16;
const MOST_DIGITS = 20;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LETTER_D = 0x64;
const LETTER_S = 0x73;

/** @param key of the field, in any object of Discord's */
export function snowflakeField(key: string): SnowflakeField {
  // Asked for each key of each object, hence the look at the last letter before all else.
  switch (key.charCodeAt(key.length - 1)) {
    case LETTER_D:
      return key === 'id' || (key.endsWith('_id') && !FOREIGN_IDS.has(key)) ? 'id' : 'none';
    case LETTER_S:
      return key.endsWith('_ids') || ID_LISTS.has(key) ? 'ids' : 'none';
    default:
      return 'none';
  }
}

/**
 * The id that a text is; null when it is none. Those up to 2^53 − 1 (no later than 25 January 2015) count as none: the
 * reader would take the integer for a number and not for an id.
 */
export function snowflakeInteger(text: string): bigint | null {
  if (text.length < LEAST_DIGITS || text.length > MOST_DIGITS || text.charCodeAt(0) === DIGIT_0) return null;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < DIGIT_0 || code > DIGIT_9) return null;
  }
  const id = BigInt(text);
  return id > Number.MAX_SAFE_INTEGER && id <= MAX_SNOWFLAKE ? id : null;
}
