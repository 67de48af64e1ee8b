import { compareSnowflakes } from '@guildhall/protocol';
import type { APIMessageReference, MessageFlags, MessageType } from 'discord-api-types/v10';
import {
  addressesOf,
  keepAttachments,
  keptAttachments,
  releaseAttachments,
  requireRoom,
  restoreReferences,
} from './attachments.ts';
import { CATEGORY_TYPE, isDm } from './channel-kinds.ts';
import { contentGate } from './content-gate.ts';
import { channelDispatch } from './dispatch.ts';
import type { Channel, Message, Reaction, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { repliedUserIsPinged } from './mentions.ts';
import type { MessageInput, MessagePatch, MessageRange } from './message-input.ts';
import { MessageLog } from './message-log.ts';
import { messageMentions } from './message-mentions.ts';
import { isoTimestamp } from './timestamps.ts';
import { codePoints } from './values.ts';
import type { World } from './world.ts';

const DEFAULT_TYPE: MessageType.Default = 0;
const REPLY_TYPE: MessageType.Reply = 19;
const DEFAULT_REFERENCE_TYPE = 0;
const SUPPRESS_EMBEDS = 1 << 2;
const SUPPRESS_NOTIFICATIONS = 1 << 12;
/** Flags that an author may set; others are dropped, as Discord does. */
const SETTABLE_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS;
/** Discord compares an enforced nonce with "the past few minutes". */
const NONCE_MEMORY_MS = 5 * 60_000;
/** How many of the newest messages are looked through for an enforced nonce. */
const NONCE_MEMORY_MESSAGES = 100;

/** What a message has that was stored before the field existed. */
const FIELDS_SINCE_FIRST_SCHEMA = { attachments: [] } as const;

export class Messages {
  readonly #world: World;
  readonly #logs = new Map<Snowflake, MessageLog>();

  constructor(world: World, stored: readonly Message[]) {
    this.#world = world;
    for (const message of [...stored].sort((a, b) => compareSnowflakes(a.id, b.id))) {
      this.#append({ ...FIELDS_SINCE_FIRST_SCHEMA, ...message });
    }
  }

  /**
   * MESSAGE_CREATE. Beyond `limits.messagesPerChannel` the channel's oldest message is forgotten without an event.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE (category), UNKNOWN_USER, UNKNOWN_MEMBER (the author must
   *   be in the guild, or in the DM), EMPTY_MESSAGE, INVALID_VALUE (attachments), LIMIT_REACHED:contentLength, UNKNOWN_MESSAGE_REFERENCE
   */
  create(input: MessageInput): Message {
    const world = this.#world;
    world.journal.assertWritable();
    const channel = this.requireWriter(input.channelId, input.authorId);
    const content = input.content ?? '';
    const embeds = input.embeds ?? [];
    const added = input.attachments ?? [];
    requireRoom(added.length);
    this.#requireContent(content, embeds.length + added.length);
    const repeated = input.enforceNonce === true ? this.#withNonce(input) : undefined;
    if (repeated !== undefined) return repeated;
    const referenced = this.#referenced(input);
    const message: Message = {
      id: world.nextId(),
      channel_id: channel.id,
      guild_id: isDm(channel) ? null : channel.guild_id,
      author_id: input.authorId,
      type: referenced === undefined ? DEFAULT_TYPE : REPLY_TYPE,
      content,
      embeds,
      attachments: keepAttachments(world, channel.id, added),
      timestamp: isoTimestamp(world.now()),
      edited_timestamp: null,
      tts: input.tts ?? false,
      ...messageMentions(
        world,
        channel,
        input.authorId,
        content,
        input.allowedMentions,
        pinged(input, referenced),
      ),
      pinned: false,
      flags: ((input.flags ?? 0) & SETTABLE_FLAGS) as MessageFlags,
      nonce: input.nonce ?? null,
      message_reference: referenced === undefined ? null : referenceTo(referenced),
      reactions: [],
    };
    this.#append(message);
    world.journal.record({ kind: 'put', table: 'messages', record: message });
    world.channels.noteMessage(channel, message.id);
    this.#emit('MESSAGE_CREATE', channel, message);
    return message;
  }

  get(channelId: Snowflake, messageId: Snowflake): Message | undefined {
    return this.#logs.get(channelId)?.get(messageId);
  }

  /** @throws WorldError UNKNOWN_MESSAGE */
  require(channelId: Snowflake, messageId: Snowflake): Message {
    const message = this.get(channelId, messageId);
    if (message === undefined) {
      throw new WorldError('UNKNOWN_MESSAGE', `no message ${messageId} in channel ${channelId}`);
    }
    return message;
  }

  /**
   * Newest first. Bounds are exclusive (except `around`, which includes its message) and need not be messages.
   * The cost does not grow with the channel.
   * @throws WorldError UNKNOWN_CHANNEL
   */
  list(channelId: Snowflake, range: MessageRange): readonly Message[] {
    this.#world.channels.require(channelId);
    const log = this.#logs.get(channelId);
    if (log === undefined) return [];
    const { before, after, around, limit } = range;
    if (before !== undefined) return log.before(before, limit);
    if (after !== undefined) return log.after(after, limit).reverse();
    if (around === undefined) return log.before(null, limit);
    const middle = log.get(around);
    const older = log.before(around, Math.floor(limit / 2));
    const newer = log.after(around, Math.max(0, limit - older.length - (middle === undefined ? 0 : 1)));
    return [...newer.reverse(), ...(middle === undefined ? [] : [middle]), ...older];
  }

  /**
   * MESSAGE_UPDATE. A change of content or embeds sets `edited_timestamp`; a change of flags alone does not.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_ATTACHMENT, EMPTY_MESSAGE, INVALID_VALUE (attachments),
   *   LIMIT_REACHED:contentLength
   */
  edit(channelId: Snowflake, messageId: Snowflake, patch: MessagePatch): Message {
    const world = this.#world;
    world.journal.assertWritable();
    const channel = world.channels.require(channelId);
    const old = this.require(channelId, messageId);
    const content = patch.content ?? old.content;
    const embeds =
      patch.embeds === undefined
        ? old.embeds
        : restoreReferences(patch.embeds, addressesOf(world, old.attachments));
    const kept = keptAttachments(old, patch.attachments, embeds);
    const added = patch.attachments?.added ?? [];
    this.#requireContent(content, embeds.length + kept.length + added.length);
    const isEdit =
      patch.content !== undefined || patch.embeds !== undefined || patch.attachments !== undefined;
    for (const { id } of old.attachments) {
      if (!kept.some((attachment) => attachment.id === id)) world.files.release(id);
    }
    const message: Message = {
      ...old,
      content,
      embeds,
      attachments: [...kept, ...keepAttachments(world, channel.id, added)],
      ...(patch.content === undefined && patch.allowedMentions === undefined
        ? {}
        : messageMentions(
            world,
            channel,
            old.author_id,
            content,
            patch.allowedMentions,
            this.#stillPinged(old, patch),
          )),
      flags: changedFlags(old.flags, patch.flags),
      edited_timestamp: isEdit ? isoTimestamp(world.now()) : old.edited_timestamp,
    };
    this.#replace(message);
    this.#emit('MESSAGE_UPDATE', channel, message);
    return message;
  }

  /**
   * MESSAGE_DELETE.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE
   */
  delete(channelId: Snowflake, messageId: Snowflake): void {
    const { journal, channels } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    this.require(channelId, messageId);
    this.#forget(channelId, messageId);
    journal.emit(channelDispatch('MESSAGE_DELETE', channel, { id: messageId, ...placeOf(channel) }));
  }

  /**
   * One MESSAGE_DELETE_BULK for all of these that exist, none if there are none.
   * @returns the ids that were there
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE for a DM
   */
  bulkDelete(channelId: Snowflake, messageIds: readonly Snowflake[]): readonly Snowflake[] {
    const { journal, channels } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    if (isDm(channel)) throw new WorldError('WRONG_CHANNEL_TYPE', 'not possible in a direct message');
    const ids = [...new Set(messageIds)].filter((id) => this.get(channelId, id) !== undefined);
    if (ids.length === 0) return ids;
    for (const id of ids) this.#forget(channelId, id);
    journal.emit(channelDispatch('MESSAGE_DELETE_BULK', channel, { ids, ...placeOf(channel) }));
    return ids;
  }

  /**
   * The channel, if the user is in it and messages can be: what writing, typing and reacting ask for.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_USER, UNKNOWN_MEMBER, WRONG_CHANNEL_TYPE
   */
  requireWriter(channelId: Snowflake, userId: Snowflake): Channel {
    const { channels, users, members } = this.#world;
    const channel = channels.require(channelId);
    users.require(userId);
    if (isDm(channel)) {
      if (!channel.recipientIds.includes(userId)) {
        throw new WorldError('UNKNOWN_MEMBER', `user ${userId} is no recipient of ${channelId}`);
      }
      return channel;
    }
    if (channel.type === CATEGORY_TYPE)
      throw new WorldError('WRONG_CHANNEL_TYPE', 'a category has no messages');
    members.require(channel.guild_id, userId);
    return channel;
  }

  /** @internal for Reactions. */
  putReactions(message: Message, reactions: readonly Reaction[]): Message {
    const changed: Message = { ...message, reactions };
    this.#replace(changed);
    return changed;
  }

  /** @internal for Channels: the rows go with the channel's. */
  forgetChannel(channelId: Snowflake): void {
    for (const message of this.#logs.get(channelId)?.messages() ?? [])
      releaseAttachments(this.#world, message);
    this.#logs.delete(channelId);
  }

  #append(message: Message): void {
    let log = this.#logs.get(message.channel_id);
    if (log === undefined) {
      log = new MessageLog();
      this.#logs.set(message.channel_id, log);
    }
    log.append(message);
    const { oldestId } = log;
    if (log.size > this.#world.limits.messagesPerChannel && oldestId !== undefined) {
      this.#forget(message.channel_id, oldestId);
    }
  }

  #replace(message: Message): void {
    this.#logs.get(message.channel_id)?.replace(message);
    this.#world.journal.record({ kind: 'put', table: 'messages', record: message });
  }

  #forget(channelId: Snowflake, messageId: Snowflake): void {
    const log = this.#logs.get(channelId);
    const message = log?.get(messageId);
    if (message !== undefined) releaseAttachments(this.#world, message);
    log?.delete(messageId);
    this.#world.journal.record({ kind: 'delete', table: 'messages', id: messageId });
  }

  #emit(name: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', channel: Channel, message: Message): void {
    const { journal, views } = this.#world;
    // An update never speaks again, whatever the message did when it was new.
    const d = views.messageEvent(name === 'MESSAGE_UPDATE' ? { ...message, tts: false } : message);
    const referenced = views.referenced(message) ?? null;
    const gate = contentGate(message, referenced, (hidden) => views.blanked(d, hidden));
    journal.emit(channelDispatch(name, channel, d, gate));
  }

  /** @param parts what else there is to see */
  #requireContent(content: string, parts: number): void {
    const { contentLength } = this.#world.limits;
    if (content.length > contentLength && codePoints(content) > contentLength) {
      throw new WorldError(
        'LIMIT_REACHED:contentLength',
        `a message has at most ${contentLength} characters`,
      );
    }
    if (content.trim() === '' && parts === 0) {
      throw new WorldError('EMPTY_MESSAGE', 'a message needs content, an embed or an attachment');
    }
  }

  #withNonce(input: MessageInput): Message | undefined {
    const nonce = input.nonce ?? null;
    if (nonce === null) return undefined;
    const since = this.#world.now() - NONCE_MEMORY_MS;
    return this.#logs
      .get(input.channelId)
      ?.before(null, NONCE_MEMORY_MESSAGES)
      .find(
        (message) =>
          message.author_id === input.authorId &&
          String(message.nonce) === String(nonce) &&
          Date.parse(message.timestamp) >= since,
      );
  }

  #referenced(input: MessageInput): Message | undefined {
    const reference = input.messageReference;
    if (reference === undefined) return undefined;
    const message = this.get(input.channelId, reference.message_id);
    if (message === undefined && reference.fail_if_not_exists !== false) {
      throw new WorldError('UNKNOWN_MESSAGE_REFERENCE', `no message ${reference.message_id} to reply to`);
    }
    return message;
  }

  /** Whether an edited reply goes on pinging: as it did, unless the edit says something about it. */
  #stillPinged(old: Message, patch: MessagePatch): Snowflake | undefined {
    const messageId = old.message_reference?.message_id;
    if (messageId === undefined) return undefined;
    const repliedTo = this.get(old.channel_id, messageId)?.author_id;
    if (repliedTo === undefined || repliedTo === old.author_id) return undefined;
    const pings =
      patch.allowedMentions === undefined
        ? old.mentions.includes(repliedTo)
        : repliedUserIsPinged(patch.allowedMentions);
    return pings ? repliedTo : undefined;
  }
}

function pinged(input: MessageInput, referenced: Message | undefined): Snowflake | undefined {
  if (referenced === undefined || referenced.author_id === input.authorId) return undefined;
  return repliedUserIsPinged(input.allowedMentions) ? referenced.author_id : undefined;
}

function referenceTo(message: Message): APIMessageReference {
  return {
    type: DEFAULT_REFERENCE_TYPE,
    channel_id: message.channel_id,
    message_id: message.id,
    ...(message.guild_id === null ? {} : { guild_id: message.guild_id }),
  };
}

function changedFlags(old: MessageFlags, wanted: number | undefined): MessageFlags {
  if (wanted === undefined) return old;
  return ((old & ~SUPPRESS_EMBEDS) | (wanted & SUPPRESS_EMBEDS)) as MessageFlags;
}

function placeOf(channel: Channel): object {
  return { channel_id: channel.id, ...(isDm(channel) ? {} : { guild_id: channel.guild_id }) };
}
