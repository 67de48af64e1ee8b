/** The bodies with which webhooks are made, changed and spoken through. */
import { createHash } from 'node:crypto';
import type { Persona, Snowflake } from '../world/entities.ts';
import { RestError } from './errors.ts';
import { type MessageCreateBody, POST_MESSAGE_FIELDS } from './message-body.ts';
import {
  type JsonSchema,
  NULLABLE_BOOLEAN,
  nullableList,
  nullableText,
  object,
  SNOWFLAKE,
  text,
  UNSERVED,
  WEB_URL,
} from './schemas.ts';

export interface WebhookMessageBody extends MessageCreateBody {
  username?: string | null;
  avatar_url?: string | null;
  thread_name?: string | null;
  applied_tags?: Snowflake[] | null;
}

const MAX_NAME_CHARS = 80;
const MAX_THREAD_NAME_CHARS = 100;
const MAX_TAGS = 5;
const HASH_CHARS = 32;
const RESERVED_NAMES: readonly string[] = ['discord', 'clyde'];
const DATA_URI = /^data:image\/(?:png|jpeg|jpg|gif|webp);base64,([A-Za-z0-9+/]+={0,2})$/;

export const WEBHOOK_NAME: JsonSchema = text(1, MAX_NAME_CHARS);
export const WEBHOOK_AVATAR: JsonSchema = { type: ['string', 'null'] };

/** @see https://docs.discord.com/developers/resources/webhook#execute-webhook */
export const WEBHOOK_MESSAGE_BODY: JsonSchema = object({
  ...POST_MESSAGE_FIELDS,
  sticker_ids: UNSERVED,
  tts: NULLABLE_BOOLEAN,
  username: nullableText(MAX_NAME_CHARS),
  avatar_url: WEB_URL,
  thread_name: nullableText(MAX_THREAD_NAME_CHARS),
  applied_tags: nullableList(SNOWFLAKE, MAX_TAGS),
});

/** @throws RestError 50035 for a name that would pass for Discord's own */
export function checkedName(field: string, name: string): string {
  const reserved = RESERVED_NAMES.find((word) => name.toLowerCase().includes(word));
  if (reserved === undefined) return name;
  throw RestError.form({
    path: [field],
    code: 'USERNAME_INVALID_CONTAINS',
    message: `Username cannot contain "${reserved}"`,
  });
}

/** The hash of an image that came as a data URI; null takes the image away. @throws RestError 50035 */
export function avatarHash(avatar: string | null): string | null {
  if (avatar === null || avatar === '') return null;
  const base64 = DATA_URI.exec(avatar)?.[1];
  if (base64 !== undefined) return hashOf(Buffer.from(base64, 'base64'));
  throw RestError.form({
    path: ['avatar'],
    code: 'IMAGE_INVALID',
    message: 'Unsupported image type given',
  });
}

/** Under which name and picture the message stands. @throws RestError as checkedName */
export function personaOf(body: WebhookMessageBody, own: Persona): Persona {
  return {
    username: body.username ? checkedName('username', body.username) : own.username,
    avatar: body.avatar_url ? hashOf(body.avatar_url) : own.avatar,
  };
}

function hashOf(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex').slice(0, HASH_CHARS);
}
