import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, limit, object, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { accessibleGuild } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

const MAX_MEMBERS_PER_PAGE = 1_000;
const MAX_QUERY_CHARS = 100;

/** @see https://docs.discord.com/developers/resources/guild#list-guild-members */
export function memberRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: { guild_id: Snowflake }; Querystring: { limit: number; after?: Snowflake } }>(
    '/guilds/:guild_id/members',
    {
      schema: {
        params: ids('guild_id'),
        querystring: object({ limit: limit(MAX_MEMBERS_PER_PAGE, 1), after: SNOWFLAKE }),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      // The owner's switch counts here, not what a session has identified with.
      if (!application.privilegedIntents.includes('GUILD_MEMBERS')) throw RestError.of('MISSING_ACCESS');
      return world.members.page(guild.id, request.query).map((member) => world.views.member(member));
    },
  );

  app.get<{ Params: { guild_id: Snowflake }; Querystring: { query: string; limit: number } }>(
    '/guilds/:guild_id/members/search',
    {
      schema: {
        params: ids('guild_id'),
        querystring: object({ query: text(1, MAX_QUERY_CHARS), limit: limit(MAX_MEMBERS_PER_PAGE, 1) }, [
          'query',
        ]),
      },
    },
    async (request) => {
      const guild = accessibleGuild(world, applicationOf(request), request.params.guild_id);
      const { query, limit: pageSize } = request.query;
      return world.members.search(guild.id, query, pageSize).map((member) => world.views.member(member));
    },
  );

  app.get<{ Params: { guild_id: Snowflake; user_id: Snowflake } }>(
    '/guilds/:guild_id/members/:user_id',
    { schema: { params: ids('guild_id', 'user_id') } },
    async (request) => {
      const guild = accessibleGuild(world, applicationOf(request), request.params.guild_id);
      const user = world.users.require(request.params.user_id);
      return world.views.member(world.members.require(guild.id, user.id));
    },
  );
}
