import type { FastifyInstance } from 'fastify';
import { auditReason } from '../../http/audit-reason.ts';
import { ids, object, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { channelOwner } from '../guild-owner.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface MessageParams {
  channel_id: Snowflake;
  message_id: Snowflake;
}

const NO_CONTENT = 204;

/** What is pinned, and by which simulated user. */
export function ownerPinRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.get<{ Params: Pick<MessageParams, 'channel_id'> }>(
    '/channels/:channel_id/pins',
    { schema: { params: ids('channel_id') } },
    async (request) => {
      const { id } = world.channels.require(request.params.channel_id);
      return world.pins.list(id).map((message) => world.views.message(message));
    },
  );

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
      world.pins.pin(channel_id, message_id, id, { userId: id, reason: auditReason(request) });
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: MessageParams }>(
    '/channels/:channel_id/pins/:message_id',
    { schema: { params: ids('channel_id', 'message_id') } },
    async (request, reply) => {
      const { channel_id, message_id } = request.params;
      world.pins.unpin(channel_id, message_id, channelOwner(world, channel_id, request));
      return reply.code(NO_CONTENT).send();
    },
  );
}
