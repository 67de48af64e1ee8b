import type { FastifyInstance } from 'fastify';
import { ids } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { OwnerApiParts } from '../owner-api.ts';

const NO_CONTENT = 204;

/** Simulated users are interested in what a guild has planned. */
export function ownerScheduledEventRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  for (const [method, interested] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route<{ Params: { guild_id: Snowflake; event_id: Snowflake; user_id: Snowflake } }>({
      method,
      url: '/guilds/:guild_id/scheduled-events/:event_id/users/:user_id',
      schema: { params: ids('guild_id', 'event_id', 'user_id') },
      handler: async (request, reply) => {
        const { guild_id, event_id, user_id } = request.params;
        world.scheduledEvents.setInterested(guild_id, event_id, user_id, interested);
        return reply.code(NO_CONTENT).send();
      },
    });
  }
}
