/**
 * What a bot's place among the roles lets it do, on top of its permissions.
 * @see https://docs.discord.com/developers/topics/permissions#permission-hierarchy
 */
import { Permission } from '@guildhall/protocol';
import type { APIOverwrite } from 'discord-api-types/v10';
import { RestError } from '../http/errors.ts';
import type { Application, GuildChannel, Role, Snowflake } from '../world/entities.ts';
import { compareRoles } from '../world/roles.ts';
import type { World } from '../world/world.ts';

/** @throws RestError 50013 unless the member's highest role is below the bot's; the owner is above all */
export function requireOutranked(
  world: World,
  { botUserId }: Application,
  guildId: Snowflake,
  userId: Snowflake,
): void {
  if (!world.access.outranks(botUserId, userId, guildId)) throw RestError.of('MISSING_PERMISSIONS');
}

/** @throws RestError 50013 unless the role is below the bot's highest */
export function requireLowerRole(world: World, { botUserId }: Application, role: Role): void {
  if (!world.access.ranksAbove(botUserId, role)) throw RestError.of('MISSING_PERMISSIONS');
}

/**
 * Only roles below the bot's highest may change places. Numbers alone say nothing: clients send all roles, numbered anew.
 * @throws RestError 50013 when the order changes from the bot's highest role upwards
 */
export function requireLowerMoves(
  world: World,
  { botUserId }: Application,
  guildId: Snowflake,
  positions: ReadonlyMap<Snowflake, number>,
): void {
  const before = [...world.roles.ofGuild(guildId).values()];
  const after = before.map((role) => ({ ...role, position: positions.get(role.id) ?? role.position }));
  const fixed = before.filter((role) => !world.access.ranksAbove(botUserId, role)).length;
  const top = (roles: readonly Role[]) =>
    [...roles]
      .sort((a, b) => compareRoles(b, a))
      .slice(0, fixed)
      .map(({ id }) => id)
      .join();
  if (top(before) !== top(after)) throw RestError.of('MISSING_PERMISSIONS');
}

/** A role that may be given and taken. @throws RestError 10011, 50028 for @everyone and managed roles, 50013 */
export function assignableRole(
  world: World,
  application: Application,
  guildId: Snowflake,
  roleId: Snowflake,
): Role {
  const role = world.roles.ofGuild(guildId).get(roleId);
  if (role === undefined) throw RestError.of('UNKNOWN_ROLE');
  if (role.managed || roleId === guildId) throw RestError.of('INVALID_ROLE');
  requireLowerRole(world, application, role);
  return role;
}

/** @throws RestError 50013 when the bot would grant bits that it has not */
export function requireGrantable(
  world: World,
  { botUserId }: Application,
  guildId: Snowflake,
  bits: bigint,
): void {
  if ((bits & ~world.access.guildPermissions(botUserId, guildId)) !== 0n) {
    throw RestError.of('MISSING_PERMISSIONS');
  }
}

/**
 * Overwrites need MANAGE_ROLES, and touch only bits that the bot has in the guild or in the category, unless an
 * overwrite of the channel gives it MANAGE_ROLES there. That bit itself is for administrators to give.
 * @param channel as it is; null for one that is about to be made
 * @throws RestError 50013
 * @see https://docs.discord.com/developers/resources/channel#edit-channel-permissions
 */
export function requireOverwritable(
  world: World,
  { botUserId }: Application,
  place: {
    readonly guildId: Snowflake;
    readonly parentId: Snowflake | null;
    readonly channel: GuildChannel | null;
  },
  overwrites: readonly APIOverwrite[],
): void {
  const { guildId, parentId, channel } = place;
  const inGuild = world.access.guildPermissions(botUserId, guildId);
  if ((inGuild & Permission.ADMINISTRATOR) !== 0n) return;
  const inPlace = channel === null ? inGuild : world.access.channelPermissions(botUserId, channel.id);
  const changed = changedBits(channel?.permission_overwrites ?? [], overwrites);
  if (changed === 0n) return;
  const mayManage = (inPlace & Permission.MANAGE_ROLES) !== 0n;
  if (!mayManage || (changed & Permission.MANAGE_ROLES) !== 0n) throw RestError.of('MISSING_PERMISSIONS');
  if (channel !== null && isManagerByOverwrite(world, botUserId, channel)) return;
  const inParent = parentId === null ? 0n : world.access.channelPermissions(botUserId, parentId);
  if ((changed & ~(inGuild | inParent)) !== 0n) throw RestError.of('MISSING_PERMISSIONS');
}

function isManagerByOverwrite(world: World, botUserId: Snowflake, channel: GuildChannel): boolean {
  const roles = world.members.get(channel.guild_id, botUserId)?.roles ?? [];
  return channel.permission_overwrites.some(
    ({ id, allow }) =>
      (id === botUserId || roles.includes(id)) && (BigInt(allow) & Permission.MANAGE_ROLES) !== 0n,
  );
}

/** Bits that some overwrite allows or denies on one side and not on the other. */
function changedBits(before: readonly APIOverwrite[], after: readonly APIOverwrite[]): bigint {
  const old = new Map(before.map((overwrite) => [overwrite.id, overwrite]));
  const now = new Map(after.map((overwrite) => [overwrite.id, overwrite]));
  let bits = 0n;
  for (const id of new Set([...old.keys(), ...now.keys()])) {
    for (const side of ['allow', 'deny'] as const) {
      bits |= BigInt(old.get(id)?.[side] ?? 0) ^ BigInt(now.get(id)?.[side] ?? 0);
    }
  }
  return bits;
}
