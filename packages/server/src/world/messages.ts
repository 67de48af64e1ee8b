import { compareSnowflakes, Permission } from '@guildhall/protocol';
import type { APIEmbed, APIMessageReference, MessageFlags, MessageType } from 'discord-api-types/v10';
import { CATEGORY_TYPE, isDm } from './channel-kinds.ts';
import { channelDispatch } from './dispatch.ts';
import type { Channel, Message, Reaction, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { MessageContentGate } from './events.ts';
import { type AllowedMentions, parseMentions, repliedUserIsPinged } from './mentions.ts';
import type { MessageInput, MessagePatch, MessageRange } from './message-input.ts';
import { MessageLog } from './message-log.ts';
import { isoTimestamp } from './timestamps.ts';
import { codePoints } from './values.ts';
import type { World } from './world.ts';

const DEFAULT_TYPE: MessageType.Default = 0;
const REPLY_TYPE: MessageType.Reply = 19;
const DEFAULT_REFERENCE_TYPE = 0;
const SUPPRESS_EMBEDS = 1 << 2;
const LOADING = 1 << 7;
const SUPPRESS_NOTIFICATIONS = 1 << 12;
/** Flags that an author may set; others are dropped, as Discord does. */
const SETTABLE_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS;
/** Discord compares an enforced nonce with "the past few minutes". */
const NONCE_MEMORY_MS = 5 * 60_000;
/** How many of the newest messages are looked through for an enforced nonce. */
const NONCE_MEMORY_MESSAGES = 100;

export class Messages {
  readonly #world: World;
  readonly #logs = new Map<Snowflake, MessageLog>();

  constructor(world: World, stored: readonly Message[]) {
    this.#world = world;
    for (const message of [...stored].sort((a, b) => compareSnowflakes(a.id, b.id))) {
      this.#append(message);
    }
  }

  /**
   * MESSAGE_CREATE. Beyond `limits.messagesPerChannel` the channel's oldest message is forgotten without an event.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE (category), UNKNOWN_USER, UNKNOWN_MEMBER (the author must
   *   be in the guild, or in the DM), EMPTY_MESSAGE, LIMIT_REACHED:contentLength, UNKNOWN_MESSAGE_REFERENCE
   */
  create(input: MessageInput): Message {
    const world = this.#world;
    world.journal.assertWritable();
    const channel = this.requireWriter(input.channelId, input.authorId);
    const repeated = input.enforceNonce === true ? this.#withNonce(input) : undefined;
    if (repeated !== undefined) return repeated;
    const message = this.compose(input);
    this.#append(message);
    world.journal.record({ kind: 'put', table: 'messages', record: message });
    world.channels.noteMessage(channel, message.id);
    this.#emit('MESSAGE_CREATE', channel, message);
    return message;
  }

  /** @internal a message as `create` would make it, which no channel holds: for ephemeral ones. Throws as `create`. */
  compose(input: MessageInput): Message {
    const world = this.#world;
    const channel = this.requireWriter(input.channelId, input.authorId);
    const content = input.content ?? '';
    const embeds = input.embeds ?? [];
    const components = input.components ?? [];
    const { origin } = input;
    const isLoading = ((origin?.flags ?? 0) & LOADING) !== 0;
    if (!isLoading) this.#requireContent(content, embeds, components);
    const referenced = origin?.reference ?? this.#referenced(input);
    return {
      id: world.nextId(),
      channel_id: channel.id,
      guild_id: isDm(channel) ? null : channel.guild_id,
      author_id: input.authorId,
      type: origin?.type ?? (referenced === undefined ? DEFAULT_TYPE : REPLY_TYPE),
      content,
      embeds,
      timestamp: isoTimestamp(world.now()),
      edited_timestamp: null,
      tts: input.tts ?? false,
      ...this.#mentions(channel, input.authorId, content, input.allowedMentions, pinged(input, referenced)),
      pinned: false,
      flags: (((input.flags ?? 0) & SETTABLE_FLAGS) | (origin?.flags ?? 0)) as MessageFlags,
      nonce: input.nonce ?? null,
      message_reference: referenced === undefined ? null : referenceTo(referenced),
      reactions: [],
      ...(components.length === 0 ? {} : { components }),
      ...(origin === undefined
        ? {}
        : { application_id: origin.applicationId, interaction: origin.interaction }),
    };
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
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, EMPTY_MESSAGE, LIMIT_REACHED:contentLength
   */
  edit(channelId: Snowflake, messageId: Snowflake, patch: MessagePatch): Message {
    const world = this.#world;
    world.journal.assertWritable();
    const channel = world.channels.require(channelId);
    const message = this.revise(this.require(channelId, messageId), patch);
    this.#replace(message);
    this.#emit('MESSAGE_UPDATE', channel, message);
    return message;
  }

  /** @internal a message as `edit` would leave it: for ephemeral ones. Throws as `edit`. */
  revise(old: Message, patch: MessagePatch): Message {
    const world = this.#world;
    const channel = world.channels.require(old.channel_id);
    const content = patch.content ?? old.content;
    const embeds = patch.embeds ?? old.embeds;
    const components = patch.components ?? old.components ?? [];
    this.#requireContent(content, embeds, components);
    // What was loading is shown for the first time, so nobody sees it as edited.
    const isEdit =
      (old.flags & LOADING) === 0 &&
      (patch.content !== undefined || patch.embeds !== undefined || patch.components !== undefined);
    return {
      ...old,
      content,
      embeds,
      ...(components.length === 0 && old.components === undefined ? {} : { components }),
      ...(patch.content === undefined && patch.allowedMentions === undefined
        ? {}
        : this.#mentions(
            channel,
            old.author_id,
            content,
            patch.allowedMentions,
            this.#stillPinged(old, patch),
          )),
      flags: (changedFlags(old.flags, patch.flags) & ~LOADING) as MessageFlags,
      edited_timestamp: isEdit ? isoTimestamp(world.now()) : old.edited_timestamp,
    };
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
    this.#logs.get(channelId)?.delete(messageId);
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

  #requireContent(content: string, embeds: readonly APIEmbed[], components: readonly object[]): void {
    const { contentLength } = this.#world.limits;
    if (content.length > contentLength && codePoints(content) > contentLength) {
      throw new WorldError(
        'LIMIT_REACHED:contentLength',
        `a message has at most ${contentLength} characters`,
      );
    }
    if (content.trim() === '' && embeds.length === 0 && components.length === 0) {
      throw new WorldError('EMPTY_MESSAGE', 'a message needs content, an embed or a component');
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

  /** Who is pinged: only those who exist, roles and everyone only with the right to. */
  #mentions(
    channel: Channel,
    authorId: Snowflake,
    content: string,
    allowed: AllowedMentions | undefined,
    repliedTo: Snowflake | undefined,
  ): Pick<Message, 'mentions' | 'mention_roles' | 'mention_everyone'> {
    const { users, roles, access } = this.#world;
    const parsed = parseMentions(content, allowed);
    const userIds = repliedTo === undefined ? parsed.users : [...new Set([...parsed.users, repliedTo])];
    const mentions = userIds.filter((id) => users.get(id) !== undefined);
    if (isDm(channel)) return { mentions, mention_roles: [], mention_everyone: false };
    const mayPingAll = access.can(authorId, channel.id, Permission.MENTION_EVERYONE);
    const ofGuild = roles.ofGuild(channel.guild_id);
    return {
      mentions,
      mention_roles: parsed.roles.filter(
        (id) =>
          id !== channel.guild_id && (mayPingAll ? ofGuild.has(id) : ofGuild.get(id)?.mentionable === true),
      ),
      mention_everyone: parsed.everyone && mayPingAll,
    };
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

/** In a DM everybody sees everything; in a guild only the author and those in `mentions`, without the intent. */
function contentGate(
  message: Message,
  referenced: Message | null,
  blanked: MessageContentGate['blanked'],
): MessageContentGate | null {
  if (message.guild_id === null) return null;
  return {
    exemptUserIds: exemptFromContentGate(message),
    referencedExemptUserIds: referenced === null ? null : exemptFromContentGate(referenced),
    blanked,
  };
}

/** Users who see the content of a guild's message without MESSAGE_CONTENT. */
export function exemptFromContentGate(message: Message): readonly Snowflake[] {
  return [...new Set([message.author_id, ...message.mentions])];
}
