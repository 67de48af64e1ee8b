import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids } from '../../http/schemas.ts';
import { isDm, isThread } from '../../world/channel-kinds.ts';
import type { GuildChannel, Snowflake } from '../../world/entities.ts';
import { compareRoles } from '../../world/roles.ts';
import type { World } from '../../world/world.ts';
import { MEMBER_QUERY, type MemberQuery, memberPage } from '../member-pages.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface ChannelParams {
  channel_id: Snowflake;
}

/** Who sees a channel, and what decides it. */
export function ownerViewerRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.get<{ Params: ChannelParams }>(
    '/channels/:channel_id/viewers/roles',
    { schema: { params: ids('channel_id') } },
    async (request) => {
      const channel = requireGuildChannel(world, request.params.channel_id);
      return [...world.roles.ofGuild(channel.guild_id).values()]
        .sort((a, b) => compareRoles(b, a))
        .map((role) => ({ role: world.views.role(role), ...world.access.sightOfRole(role, channel) }));
    },
  );

  app.get<{ Params: ChannelParams; Querystring: MemberQuery }>(
    '/channels/:channel_id/viewers/members',
    { schema: { params: ids('channel_id'), querystring: MEMBER_QUERY } },
    async (request) => {
      const channel = requireGuildChannel(world, request.params.channel_id);
      return memberPage(world, channel.guild_id, request.query).map((member) => ({
        member: world.views.member(member),
        ...world.access.sightOfMember(member, channel),
      }));
    },
  );
}

/** @throws WorldError UNKNOWN_CHANNEL; RestError 50024 for a DM or a thread, which has no overwrites */
function requireGuildChannel(world: World, channelId: Snowflake): GuildChannel {
  const channel = world.channels.require(channelId);
  if (isDm(channel) || isThread(channel)) throw RestError.of('WRONG_CHANNEL_TYPE');
  return channel;
}
