/** In whose name the owner's API acts: that of the guild's owner, who sits in Discord's own client. */
import type { FastifyRequest } from 'fastify';
import { auditReason } from '../http/audit-reason.ts';
import type { Actor } from '../world/actor.ts';
import type { Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';

/** @throws WorldError UNKNOWN_GUILD; RestError 50035 for a reason that is too long */
export function guildOwner(world: World, guildId: Snowflake, request: FastifyRequest): Actor {
  return { userId: world.guilds.require(guildId).owner_id, reason: auditReason(request) };
}

/** The owner of the channel's guild; nobody for a DM, which has no audit log. @throws WorldError UNKNOWN_CHANNEL */
export function channelOwner(world: World, channelId: Snowflake, request: FastifyRequest): Actor | undefined {
  const channel = world.channels.require(channelId);
  return 'guild_id' in channel ? guildOwner(world, channel.guild_id, request) : undefined;
}
