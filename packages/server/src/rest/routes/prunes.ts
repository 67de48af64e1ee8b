import { isSnowflake, Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, NULLABLE_BOOLEAN, nullableInteger, object } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { prunable, prune } from '../../world/prune.ts';
import { permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface GuildParams {
  guild_id: Snowflake;
}

const MAX_DAYS = 30;
const DEFAULT_DAYS = 7;
const MAX_ROLES = 100;
const PATH = '/guilds/:guild_id/prune';
const PERMISSIONS = Permission.MANAGE_GUILD | Permission.KICK_MEMBERS;
const FIELDS = { days: nullableInteger(1, MAX_DAYS), include_roles: {} };

/** @see https://docs.discord.com/developers/resources/guild#get-guild-prune-count */
export function pruneRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: GuildParams; Querystring: { days?: number | null; include_roles?: unknown } }>(
    PATH,
    { schema: { params: ids('guild_id'), querystring: object(FIELDS) } },
    async (request) => {
      const { guild_id } = request.params;
      permittedGuild(world, applicationOf(request), guild_id, PERMISSIONS);
      const { days, include_roles } = request.query;
      const options = { days: days ?? DEFAULT_DAYS, includeRoles: roleIds(include_roles) };
      return { pruned: prunable(world, guild_id, options).length };
    },
  );

  app.post<{
    Params: GuildParams;
    Body: { days?: number | null; compute_prune_count?: boolean | null; include_roles?: unknown };
  }>(
    PATH,
    {
      schema: {
        params: ids('guild_id'),
        body: object({ ...FIELDS, compute_prune_count: NULLABLE_BOOLEAN }),
      },
    },
    async (request) => {
      const { guild_id } = request.params;
      permittedGuild(world, applicationOf(request), guild_id, PERMISSIONS);
      const { days, compute_prune_count, include_roles } = request.body;
      const options = { days: days ?? DEFAULT_DAYS, includeRoles: roleIds(include_roles) };
      const pruned = prune(world, guild_id, options, actorOf(request));
      return { pruned: compute_prune_count === false ? null : pruned };
    },
  );
}

/** Ids in an array, a repeated key, or one text with commas between them. @throws RestError 50035 */
function roleIds(value: unknown): readonly Snowflake[] {
  const texts = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  const roles = texts.map(String).filter((text) => text !== '');
  const wrong = roles.find((text) => !isSnowflake(text));
  if (wrong !== undefined || roles.length > MAX_ROLES) {
    throw RestError.form({
      path: ['include_roles'],
      code: 'NUMBER_TYPE_COERCE',
      message: `Must be at most ${MAX_ROLES} snowflakes.`,
    });
  }
  return roles;
}
