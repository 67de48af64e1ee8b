import { snowflakeAt } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import { AuditEvent } from './audit-events.ts';
import type { Member, Snowflake } from './entities.ts';
import type { World } from './world.ts';

const MS_PER_DAY = 24 * 60 * 60 * 1_000;

export interface PruneOptions {
  /** Days without a sign of life. */
  readonly days: number;
  /** Members with no other roles than these may go too. Default: only members without roles. */
  readonly includeRoles?: readonly Snowflake[];
}

/**
 * Members who would go: not the owner, no bots, nobody with other roles, nobody who is online, has come, or has written
 * anything in the last days.
 * @throws WorldError UNKNOWN_GUILD
 */
export function prunable(world: World, guildId: Snowflake, options: PruneOptions): readonly Member[] {
  const { owner_id } = world.guilds.require(guildId);
  const { days, includeRoles = [] } = options;
  const sinceMs = world.now() - days * MS_PER_DAY;
  const writers = writersSince(world, guildId, sinceMs);
  return [...world.members.ofGuild(guildId).values()].filter(
    (member) =>
      member.user_id !== owner_id &&
      !world.users.require(member.user_id).bot &&
      member.roles.every((id) => includeRoles.includes(id)) &&
      Date.parse(member.joined_at) < sinceMs &&
      world.presences.get(member.user_id) === undefined &&
      !writers.has(member.user_id),
  );
}

/**
 * GUILD_MEMBER_REMOVE for each who is prunable, and one entry in the audit log for all.
 * @returns how many have gone
 * @throws WorldError UNKNOWN_GUILD
 */
export function prune(world: World, guildId: Snowflake, options: PruneOptions, actor?: Actor): number {
  world.journal.assertWritable();
  const members = prunable(world, guildId, options);
  for (const { user_id } of members) world.members.remove(guildId, user_id);
  world.auditLog.add(guildId, actor, {
    action: AuditEvent.MEMBER_PRUNE,
    targetId: null,
    options: { delete_member_days: String(options.days), members_removed: String(members.length) },
  });
  return members.length;
}

function writersSince(world: World, guildId: Snowflake, sinceMs: number): ReadonlySet<Snowflake> {
  const after = snowflakeAt(sinceMs);
  const writers = new Set<Snowflake>();
  for (const channelId of world.channels.ofGuild(guildId).keys()) {
    const range = { after, limit: world.limits.messagesPerChannel };
    for (const { author_id } of world.messages.list(channelId, range)) writers.add(author_id);
  }
  return writers;
}
