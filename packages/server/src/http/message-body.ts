/** The body with which messages are written and edited: its schema, and the rules that no schema can say. */
import type { APIEmbed } from 'discord-api-types/v10';
import type { Snowflake } from '../world/entities.ts';
import type { AllowedMentions } from '../world/mentions.ts';
import type { MessageInput, MessagePatch } from '../world/message-input.ts';
import { codePoints } from '../world/values.ts';
import { readComponents } from './component-body.ts';
import { RestError } from './errors.ts';
import {
  integer,
  type JsonSchema,
  list,
  NULLABLE_BOOLEAN,
  NULLABLE_SNOWFLAKE,
  nullableList,
  nullableObject,
  nullableText,
  object,
  oneOf,
  SNOWFLAKE,
  text,
  UNSERVED,
  WEB_URL,
} from './schemas.ts';

export interface EmbedBody {
  title?: string | null;
  description?: string | null;
  url?: string | null;
  timestamp?: string | null;
  color?: number | null;
  footer?: { text: string; icon_url?: string | null } | null;
  image?: { url: string } | null;
  thumbnail?: { url: string } | null;
  author?: { name: string; url?: string | null; icon_url?: string | null } | null;
  fields?: { name: string; value: string; inline?: boolean | null }[] | null;
}

export interface AllowedMentionsBody {
  parse?: ('users' | 'roles' | 'everyone')[] | null;
  users?: Snowflake[] | null;
  roles?: Snowflake[] | null;
  replied_user?: boolean | null;
}

export interface MessageReferenceBody {
  message_id: Snowflake;
  channel_id?: Snowflake | null;
  guild_id?: Snowflake | null;
  fail_if_not_exists?: boolean | null;
}

export interface MessageEditBody {
  content?: string | null;
  embeds?: EmbedBody[] | null;
  components?: unknown[] | null;
  flags?: number | null;
  allowed_mentions?: AllowedMentionsBody | null;
}

export interface MessageCreateBody extends MessageEditBody {
  tts?: boolean | null;
  nonce?: string | number | null;
  enforce_nonce?: boolean | null;
  message_reference?: MessageReferenceBody | null;
}

const MAX_CONTENT_CHARS = 2_000;
const MAX_EMBEDS = 10;
const MAX_EMBED_CHARS = 6_000;
const MAX_FIELDS = 25;
const MAX_COLOR = 0xff_ff_ff;
const MAX_NONCE_CHARS = 25;
const MAX_ALLOWED_MENTIONS = 100;
const MAX_FLAGS = 2 ** 31 - 1;
const REPLY = 0;

const SUPPRESS_EMBEDS = 1 << 2;
const SUPPRESS_NOTIFICATIONS = 1 << 12;
const IS_COMPONENTS_V2 = 1 << 15;

/** @see https://docs.discord.com/developers/resources/message#embed-object-embed-limits */
const EMBED = object({
  title: nullableText(256),
  description: nullableText(4_096),
  url: WEB_URL,
  timestamp: { type: ['string', 'null'], format: 'date-time' },
  color: { ...integer(0, MAX_COLOR), type: ['integer', 'null'] },
  footer: nullableObject({ text: text(0, 2_048), icon_url: WEB_URL }, ['text']),
  image: nullableObject({ url: WEB_URL }, ['url']),
  thumbnail: nullableObject({ url: WEB_URL }, ['url']),
  author: nullableObject({ name: text(0, 256), url: WEB_URL, icon_url: WEB_URL }, ['name']),
  fields: nullableList(
    object({ name: text(0, 256), value: text(0, 1_024), inline: NULLABLE_BOOLEAN }, ['name', 'value']),
    MAX_FIELDS,
  ),
});

const EDITABLE_FIELDS: Record<string, JsonSchema> = {
  content: nullableText(MAX_CONTENT_CHARS),
  embeds: nullableList(EMBED, MAX_EMBEDS),
  flags: { ...integer(0, MAX_FLAGS), type: ['integer', 'null'] },
  allowed_mentions: nullableObject({
    parse: nullableList(oneOf('users', 'roles', 'everyone'), 3),
    users: nullableList(SNOWFLAKE, MAX_ALLOWED_MENTIONS),
    roles: nullableList(SNOWFLAKE, MAX_ALLOWED_MENTIONS),
    replied_user: NULLABLE_BOOLEAN,
  }),
  attachments: UNSERVED,
  components: { type: ['array', 'null'] },
  sticker_ids: UNSERVED,
  poll: UNSERVED,
};

export const CREATE_FIELDS: Record<string, JsonSchema> = {
  ...EDITABLE_FIELDS,
  tts: NULLABLE_BOOLEAN,
  nonce: { type: ['integer', 'string', 'null'], maxLength: MAX_NONCE_CHARS },
  enforce_nonce: NULLABLE_BOOLEAN,
  message_reference: nullableObject(
    {
      type: { type: ['integer', 'null'], enum: [REPLY, null] },
      message_id: SNOWFLAKE,
      channel_id: NULLABLE_SNOWFLAKE,
      guild_id: NULLABLE_SNOWFLAKE,
      fail_if_not_exists: NULLABLE_BOOLEAN,
    },
    ['message_id'],
  ),
};

export const MESSAGE_CREATE_BODY: JsonSchema = object(CREATE_FIELDS);
export const MESSAGE_EDIT_BODY: JsonSchema = object(EDITABLE_FIELDS);

export const BULK_DELETE_BODY: JsonSchema = object({ messages: list(SNOWFLAKE, 1_000) }, ['messages']);

/**
 * What a validated body says of a new message.
 * @throws RestError 50035 for embeds that are too long in all, and for flags that are not served
 */
export function messageInput(body: MessageCreateBody): Omit<MessageInput, 'channelId' | 'authorId'> {
  const { message_reference: reference } = body;
  return {
    content: (body.content ?? '').trim(),
    embeds: checkedEmbeds(body.embeds ?? []),
    components: readComponents(body.components ?? [], false),
    nonce: body.nonce ?? null,
    enforceNonce: body.enforce_nonce ?? false,
    tts: body.tts ?? false,
    flags: settableFlags(body.flags ?? 0),
    ...(body.allowed_mentions ? { allowedMentions: allowedMentions(body.allowed_mentions) } : {}),
    ...(reference
      ? {
          messageReference: {
            message_id: reference.message_id,
            fail_if_not_exists: reference.fail_if_not_exists ?? true,
          },
        }
      : {}),
  };
}

/** What a validated body changes of a message; null clears a field. @throws RestError as messageInput */
export function messagePatch(body: MessageEditBody): MessagePatch {
  return {
    ...(body.content === undefined ? {} : { content: (body.content ?? '').trim() }),
    ...(body.embeds === undefined ? {} : { embeds: checkedEmbeds(body.embeds ?? []) }),
    ...(body.components === undefined ? {} : { components: readComponents(body.components ?? [], false) }),
    ...(body.flags === undefined ? {} : { flags: settableFlags(body.flags ?? 0) }),
    ...(body.allowed_mentions ? { allowedMentions: allowedMentions(body.allowed_mentions) } : {}),
  };
}

/** @throws RestError 50035 when the texts of all embeds together are longer than 6000 characters */
function checkedEmbeds(embeds: readonly EmbedBody[]): APIEmbed[] {
  const chars = embeds.reduce((sum, embed) => sum + embedChars(embed), 0);
  if (chars > MAX_EMBED_CHARS) {
    throw RestError.form({
      path: ['embeds'],
      code: 'MAX_EMBED_SIZE_EXCEEDED',
      message: `Embed size exceeds maximum size of ${MAX_EMBED_CHARS}`,
    });
  }
  // An embed that shows nothing is no content either.
  return embeds.filter(showsSomething).map(richEmbed);
}

/**
 * The flags that a bot may set; Discord ignores the others.
 * @throws RestError 50035 for components v2, which turn the meaning of the whole body around
 */
function settableFlags(flags: number): number {
  if ((flags & IS_COMPONENTS_V2) !== 0) {
    throw RestError.form({
      path: ['flags'],
      code: 'UNSERVED_FIELD',
      message: 'This server does not support IS_COMPONENTS_V2 yet.',
    });
  }
  return flags & (SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS);
}

function allowedMentions(body: AllowedMentionsBody): AllowedMentions {
  return {
    parse: body.parse ?? [],
    users: body.users ?? [],
    roles: body.roles ?? [],
    replied_user: body.replied_user ?? false,
  };
}

function embedChars({ title, description, footer, author, fields }: EmbedBody): number {
  const texts = [title, description, footer?.text, author?.name];
  for (const field of fields ?? []) texts.push(field.name, field.value);
  return texts.reduce((sum, value) => sum + codePoints(value ?? ''), 0);
}

function showsSomething(embed: EmbedBody): boolean {
  const { title, description, footer, image, thumbnail, author, fields } = embed;
  const texts = [title, description, footer?.text, author?.name, image?.url, thumbnail?.url];
  return texts.some((value) => (value ?? '').trim() !== '') || (fields ?? []).length > 0;
}

/** Only what bots may say about an embed; the rest of it (provider, video, sizes) is Discord's to fill in. */
function richEmbed(embed: EmbedBody): APIEmbed {
  const { title, description, url, timestamp, color, footer, image, thumbnail, author, fields } = embed;
  return {
    type: 'rich' as NonNullable<APIEmbed['type']>,
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(url ? { url } : {}),
    ...(timestamp ? { timestamp: new Date(timestamp).toISOString() } : {}),
    ...(typeof color === 'number' ? { color } : {}),
    ...(footer?.text
      ? { footer: { text: footer.text, ...(footer.icon_url ? { icon_url: footer.icon_url } : {}) } }
      : {}),
    ...(image?.url ? { image: { url: image.url } } : {}),
    ...(thumbnail?.url ? { thumbnail: { url: thumbnail.url } } : {}),
    ...(author?.name
      ? {
          author: {
            name: author.name,
            ...(author.url ? { url: author.url } : {}),
            ...(author.icon_url ? { icon_url: author.icon_url } : {}),
          },
        }
      : {}),
    ...(fields
      ? { fields: fields.map(({ name, value, inline }) => ({ name, value, inline: inline ?? false })) }
      : {}),
  };
}
