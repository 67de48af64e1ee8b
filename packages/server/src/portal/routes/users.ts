import type { FastifyInstance } from 'fastify';
import { ids, nullableText, object, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { OwnerApiParts } from '../owner-api.ts';
import { PAGE_QUERY, type PageQuery, page } from '../pages.ts';

const MAX_NAME_CHARS = 32;
const CREATED = 201;

/** Simulated people, and the direct messages they open. */
export function ownerUserRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.get<{ Querystring: PageQuery }>('/users', { schema: { querystring: PAGE_QUERY } }, async (request) =>
    page(world.users.list(), request.query).map((user) => world.views.user(user)),
  );

  app.post<{ Body: { username: string; global_name?: string | null } }>(
    '/users',
    {
      schema: {
        body: object({ username: text(1, MAX_NAME_CHARS), global_name: nullableText(MAX_NAME_CHARS) }, [
          'username',
        ]),
      },
    },
    async (request, reply) => {
      const { username, global_name = null } = request.body;
      const user = world.users.create({ username, globalName: global_name });
      return reply.code(CREATED).send(world.views.user(user));
    },
  );

  app.post<{ Params: { user_id: Snowflake }; Body: { recipient_id: Snowflake } }>(
    '/users/:user_id/channels',
    {
      schema: { params: ids('user_id'), body: object({ recipient_id: SNOWFLAKE }, ['recipient_id']) },
    },
    async (request) => {
      const { user_id } = request.params;
      return world.views.channel(world.channels.openDm(user_id, request.body.recipient_id), user_id);
    },
  );
}
