/** Which fields of a member a bot may change: each has a permission of its own, most of them a place to be above. */
import { Permission } from '@guildhall/protocol';
import { RestError } from '../http/errors.ts';
import { isDm, isVoice } from '../world/channel-kinds.ts';
import type { Application, Member, Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import { assignableRole, requireOutranked } from './hierarchy.ts';

export interface MemberBody {
  nick?: string | null;
  roles?: Snowflake[] | null;
  mute?: boolean | null;
  deaf?: boolean | null;
  channel_id?: Snowflake | null;
  communication_disabled_until?: string | null;
  flags?: number | null;
}

const MAX_TIMEOUT_MS = 28 * 24 * 60 * 60 * 1_000;
const MODERATOR = Permission.MODERATE_MEMBERS | Permission.KICK_MEMBERS | Permission.BAN_MEMBERS;

/**
 * @throws RestError 50013 for a permission that is missing or a member that is not below the bot, 10011 and 50028 for
 *   roles, 40032 for one who is not in voice, 50035 for a timeout of more than 28 days, 10003
 * @see https://docs.discord.com/developers/resources/guild#modify-guild-member
 */
export function requireMemberEdit(
  world: World,
  application: Application,
  member: Member,
  body: MemberBody,
): void {
  const held = world.access.guildPermissions(application.botUserId, member.guild_id);
  const demand = (bits: bigint) => {
    if ((held & bits) !== bits) throw RestError.of('MISSING_PERMISSIONS');
  };
  const isSelf = member.user_id === application.botUserId;
  if (body.nick !== undefined) {
    demand(isSelf ? Permission.CHANGE_NICKNAME : Permission.MANAGE_NICKNAMES);
    if (!isSelf) requireOutranked(world, application, member.guild_id, member.user_id);
  }
  if (body.roles !== undefined) {
    demand(Permission.MANAGE_ROLES);
    requireRoleChange(world, application, member, withoutEveryone(member.guild_id, body.roles ?? []));
  }
  if (typeof body.mute === 'boolean') demand(Permission.MUTE_MEMBERS);
  if (typeof body.deaf === 'boolean') demand(Permission.DEAFEN_MEMBERS);
  if (body.channel_id !== undefined) {
    demand(Permission.MOVE_MEMBERS);
    if (body.channel_id !== null) requireVoiceChannel(world, application, member.guild_id, body.channel_id);
  }
  if (typeof body.mute === 'boolean' || typeof body.deaf === 'boolean' || body.channel_id !== undefined) {
    if (world.voiceStates.get(member.guild_id, member.user_id) === undefined) {
      throw RestError.of('NOT_IN_VOICE');
    }
  }
  if (body.communication_disabled_until !== undefined) {
    demand(Permission.MODERATE_MEMBERS);
    requireTimeout(world, application, member, body.communication_disabled_until);
  }
  if (typeof body.flags === 'number') {
    const isAllowed = [Permission.MANAGE_GUILD, Permission.MANAGE_ROLES, MODERATOR].some(
      (bits) => (held & bits) === bits,
    );
    if (!isAllowed) throw RestError.of('MISSING_PERMISSIONS');
  }
}

/** Clients send \@everyone along with what a member has. */
export function withoutEveryone(guildId: Snowflake, roleIds: readonly Snowflake[]): Snowflake[] {
  return roleIds.filter((id) => id !== guildId);
}

/** Only what is added or taken away must be the bot's to give; the rest may be sent back as it is. */
function requireRoleChange(
  world: World,
  application: Application,
  member: Member,
  wanted: readonly Snowflake[],
): void {
  const changed = [
    ...wanted.filter((id) => !member.roles.includes(id)),
    ...member.roles.filter((id) => !wanted.includes(id)),
  ];
  for (const id of changed) assignableRole(world, application, member.guild_id, id);
}

function requireVoiceChannel(
  world: World,
  { botUserId }: Application,
  guildId: Snowflake,
  channelId: Snowflake,
): void {
  const channel = world.channels.get(channelId);
  if (channel === undefined || isDm(channel) || channel.guild_id !== guildId || !isVoice(channel)) {
    throw RestError.of('UNKNOWN_CHANNEL');
  }
  if (!world.access.can(botUserId, channelId, Permission.CONNECT)) throw RestError.of('MISSING_PERMISSIONS');
}

function requireTimeout(
  world: World,
  application: Application,
  { guild_id: guildId, user_id: userId }: Member,
  until: string | null,
): void {
  requireOutranked(world, application, guildId, userId);
  if (until === null) return;
  const isAdministrator = (world.access.guildPermissions(userId, guildId) & Permission.ADMINISTRATOR) !== 0n;
  if (isAdministrator) throw RestError.of('MISSING_PERMISSIONS');
  if (Date.parse(until) > world.now() + MAX_TIMEOUT_MS) {
    throw RestError.form({
      path: ['communication_disabled_until'],
      code: 'DATE_TIME_TYPE_MAX',
      message: 'Timeout cannot be more than 28 days in the future.',
    });
  }
}
