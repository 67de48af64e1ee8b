import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, integer, nullableText, object, UNSERVED } from '../../http/schemas.ts';
import { LIMITED_INTENT_FLAGS } from '../../world/applications.ts';
import type { Application, PrivilegedIntent, Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { ownApplication } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface ApplicationParams {
  application_id: Snowflake;
}
interface ApplicationBody {
  description?: string | null;
  flags?: number | null;
}

const PATH = '/applications/:application_id';
const MAX_DESCRIPTION_CHARS = 400;
const MAX_FLAGS = 2 ** 31 - 1;
const LIMITED_INTENTS = Object.entries(LIMITED_INTENT_FLAGS) as [PrivilegedIntent, number][];
const LIMITED_INTENTS_MASK = LIMITED_INTENTS.reduce((mask, [, flag]) => mask | flag, 0);

const UNSERVED_FIELDS = Object.fromEntries(
  [
    'custom_install_url',
    'role_connections_verification_url',
    'install_params',
    'integration_types_config',
    'icon',
    'cover_image',
    'interactions_endpoint_url',
    'tags',
    'event_webhooks_url',
  ].map((name) => [name, UNSERVED]),
);

/** @see https://docs.discord.com/developers/resources/application */
export function applicationRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  for (const path of ['/applications/@me', '/oauth2/applications/@me']) {
    app.get(path, async (request) => world.views.application(applicationOf(request)));
  }

  app.get<{ Params: ApplicationParams }>(
    PATH,
    { schema: { params: ids('application_id') } },
    async (request) => {
      const { application_id } = request.params;
      return world.views.application(ownApplication(world, applicationOf(request), application_id));
    },
  );

  const body = object({
    description: nullableText(MAX_DESCRIPTION_CHARS),
    flags: { ...integer(0, MAX_FLAGS), type: ['integer', 'null'] },
    ...UNSERVED_FIELDS,
  });

  app.patch<{ Body: ApplicationBody }>('/applications/@me', { schema: { body } }, async (request) =>
    edit(world, applicationOf(request), request.body),
  );

  app.patch<{ Params: ApplicationParams; Body: ApplicationBody }>(
    PATH,
    { schema: { params: ids('application_id'), body } },
    async (request) => {
      const application = ownApplication(world, applicationOf(request), request.params.application_id);
      return edit(world, application, request.body);
    },
  );

  // Authorization info is about OAuth2 access tokens; Discord answers a valid bot token with 401 too.
  app.get('/oauth2/@me', { config: { auth: 'none' } }, async () => {
    throw RestError.of('UNAUTHORIZED');
  });
}

function edit(world: World, application: Application, { description, flags }: ApplicationBody): object {
  const intents = flags === undefined || flags === null ? null : intentsOf(world, application, flags);
  if (description !== undefined) {
    world.applications.update(application.id, { description: description ?? '' });
  }
  if (intents !== null) world.applications.setPrivilegedIntents(application.id, intents);
  return world.views.application(world.applications.require(application.id));
}

/** Only the limited intent flags may change; the others may be sent back as they are. */
function intentsOf(world: World, application: Application, flags: number): PrivilegedIntent[] {
  const changed = flags ^ world.applications.gatewayFlags(application);
  if ((changed & ~LIMITED_INTENTS_MASK) !== 0) {
    throw RestError.form({
      path: ['flags'],
      code: 'BASE_TYPE_CHOICES',
      message: 'Only the limited intent flags (1 << 13, 1 << 15, 1 << 19) can be changed.',
    });
  }
  return LIMITED_INTENTS.filter(([, flag]) => (flags & flag) !== 0).map(([intent]) => intent);
}
