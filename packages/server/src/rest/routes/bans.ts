import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, limit, list, nullableInteger, object, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { requireOutranked } from '../hierarchy.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface BanParams extends GuildParams {
  user_id: Snowflake;
}

const MAX_BANS_PER_PAGE = 1_000;
const MAX_BULK_BANS = 200;
const MAX_DELETE_S = 604_800;
const MAX_DELETE_DAYS = 7;
const S_PER_DAY = 86_400;
const NO_CONTENT = 204;
const PATH = '/guilds/:guild_id/bans';

/** @see https://docs.discord.com/developers/resources/guild#get-guild-bans */
export function banRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: GuildParams; Querystring: { before?: Snowflake; after?: Snowflake; limit: number } }>(
    PATH,
    {
      schema: {
        params: ids('guild_id'),
        querystring: object({
          before: SNOWFLAKE,
          after: SNOWFLAKE,
          limit: limit(MAX_BANS_PER_PAGE, MAX_BANS_PER_PAGE),
        }),
      },
    },
    async (request) => {
      const { guild_id } = request.params;
      permittedGuild(world, applicationOf(request), guild_id, Permission.BAN_MEMBERS);
      return world.bans.list(guild_id, request.query).map((ban) => world.views.records.ban(ban));
    },
  );

  app.get<{ Params: BanParams }>(
    `${PATH}/:user_id`,
    { schema: { params: ids('guild_id', 'user_id') } },
    async (request) => {
      const { guild_id, user_id } = request.params;
      permittedGuild(world, applicationOf(request), guild_id, Permission.BAN_MEMBERS);
      return world.views.records.ban(world.bans.require(guild_id, user_id));
    },
  );

  app.put<{
    Params: BanParams;
    Body: { delete_message_seconds?: number | null; delete_message_days?: number | null };
  }>(
    `${PATH}/:user_id`,
    {
      schema: {
        params: ids('guild_id', 'user_id'),
        body: object({
          delete_message_seconds: nullableInteger(0, MAX_DELETE_S),
          delete_message_days: nullableInteger(0, MAX_DELETE_DAYS),
        }),
      },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id, user_id } = request.params;
      permittedGuild(world, application, guild_id, Permission.BAN_MEMBERS);
      const user = world.users.require(user_id);
      if (world.members.get(guild_id, user.id) !== undefined) {
        requireOutranked(world, application, guild_id, user.id);
      }
      const { delete_message_seconds: seconds, delete_message_days: days } = request.body;
      const actor = actorOf(request);
      const deleteMessageSeconds = seconds ?? (days ?? 0) * S_PER_DAY;
      world.bans.create(guild_id, user.id, { reason: actor.reason, deleteMessageSeconds }, actor);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: BanParams }>(
    `${PATH}/:user_id`,
    { schema: { params: ids('guild_id', 'user_id') } },
    async (request, reply) => {
      const { guild_id, user_id } = request.params;
      permittedGuild(world, applicationOf(request), guild_id, Permission.BAN_MEMBERS);
      world.bans.remove(guild_id, user_id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.post<{ Params: GuildParams; Body: { user_ids: Snowflake[]; delete_message_seconds?: number | null } }>(
    '/guilds/:guild_id/bulk-ban',
    {
      schema: {
        params: ids('guild_id'),
        body: object(
          {
            user_ids: list(SNOWFLAKE, MAX_BULK_BANS),
            delete_message_seconds: nullableInteger(0, MAX_DELETE_S),
          },
          ['user_ids'],
        ),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const { guild_id } = request.params;
      permittedGuild(world, application, guild_id, Permission.BAN_MEMBERS | Permission.MANAGE_GUILD);
      const userIds = [...new Set(request.body.user_ids)];
      const mayBan = (userId: Snowflake) =>
        world.users.get(userId) !== undefined &&
        world.bans.get(guild_id, userId) === undefined &&
        (world.members.get(guild_id, userId) === undefined ||
          world.access.outranks(application.botUserId, userId, guild_id));
      const banned = userIds.filter(mayBan);
      if (banned.length === 0) throw RestError.of('FAILED_TO_BAN');
      const actor = actorOf(request);
      const deleteMessageSeconds = request.body.delete_message_seconds ?? 0;
      for (const userId of banned) {
        world.bans.create(guild_id, userId, { reason: actor.reason, deleteMessageSeconds }, actor);
      }
      return { banned_users: banned, failed_users: userIds.filter((id) => !banned.includes(id)) };
    },
  );
}
