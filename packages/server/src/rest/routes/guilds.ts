import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, object, QUERY_BOOLEAN } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { accessibleGuild } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

/** @see https://docs.discord.com/developers/resources/guild */
export function guildRoutes(app: FastifyInstance, { world, hidesChannels }: BotApiParts): void {
  app.get<{ Params: { guild_id: Snowflake }; Querystring: { with_counts?: boolean } }>(
    '/guilds/:guild_id',
    { schema: { params: ids('guild_id'), querystring: object({ with_counts: QUERY_BOOLEAN }) } },
    async (request) => {
      const { guild_id } = request.params;
      // Here, unlike below it, a guild without the bot is as good as unknown.
      if (world.members.get(guild_id, applicationOf(request).botUserId) === undefined) {
        throw RestError.of('UNKNOWN_GUILD');
      }
      const guild = world.views.guild(world.guilds.require(guild_id));
      return request.query.with_counts === true ? { ...guild, ...world.views.guildCounts(guild_id) } : guild;
    },
  );

  app.get<{ Params: { guild_id: Snowflake } }>(
    '/guilds/:guild_id/channels',
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      return [...world.channels.ofGuild(guild.id).values()]
        .filter(({ id }) => !hidesChannels || world.access.sees(application.botUserId, id))
        .map((channel) => world.views.channel(channel));
    },
  );

  app.get<{ Params: { guild_id: Snowflake } }>(
    '/guilds/:guild_id/roles',
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const guild = accessibleGuild(world, applicationOf(request), request.params.guild_id);
      return Array.from(world.roles.ofGuild(guild.id).values(), (role) => world.views.role(role));
    },
  );

  app.get<{ Params: { guild_id: Snowflake; role_id: Snowflake } }>(
    '/guilds/:guild_id/roles/:role_id',
    { schema: { params: ids('guild_id', 'role_id') } },
    async (request) => {
      const guild = accessibleGuild(world, applicationOf(request), request.params.guild_id);
      const role = world.roles.ofGuild(guild.id).get(request.params.role_id);
      if (role === undefined) throw RestError.of('UNKNOWN_ROLE');
      return world.views.role(role);
    },
  );
}
