import { randomInt } from 'node:crypto';
import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { CATEGORY_TYPE, isDm, isThread } from './channel-kinds.ts';
import { placeDispatch } from './dispatch.ts';
import type { GuildChannel, Member, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { Invite } from './guild-records.ts';
import { RecordTable } from './record-table.ts';
import { isoTimestamp } from './timestamps.ts';
import { requireInteger } from './values.ts';
import type { World } from './world.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const CODE_CHARS = 10;
const MAX_AGE_S = 604_800;
const DEFAULT_AGE_S = 86_400;
const MAX_USES = 100;
const MS_PER_S = 1_000;
/** Fields of an invite that the audit log tells of. */
const AUDITED = ['code', 'channel_id', 'inviter_id', 'max_age', 'max_uses', 'uses', 'temporary'] as const;

export interface InviteInput {
  readonly channelId: Snowflake;
  readonly inviterId: Snowflake;
  /** Seconds, 0 (for ever) to 604,800. Default 86,400. */
  readonly maxAge?: number;
  /** 0 (without bound) to 100. Default 0. */
  readonly maxUses?: number;
  readonly temporary?: boolean;
  /** False gives back a like invite if there is one. Default false. */
  readonly unique?: boolean;
  readonly roleIds?: readonly Snowflake[];
}

/** Ways into guilds. One that has run out of time is forgotten when it is next looked at, without an event. */
export class Invites {
  readonly #world: World;
  readonly #invites: RecordTable<'invites'>;

  constructor(world: World, stored: readonly Invite[]) {
    this.#world = world;
    this.#invites = new RecordTable(world, 'invites', stored, ({ code }) => code);
  }

  /**
   * INVITE_CREATE.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, UNKNOWN_USER, UNKNOWN_ROLE, INVALID_VALUE,
   *   LIMIT_REACHED:invitesPerGuild
   */
  create(input: InviteInput, actor?: Actor): Invite {
    const world = this.#world;
    world.journal.assertWritable();
    const channel = this.#requireChannel(input.channelId);
    world.users.require(input.inviterId);
    const invite = this.#newInvite(channel, input);
    const known = input.unique === true ? undefined : this.#similar(invite);
    if (known !== undefined) return known;
    if (this.ofGuild(channel.guild_id).length >= world.limits.invitesPerGuild) {
      throw new WorldError(
        'LIMIT_REACHED:invitesPerGuild',
        `a guild has at most ${world.limits.invitesPerGuild} invites`,
      );
    }
    this.#invites.put(invite);
    world.journal.emit(placeDispatch('INVITE_CREATE', channel, world.views.records.inviteCreate(invite)));
    world.auditLog.add(channel.guild_id, actor, {
      action: AuditEvent.INVITE_CREATE,
      targetId: null,
      changes: changesBetween<Invite>(null, invite, AUDITED),
    });
    return invite;
  }

  /** @throws WorldError UNKNOWN_INVITE, also for one whose time is over */
  require(code: string): Invite {
    const invite = this.#invites.get(code);
    if (invite === undefined || this.#isOver(invite)) {
      throw new WorldError('UNKNOWN_INVITE', 'no such invite, or its time is over');
    }
    return invite;
  }

  /** Those that can still be used, oldest first. */
  ofGuild(guildId: Snowflake): readonly Invite[] {
    const invites = [...this.#invites.ofGuild(guildId).values()];
    return invites.filter((invite) => !this.#isOver(invite));
  }

  /** INVITE_DELETE. @throws WorldError UNKNOWN_INVITE */
  delete(code: string, actor?: Actor): Invite {
    const { journal, auditLog } = this.#world;
    journal.assertWritable();
    const invite = this.require(code);
    this.#remove(invite);
    auditLog.add(invite.guild_id, actor, {
      action: AuditEvent.INVITE_DELETE,
      targetId: null,
      changes: changesBetween<Invite>(invite, null, AUDITED),
    });
    return invite;
  }

  /**
   * The user comes into the guild by the invite, with the roles it gives. The last of its uses deletes it. Nothing is used
   * up by one who is a member already.
   * @throws WorldError UNKNOWN_INVITE, UNKNOWN_USER, INVALID_VALUE for a bot, BANNED, LIMIT_REACHED:membersPerGuild
   */
  accept(code: string, userId: Snowflake): Member {
    const { journal, members, users, roles } = this.#world;
    journal.assertWritable();
    const invite = this.require(code);
    const { guild_id: guildId } = invite;
    if (users.require(userId).bot) {
      throw new WorldError('INVALID_VALUE', 'a bot does not come by an invite: its owner adds it');
    }
    const known = members.get(guildId, userId);
    if (known !== undefined) return known;
    const roleIds = invite.role_ids.filter((id) => roles.ofGuild(guildId).has(id));
    const member = members.add({ guildId, userId, roles: roleIds });
    const used: Invite = { ...invite, uses: invite.uses + 1 };
    if (used.max_uses > 0 && used.uses >= used.max_uses) this.#remove(used);
    else this.#invites.put(used);
    return member;
  }

  /** @internal for Channels.delete: invites lead to a channel, and go with it. */
  forgetChannel(channel: GuildChannel): void {
    for (const invite of [...this.#invites.ofGuild(channel.guild_id).values()]) {
      if (invite.channel_id === channel.id) this.#invites.delete(invite);
    }
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#invites.forgetGuild(guildId);
  }

  #remove(invite: Invite): void {
    const { channels, journal } = this.#world;
    this.#invites.delete(invite);
    const channel = channels.ofGuild(invite.guild_id).get(invite.channel_id);
    if (channel === undefined) return;
    const d = { channel_id: invite.channel_id, guild_id: invite.guild_id, code: invite.code };
    journal.emit(placeDispatch('INVITE_DELETE', channel, d));
  }

  #newInvite(channel: GuildChannel, input: InviteInput): Invite {
    const nowMs = this.#world.now();
    const maxAge = requireInteger('max_age', input.maxAge ?? DEFAULT_AGE_S, 0, MAX_AGE_S);
    for (const id of input.roleIds ?? []) {
      if (!this.#world.roles.ofGuild(channel.guild_id).has(id) || id === channel.guild_id) {
        throw new WorldError('UNKNOWN_ROLE', `no role ${id} to give`);
      }
    }
    return {
      code: newCode(),
      guild_id: channel.guild_id,
      channel_id: channel.id,
      inviter_id: input.inviterId,
      created_at: isoTimestamp(nowMs),
      max_age: maxAge,
      max_uses: requireInteger('max_uses', input.maxUses ?? 0, 0, MAX_USES),
      uses: 0,
      temporary: input.temporary ?? false,
      expires_at: maxAge === 0 ? null : isoTimestamp(nowMs + maxAge * MS_PER_S),
      role_ids: [...new Set(input.roleIds)],
    };
  }

  /** An invite of the same maker for the same place under the same terms. */
  #similar(wanted: Invite): Invite | undefined {
    return this.ofGuild(wanted.guild_id).find(
      (invite) =>
        invite.channel_id === wanted.channel_id &&
        invite.inviter_id === wanted.inviter_id &&
        invite.max_age === wanted.max_age &&
        invite.max_uses === wanted.max_uses &&
        invite.temporary === wanted.temporary &&
        invite.role_ids.join() === wanted.role_ids.join(),
    );
  }

  #requireChannel(channelId: Snowflake): GuildChannel {
    const channel = this.#world.channels.require(channelId);
    if (isDm(channel) || isThread(channel) || channel.type === CATEGORY_TYPE) {
      throw new WorldError('WRONG_CHANNEL_TYPE', 'an invite leads to a channel in which people talk');
    }
    return channel;
  }

  #isOver({ expires_at }: Invite): boolean {
    return expires_at !== null && Date.parse(expires_at) <= this.#world.now();
  }
}

function newCode(): string {
  return Array.from({ length: CODE_CHARS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
