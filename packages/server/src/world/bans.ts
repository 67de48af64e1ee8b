import { snowflakeAt } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import { AuditEvent } from './audit-events.ts';
import { guildDispatch } from './dispatch.ts';
import type { Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { Ban } from './guild-records.ts';
import { type IdRange, idPage } from './id-page.ts';
import { PerGuild } from './per-guild.ts';
import type { World } from './world.ts';

const MS_PER_S = 1_000;
/** Ids in one MESSAGE_DELETE_BULK, as many as a bot may delete at once. */
const MAX_BULK_MESSAGES = 100;

export interface BanOptions {
  readonly reason?: string | null;
  /** Messages of the last so many seconds go too. Default 0, none. */
  readonly deleteMessageSeconds?: number;
}

/** Who may not come back into a guild. */
export class Bans {
  readonly #world: World;
  readonly #bans = new PerGuild<Ban>();

  constructor(world: World, stored: readonly Ban[]) {
    this.#world = world;
    for (const ban of stored) this.#bans.set(ban.guild_id, ban.user_id, ban);
  }

  /**
   * GUILD_BAN_ADD, then what removing a member brings, then MESSAGE_DELETE_BULK in each channel that loses messages.
   * One who is banned already stays so.
   * @throws WorldError UNKNOWN_GUILD, UNKNOWN_USER, OWNER_CANNOT_LEAVE, LIMIT_REACHED:bansPerGuild
   */
  create(guildId: Snowflake, userId: Snowflake, options: BanOptions = {}, actor?: Actor): Ban {
    const { journal, guilds, users, members, limits, views, auditLog } = this.#world;
    journal.assertWritable();
    const guild = guilds.require(guildId);
    const user = users.require(userId);
    const known = this.#bans.get(guildId, userId);
    if (known !== undefined) return known;
    if (guild.owner_id === userId) throw new WorldError('OWNER_CANNOT_LEAVE', 'the owner cannot be banned');
    if (this.#bans.of(guildId).size >= limits.bansPerGuild) {
      throw new WorldError('LIMIT_REACHED:bansPerGuild', `a guild has at most ${limits.bansPerGuild} bans`);
    }
    const ban: Ban = { guild_id: guildId, user_id: userId, reason: options.reason ?? null };
    this.#bans.set(guildId, userId, ban);
    journal.record({ kind: 'put', table: 'bans', record: ban });
    journal.emit(guildDispatch('GUILD_BAN_ADD', guildId, { guild_id: guildId, user: views.user(user) }));
    if (members.get(guildId, userId) !== undefined) members.remove(guildId, userId);
    const { deleteMessageSeconds = 0 } = options;
    if (deleteMessageSeconds > 0) this.#deleteMessages(guildId, userId, deleteMessageSeconds);
    auditLog.add(guildId, actor, { action: AuditEvent.MEMBER_BAN_ADD, targetId: userId });
    return ban;
  }

  get(guildId: Snowflake, userId: Snowflake): Ban | undefined {
    return this.#bans.get(guildId, userId);
  }

  /** @throws WorldError UNKNOWN_BAN */
  require(guildId: Snowflake, userId: Snowflake): Ban {
    const ban = this.#bans.get(guildId, userId);
    if (ban === undefined) throw new WorldError('UNKNOWN_BAN', `no ban of ${userId} in guild ${guildId}`);
    return ban;
  }

  /** By rising user id. */
  list(guildId: Snowflake, range: IdRange): readonly Ban[] {
    return idPage(this.#bans.of(guildId).keys(), range).map((userId) => this.require(guildId, userId));
  }

  /** GUILD_BAN_REMOVE. @throws WorldError UNKNOWN_GUILD, UNKNOWN_BAN */
  remove(guildId: Snowflake, userId: Snowflake, actor?: Actor): void {
    const { journal, guilds, users, views, auditLog } = this.#world;
    journal.assertWritable();
    guilds.require(guildId);
    this.require(guildId, userId);
    this.#bans.delete(guildId, userId);
    journal.record({ kind: 'delete-ban', guildId, userId });
    const user = views.user(users.require(userId));
    journal.emit(guildDispatch('GUILD_BAN_REMOVE', guildId, { guild_id: guildId, user }));
    auditLog.add(guildId, actor, { action: AuditEvent.MEMBER_BAN_REMOVE, targetId: userId });
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#bans.deleteGuild(guildId);
  }

  #deleteMessages(guildId: Snowflake, userId: Snowflake, seconds: number): void {
    const { channels, messages, limits } = this.#world;
    const after = snowflakeAt(this.#world.now() - seconds * MS_PER_S);
    for (const channelId of channels.ofGuild(guildId).keys()) {
      const ids = messages
        .list(channelId, { after, limit: limits.messagesPerChannel })
        .filter((message) => message.author_id === userId)
        .map(({ id }) => id);
      for (let start = 0; start < ids.length; start += MAX_BULK_MESSAGES) {
        messages.bulkDelete(channelId, ids.slice(start, start + MAX_BULK_MESSAGES));
      }
    }
  }
}
