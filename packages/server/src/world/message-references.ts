/** Replies and forwards: what a message refers to. */
import type { APIMessageReference, MessageReferenceType } from 'discord-api-types/v10';
import type { Message, MessageSnapshot, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { repliedUserIsPinged } from './mentions.ts';
import type { MessageInput, MessagePatch } from './message-input.ts';
import { isWritten } from './message-types.ts';
import type { World } from './world.ts';

const DEFAULT_REFERENCE: MessageReferenceType.Default = 0;
const FORWARD_REFERENCE: MessageReferenceType.Forward = 1;

export function replyReference(message: Message): APIMessageReference {
  return { type: DEFAULT_REFERENCE, ...placeOfMessage(message) };
}

export function forwardReference(message: Message): APIMessageReference {
  return { type: FORWARD_REFERENCE, ...placeOfMessage(message) };
}

/** The message that a new one replies to; undefined when it is no reply. @throws WorldError UNKNOWN_MESSAGE_REFERENCE */
export function repliedMessage(world: World, input: MessageInput): Message | undefined {
  const reference = input.messageReference;
  if (reference === undefined) return undefined;
  const message = world.messages.get(input.channelId, reference.message_id);
  if (message === undefined && reference.fail_if_not_exists !== false) {
    throw new WorldError('UNKNOWN_MESSAGE_REFERENCE', `no message ${reference.message_id} to reply to`);
  }
  return message;
}

/** Whom a new reply pings, if anybody. */
export function pingedByReply(input: MessageInput, replied: Message | undefined): Snowflake | undefined {
  if (replied === undefined || replied.author_id === input.authorId) return undefined;
  return repliedUserIsPinged(input.allowedMentions) ? replied.author_id : undefined;
}

/** Whether an edited reply goes on pinging: as it did, unless the edit says something about it. */
export function pingedAfterEdit(world: World, old: Message, patch: MessagePatch): Snowflake | undefined {
  const reference = old.message_reference;
  if (reference?.message_id === undefined || reference.type === FORWARD_REFERENCE) return undefined;
  const repliedTo = world.messages.get(old.channel_id, reference.message_id)?.author_id;
  if (repliedTo === undefined || repliedTo === old.author_id) return undefined;
  const pings =
    patch.allowedMentions === undefined
      ? old.mentions.includes(repliedTo)
      : repliedUserIsPinged(patch.allowedMentions);
  return pings ? repliedTo : undefined;
}

/**
 * What a forward of the message holds; of a forward, what that one holds.
 * @throws WorldError NOT_FORWARDABLE for system messages and polls
 */
export function snapshotsOf(message: Message): readonly MessageSnapshot[] {
  if (message.message_snapshots.length > 0) return message.message_snapshots;
  if (!isWritten(message.type) || message.poll !== null) {
    throw new WorldError('NOT_FORWARDABLE', `message ${message.id} cannot be forwarded`);
  }
  const { author_id, application_id, type, content, embeds, attachments, components, sticker_items } =
    message;
  const { timestamp, edited_timestamp, mentions, mention_roles, flags } = message;
  return [
    {
      author_id,
      application_id,
      type,
      content,
      embeds,
      attachments,
      components,
      sticker_items,
      timestamp,
      edited_timestamp,
      mentions,
      mention_roles,
      flags,
    },
  ];
}

function placeOfMessage(message: Message) {
  return {
    channel_id: message.channel_id,
    message_id: message.id,
    ...(message.guild_id === null ? {} : { guild_id: message.guild_id }),
  };
}
