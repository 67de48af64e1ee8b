import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { pick } from '../../http/pick.ts';
import { ids, integer, list, object, PERMISSIONS, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { RolePatch } from '../../world/roles.ts';
import type { World } from '../../world/world.ts';
import { guildOwner } from '../guild-owner.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface RoleBody {
  name?: string;
  permissions?: string;
  color?: number;
  hoist?: boolean;
  mentionable?: boolean;
  position?: number;
}
interface GuildParams {
  guild_id: Snowflake;
}
interface RoleParams extends GuildParams {
  role_id: Snowflake;
}

const MAX_NAME_CHARS = 100;
const MAX_COLOR = 0xff_ff_ff;
const MAX_POSITION = 250;
const MAX_ROLES = 250;
const CREATED = 201;
const NO_CONTENT = 204;

const ROLE_BODY = object({
  name: text(1, MAX_NAME_CHARS),
  permissions: PERMISSIONS,
  color: integer(0, MAX_COLOR),
  hoist: { type: 'boolean' },
  mentionable: { type: 'boolean' },
  position: integer(1, MAX_POSITION),
});

const ROLE_MOVES = list(
  object({ id: SNOWFLAKE, position: integer(1, MAX_POSITION) }, ['id', 'position']),
  MAX_ROLES,
);

export function ownerRoleRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.get<{ Params: GuildParams }>(
    '/guilds/:guild_id/roles',
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const { id } = world.guilds.require(request.params.guild_id);
      return Array.from(world.roles.ofGuild(id).values(), (role) => world.views.role(role));
    },
  );

  app.post<{ Params: GuildParams; Body: RoleBody }>(
    '/guilds/:guild_id/roles',
    { schema: { params: ids('guild_id'), body: ROLE_BODY } },
    async (request, reply) => {
      const { guild_id } = request.params;
      const owner = guildOwner(world, guild_id, request);
      const role = world.roles.create(guild_id, rolePatch(request.body), owner);
      return reply.code(CREATED).send(world.views.role(role));
    },
  );

  app.patch<{ Params: GuildParams; Body: { id: Snowflake; position: number }[] }>(
    '/guilds/:guild_id/roles',
    { schema: { params: ids('guild_id'), body: ROLE_MOVES } },
    async (request) => {
      const { guild_id } = request.params;
      const owner = guildOwner(world, guild_id, request);
      world.roles.move(guild_id, new Map(request.body.map(({ id, position }) => [id, position])), owner);
      return Array.from(world.roles.ofGuild(guild_id).values(), (role) => world.views.role(role));
    },
  );

  app.patch<{ Params: RoleParams; Body: RoleBody }>(
    '/guilds/:guild_id/roles/:role_id',
    { schema: { params: ids('guild_id', 'role_id'), body: ROLE_BODY } },
    async (request) => {
      const roleId = requireRole(world, request.params);
      const owner = guildOwner(world, request.params.guild_id, request);
      return world.views.role(world.roles.update(roleId, rolePatch(request.body), owner));
    },
  );

  app.delete<{ Params: RoleParams }>(
    '/guilds/:guild_id/roles/:role_id',
    { schema: { params: ids('guild_id', 'role_id') } },
    async (request, reply) => {
      const roleId = requireRole(world, request.params);
      world.roles.delete(roleId, guildOwner(world, request.params.guild_id, request));
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** @throws RestError 10011 when the role is not one of the guild in the path */
function requireRole(world: World, { guild_id, role_id }: RoleParams): Snowflake {
  if (!world.roles.ofGuild(guild_id).has(role_id)) throw RestError.of('UNKNOWN_ROLE');
  return role_id;
}

function rolePatch(body: RoleBody): RolePatch {
  return {
    ...pick(body, ['name', 'color', 'hoist', 'mentionable', 'position']),
    ...(body.permissions === undefined ? {} : { permissions: BigInt(body.permissions) }),
  };
}
