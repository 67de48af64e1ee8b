import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { ids, list, object, oneOf } from '../../http/schemas.ts';
import type { Role, Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { guildOwner } from '../guild-owner.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface Params {
  application_id: Snowflake;
  guild_id: Snowflake;
}

const NAMES = Object.keys(Permission) as readonly (keyof typeof Permission)[];
const PATH = '/applications/:application_id/guilds/:guild_id/permissions';

/** What a bot may do in a guild: its managed role, which an invite with permissions makes. */
export function ownerBotPermissionRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const params = ids('application_id', 'guild_id');

  app.get<{ Params: Params }>(PATH, { schema: { params } }, async (request) => {
    const { application_id, guild_id } = request.params;
    return permissionsView(world, botOf(world, application_id, guild_id), guild_id);
  });

  app.put<{ Params: Params; Body: { permissions: (keyof typeof Permission)[] } }>(
    PATH,
    {
      schema: {
        params,
        body: object({ permissions: list(oneOf(...NAMES), NAMES.length) }, ['permissions']),
      },
    },
    async (request) => {
      const { application_id, guild_id } = request.params;
      const botId = botOf(world, application_id, guild_id);
      const owner = guildOwner(world, guild_id, request);
      const permissions = request.body.permissions.reduce((bits, name) => bits | Permission[name], 0n);
      const role = managedRole(world, botId, guild_id);
      if (role !== undefined) world.roles.update(role.id, { permissions }, owner);
      else {
        const { name } = world.applications.require(application_id);
        const made = world.roles.create(guild_id, { name, permissions, managed: true, botId }, owner);
        world.members.addRole(guild_id, botId, made.id, owner);
      }
      return permissionsView(world, botId, guild_id);
    },
  );
}

/** @throws WorldError UNKNOWN_APPLICATION, UNKNOWN_GUILD, UNKNOWN_MEMBER */
function botOf(world: World, applicationId: Snowflake, guildId: Snowflake): Snowflake {
  const { botUserId } = world.applications.require(applicationId);
  world.guilds.require(guildId);
  return world.members.require(guildId, botUserId).user_id;
}

function managedRole(world: World, botId: Snowflake, guildId: Snowflake): Role | undefined {
  return [...world.roles.ofGuild(guildId).values()].find(
    ({ managed, tags }) => managed && tags?.bot_id === botId,
  );
}

function permissionsView(world: World, botId: Snowflake, guildId: Snowflake): object {
  const role = managedRole(world, botId, guildId);
  return {
    role: role === undefined ? null : world.views.role(role),
    permissions: namesOf(BigInt(role?.permissions ?? 0)),
    effective: namesOf(world.access.guildPermissions(botId, guildId)),
    known: NAMES,
  };
}

function namesOf(bits: bigint): readonly string[] {
  return NAMES.filter((name) => (bits & Permission[name]) !== 0n);
}
