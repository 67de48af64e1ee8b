import { compareSnowflakes } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import { AuditEvent } from './audit-events.ts';
import { auditMember } from './audit-members.ts';
import { guildDispatch, userDispatch } from './dispatch.ts';
import type { Member, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { tellIntegration, tellIntegrationGone } from './integrations.ts';
import { PerGuild } from './per-guild.ts';
import { isoTimestamp } from './timestamps.ts';
import { requireText } from './values.ts';
import type { World } from './world.ts';

const MAX_NICK_LENGTH = 32;
/** BYPASSES_VERIFICATION. */
const SETTABLE_FLAGS = 1 << 2;

export interface MemberInput {
  readonly guildId: Snowflake;
  readonly userId: Snowflake;
  /** 1 to 32 characters. Default null. */
  readonly nick?: string | null;
  /** Role ids without \@everyone. Default none. */
  readonly roles?: readonly Snowflake[];
}

export interface MemberPatch {
  /** Null or empty takes the nickname away. */
  readonly nick?: string | null;
  readonly roles?: readonly Snowflake[];
  readonly deaf?: boolean;
  readonly mute?: boolean;
  /** ISO time until which the member is timed out; null ends a timeout. */
  readonly communicationDisabledUntil?: string | null;
  /** Hashes of images. */
  readonly avatar?: string | null;
  readonly banner?: string | null;
  /** Only BYPASSES_VERIFICATION (4) can be set from outside. */
  readonly flags?: number;
}

export class Members {
  readonly #world: World;
  readonly #members = new PerGuild<Member>();
  /** User ids of a guild in rising order, made on first need and dropped when one comes or goes. */
  readonly #sortedIds = new Map<Snowflake, readonly Snowflake[]>();

  constructor(world: World, stored: readonly Member[]) {
    this.#world = world;
    for (const member of stored) this.#index(member);
  }

  /**
   * GUILD_MEMBER_ADD to those who are in; a bot then hears that it has joined, and of itself (GUILD_MEMBER_UPDATE).
   * A user that is a member already stays as it is.
   * @throws WorldError UNKNOWN_GUILD, UNKNOWN_USER, UNKNOWN_ROLE, EVERYONE_ROLE, INVALID_VALUE,
   *   BANNED, LIMIT_REACHED:membersPerGuild
   */
  add(input: MemberInput, actor?: Actor): Member {
    const { journal, guilds, users, limits, access, views, bans, auditLog } = this.#world;
    journal.assertWritable();
    const { guildId, userId } = input;
    guilds.require(guildId);
    const user = users.require(userId);
    const known = this.#members.get(guildId, userId);
    if (known !== undefined) return known;
    if (bans.get(guildId, userId) !== undefined) {
      throw new WorldError('BANNED', `user ${userId} is banned from guild ${guildId}`);
    }
    if (this.count(guildId) >= limits.membersPerGuild) {
      throw new WorldError(
        'LIMIT_REACHED:membersPerGuild',
        `a guild has at most ${limits.membersPerGuild} members`,
      );
    }
    const member: Member = {
      guild_id: guildId,
      user_id: userId,
      nick: normalNick(input.nick ?? null),
      roles: this.#requireRoles(guildId, input.roles ?? []),
      joined_at: isoTimestamp(this.#world.now()),
      deaf: false,
      mute: false,
      pending: false,
      flags: 0,
      communication_disabled_until: null,
    };
    this.#sortedIds.delete(guildId);
    this.#put(member);
    access.changed(guildId);
    // Before guild-joined: the newcomer itself counts its members from GUILD_CREATE and must not count itself twice.
    journal.emit(guildDispatch('GUILD_MEMBER_ADD', guildId, { ...views.member(member), guild_id: guildId }));
    if (user.bot) {
      journal.emit({ kind: 'guild-joined', guildId, userId });
      journal.emit(userDispatch('GUILD_MEMBER_UPDATE', userId, views.memberUpdate(member), guildId));
      auditLog.add(guildId, actor, { action: AuditEvent.BOT_ADD, targetId: userId });
      const application = this.#world.applications.byBotUser(userId);
      if (application !== undefined) {
        tellIntegration(this.#world, guildId, application, 'INTEGRATION_CREATE');
      }
    }
    return member;
  }

  /**
   * The user leaves, or is removed by the actor. A bot hears that the guild is gone (its own GUILD_DELETE), then the others hear
   * GUILD_MEMBER_REMOVE, and the managed role that came with a bot goes too.
   * @throws WorldError UNKNOWN_GUILD, UNKNOWN_MEMBER, OWNER_CANNOT_LEAVE
   */
  remove(guildId: Snowflake, userId: Snowflake, actor?: Actor): void {
    const { journal, guilds, users, roles, access, views, auditLog, voiceStates } = this.#world;
    journal.assertWritable();
    const guild = guilds.require(guildId);
    this.require(guildId, userId);
    if (guild.owner_id === userId) {
      throw new WorldError('OWNER_CANNOT_LEAVE', 'the owner cannot leave: delete the guild or hand it over');
    }
    const user = users.require(userId);
    voiceStates.leave(guildId, userId);
    this.#world.threadMembers.dropUser(guildId, userId);
    this.#members.delete(guildId, userId);
    this.#sortedIds.delete(guildId);
    guilds.noteMember(userId, guildId, false);
    journal.record({ kind: 'delete-member', guildId, userId });
    access.changed(guildId);
    if (user.bot) journal.emit({ kind: 'guild-left', guildId, userId });
    journal.emit(
      guildDispatch('GUILD_MEMBER_REMOVE', guildId, { guild_id: guildId, user: views.user(user) }),
    );
    roles.dropManaged(guildId, userId);
    const application = this.#world.applications.byBotUser(userId);
    if (application !== undefined) tellIntegrationGone(this.#world, guildId, application);
    auditLog.add(guildId, actor, { action: AuditEvent.MEMBER_KICK, targetId: userId });
  }

  get(guildId: Snowflake, userId: Snowflake): Member | undefined {
    return this.#members.get(guildId, userId);
  }

  /** @throws WorldError UNKNOWN_MEMBER */
  require(guildId: Snowflake, userId: Snowflake): Member {
    const member = this.#members.get(guildId, userId);
    if (member === undefined)
      throw new WorldError('UNKNOWN_MEMBER', `no member ${userId} in guild ${guildId}`);
    return member;
  }

  /** The guild's members by user id; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, Member> {
    return this.#members.of(guildId);
  }

  count(guildId: Snowflake): number {
    return this.#members.of(guildId).size;
  }

  /** Members in rising order of user id, those after `after` only. */
  page(
    guildId: Snowflake,
    options: { readonly after?: Snowflake; readonly limit: number },
  ): readonly Member[] {
    const ids = this.#idsInOrder(guildId);
    const start = options.after === undefined ? 0 : firstAfter(ids, options.after);
    return ids.slice(start, start + options.limit).map((id) => this.require(guildId, id));
  }

  /** Members whose username, shown name or nickname begins with the text, in any case; at most `limit`. */
  search(guildId: Snowflake, prefix: string, limit: number): readonly Member[] {
    const wanted = prefix.toLowerCase();
    const found: Member[] = [];
    for (const member of this.#members.of(guildId).values()) {
      if (found.length >= limit) break;
      const user = this.#world.users.require(member.user_id);
      const names = [user.username, user.global_name, member.nick];
      if (names.some((name) => name?.toLowerCase().startsWith(wanted) === true)) found.push(member);
    }
    return found;
  }

  /**
   * GUILD_MEMBER_UPDATE.
   * @throws WorldError UNKNOWN_MEMBER, UNKNOWN_ROLE, EVERYONE_ROLE, INVALID_VALUE
   */
  update(guildId: Snowflake, userId: Snowflake, patch: MemberPatch, actor?: Actor): Member {
    this.#world.journal.assertWritable();
    const old = this.require(guildId, userId);
    const member: Member = {
      ...old,
      nick: patch.nick === undefined ? old.nick : normalNick(patch.nick),
      roles: patch.roles === undefined ? old.roles : this.#requireRoles(guildId, patch.roles),
      deaf: patch.deaf ?? old.deaf,
      mute: patch.mute ?? old.mute,
      communication_disabled_until:
        patch.communicationDisabledUntil === undefined
          ? old.communication_disabled_until
          : normalTime(patch.communicationDisabledUntil),
      avatar: patch.avatar === undefined ? (old.avatar ?? null) : patch.avatar,
      banner: patch.banner === undefined ? (old.banner ?? null) : patch.banner,
      flags:
        patch.flags === undefined
          ? old.flags
          : (old.flags & ~SETTABLE_FLAGS) | (patch.flags & SETTABLE_FLAGS),
    };
    this.#replace(member);
    auditMember(this.#world, old, member, actor);
    return member;
  }

  /** GUILD_MEMBER_UPDATE, or nothing if it has the role. @throws WorldError as update */
  addRole(guildId: Snowflake, userId: Snowflake, roleId: Snowflake, actor?: Actor): Member {
    const member = this.require(guildId, userId);
    if (member.roles.includes(roleId)) return member;
    return this.update(guildId, userId, { roles: [...member.roles, roleId] }, actor);
  }

  /** GUILD_MEMBER_UPDATE, or nothing if it has not the role. @throws WorldError as update */
  removeRole(guildId: Snowflake, userId: Snowflake, roleId: Snowflake, actor?: Actor): Member {
    const member = this.require(guildId, userId);
    this.#requireRoles(guildId, [roleId]);
    if (!member.roles.includes(roleId)) return member;
    return this.update(guildId, userId, { roles: member.roles.filter((id) => id !== roleId) }, actor);
  }

  /** @internal for Roles.delete. */
  dropRole(guildId: Snowflake, roleId: Snowflake): void {
    for (const member of this.#members.of(guildId).values()) {
      if (member.roles.includes(roleId)) {
        this.#replace({ ...member, roles: member.roles.filter((id) => id !== roleId) });
      }
    }
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    for (const userId of this.#members.of(guildId).keys()) {
      this.#world.guilds.noteMember(userId, guildId, false);
    }
    this.#members.deleteGuild(guildId);
    this.#sortedIds.delete(guildId);
  }

  #replace(member: Member): Member {
    const { journal, users, access, views, voiceStates } = this.#world;
    const { guild_id: guildId, user_id: userId } = member;
    const old = this.#members.get(guildId, userId);
    this.#put(member);
    const permissionsChanged =
      old?.roles !== member.roles || old.communication_disabled_until !== member.communication_disabled_until;
    if (permissionsChanged) access.changed(guildId);
    const ungated = users.require(userId).bot ? [userId] : [];
    journal.emit(guildDispatch('GUILD_MEMBER_UPDATE', guildId, views.memberUpdate(member), ungated));
    if (old?.mute !== member.mute || old.deaf !== member.deaf) voiceStates.noteMember(guildId, userId);
    return member;
  }

  #requireRoles(guildId: Snowflake, roleIds: readonly Snowflake[]): readonly Snowflake[] {
    const roles = this.#world.roles.ofGuild(guildId);
    const unique = [...new Set(roleIds)];
    for (const id of unique) {
      if (id === guildId)
        throw new WorldError('EVERYONE_ROLE', 'every member has @everyone without being given it');
      if (!roles.has(id)) throw new WorldError('UNKNOWN_ROLE', `no role ${id} in guild ${guildId}`);
    }
    return unique;
  }

  #idsInOrder(guildId: Snowflake): readonly Snowflake[] {
    const known = this.#sortedIds.get(guildId);
    if (known !== undefined) return known;
    const ids = [...this.#members.of(guildId).keys()].sort(compareSnowflakes);
    if (ids.length > 0) this.#sortedIds.set(guildId, ids);
    return ids;
  }

  #put(member: Member): void {
    this.#index(member);
    this.#world.journal.record({ kind: 'put', table: 'members', record: member });
  }

  #index(member: Member): void {
    this.#members.set(member.guild_id, member.user_id, member);
    this.#world.guilds.noteMember(member.user_id, member.guild_id, true);
  }
}

function firstAfter(ids: readonly Snowflake[], after: Snowflake): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareSnowflakes(ids[middle] ?? '', after) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function normalNick(nick: string | null): string | null {
  return nick === null || nick.trim() === '' ? null : requireText('nickname', nick, MAX_NICK_LENGTH);
}

function normalTime(time: string | null): string | null {
  if (time === null) return null;
  const timeMs = Date.parse(time);
  if (Number.isNaN(timeMs)) throw new WorldError('INVALID_VALUE', 'a timeout ends at an ISO 8601 time');
  return isoTimestamp(timeMs);
}
