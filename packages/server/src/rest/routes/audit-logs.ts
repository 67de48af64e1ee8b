import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { ids, integer, limit, object, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { permittedGuild } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface AuditLogQuery {
  user_id?: Snowflake;
  target_id?: Snowflake;
  action_type?: number;
  before?: Snowflake;
  after?: Snowflake;
  limit: number;
}

const MAX_ENTRIES_PER_PAGE = 100;
const DEFAULT_ENTRIES_PER_PAGE = 50;
const MAX_ACTION = 1_000;

/** @see https://docs.discord.com/developers/resources/audit-log#get-guild-audit-log */
export function auditLogRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: { guild_id: Snowflake }; Querystring: AuditLogQuery }>(
    '/guilds/:guild_id/audit-logs',
    {
      schema: {
        params: ids('guild_id'),
        querystring: object({
          user_id: SNOWFLAKE,
          target_id: SNOWFLAKE,
          action_type: integer(0, MAX_ACTION),
          before: SNOWFLAKE,
          after: SNOWFLAKE,
          limit: limit(MAX_ENTRIES_PER_PAGE, DEFAULT_ENTRIES_PER_PAGE),
        }),
      },
    },
    async (request) => {
      const { guild_id } = request.params;
      permittedGuild(world, applicationOf(request), guild_id, Permission.VIEW_AUDIT_LOG);
      const { user_id, target_id, action_type, ...page } = request.query;
      const entries = world.auditLog.list(guild_id, {
        ...page,
        ...(user_id === undefined ? {} : { userId: user_id }),
        ...(target_id === undefined ? {} : { targetId: target_id }),
        ...(action_type === undefined ? {} : { action: action_type }),
      });
      return world.views.records.auditLog(guild_id, entries);
    },
  );
}
