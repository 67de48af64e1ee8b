/** The body with which messages are written and edited: its schema, and the rules that no schema can say. */
import type { Snowflake } from '../world/entities.ts';
import type { AllowedMentions } from '../world/mentions.ts';
import { IS_COMPONENTS_V2 } from '../world/message-flags.ts';
import type { MessageInput, MessagePatch } from '../world/message-input.ts';
import { ATTACHMENTS, type AttachmentBody, attachmentsPatch, newAttachments } from './attachment-body.ts';
import { readComponents } from './component-body.ts';
import { checkedEmbeds, EMBEDS, type EmbedBody } from './embed-body.ts';
import type { Upload } from './multipart-body.ts';
import { POLL, type PollBody, pollInput } from './poll-body.ts';
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
} from './schemas.ts';

export interface AllowedMentionsBody {
  parse?: ('users' | 'roles' | 'everyone')[] | null;
  users?: Snowflake[] | null;
  roles?: Snowflake[] | null;
  replied_user?: boolean | null;
}

export interface MessageReferenceBody {
  type?: number | null;
  message_id: Snowflake;
  channel_id?: Snowflake | null;
  guild_id?: Snowflake | null;
  fail_if_not_exists?: boolean | null;
}

export interface MessageEditBody {
  content?: string | null;
  embeds?: EmbedBody[] | null;
  attachments?: AttachmentBody[] | null;
  /** Judged by {@link readComponents}, kind by kind. */
  components?: unknown[] | null;
  flags?: number | null;
  allowed_mentions?: AllowedMentionsBody | null;
}

export interface MessageCreateBody extends MessageEditBody {
  sticker_ids?: Snowflake[] | null;
  poll?: PollBody | null;
  tts?: boolean | null;
  nonce?: string | number | null;
  enforce_nonce?: boolean | null;
  message_reference?: MessageReferenceBody | null;
}

const MAX_CONTENT_CHARS = 2_000;
const MAX_NONCE_CHARS = 25;
const MAX_ALLOWED_MENTIONS = 100;
const MAX_STICKERS = 3;
const MAX_FLAGS = 2 ** 31 - 1;
const REPLY = 0;
export const FORWARD = 1;

/** Their number and shape are judged kind by kind. */
const COMPONENTS: JsonSchema = { type: ['array', 'null'] };

const STICKER_IDS: JsonSchema = nullableList(SNOWFLAKE, MAX_STICKERS);

const EDITABLE_FIELDS: Record<string, JsonSchema> = {
  content: nullableText(MAX_CONTENT_CHARS),
  embeds: EMBEDS,
  flags: { ...integer(0, MAX_FLAGS), type: ['integer', 'null'] },
  allowed_mentions: nullableObject({
    parse: nullableList(oneOf('users', 'roles', 'everyone'), 3),
    users: nullableList(SNOWFLAKE, MAX_ALLOWED_MENTIONS),
    roles: nullableList(SNOWFLAKE, MAX_ALLOWED_MENTIONS),
    replied_user: NULLABLE_BOOLEAN,
  }),
  attachments: ATTACHMENTS,
  components: COMPONENTS,
};

export const CREATE_FIELDS: Record<string, JsonSchema> = {
  ...EDITABLE_FIELDS,
  sticker_ids: STICKER_IDS,
  poll: POLL,
  tts: NULLABLE_BOOLEAN,
  nonce: { type: ['integer', 'string', 'null'], maxLength: MAX_NONCE_CHARS },
  enforce_nonce: NULLABLE_BOOLEAN,
  message_reference: nullableObject(
    {
      type: { type: ['integer', 'null'], enum: [REPLY, FORWARD, null] },
      message_id: SNOWFLAKE,
      channel_id: NULLABLE_SNOWFLAKE,
      guild_id: NULLABLE_SNOWFLAKE,
      fail_if_not_exists: NULLABLE_BOOLEAN,
    },
    ['message_id'],
  ),
};

/** Of the first message of a post, which refers to nothing. */
export const POST_MESSAGE_FIELDS: Record<string, JsonSchema> = {
  ...EDITABLE_FIELDS,
  sticker_ids: STICKER_IDS,
  poll: POLL,
};

export const MESSAGE_CREATE_BODY: JsonSchema = object(CREATE_FIELDS);
export const MESSAGE_EDIT_BODY: JsonSchema = object(EDITABLE_FIELDS);

export const BULK_DELETE_BODY: JsonSchema = object({ messages: list(SNOWFLAKE, 1_000) }, ['messages']);

/**
 * What a validated body says of a new message.
 * @param uploads the files that came with it
 * @throws RestError 50035 for embeds that are too long in all, and for faulty components
 */
export function messageInput(
  body: MessageCreateBody,
  uploads: readonly Upload[] = [],
): Omit<MessageInput, 'channelId' | 'authorId'> {
  const { message_reference: reference } = body;
  return {
    content: (body.content ?? '').trim(),
    embeds: checkedEmbeds(body.embeds ?? []),
    attachments: newAttachments(body.attachments, uploads),
    components: readComponents(body.components ?? [], isV2(body.flags)),
    stickerIds: body.sticker_ids ?? [],
    ...(body.poll ? { poll: pollInput(body.poll) } : {}),
    nonce: body.nonce ?? null,
    enforceNonce: body.enforce_nonce ?? false,
    tts: body.tts ?? false,
    flags: body.flags ?? 0,
    ...(body.allowed_mentions ? { allowedMentions: allowedMentions(body.allowed_mentions) } : {}),
    ...(reference && reference.type !== FORWARD
      ? {
          messageReference: {
            message_id: reference.message_id,
            fail_if_not_exists: reference.fail_if_not_exists ?? true,
          },
        }
      : {}),
  };
}

/**
 * What a validated body changes of a message; null clears a field.
 * @param uploads the files that came with it
 * @param wasV2 whether the message has IS_COMPONENTS_V2 already
 * @throws RestError as messageInput
 */
export function messagePatch(
  body: MessageEditBody,
  uploads: readonly Upload[] = [],
  wasV2 = false,
): MessagePatch {
  const attachments = attachmentsPatch(body.attachments, uploads);
  return {
    ...(body.content === undefined ? {} : { content: (body.content ?? '').trim() }),
    ...(body.embeds === undefined ? {} : { embeds: checkedEmbeds(body.embeds ?? []) }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(body.components === undefined
      ? {}
      : { components: readComponents(body.components ?? [], wasV2 || isV2(body.flags)) }),
    ...(body.flags === undefined ? {} : { flags: body.flags ?? 0 }),
    ...(body.allowed_mentions ? { allowedMentions: allowedMentions(body.allowed_mentions) } : {}),
  };
}

function isV2(flags: number | null | undefined): boolean {
  return ((flags ?? 0) & IS_COMPONENTS_V2) !== 0;
}

function allowedMentions(body: AllowedMentionsBody): AllowedMentions {
  return {
    parse: body.parse ?? [],
    users: body.users ?? [],
    roles: body.roles ?? [],
    replied_user: body.replied_user ?? false,
  };
}
