import type { FastifyInstance } from 'fastify';
import { ids, integer, object } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { guildOwner } from '../guild-owner.ts';
import type { OwnerApiParts } from '../owner-api.ts';
import { PAGE_QUERY, type PageQuery } from '../pages.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface BanParams extends GuildParams {
  user_id: Snowflake;
}

const MAX_DELETE_S = 604_800;
const NO_CONTENT = 204;
const PATH = '/guilds/:guild_id/bans';

/** Who may not come back. */
export function ownerBanRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const params = ids('guild_id', 'user_id');

  app.get<{ Params: GuildParams; Querystring: PageQuery }>(
    PATH,
    { schema: { params: ids('guild_id'), querystring: PAGE_QUERY } },
    async (request) => {
      const { id } = world.guilds.require(request.params.guild_id);
      return world.bans.list(id, request.query).map((ban) => world.views.records.ban(ban));
    },
  );

  app.put<{ Params: BanParams; Body: { delete_message_seconds?: number } }>(
    `${PATH}/:user_id`,
    { schema: { params, body: object({ delete_message_seconds: integer(0, MAX_DELETE_S) }) } },
    async (request, reply) => {
      const { guild_id, user_id } = request.params;
      const actor = guildOwner(world, guild_id, request);
      const deleteMessageSeconds = request.body.delete_message_seconds ?? 0;
      world.bans.create(guild_id, user_id, { reason: actor.reason, deleteMessageSeconds }, actor);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: BanParams }>(`${PATH}/:user_id`, { schema: { params } }, async (request, reply) => {
    const { guild_id, user_id } = request.params;
    world.bans.remove(guild_id, user_id, guildOwner(world, guild_id, request));
    return reply.code(NO_CONTENT).send();
  });
}
