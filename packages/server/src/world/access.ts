import { channelPermissions, guildPermissions, Permission } from '@guildhall/protocol';
import { isDm, isThread, PRIVATE_THREAD_TYPE } from './channel-kinds.ts';
import type { GuildChannel, Member, Role, Snowflake, Thread } from './entities.ts';
import { compareRoles } from './roles.ts';
import { explainSight, type Sight } from './sight.ts';
import type { World } from './world.ts';

/** Answers kept per guild; at the bound they are all dropped and asked for anew. */
const MAX_CACHED_PER_GUILD = 20_000;

/** What each of the two may do in a direct message. */
const DM_PERMISSIONS =
  Permission.VIEW_CHANNEL |
  Permission.SEND_MESSAGES |
  Permission.READ_MESSAGE_HISTORY |
  Permission.ADD_REACTIONS |
  Permission.EMBED_LINKS |
  Permission.ATTACH_FILES |
  Permission.USE_EXTERNAL_EMOJIS |
  Permission.USE_EXTERNAL_STICKERS;

/** Who may do what. Answers are computed once and kept until roles, overwrites, members or the owner change. */
export class Access {
  readonly #world: World;
  /** By guild, then by user or by user and channel. */
  readonly #cache = new Map<Snowflake, Map<string, bigint>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Permission bits of the user in the guild as a whole; 0n if it is not a member. */
  guildPermissions(userId: Snowflake, guildId: Snowflake): bigint {
    const member = this.#world.members.get(guildId, userId);
    if (member === undefined) return 0n;
    return this.#cached(member, userId, () => this.#computeGuild(member));
  }

  /** Permission bits of the user in the channel; 0n if there is none, or if it is no member (no recipient, in a DM). */
  channelPermissions(userId: Snowflake, channelId: Snowflake): bigint {
    const channel = this.#world.channels.get(channelId);
    if (channel === undefined) return 0n;
    if (isDm(channel)) return channel.recipientIds.includes(userId) ? DM_PERMISSIONS : 0n;
    const member = this.#world.members.get(channel.guild_id, userId);
    if (member === undefined) return 0n;
    return this.#cached(member, `${userId}:${channelId}`, () =>
      isThread(channel) ? this.#computeThread(member, channel) : this.#computeChannel(member, channel),
    );
  }

  /** Whether the user has all these bits in the channel. */
  can(userId: Snowflake, channelId: Snowflake, bits: bigint): boolean {
    return (this.channelPermissions(userId, channelId) & bits) === bits;
  }

  /** Whether the channel is open to everybody who comes into the guild. */
  isPublic(channel: GuildChannel): boolean {
    const everyone = BigInt(this.#world.roles.everyone(channel.guild_id).permissions);
    const bits = channelPermissions({
      base: guildPermissions({ isOwner: false, everyone, roles: [] }),
      overwrites: channel.permission_overwrites,
      everyoneId: channel.guild_id,
      roleIds: [],
      userId: '',
      timedOut: false,
    });
    return (bits & Permission.VIEW_CHANNEL) !== 0n;
  }

  /** Whether the user sees the channel or thread. */
  sees(userId: Snowflake, channelId: Snowflake): boolean {
    return this.can(userId, channelId, Permission.VIEW_CHANNEL);
  }

  /** Whether the member sees the channel, and what decides it. */
  sightOfMember(member: Member, channel: GuildChannel): Sight {
    const { guilds, roles } = this.#world;
    const ofGuild = roles.ofGuild(channel.guild_id);
    const sight = explainSight({
      isOwner: guilds.require(channel.guild_id).owner_id === member.user_id,
      everyone: roles.everyone(channel.guild_id),
      roles: member.roles.map((id) => ofGuild.get(id)).filter((role) => role !== undefined),
      overwrites: channel.permission_overwrites,
      userId: member.user_id,
    });
    return { ...sight, canView: this.sees(member.user_id, channel.id) };
  }

  /** The same of somebody who has this role alone. */
  sightOfRole(role: Role, channel: GuildChannel): Sight {
    const everyone = this.#world.roles.everyone(channel.guild_id);
    return explainSight({
      isOwner: false,
      everyone,
      roles: role.id === everyone.id ? [] : [role],
      overwrites: channel.permission_overwrites,
      userId: '',
    });
  }

  /** Whether somebody without a role has all these bits in the channel of a guild. */
  everyoneCan(channelId: Snowflake, bits: bigint): boolean {
    const channel = this.#world.channels.get(channelId);
    if (channel === undefined || isDm(channel)) return false;
    const owner = isThread(channel) ? this.#world.channels.get(channel.parent_id) : channel;
    if (owner === undefined || isDm(owner) || isThread(owner)) return false;
    const held = channelPermissions({
      base: BigInt(this.#world.roles.everyone(channel.guild_id).permissions),
      overwrites: owner.permission_overwrites,
      everyoneId: channel.guild_id,
      roleIds: [],
      userId: '',
    });
    return (held & bits) === bits;
  }

  /** Whether the actor's place lets it manage the target: the owner everyone, others those whose highest role is lower. */
  outranks(actorId: Snowflake, targetId: Snowflake, guildId: Snowflake): boolean {
    const { guilds, members, roles } = this.#world;
    const guild = guilds.get(guildId);
    const isMember = (userId: Snowflake) => members.get(guildId, userId) !== undefined;
    if (guild === undefined || !isMember(actorId) || !isMember(targetId) || actorId === targetId)
      return false;
    if (guild.owner_id === actorId) return true;
    if (guild.owner_id === targetId) return false;
    return compareRoles(roles.highest(guildId, actorId), roles.highest(guildId, targetId)) > 0;
  }

  /** Whether the actor's place lets it manage the role: the owner all roles, others those below their highest. */
  ranksAbove(actorId: Snowflake, role: Role): boolean {
    const { guilds, members, roles } = this.#world;
    if (members.get(role.guild_id, actorId) === undefined) return false;
    if (guilds.get(role.guild_id)?.owner_id === actorId) return true;
    return compareRoles(roles.highest(role.guild_id, actorId), role) > 0;
  }

  /** @internal called by every change that may alter an answer, in the turn of the change. */
  changed(guildId: Snowflake): void {
    this.#cache.delete(guildId);
    this.#world.journal.emit({ kind: 'guild-permissions', guildId });
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#cache.delete(guildId);
  }

  #cached(member: Member, key: string, compute: () => bigint): bigint {
    // A timeout ends by itself, with no change that would drop the answer.
    if (this.#isTimedOut(member)) return compute();
    let answers = this.#cache.get(member.guild_id);
    const known = answers?.get(key);
    if (known !== undefined) return known;
    if (answers === undefined || answers.size >= MAX_CACHED_PER_GUILD) {
      answers = new Map();
      this.#cache.set(member.guild_id, answers);
    }
    const bits = compute();
    answers.set(key, bits);
    return bits;
  }

  #computeGuild(member: Member): bigint {
    const { guilds, roles } = this.#world;
    const guildId = member.guild_id;
    const ofGuild = roles.ofGuild(guildId);
    return guildPermissions({
      isOwner: guilds.require(guildId).owner_id === member.user_id,
      everyone: BigInt(roles.everyone(guildId).permissions),
      roles: member.roles.map((id) => BigInt(ofGuild.get(id)?.permissions ?? '0')),
      timedOutUntilMs: timedOutUntilMs(member),
      nowMs: this.#world.now(),
    });
  }

  /** As in its parent; of a private one there is nothing to see for those who are neither in it nor manage it. */
  #computeThread(member: Member, thread: Thread): bigint {
    const parent = this.#world.channels.ofGuild(thread.guild_id).get(thread.parent_id);
    if (parent === undefined) return 0n;
    const bits = this.#computeChannel(member, parent, true);
    const isHidden =
      thread.type === PRIVATE_THREAD_TYPE &&
      (bits & Permission.MANAGE_THREADS) === 0n &&
      this.#world.threadMembers.get(thread.id, member.user_id) === undefined;
    return isHidden ? 0n : bits;
  }

  #computeChannel(member: Member, channel: GuildChannel, thread = false): bigint {
    return channelPermissions({
      base: this.guildPermissions(member.user_id, member.guild_id),
      overwrites: channel.permission_overwrites,
      everyoneId: member.guild_id,
      roleIds: member.roles,
      userId: member.user_id,
      timedOut: this.#isTimedOut(member),
      thread,
    });
  }

  #isTimedOut(member: Member): boolean {
    const untilMs = timedOutUntilMs(member);
    return untilMs !== null && untilMs > this.#world.now();
  }
}

function timedOutUntilMs(member: Member): number | null {
  const until = member.communication_disabled_until;
  return until === null ? null : Date.parse(until);
}
