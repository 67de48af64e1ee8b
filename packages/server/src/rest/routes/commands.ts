import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  assertNamesAreUnique,
  COMMAND_CREATE_BODY,
  COMMAND_EDIT_BODY,
  COMMAND_LIST_BODY,
  type CommandBody,
  type CommandListItem,
  commandInput,
  editedCommand,
  type NewCommandBody,
} from '../../http/command-body.ts';
import { ids, object, QUERY_BOOLEAN } from '../../http/schemas.ts';
import type { CommandScope } from '../../world/application-commands.ts';
import { commandView } from '../../world/command-view.ts';
import type { Snowflake } from '../../world/entities.ts';
import { DEFAULT_LOCALE, LOCALES } from '../../world/locales.ts';
import type { World } from '../../world/world.ts';
import { accessibleGuild, ownApplication } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface ScopeParams {
  application_id: Snowflake;
  guild_id?: Snowflake;
}
interface CommandParams extends ScopeParams {
  command_id: Snowflake;
}

const CREATED = 201;
const OK = 200;
const NO_CONTENT = 204;
const LIST_QUERY = object({ with_localizations: QUERY_BOOLEAN });

/** @see https://docs.discord.com/developers/interactions/application-commands#endpoints */
export function commandRoutes(app: FastifyInstance, parts: BotApiParts): void {
  scopeRoutes(app, parts, '/applications/:application_id/commands', ['application_id']);
  scopeRoutes(app, parts, '/applications/:application_id/guilds/:guild_id/commands', [
    'application_id',
    'guild_id',
  ]);
}

/** The same operations for global commands and for those of a guild. */
function scopeRoutes(
  app: FastifyInstance,
  { world }: BotApiParts,
  path: string,
  parameters: readonly string[],
): void {
  const params = ids(...parameters);
  const commandParams = ids(...parameters, 'command_id');

  app.get<{ Params: ScopeParams; Querystring: { with_localizations?: boolean } }>(
    path,
    { schema: { params, querystring: LIST_QUERY } },
    async (request) => {
      const scope = scopeOf(world, request);
      const locale = request.query.with_localizations === true ? undefined : localeOf(request);
      return Array.from(world.commands.of(scope).values(), (command) => commandView(command, locale));
    },
  );

  app.post<{ Params: ScopeParams; Body: NewCommandBody }>(
    path,
    { schema: { params, body: COMMAND_CREATE_BODY } },
    async (request, reply) => {
      const scope = scopeOf(world, request);
      const { command, isNew } = world.commands.put(scope, commandInput(request.body));
      return reply.code(isNew ? CREATED : OK).send(commandView(command));
    },
  );

  app.put<{ Params: ScopeParams; Body: CommandListItem[] }>(
    path,
    { schema: { params, body: COMMAND_LIST_BODY } },
    async (request) => {
      const scope = scopeOf(world, request);
      const items = request.body.map((body, index) => ({
        input: commandInput(body, [index]),
        ...(body.id === undefined ? {} : { id: body.id }),
      }));
      assertNamesAreUnique(items.map(({ input }) => input));
      return world.commands.overwrite(scope, items).map((command) => commandView(command));
    },
  );

  app.get<{ Params: CommandParams }>(
    `${path}/:command_id`,
    { schema: { params: commandParams } },
    async (request) => {
      const scope = scopeOf(world, request);
      return commandView(world.commands.require(scope, request.params.command_id));
    },
  );

  app.patch<{ Params: CommandParams; Body: CommandBody }>(
    `${path}/:command_id`,
    { schema: { params: commandParams, body: COMMAND_EDIT_BODY } },
    async (request) => {
      const scope = scopeOf(world, request);
      const old = world.commands.require(scope, request.params.command_id);
      return commandView(world.commands.edit(scope, old.id, editedCommand(old, request.body)));
    },
  );

  app.delete<{ Params: CommandParams }>(
    `${path}/:command_id`,
    { schema: { params: commandParams } },
    async (request, reply) => {
      world.commands.delete(scopeOf(world, request), request.params.command_id);
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** @throws RestError as ownApplication and accessibleGuild */
function scopeOf(world: World, request: FastifyRequest<{ Params: ScopeParams }>): CommandScope {
  const { application_id, guild_id } = request.params;
  const application = ownApplication(world, applicationOf(request), application_id);
  if (guild_id === undefined) return { applicationId: application.id, guildId: null };
  return { applicationId: application.id, guildId: accessibleGuild(world, application, guild_id).id };
}

/** @see https://docs.discord.com/developers/interactions/application-commands#retrieving-localized-commands */
function localeOf({ headers }: FastifyRequest): string {
  const asked = [headers['x-discord-locale'], ...(headers['accept-language'] ?? '').split(',')];
  const known = asked.map((value) => String(value).split(';', 1)[0]?.trim() ?? '');
  return known.find((locale) => LOCALES.includes(locale)) ?? DEFAULT_LOCALE;
}
