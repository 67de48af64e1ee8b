import { isThreadOnly } from './channel-kinds.ts';
import type { Snowflake, Thread, ThreadMember } from './entities.ts';
import type { Views } from './views.ts';
import type { World } from './world.ts';

/** Discord stops counting there. */
const MAX_MEMBERS_COUNTED = 50;
const NO_FLAGS = 0;

/** Threads as Discord writes them. */
export class ThreadView {
  readonly #world: World;
  readonly #views: Views;

  constructor(world: World, views: Views) {
    this.#world = world;
    this.#views = views;
  }

  /** @param forUserId whose `member` is told of, when it is in the thread */
  thread(thread: Thread, forUserId?: Snowflake): object {
    const { applied_tags, ...fields } = thread;
    const { channels, threadMembers, pins } = this.#world;
    const parent = channels.get(thread.parent_id);
    const member = forUserId === undefined ? undefined : threadMembers.get(thread.id, forUserId);
    return {
      ...fields,
      member_count: this.memberCount(thread.id),
      last_pin_timestamp: pins.lastTimestamp(thread.id),
      ...(parent !== undefined && isThreadOnly(parent) ? { applied_tags } : {}),
      ...(member === undefined ? {} : { member: this.member(member) }),
    };
  }

  /** @see https://docs.discord.com/developers/resources/channel#thread-member-object */
  member({ thread_id, user_id, join_timestamp }: ThreadMember): object {
    return { id: thread_id, user_id, join_timestamp, flags: NO_FLAGS };
  }

  /** With the guild's member and its presence, for THREAD_MEMBERS_UPDATE. */
  memberWithMember(member: ThreadMember): object {
    const { members, presences } = this.#world;
    const presence = presences.get(member.user_id);
    return {
      ...this.member(member),
      member: this.#views.member(members.require(member.guild_id, member.user_id)),
      presence: presence === undefined ? null : this.#views.presence(presence, member.guild_id),
    };
  }

  memberCount(threadId: Snowflake): number {
    return Math.min(this.#world.threadMembers.ofThread(threadId).size, MAX_MEMBERS_COUNTED);
  }

  /** The guild's active threads that the user sees, each with the user's `member` if it is in it: GUILD_CREATE. */
  visible(guildId: Snowflake, userId: Snowflake): readonly object[] {
    return this.#visible(guildId, userId).map((thread) => this.thread(thread, userId));
  }

  /**
   * Active threads that the user sees and its memberships in them.
   * @param parentIds of these channels alone. Default: of the whole guild.
   */
  list(guildId: Snowflake, userId: Snowflake, parentIds?: readonly Snowflake[]): object {
    const threads = this.#visible(guildId, userId).filter(
      ({ parent_id }) => parentIds === undefined || parentIds.includes(parent_id),
    );
    return { threads: threads.map((thread) => this.thread(thread)), members: this.members(threads, userId) };
  }

  /** The user's memberships in these threads. */
  members(threads: readonly Thread[], userId: Snowflake): readonly object[] {
    return threads.flatMap(({ id }) => {
      const member = this.#world.threadMembers.get(id, userId);
      return member === undefined ? [] : [this.member(member)];
    });
  }

  #visible(guildId: Snowflake, userId: Snowflake): readonly Thread[] {
    const { threads, access } = this.#world;
    return [...threads.active(guildId).values()].filter((thread) => access.sees(userId, thread.id));
  }
}
