import type { FastifyInstance } from 'fastify';
import { ids, object, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface MessageParams {
  channel_id: Snowflake;
  message_id: Snowflake;
}

const NO_CONTENT = 204;

/** What is pinned, and by which simulated user. */
export function ownerPinRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.put<{ Params: MessageParams; Body: { user_id: Snowflake } }>(
    '/channels/:channel_id/pins/:message_id',
    {
      schema: {
        params: ids('channel_id', 'message_id'),
        body: object({ user_id: SNOWFLAKE }, ['user_id']),
      },
    },
    async (request, reply) => {
      const { channel_id, message_id } = request.params;
      const { id } = world.users.require(request.body.user_id);
      world.pins.pin(channel_id, message_id, id);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: MessageParams }>(
    '/channels/:channel_id/pins/:message_id',
    { schema: { params: ids('channel_id', 'message_id') } },
    async (request, reply) => {
      world.pins.unpin(request.params.channel_id, request.params.message_id);
      return reply.code(NO_CONTENT).send();
    },
  );
}
