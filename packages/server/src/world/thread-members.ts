import { compareSnowflakes, Intent } from '@guildhall/protocol';
import { PRIVATE_THREAD_TYPE } from './channel-kinds.ts';
import { channelDispatch, userDispatch } from './dispatch.ts';
import type { Snowflake, Thread, ThreadMember } from './entities.ts';
import { WorldError } from './errors.ts';
import type { DispatchEvent } from './events.ts';
import { RECIPIENT_ADD_TYPE, RECIPIENT_REMOVE_TYPE } from './message-types.ts';
import { isoTimestamp } from './timestamps.ts';
import type { World } from './world.ts';

const NOBODY: ReadonlyMap<Snowflake, ThreadMember> = new Map();

/** Who is in which thread. */
export class ThreadMembers {
  readonly #world: World;
  readonly #ofThread = new Map<Snowflake, Map<Snowflake, ThreadMember>>();

  constructor(world: World, stored: readonly ThreadMember[]) {
    this.#world = world;
    for (const member of stored) this.#index(member);
  }

  get(threadId: Snowflake, userId: Snowflake): ThreadMember | undefined {
    return this.#ofThread.get(threadId)?.get(userId);
  }

  /** By user id; a live map. */
  ofThread(threadId: Snowflake): ReadonlyMap<Snowflake, ThreadMember> {
    return this.#ofThread.get(threadId) ?? NOBODY;
  }

  /** In rising order of user id, those after `after` only. */
  page(
    threadId: Snowflake,
    { after, limit }: { readonly after?: Snowflake; readonly limit: number },
  ): readonly ThreadMember[] {
    return [...this.ofThread(threadId).values()]
      .filter(({ user_id }) => after === undefined || compareSnowflakes(user_id, after) > 0)
      .sort((a, b) => compareSnowflakes(a.user_id, b.user_id))
      .slice(0, limit);
  }

  /**
   * THREAD_CREATE to the user itself, then THREAD_MEMBERS_UPDATE; nothing if it is there already.
   * @param byUserId who adds another; that is told by a message in the thread
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, ARCHIVED_THREAD, UNKNOWN_MEMBER (of the guild),
   *   LIMIT_REACHED:membersPerThread
   */
  add(threadId: Snowflake, userId: Snowflake, byUserId: Snowflake | null = null): void {
    const { journal, threads, members, limits, access, views, messages } = this.#world;
    journal.assertWritable();
    const thread = threads.require(threadId);
    threads.requireActive(threadId);
    members.require(thread.guild_id, userId);
    if (this.get(threadId, userId) !== undefined) return;
    if (this.ofThread(threadId).size >= limits.membersPerThread) {
      throw new WorldError(
        'LIMIT_REACHED:membersPerThread',
        `a thread has at most ${limits.membersPerThread} members`,
      );
    }
    const member: ThreadMember = {
      thread_id: threadId,
      guild_id: thread.guild_id,
      user_id: userId,
      join_timestamp: isoTimestamp(this.#world.now()),
    };
    this.#index(member);
    journal.record({ kind: 'put', table: 'thread_members', record: member });
    // Whoever comes into a private thread has not heard of it before, and with this has heard of it in full.
    this.#tell('THREAD_CREATE', thread, userId, views.channel(thread, userId));
    if (thread.type === PRIVATE_THREAD_TYPE) access.changed(thread.guild_id);
    journal.emit(
      this.#membersUpdate(thread, { added_members: [views.threadMemberWithMember(member)] }, userId),
    );
    if (byUserId !== null && byUserId !== userId) {
      messages.createSystem({
        channelId: threadId,
        authorId: byUserId,
        type: RECIPIENT_ADD_TYPE,
        mentions: [userId],
      });
    }
  }

  /**
   * THREAD_MEMBERS_UPDATE, also to the user itself; nothing if it is not there.
   * @param byUserId who removes another; that is told by a message in the thread
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, ARCHIVED_THREAD
   */
  remove(threadId: Snowflake, userId: Snowflake, byUserId: Snowflake | null = null): void {
    const { journal, threads, messages } = this.#world;
    journal.assertWritable();
    const thread = threads.require(threadId);
    threads.requireActive(threadId);
    if (this.get(threadId, userId) === undefined) return;
    this.#drop(thread, userId);
    if (byUserId !== null && byUserId !== userId) {
      messages.createSystem({
        channelId: threadId,
        authorId: byUserId,
        type: RECIPIENT_REMOVE_TYPE,
        mentions: [userId],
      });
    }
  }

  /** @internal for Threads: THREAD_MEMBER_UPDATE to each of them, as the thread is back. */
  tellEach(thread: Thread): void {
    const { users, views } = this.#world;
    for (const member of this.ofThread(thread.id).values()) {
      if (users.get(member.user_id)?.bot !== true) continue;
      const d = { ...views.threadMember(member), guild_id: thread.guild_id };
      this.#tell('THREAD_MEMBER_UPDATE', thread, member.user_id, d);
    }
  }

  /** @internal for Members: whoever leaves the guild leaves its threads, archived ones too. */
  dropUser(guildId: Snowflake, userId: Snowflake): void {
    for (const thread of this.#world.threads.ofGuild(guildId).values()) {
      if (this.get(thread.id, userId) !== undefined) this.#drop(thread, userId);
    }
  }

  /** @internal for Threads: the rows go with the thread's. */
  forgetThread({ id }: Thread): void {
    this.#ofThread.delete(id);
  }

  #drop(thread: Thread, userId: Snowflake): void {
    const { journal, access } = this.#world;
    this.#ofThread.get(thread.id)?.delete(userId);
    journal.record({ kind: 'delete-thread-member', threadId: thread.id, userId });
    const event = this.#membersUpdate(thread, { removed_member_ids: [userId] }, userId);
    journal.emit(event);
    if (thread.type !== PRIVATE_THREAD_TYPE) return;
    access.changed(thread.guild_id);
    // Who is no longer in it does not see it any more, and is told all the same.
    if (!access.can(userId, thread.id, event.permission)) {
      this.#tell('THREAD_MEMBERS_UPDATE', thread, userId, event.d);
    }
  }

  /** Heard by those who see the members of the guild, and by the user concerned. */
  #membersUpdate(thread: Thread, change: object, userId: Snowflake): DispatchEvent {
    const d = {
      id: thread.id,
      guild_id: thread.guild_id,
      member_count: this.#world.views.threadMemberCount(thread.id),
      ...change,
    };
    return {
      ...channelDispatch('THREAD_MEMBERS_UPDATE', thread, d),
      intents: Intent.GUILD_MEMBERS,
      ungatedUserIds: [userId],
    };
  }

  /** To one user alone, by the intents of the event. */
  #tell(
    name: 'THREAD_CREATE' | 'THREAD_MEMBER_UPDATE' | 'THREAD_MEMBERS_UPDATE',
    thread: Thread,
    userId: Snowflake,
    d: object,
  ): void {
    if (this.#world.users.get(userId)?.bot !== true) return;
    const event = userDispatch(name, userId, d, thread.guild_id);
    this.#world.journal.emit({ ...event, ungatedUserIds: [] });
  }

  #index(member: ThreadMember): void {
    const members = this.#ofThread.get(member.thread_id);
    if (members === undefined) this.#ofThread.set(member.thread_id, new Map([[member.user_id, member]]));
    else members.set(member.user_id, member);
  }
}
