import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { IMAGE_BODY_BYTES, IMAGE_DATA, imageHash } from '../../http/image-data.ts';
import {
  ids,
  integer,
  list,
  NULLABLE_BOOLEAN,
  NULLABLE_PERMISSIONS,
  nullableInteger,
  nullableObject,
  nullableText,
  object,
  SNOWFLAKE,
} from '../../http/schemas.ts';
import type { Application, Guild, Role, Snowflake } from '../../world/entities.ts';
import type { RolePatch } from '../../world/roles.ts';
import type { World } from '../../world/world.ts';
import { accessibleGuild, permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { requireGrantable, requireLowerMoves, requireLowerRole } from '../hierarchy.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface RoleParams extends GuildParams {
  role_id: Snowflake;
}
interface RoleBody {
  name?: string | null;
  permissions?: string | null;
  color?: number | null;
  colors?: Role['colors'] | null;
  hoist?: boolean | null;
  mentionable?: boolean | null;
  icon?: string | null;
  unicode_emoji?: string | null;
}

const MAX_NAME_CHARS = 100;
const MAX_COLOR = 0xff_ff_ff;
const MAX_POSITION = 2 ** 31 - 1;
const MAX_ROLES = 250;
const MAX_EMOJI_CHARS = 100;
const MAX_ICON_BYTES = 256 * 1_024;
const NO_CONTENT = 204;
const ICONS_FEATURE = 'ROLE_ICONS';
const DEFAULT_NAME = 'new role';
const PATH = '/guilds/:guild_id/roles';

const ROLE_BODY = object({
  name: nullableText(MAX_NAME_CHARS),
  permissions: NULLABLE_PERMISSIONS,
  color: nullableInteger(0, MAX_COLOR),
  colors: nullableObject(
    {
      primary_color: integer(0, MAX_COLOR),
      secondary_color: { ...nullableInteger(0, MAX_COLOR), default: null },
      tertiary_color: { ...nullableInteger(0, MAX_COLOR), default: null },
    },
    ['primary_color'],
  ),
  hoist: NULLABLE_BOOLEAN,
  mentionable: NULLABLE_BOOLEAN,
  icon: IMAGE_DATA,
  unicode_emoji: nullableText(MAX_EMOJI_CHARS),
});

/** @see https://docs.discord.com/developers/resources/guild#create-guild-role */
export function roleRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: GuildParams }>(
    `${PATH}/member-counts`,
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const guild = accessibleGuild(world, applicationOf(request), request.params.guild_id);
      const counts = new Map<Snowflake, number>();
      for (const id of world.roles.ofGuild(guild.id).keys()) if (id !== guild.id) counts.set(id, 0);
      for (const { roles } of world.members.ofGuild(guild.id).values()) {
        for (const id of roles) counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      return Object.fromEntries(counts);
    },
  );

  app.post<{ Params: GuildParams; Body: RoleBody }>(
    PATH,
    { schema: { params: ids('guild_id'), body: ROLE_BODY }, bodyLimit: IMAGE_BODY_BYTES },
    async (request) => {
      const application = applicationOf(request);
      const guild = permittedGuild(world, application, request.params.guild_id, Permission.MANAGE_ROLES);
      const patch = rolePatch(guild, request.body);
      if (patch.permissions !== undefined) {
        requireGrantable(world, application, guild.id, patch.permissions);
      }
      return world.views.role(world.roles.create(guild.id, patch, actorOf(request)));
    },
  );

  app.patch<{ Params: GuildParams; Body: { id: Snowflake; position?: number | null }[] }>(
    PATH,
    {
      schema: {
        params: ids('guild_id'),
        body: list(object({ id: SNOWFLAKE, position: nullableInteger(0, MAX_POSITION) }, ['id']), MAX_ROLES),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const guild = permittedGuild(world, application, request.params.guild_id, Permission.MANAGE_ROLES);
      const positions = new Map<Snowflake, number>();
      for (const { id, position } of request.body) {
        const role = roleOf(world, guild.id, id);
        if (typeof position === 'number' && position !== role.position) positions.set(id, position);
      }
      requireLowerMoves(world, application, guild.id, positions);
      world.roles.move(guild.id, positions, actorOf(request));
      return Array.from(world.roles.ofGuild(guild.id).values(), (role) => world.views.role(role));
    },
  );

  app.patch<{ Params: RoleParams; Body: RoleBody }>(
    `${PATH}/:role_id`,
    { schema: { params: ids('guild_id', 'role_id'), body: ROLE_BODY }, bodyLimit: IMAGE_BODY_BYTES },
    async (request) => {
      const application = applicationOf(request);
      const { guild, role } = managedRole(world, application, request.params);
      const patch = rolePatch(guild, request.body);
      if (patch.permissions !== undefined) {
        requireGrantable(world, application, guild.id, patch.permissions & ~BigInt(role.permissions));
      }
      return world.views.role(world.roles.update(role.id, patch, actorOf(request)));
    },
  );

  app.delete<{ Params: RoleParams }>(
    `${PATH}/:role_id`,
    { schema: { params: ids('guild_id', 'role_id') } },
    async (request, reply) => {
      const { guild, role } = managedRole(world, applicationOf(request), request.params);
      if (role.managed || role.id === guild.id) throw RestError.of('INVALID_ROLE');
      world.roles.delete(role.id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** A role below the bot's highest, in a guild whose roles it manages. */
function managedRole(
  world: World,
  application: Application,
  { guild_id, role_id }: RoleParams,
): { readonly guild: Guild; readonly role: Role } {
  const guild = permittedGuild(world, application, guild_id, Permission.MANAGE_ROLES);
  const role = roleOf(world, guild_id, role_id);
  requireLowerRole(world, application, role);
  return { guild, role };
}

/** @throws RestError 10011 when the guild has no such role */
function roleOf(world: World, guildId: Snowflake, roleId: Snowflake): Role {
  const role = world.roles.ofGuild(guildId).get(roleId);
  if (role === undefined) throw RestError.of('UNKNOWN_ROLE');
  return role;
}

/** Null stands for the default. */
function rolePatch(guild: Guild, body: RoleBody): RolePatch {
  const { name, permissions, color, colors, hoist, mentionable, icon, unicode_emoji } = body;
  const hasPicture = typeof icon === 'string' || (typeof unicode_emoji === 'string' && unicode_emoji !== '');
  if (hasPicture && !guild.features.includes(ICONS_FEATURE)) throw RestError.of('NEEDS_BOOSTS');
  const iconHash = imageHash(icon, { path: ['icon'], maxBytes: MAX_ICON_BYTES });
  return {
    ...(name === undefined ? {} : { name: name === null || name === '' ? DEFAULT_NAME : name }),
    ...(permissions === undefined ? {} : { permissions: BigInt(permissions ?? 0) }),
    ...(color === undefined ? {} : { color: color ?? 0 }),
    ...(colors === undefined || colors === null ? {} : { colors }),
    ...(hoist === undefined ? {} : { hoist: hoist ?? false }),
    ...(mentionable === undefined ? {} : { mentionable: mentionable ?? false }),
    ...(iconHash === undefined ? {} : { icon: iconHash }),
    ...(unicode_emoji === undefined ? {} : { unicodeEmoji: unicode_emoji === '' ? null : unicode_emoji }),
  };
}
