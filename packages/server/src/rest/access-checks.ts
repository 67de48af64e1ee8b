/** What a bot may see and do, refused in the order in which Discord refuses: unknown, no access, no permission. */
import { Permission } from '@guildhall/protocol';
import { RestError } from '../http/errors.ts';
import { holdsMessages, isDm, isVoice } from '../world/channel-kinds.ts';
import type { Application, Channel, Guild, Message, Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';

/** The application of the path, which must be the one that asks. @throws RestError 10002, 20012 */
export function ownApplication(
  world: World,
  application: Application,
  applicationId: Snowflake,
): Application {
  if (world.applications.require(applicationId).id !== application.id) {
    throw RestError.of('NOT_YOUR_APPLICATION');
  }
  return application;
}

/** @throws RestError 10004; 50001 when the bot is not a member */
export function accessibleGuild(world: World, { botUserId }: Application, guildId: Snowflake): Guild {
  const guild = world.guilds.require(guildId);
  if (world.members.get(guildId, botUserId) === undefined) throw RestError.of('MISSING_ACCESS');
  return guild;
}

/** A guild in which the bot has all these bits. @throws RestError as accessibleGuild, and 50013 */
export function permittedGuild(
  world: World,
  application: Application,
  guildId: Snowflake,
  permission: bigint,
): Guild {
  const guild = accessibleGuild(world, application, guildId);
  const held = world.access.guildPermissions(application.botUserId, guildId);
  if ((held & permission) !== permission) throw RestError.of('MISSING_PERMISSIONS');
  return guild;
}

/** @throws RestError 10003; 50001 when the bot does not see the channel */
export function visibleChannel(world: World, { botUserId }: Application, channelId: Snowflake): Channel {
  const channel = world.channels.require(channelId);
  const isVisible = isDm(channel)
    ? channel.recipientIds.includes(botUserId)
    : world.members.get(channel.guild_id, botUserId) !== undefined &&
      world.access.can(botUserId, channelId, Permission.VIEW_CHANNEL);
  if (!isVisible) throw RestError.of('MISSING_ACCESS');
  return channel;
}

/** A visible channel in which people write. @throws RestError as visibleChannel, and 50008 */
export function visibleTextChannel(world: World, application: Application, channelId: Snowflake): Channel {
  const channel = visibleChannel(world, application, channelId);
  if (!holdsMessages(channel)) throw RestError.of('NOT_A_TEXT_CHANNEL');
  // Whoever may not enter a voice channel does not read its text either.
  const isEntered = !isVoice(channel) || mayDo(world, application, channel, Permission.CONNECT);
  if (!isEntered) throw RestError.of('MISSING_ACCESS');
  return channel;
}

/** In a DM both sides may do whatever a DM allows. */
export function mayDo(
  world: World,
  { botUserId }: Application,
  channel: Channel,
  permission: bigint,
): boolean {
  return isDm(channel) || world.access.can(botUserId, channel.id, permission);
}

/** @throws RestError 50013 */
export function requirePermission(
  world: World,
  application: Application,
  channel: Channel,
  permission: bigint,
): void {
  if (!mayDo(world, application, channel, permission)) throw RestError.of('MISSING_PERMISSIONS');
}

/** @throws RestError 10008 when the channel has no such message */
export function messageOf(world: World, channel: Channel, messageId: Snowflake): Message {
  const message = world.messages.get(channel.id, messageId);
  if (message === undefined) throw RestError.of('UNKNOWN_MESSAGE');
  return message;
}
