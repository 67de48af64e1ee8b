/**
 * Channels that a bot does not see, as it is told of them when they are obfuscated.
 * @see https://docs.discord.com/developers/resources/channel#channel-object-obfuscated-channels
 */
import { type DispatchName, Permission } from '@guildhall/protocol';
import { guildDispatch } from './dispatch.ts';
import type { GuildChannel, Snowflake } from './entities.ts';
import type { DispatchEvent } from './events.ts';
import type { World } from './world.ts';

const CHANNEL_OBFUSCATED = 1 << 17;
const HIDDEN_NAME = '___hidden___';

/** CHANNEL_CREATE or CHANNEL_UPDATE. */
export function channelDispatchOf(world: World, name: DispatchName, channel: GuildChannel): DispatchEvent {
  return {
    ...guildDispatch(name, channel.guild_id, world.views.channel(channel)),
    obfuscated: {
      isSeenBy: (userId) => world.access.sees(userId, channel.id),
      d: () => obfuscatedView(world, channel),
    },
  };
}

/** CHANNEL_DELETE, made before the channel is gone: afterwards nobody could say who saw it. */
export function channelGoneDispatch(world: World, channel: GuildChannel): DispatchEvent {
  const bots = world.applications.list().map(({ botUserId }) => botUserId);
  const seers = new Set<Snowflake>(bots.filter((userId) => world.access.sees(userId, channel.id)));
  return {
    ...guildDispatch('CHANNEL_DELETE', channel.guild_id, world.views.channel(channel)),
    obfuscated: { isSeenBy: (userId) => seers.has(userId), d: () => obfuscatedView(world, channel) },
  };
}

/** Its id, type and places are true; the rest says nothing. */
export function obfuscatedView(world: World, channel: GuildChannel): object {
  const { id, type, guild_id, position, parent_id } = channel;
  return world.views.channel({
    id,
    type,
    guild_id,
    position,
    parent_id,
    name: HIDDEN_NAME,
    topic: null,
    nsfw: false,
    rate_limit_per_user: 0,
    last_message_id: null,
    flags: CHANNEL_OBFUSCATED,
    permission_overwrites: [{ id: guild_id, type: 0, allow: '0', deny: Permission.VIEW_CHANNEL.toString() }],
  });
}
