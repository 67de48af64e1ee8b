import { PRIVILEGED_INTENTS } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { pick } from '../../http/pick.ts';
import { ids, list, object, oneOf, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { PrivilegedIntent, Snowflake } from '../../world/entities.ts';
import { ownersApplication } from '../application-view.ts';
import type { OwnerApiParts } from '../owner-api.ts';
import { PAGE_QUERY, type PageQuery, page } from '../pages.ts';

interface ApplicationParams {
  application_id: Snowflake;
}

const MAX_NAME_CHARS = 32;
const MAX_DESCRIPTION_CHARS = 400;
const CREATED = 201;
const NO_CONTENT = 204;
const PATH = '/applications/:application_id';

const INTENT_LIST = list(oneOf(...PRIVILEGED_INTENTS), PRIVILEGED_INTENTS.length);

/** Applications as their owner sees them, their tokens and privileged intents. */
export function ownerApplicationRoutes(app: FastifyInstance, { world, control }: OwnerApiParts): void {
  const params = ids('application_id');

  app.get<{ Querystring: PageQuery }>(
    '/applications',
    { schema: { querystring: PAGE_QUERY } },
    async (request) =>
      page(world.applications.list(), request.query).map((application) =>
        ownersApplication(world, application),
      ),
  );

  app.post<{
    Body: {
      name: string;
      description?: string;
      owner_id?: Snowflake;
      botUsername?: string;
      privilegedIntents?: PrivilegedIntent[];
    };
  }>(
    '/applications',
    {
      schema: {
        body: object(
          {
            name: text(1, MAX_NAME_CHARS),
            description: text(0, MAX_DESCRIPTION_CHARS),
            owner_id: SNOWFLAKE,
            botUsername: text(1, MAX_NAME_CHARS),
            privilegedIntents: INTENT_LIST,
          },
          ['name'],
        ),
      },
    },
    async (request, reply) => {
      const { owner_id } = request.body;
      const { application, token } = world.applications.create({
        ...pick(request.body, ['name', 'description', 'botUsername', 'privilegedIntents']),
        ...(owner_id === undefined ? {} : { ownerId: owner_id }),
      });
      return reply.code(CREATED).send({ application: ownersApplication(world, application), token });
    },
  );

  app.get<{ Params: ApplicationParams }>(PATH, { schema: { params } }, async (request) =>
    ownersApplication(world, world.applications.require(request.params.application_id)),
  );

  app.patch<{ Params: ApplicationParams; Body: { name?: string; description?: string } }>(
    PATH,
    {
      schema: {
        params,
        body: object({ name: text(1, MAX_NAME_CHARS), description: text(0, MAX_DESCRIPTION_CHARS) }),
      },
    },
    async (request) => {
      const patch = pick(request.body, ['name', 'description']);
      return ownersApplication(world, world.applications.update(request.params.application_id, patch));
    },
  );

  app.delete<{ Params: ApplicationParams }>(PATH, { schema: { params } }, async (request, reply) => {
    world.applications.delete(request.params.application_id);
    return reply.code(NO_CONTENT).send();
  });

  function setIntents(
    applicationId: Snowflake,
    choose: (now: readonly PrivilegedIntent[]) => PrivilegedIntent[],
  ) {
    const before = world.applications.require(applicationId).privilegedIntents;
    const after = choose(before);
    const revokes = before.some((intent) => !after.includes(intent));
    const sessionsClosed = revokes ? control.sessions(applicationId).length : 0;
    const application = world.applications.setPrivilegedIntents(applicationId, after);
    return { application: ownersApplication(world, application), sessionsClosed };
  }

  app.put<{ Params: ApplicationParams; Body: { privilegedIntents: PrivilegedIntent[] } }>(
    `${PATH}/intents`,
    { schema: { params, body: object({ privilegedIntents: INTENT_LIST }, ['privilegedIntents']) } },
    async (request) => setIntents(request.params.application_id, () => request.body.privilegedIntents),
  );

  app.patch<{ Params: ApplicationParams; Body: Partial<Record<PrivilegedIntent, boolean>> }>(
    `${PATH}/intents`,
    {
      schema: {
        params,
        body: object(Object.fromEntries(PRIVILEGED_INTENTS.map((intent) => [intent, { type: 'boolean' }]))),
      },
    },
    async (request) =>
      setIntents(request.params.application_id, (now) =>
        PRIVILEGED_INTENTS.filter((intent) => request.body[intent] ?? now.includes(intent)),
      ),
  );

  app.post<{ Params: ApplicationParams }>(`${PATH}/token`, { schema: { params } }, async (request) => {
    const { application_id } = request.params;
    const sessionsClosed = control.sessions(application_id).length;
    const { token } = world.applications.resetToken(application_id);
    return { token, sessionsClosed };
  });

  app.get<{ Params: ApplicationParams }>(`${PATH}/gateway`, { schema: { params } }, async (request) => {
    const { id } = world.applications.require(request.params.application_id);
    return { shards: control.recommendedShards(id), session_start_limit: control.sessionStartLimit(id) };
  });
}
