import type { FastifyInstance } from 'fastify';
import { PERMISSIONS_BODY, type PermissionsBody } from '../../http/command-permissions-body.ts';
import { ids, list, object, SNOWFLAKE, text } from '../../http/schemas.ts';
import { ACCESS_TOKEN_LIFE_MS } from '../../world/access-tokens.ts';
import { commandView } from '../../world/command-view.ts';
import type { Snowflake } from '../../world/entities.ts';
import { guildOwner } from '../guild-owner.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface ApplicationParams {
  application_id: Snowflake;
}
interface PermissionParams extends ApplicationParams {
  guild_id: Snowflake;
  command_id: Snowflake;
}

const MAX_SCOPES = 20;
const MAX_SCOPE_CHARS = 60;
const MS_PER_S = 1_000;
const CREATED = 201;

/** Commands that applications have registered, who may use them, and the tokens with which an application may say so. */
export function ownerCommandRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.get<{ Params: ApplicationParams; Querystring: { guild_id?: Snowflake } }>(
    '/applications/:application_id/commands',
    { schema: { params: ids('application_id'), querystring: object({ guild_id: SNOWFLAKE }) } },
    async (request) => {
      const { id: applicationId } = world.applications.require(request.params.application_id);
      const { guild_id } = request.query;
      const guildId = guild_id === undefined ? null : world.guilds.require(guild_id).id;
      return Array.from(world.commands.of({ applicationId, guildId }).values(), (command) =>
        commandView(command),
      );
    },
  );

  app.put<{ Params: PermissionParams; Body: PermissionsBody }>(
    '/applications/:application_id/guilds/:guild_id/commands/:command_id/permissions',
    { schema: { params: ids('application_id', 'guild_id', 'command_id'), body: PERMISSIONS_BODY } },
    async (request) => {
      const { application_id, guild_id, command_id } = request.params;
      const { permissions } = request.body;
      const actor = guildOwner(world, guild_id, request);
      return world.commandAccess.set(application_id, guild_id, command_id, permissions ?? [], actor);
    },
  );

  app.post<{ Params: ApplicationParams; Body: { user_id: Snowflake; scopes: string[] } }>(
    '/applications/:application_id/access-tokens',
    {
      schema: {
        params: ids('application_id'),
        body: object({ user_id: SNOWFLAKE, scopes: list(text(1, MAX_SCOPE_CHARS), MAX_SCOPES) }, [
          'user_id',
          'scopes',
        ]),
      },
    },
    async (request, reply) => {
      const { user_id, scopes } = request.body;
      const token = world.accessTokens.issue(request.params.application_id, user_id, scopes);
      return reply.code(CREATED).send({
        access_token: token,
        token_type: 'Bearer',
        expires_in: ACCESS_TOKEN_LIFE_MS / MS_PER_S,
        scope: scopes.join(' '),
      });
    },
  );
}
