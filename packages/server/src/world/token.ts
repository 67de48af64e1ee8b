import { createHash, randomBytes } from 'node:crypto';
import type { Snowflake } from './entities.ts';

const SECRET_LENGTH = 38;
/** Enough random bytes for 38 characters of base64url (6 bits each). */
const SECRET_BYTES = Math.ceil((SECRET_LENGTH * 6) / 8);
const MIN_TIME_BYTES = 4;
const MAX_TIME_BYTES = 6;

/** A bot token: the bot's id, the time of making in seconds and a secret, each in base64url, joined by dots. */
export function newToken(botUserId: Snowflake, nowMs: number): string {
  const time = Buffer.alloc(MAX_TIME_BYTES);
  time.writeUIntBE(Math.floor(nowMs / 1000), 0, MAX_TIME_BYTES);
  let start = 0;
  while (start < MAX_TIME_BYTES - MIN_TIME_BYTES && time[start] === 0) start++;
  return [
    Buffer.from(botUserId).toString('base64url'),
    time.subarray(start).toString('base64url'),
    randomBytes(SECRET_BYTES).toString('base64url').slice(0, SECRET_LENGTH),
  ].join('.');
}

/** The id that a token names, true or not; null when it has not the form of a token. */
export function userIdInToken(token: string): Snowflake | null {
  const id = Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('latin1');
  return /^\d{1,20}$/.test(id) ? id : null;
}

/** Hex SHA-256 of the whole token text: all that is kept of it. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
