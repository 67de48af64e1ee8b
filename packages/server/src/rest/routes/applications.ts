import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { integer, nullableText, object, UNSERVED } from '../../http/schemas.ts';
import { LIMITED_INTENT_FLAGS } from '../../world/applications.ts';
import type { Application, PrivilegedIntent } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

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

  app.patch<{ Body: { description?: string | null; flags?: number | null } }>(
    '/applications/@me',
    {
      schema: {
        body: object({
          description: nullableText(MAX_DESCRIPTION_CHARS),
          flags: { ...integer(0, MAX_FLAGS), type: ['integer', 'null'] },
          ...UNSERVED_FIELDS,
        }),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const { description, flags } = request.body;
      const intents = flags === undefined || flags === null ? null : intentsOf(world, application, flags);
      if (description !== undefined)
        world.applications.update(application.id, { description: description ?? '' });
      if (intents !== null) world.applications.setPrivilegedIntents(application.id, intents);
      return world.views.application(world.applications.require(application.id));
    },
  );

  // Authorization info is about OAuth2 access tokens; Discord answers a valid bot token with 401 too.
  app.get('/oauth2/@me', { config: { auth: 'none' } }, async () => {
    throw RestError.of('UNAUTHORIZED');
  });
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
