import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { auditReason } from '../../http/audit-reason.ts';
import { PERMISSIONS_BODY, type PermissionsBody } from '../../http/command-permissions-body.ts';
import { RestError } from '../../http/errors.ts';
import { ids } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { accessibleGuild, ownApplication } from '../access-checks.ts';
import { applicationOf, grantOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface GuildParams {
  application_id: Snowflake;
  guild_id: Snowflake;
}
interface CommandParams extends GuildParams {
  command_id: Snowflake;
}

const PATH = '/applications/:application_id/guilds/:guild_id/commands';
const SCOPE = 'applications.commands.permissions.update';
const NEEDED = Permission.MANAGE_GUILD | Permission.MANAGE_ROLES;

/** @see https://docs.discord.com/developers/interactions/application-commands#permissions */
export function commandPermissionRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  const params = ids('application_id', 'guild_id', 'command_id');

  app.get<{ Params: GuildParams }>(
    `${PATH}/permissions`,
    { schema: { params: ids('application_id', 'guild_id') } },
    async (request) => {
      const application = ownApplication(world, applicationOf(request), request.params.application_id);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      return world.commandAccess.ofApplication(application.id, guild.id);
    },
  );

  app.get<{ Params: CommandParams }>(
    `${PATH}/:command_id/permissions`,
    { schema: { params } },
    async (request) => {
      const application = ownApplication(world, applicationOf(request), request.params.application_id);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      const record = world.commandAccess.require(guild.id, request.params.command_id);
      if (record.application_id !== application.id) throw RestError.of('UNKNOWN_COMMAND_PERMISSIONS');
      return record;
    },
  );

  app.put<{ Params: CommandParams; Body: PermissionsBody }>(
    `${PATH}/:command_id/permissions`,
    { schema: { params, body: PERMISSIONS_BODY }, config: { auth: 'bearer' } },
    async (request) => {
      const { application_id, guild_id, command_id } = request.params;
      const { applicationId, userId, scopes } = grantOf(request);
      const application = ownApplication(world, world.applications.require(applicationId), application_id);
      const guild = accessibleGuild(world, application, guild_id);
      const held = world.access.guildPermissions(userId, guild.id);
      if (!scopes.includes(SCOPE) || (held & NEEDED) !== NEEDED) throw RestError.of('MISSING_PERMISSIONS');
      const { permissions } = request.body;
      const actor = { userId, reason: auditReason(request) };
      return world.commandAccess.set(application.id, guild.id, command_id, permissions ?? [], actor);
    },
  );
}
