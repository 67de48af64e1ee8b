import { compareSnowflakes } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import {
  addressesOf,
  keepAttachments,
  keptAttachments,
  releaseAttachments,
  requireReferenced,
  requireRoom,
  restoreReferences,
  shareAttachments,
} from './attachments.ts';
import { auditBulkDeletion, auditDeletion } from './audit-messages.ts';
import { guildOf, holdsMessages, isDm, placeOf } from './channel-kinds.ts';
import { contentGate } from './content-gate.ts';
import { channelDispatch } from './dispatch.ts';
import type { Channel, Message, Reaction, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { PLAIN, requireContent } from './message-content.ts';
import { editedFlags, HAS_SNAPSHOT, LOADING, settableFlags, withFlags } from './message-flags.ts';
import type { MessageInput, MessagePatch, MessageRange, SystemMessageInput } from './message-input.ts';
import { MessageLog } from './message-log.ts';
import { messageMentions } from './message-mentions.ts';
import {
  forwardReference,
  pingedAfterEdit,
  pingedByReply,
  repliedMessage,
  replyReference,
  snapshotsOf,
} from './message-references.ts';
import { DEFAULT_TYPE, REPLY_TYPE } from './message-types.ts';
import { newPoll } from './polls.ts';
import { isoTimestamp } from './timestamps.ts';
import type { World } from './world.ts';

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
      this.#append({ ...PLAIN, ...message });
    }
  }

  /**
   * MESSAGE_CREATE. Beyond `limits.messagesPerChannel` the channel's oldest message is forgotten without an event.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE (no messages there), UNKNOWN_USER, UNKNOWN_MEMBER (the author
   *   must be in the guild, or in the DM), EMPTY_MESSAGE, INVALID_VALUE (attachments, fields beside components),
   *   LIMIT_REACHED:contentLength, UNKNOWN_MESSAGE_REFERENCE, UNKNOWN_ATTACHMENT (of a component), NOT_FORWARDABLE
   */
  create(input: MessageInput): Message {
    const world = this.#world;
    world.journal.assertWritable();
    const channel = this.#requireSpeaker(input);
    const repeated = input.enforceNonce === true ? this.#withNonce(input) : undefined;
    if (repeated !== undefined) return repeated;
    const afterwards = world.autoModeration.screen(channel, input.authorId, input.content ?? '');
    const message = this.compose(input);
    world.threads.noteWriter(channel.id, input);
    const published = this.publish(message);
    afterwards?.(published);
    return published;
  }

  /** @internal a message as `create` would make it, which no channel holds yet. Throws as `create`. */
  compose(input: MessageInput): Message {
    const world = this.#world;
    const channel = this.#requireSpeaker(input);
    const { content = '', embeds = [], components = [], forwarded, via, origin } = input;
    const stickers = world.stickers.itemsFor(channel, input.stickerIds ?? []);
    const added = input.attachments ?? [];
    const message_snapshots = forwarded === undefined ? [] : snapshotsOf(forwarded);
    const ownFlags = (origin?.flags ?? 0) | (forwarded === undefined ? 0 : HAS_SNAPSHOT);
    const flags = withFlags(settableFlags(input.flags ?? 0), ownFlags);
    requireRoom(added.length);
    requireReferenced(components, added);
    if ((flags & LOADING) === 0) {
      requireContent(world.limits, {
        content,
        embeds,
        components,
        flags,
        attachments: added,
        others: stickers.length + message_snapshots.length + (input.poll === undefined ? 0 : 1),
      });
    }
    const replied = origin?.reference ?? (forwarded === undefined ? repliedMessage(world, input) : undefined);
    const nowMs = world.now();
    return {
      ...PLAIN,
      channel_id: channel.id,
      guild_id: guildOf(channel),
      id: input.id ?? world.nextId(),
      author_id: input.authorId,
      webhook_id: via?.webhookId ?? null,
      application_id: via?.applicationId ?? null,
      persona: via?.persona ?? null,
      type: input.type ?? origin?.type ?? (replied === undefined ? DEFAULT_TYPE : REPLY_TYPE),
      content,
      embeds,
      attachments: keepAttachments(world, channel.id, added),
      components,
      sticker_items: stickers,
      poll: input.poll === undefined ? null : newPoll(input.poll, nowMs),
      message_snapshots: shareAttachments(world, message_snapshots),
      timestamp: isoTimestamp(nowMs),
      tts: input.tts ?? false,
      ...messageMentions(world, channel, input, pingedByReply(input, replied)),
      flags,
      nonce: input.nonce ?? null,
      message_reference: referenceOf(forwarded, replied),
      ...(origin === undefined ? {} : { interaction: origin.interaction }),
    };
  }

  /**
   * MESSAGE_CREATE of a message that the server makes itself: a pin, a thread, a result.
   * @throws WorldError UNKNOWN_CHANNEL
   */
  createSystem(input: SystemMessageInput): Message {
    const world = this.#world;
    world.journal.assertWritable();
    const { channelId, authorId, ...fields } = input;
    const channel = world.channels.require(channelId);
    return this.publish({
      ...PLAIN,
      channel_id: channel.id,
      guild_id: guildOf(channel),
      id: world.nextId(),
      author_id: authorId,
      timestamp: isoTimestamp(world.now()),
      ...fields,
    });
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
   * MESSAGE_UPDATE. A change of what there is to see sets `edited_timestamp`; a change of flags alone does not.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_ATTACHMENT, EMPTY_MESSAGE, INVALID_VALUE,
   *   LIMIT_REACHED:contentLength, POLL_NOT_EDITABLE, ARCHIVED_THREAD
   */
  edit(channelId: Snowflake, messageId: Snowflake, patch: MessagePatch): Message {
    this.#world.journal.assertWritable();
    const { threads, channels, autoModeration } = this.#world;
    threads.requireActive(channelId);
    const old = this.require(channelId, messageId);
    const { content } = patch;
    const afterwards =
      content === undefined
        ? null
        : autoModeration.screen(channels.require(channelId), old.author_id, content);
    const message = this.update(this.revise(old, patch));
    afterwards?.(message);
    return message;
  }

  /** @internal a message as `edit` would leave it. Throws as `edit`. */
  revise(old: Message, patch: MessagePatch): Message {
    const world = this.#world;
    const channel = world.channels.require(old.channel_id);
    if (old.poll !== null) throw new WorldError('POLL_NOT_EDITABLE', 'a poll cannot be edited');
    const { allowedMentions, flags: wantedFlags, attachments, ...parts } = patch;
    const own = addressesOf(world, old.attachments);
    const content = parts.content ?? old.content;
    const embeds = parts.embeds === undefined ? old.embeds : restoreReferences(parts.embeds, own);
    const components =
      parts.components === undefined ? old.components : restoreReferences(parts.components, own);
    const flags = editedFlags(old.flags, wantedFlags);
    const kept = keptAttachments(old, attachments, [...embeds, ...components]);
    const added = attachments?.added ?? [];
    requireReferenced(components, [...kept, ...added]);
    requireContent(world.limits, {
      content,
      embeds,
      components,
      flags,
      attachments: [...kept, ...added],
      others: old.sticker_items.length + old.message_snapshots.length,
    });
    // What was loading is shown for the first time, so nobody sees it as edited.
    const isLoading = (old.flags & LOADING) !== 0;
    const isChanged = attachments !== undefined || Object.values(parts).some((part) => part !== undefined);
    const isEdit = isChanged && !isLoading;
    for (const { id } of old.attachments) {
      if (!kept.some((attachment) => attachment.id === id)) world.files.release(id);
    }
    const pinged = pingedAfterEdit(world, old, patch);
    const mentioned = { authorId: old.author_id, content, components, allowedMentions };
    const isReread =
      parts.content !== undefined || parts.components !== undefined || allowedMentions !== undefined;
    return {
      ...old,
      content,
      embeds,
      components,
      attachments: [...kept, ...keepAttachments(world, channel.id, added)],
      ...(isReread ? messageMentions(world, channel, mentioned, pinged) : {}),
      flags: withFlags(flags, 0, LOADING),
      edited_timestamp: isEdit ? isoTimestamp(world.now()) : old.edited_timestamp,
    };
  }

  /**
   * MESSAGE_DELETE.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE
   */
  delete(channelId: Snowflake, messageId: Snowflake, actor?: Actor): void {
    const { journal, channels } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    const message = this.require(channelId, messageId);
    this.#forget(channelId, messageId);
    this.#world.threads.noteDeleted(channel, [messageId]);
    journal.emit(channelDispatch('MESSAGE_DELETE', channel, { id: messageId, ...placeOf(channel) }));
    auditDeletion(this.#world, channel, message, actor);
  }

  /**
   * One MESSAGE_DELETE_BULK for all of these that exist, none if there are none.
   * @returns the ids that were there
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE for a DM
   */
  bulkDelete(channelId: Snowflake, messageIds: readonly Snowflake[], actor?: Actor): readonly Snowflake[] {
    const { journal, channels } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    if (isDm(channel)) throw new WorldError('WRONG_CHANNEL_TYPE', 'not possible in a direct message');
    const ids = [...new Set(messageIds)].filter((id) => this.get(channelId, id) !== undefined);
    if (ids.length === 0) return ids;
    for (const id of ids) this.#forget(channelId, id);
    this.#world.threads.noteDeleted(channel, ids);
    journal.emit(channelDispatch('MESSAGE_DELETE_BULK', channel, { ids, ...placeOf(channel) }));
    auditBulkDeletion(this.#world, channel.guild_id, channelId, ids.length, actor);
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
    this.#requireMessageChannel(channelId);
    members.require(channel.guild_id, userId);
    return channel;
  }

  /** @internal MESSAGE_CREATE of a message that has been composed. */
  publish(message: Message): Message {
    const { journal, channels } = this.#world;
    this.#append(message);
    journal.record({ kind: 'put', table: 'messages', record: message });
    const channel = channels.require(message.channel_id);
    channels.noteMessage(channel, message);
    this.#emit('MESSAGE_CREATE', channel, message);
    return message;
  }

  /** @internal MESSAGE_UPDATE of a message in place of the one with its id. */
  update(message: Message): Message {
    this.put(message);
    this.#emit('MESSAGE_UPDATE', this.#world.channels.require(message.channel_id), message);
    return message;
  }

  /** @internal A message in place of the one with its id, of which others are told in their own words. */
  put(message: Message): void {
    this.#logs.get(message.channel_id)?.replace(message);
    this.#world.journal.record({ kind: 'put', table: 'messages', record: message });
  }

  /** @internal for Reactions. */
  putReactions(message: Message, reactions: readonly Reaction[]): Message {
    const changed: Message = { ...message, reactions };
    this.put(changed);
    return changed;
  }

  /** @internal for Channels: the rows go with the channel's. */
  forgetChannel(channelId: Snowflake): void {
    for (const message of this.#logs.get(channelId)?.messages() ?? [])
      releaseAttachments(this.#world, message);
    this.#logs.delete(channelId);
    this.#world.pins.forgetChannel(channelId);
  }

  #requireMessageChannel(channelId: Snowflake): Channel {
    const channel = this.#world.channels.require(channelId);
    if (!holdsMessages(channel)) {
      throw new WorldError('WRONG_CHANNEL_TYPE', 'there are no messages in a channel of this type');
    }
    return channel;
  }

  /** Where it is said: by a member, or through a webhook. */
  #requireSpeaker({ channelId, authorId, via }: MessageInput): Channel {
    return via === undefined
      ? this.requireWriter(channelId, authorId)
      : this.#requireMessageChannel(channelId);
  }

  #append(message: Message): void {
    let log = this.#logs.get(message.channel_id);
    if (log === undefined) {
      log = new MessageLog();
      this.#logs.set(message.channel_id, log);
    }
    log.append(message);
    this.#world.pins.note(message);
    this.#world.polls.noteMessage(message);
    const { oldestId } = log;
    if (log.size > this.#world.limits.messagesPerChannel && oldestId !== undefined) {
      this.#forget(message.channel_id, oldestId);
    }
  }

  #forget(channelId: Snowflake, messageId: Snowflake): void {
    const log = this.#logs.get(channelId);
    const message = log?.get(messageId);
    if (message !== undefined) releaseAttachments(this.#world, message);
    log?.delete(messageId);
    this.#world.pins.forget(channelId, messageId);
    this.#world.journal.record({ kind: 'delete', table: 'messages', id: messageId });
  }

  #emit(name: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', channel: Channel, message: Message): void {
    const { journal, views } = this.#world;
    // An update never speaks again, whatever the message did when it was new.
    const d = views.messageEvent(name === 'MESSAGE_UPDATE' ? { ...message, tts: false } : message);
    const nested = message.message_snapshots[0] ?? views.referenced(message) ?? null;
    const gate = contentGate(this.#world, message, nested, (hidden) => views.blanked(d, hidden));
    journal.emit(channelDispatch(name, channel, d, gate));
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
}

function referenceOf(forwarded: Message | undefined, replied: Message | undefined) {
  if (forwarded !== undefined) return forwardReference(forwarded);
  return replied === undefined ? null : replyReference(replied);
}
