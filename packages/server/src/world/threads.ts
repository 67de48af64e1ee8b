import { snowflakeTimeMs } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import { auditThread } from './audit-threads.ts';
import { isDm, isThread, isThreadOnly, PRIVATE_THREAD_TYPE } from './channel-kinds.ts';
import { channelDispatch, threadGoneDispatch } from './dispatch.ts';
import type { Channel, GuildChannel, Message, Snowflake, Thread } from './entities.ts';
import { WorldError } from './errors.ts';
import { HAS_THREAD, withFlags } from './message-flags.ts';
import type { MessageInput } from './message-input.ts';
import { NAME_CHANGE_TYPE, THREAD_CREATED_TYPE, THREAD_STARTER_TYPE } from './message-types.ts';
import { PerGuild } from './per-guild.ts';
import { changedThread, newThread, PINNED_THREAD, requireTags, requireThreadType } from './thread-fields.ts';
import type { PostInput, ThreadInput, ThreadPatch } from './thread-input.ts';
import type { World } from './world.ts';

const MS_PER_MINUTE = 60_000;

/** Threads of channels: conversations that fall asleep when nobody says anything. */
export class Threads {
  readonly #world: World;
  readonly #threads = new Map<Snowflake, Thread>();
  readonly #ofGuild = new PerGuild<Thread>();
  /** Those that have not been archived. */
  readonly #active = new PerGuild<Thread>();

  constructor(world: World, stored: readonly Thread[]) {
    this.#world = world;
    for (const thread of stored) this.#index(thread);
  }

  get(id: Snowflake): Thread | undefined {
    return this.#threads.get(id);
  }

  /** @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE when it is a channel but no thread */
  require(id: Snowflake): Thread {
    const channel = this.#world.channels.require(id);
    if (!isThread(channel)) throw new WorldError('WRONG_CHANNEL_TYPE', `channel ${id} is no thread`);
    return channel;
  }

  /** All threads of the guild by id; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, Thread> {
    return this.#ofGuild.of(guildId);
  }

  /** Those that are not archived; a live map. */
  active(guildId: Snowflake): ReadonlyMap<Snowflake, Thread> {
    return this.#active.of(guildId);
  }

  /**
   * A thread that begins with a message of its parent: THREAD_CREATE, MESSAGE_UPDATE of the message, MESSAGE_CREATE of
   * the one that points to it. The thread has the id of the message.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_MEMBER (owner), WRONG_CHANNEL_TYPE,
   *   THREAD_EXISTS, INVALID_VALUE, LIMIT_REACHED:activeThreadsPerGuild, LIMIT_REACHED:threadsPerGuild
   */
  createFromMessage(
    messageId: Snowflake,
    input: Omit<ThreadInput, 'type' | 'invitable'>,
    actor?: Actor,
  ): Thread {
    const { messages } = this.#world;
    const parent = this.#requireRoom(input);
    const message = messages.require(parent.id, messageId);
    if (this.#world.channels.get(messageId) !== undefined) {
      throw new WorldError('THREAD_EXISTS', `message ${messageId} has a thread already`);
    }
    const thread = this.#begin(newThread(this.#world, parent, messageId, input));
    messages.update({ ...message, flags: withFlags(message.flags, HAS_THREAD) });
    messages.createSystem({
      channelId: thread.id,
      authorId: input.ownerId,
      type: THREAD_STARTER_TYPE,
      message_reference: {
        type: 0,
        channel_id: parent.id,
        message_id: messageId,
        guild_id: parent.guild_id,
      },
    });
    auditThread(this.#world, null, thread, actor);
    return this.require(thread.id);
  }

  /**
   * A thread without a message to begin with: THREAD_CREATE, and of a public one MESSAGE_CREATE in its parent.
   * @throws WorldError as createFromMessage
   */
  create(input: ThreadInput, actor?: Actor): Thread {
    const parent = this.#requireRoom(input);
    const type = requireThreadType(parent, input.type);
    const thread = this.#begin(newThread(this.#world, parent, this.#world.nextId(), { ...input, type }));
    if (type !== PRIVATE_THREAD_TYPE) {
      this.#world.messages.createSystem({
        channelId: parent.id,
        authorId: input.ownerId,
        type: THREAD_CREATED_TYPE,
        content: thread.name,
        message_reference: { type: 0, channel_id: thread.id, guild_id: thread.guild_id },
      });
    }
    auditThread(this.#world, null, thread, actor);
    return this.require(thread.id);
  }

  /**
   * A post of a forum or a media channel: THREAD_CREATE, and MESSAGE_CREATE of its first message, which has its id.
   * @throws WorldError as createFromMessage; what writing the message throws; TAG_REQUIRED, UNKNOWN_TAG
   */
  createPost(input: PostInput, actor?: Actor): { readonly thread: Thread; readonly message: Message } {
    const { messages, channels } = this.#world;
    const parent = this.#requireRoom(input, input.message.via !== undefined);
    if (!isThreadOnly(parent)) throw new WorldError('WRONG_CHANNEL_TYPE', 'only a forum has posts');
    requireTags(parent, input.appliedTags);
    const id = this.#world.nextId();
    const post = newThread(this.#world, parent, id, input);
    // Indexed before the message is composed, which asks for its channel; taken out again when that is refused.
    this.#index(post);
    let message: Message;
    try {
      message = messages.compose({ ...input.message, id, channelId: id, authorId: input.ownerId });
    } catch (error) {
      this.#unindex(post);
      throw error;
    }
    this.#begin(post);
    channels.noteNewest(parent.id, id);
    const published = messages.publish(message);
    auditThread(this.#world, null, post, actor);
    return { message: published, thread: this.require(id) };
  }

  /**
   * THREAD_UPDATE, and when it is no longer archived THREAD_MEMBER_UPDATE to those who are in it. A new name is told by
   * a message, too. No event when nothing changes.
   * @param actorId in whose name the message is; null for the server itself, which writes none
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, INVALID_VALUE, ARCHIVED_THREAD for a change other than
   *   bringing it back, UNKNOWN_TAG, LIMIT_REACHED:activeThreadsPerGuild
   */
  update(id: Snowflake, patch: ThreadPatch, actorId: Snowflake | null, actor?: Actor): Thread {
    this.#world.journal.assertWritable();
    const old = this.require(id);
    const thread = changedThread(this.#world, old, patch);
    if (thread === old) return old;
    const wakes = old.thread_metadata.archived && !thread.thread_metadata.archived;
    if (wakes) this.#requireActiveRoom(thread.guild_id);
    this.#replace(thread);
    if (wakes) this.#world.threadMembers.tellEach(thread);
    if (thread.name !== old.name && actorId !== null) {
      this.#world.messages.createSystem({
        channelId: id,
        authorId: actorId,
        type: NAME_CHANGE_TYPE,
        content: thread.name,
      });
    }
    auditThread(this.#world, old, thread, actor);
    return this.require(id);
  }

  /**
   * THREAD_DELETE, with its messages.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE
   */
  delete(id: Snowflake, actor?: Actor): Thread {
    const { journal } = this.#world;
    journal.assertWritable();
    const thread = this.require(id);
    const event = threadGoneDispatch(this.#world, thread);
    this.#forget(thread);
    journal.record({ kind: 'delete-thread', threadId: id });
    journal.emit(event);
    auditThread(this.#world, thread, null, actor);
    return thread;
  }

  /** Archives those in which nothing has happened for as long as each may be silent. To be called now and then. */
  archiveInactive(): void {
    const nowMs = this.#world.now();
    for (const guild of this.#world.guilds.list()) {
      for (const thread of [...this.#active.of(guild.id).values()]) {
        const silentMs = nowMs - lastActivityMs(thread);
        const isPinned = (thread.flags & PINNED_THREAD) !== 0;
        if (!isPinned && silentMs >= thread.thread_metadata.auto_archive_duration * MS_PER_MINUTE) {
          this.update(thread.id, { archived: true }, null);
        }
      }
    }
  }

  /** @internal for Messages, Reactions: nothing changes in a thread that sleeps. @throws WorldError ARCHIVED_THREAD */
  requireActive(channelId: Snowflake): void {
    if (this.get(channelId)?.thread_metadata.archived === true) {
      throw new WorldError('ARCHIVED_THREAD', `thread ${channelId} is archived`);
    }
  }

  /** @internal for Messages: whoever writes wakes the thread and is in it. */
  noteWriter(channelId: Snowflake, { authorId, via }: Pick<MessageInput, 'authorId' | 'via'>): void {
    const thread = this.get(channelId);
    if (thread === undefined) return;
    if (thread.thread_metadata.archived) this.update(channelId, { archived: false }, null);
    if (via === undefined) this.#world.threadMembers.add(channelId, authorId);
  }

  /** @internal for Channels: one message more. */
  noteMessage(thread: Thread, { id, type }: Message): void {
    const counts = id === thread.id || type === THREAD_STARTER_TYPE ? 0 : 1;
    this.#put({
      ...thread,
      last_message_id: id,
      message_count: thread.message_count + counts,
      total_message_sent: thread.total_message_sent + counts,
    });
  }

  /** @internal for Messages: these are gone. */
  noteDeleted(channel: Channel, messageIds: readonly Snowflake[]): void {
    const thread = this.get(channel.id);
    if (thread === undefined) return;
    const count = messageIds.filter((id) => id !== thread.id).length;
    this.#put({ ...thread, message_count: Math.max(0, thread.message_count - count) });
  }

  /** @internal for Channels.delete: THREAD_DELETE of those that are not archived, and all are gone. */
  dropParent(guildId: Snowflake, parentId: Snowflake): void {
    for (const thread of [...this.#ofGuild.of(guildId).values()]) {
      if (thread.parent_id !== parentId) continue;
      if (!thread.thread_metadata.archived) this.delete(thread.id);
      else {
        this.#forget(thread);
        this.#world.journal.record({ kind: 'delete-thread', threadId: thread.id });
      }
    }
  }

  /** @internal for Guilds.delete: the rows go with the guild's. */
  forgetGuild(guildId: Snowflake): void {
    for (const thread of [...this.#ofGuild.of(guildId).values()]) this.#forget(thread);
  }

  #begin(thread: Thread): Thread {
    const { journal, views, members, threadMembers } = this.#world;
    this.#put(thread);
    const d = { ...views.channel(thread), newly_created: true };
    journal.emit(channelDispatch('THREAD_CREATE', thread, d));
    if (members.get(thread.guild_id, thread.owner_id) !== undefined) {
      threadMembers.add(thread.id, thread.owner_id);
    }
    return thread;
  }

  /** The parent, when the owner may be there and one thread more has room. */
  #requireRoom(
    { parentId, ownerId }: Pick<ThreadInput, 'parentId' | 'ownerId'>,
    isWebhook = false,
  ): GuildChannel {
    const { journal, channels, members, limits } = this.#world;
    journal.assertWritable();
    const parent = channels.require(parentId);
    if (isDm(parent) || isThread(parent)) {
      throw new WorldError('WRONG_CHANNEL_TYPE', 'threads belong to channels of a guild');
    }
    if (!isWebhook) members.require(parent.guild_id, ownerId);
    requireThreadType(parent, undefined);
    this.#requireActiveRoom(parent.guild_id);
    if (this.#ofGuild.of(parent.guild_id).size >= limits.threadsPerGuild) {
      throw new WorldError(
        'LIMIT_REACHED:threadsPerGuild',
        `a guild has at most ${limits.threadsPerGuild} threads`,
      );
    }
    return parent;
  }

  #requireActiveRoom(guildId: Snowflake): void {
    const { activeThreadsPerGuild } = this.#world.limits;
    if (this.#active.of(guildId).size >= activeThreadsPerGuild) {
      throw new WorldError(
        'LIMIT_REACHED:activeThreadsPerGuild',
        `a guild has at most ${activeThreadsPerGuild} active threads`,
      );
    }
  }

  #replace(thread: Thread): void {
    const { journal, views } = this.#world;
    this.#put(thread);
    journal.emit(channelDispatch('THREAD_UPDATE', thread, views.channel(thread)));
  }

  #forget(thread: Thread): void {
    const { messages, threadMembers } = this.#world;
    this.#unindex(thread);
    threadMembers.forgetThread(thread);
    messages.forgetChannel(thread.id);
  }

  #put(thread: Thread): void {
    this.#index(thread);
    this.#world.journal.record({ kind: 'put', table: 'threads', record: thread });
  }

  #index(thread: Thread): void {
    this.#threads.set(thread.id, thread);
    this.#ofGuild.set(thread.guild_id, thread.id, thread);
    if (thread.thread_metadata.archived) this.#active.delete(thread.guild_id, thread.id);
    else this.#active.set(thread.guild_id, thread.id, thread);
  }

  #unindex({ id, guild_id }: Thread): void {
    this.#threads.delete(id);
    this.#ofGuild.delete(guild_id, id);
    this.#active.delete(guild_id, id);
  }
}

/** Something said, or brought back, or given another time. */
function lastActivityMs(thread: Thread): number {
  const saidMs = thread.last_message_id === null ? 0 : snowflakeTimeMs(thread.last_message_id);
  return Math.max(saidMs, Date.parse(thread.thread_metadata.archive_timestamp));
}
