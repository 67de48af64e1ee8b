import type { FastifyInstance } from 'fastify';
import { ids } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { requirePermission, visibleChannel, visibleTextChannel } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { sendPermission } from '../message-checks.ts';

const NO_CONTENT = 204;

/** @see https://docs.discord.com/developers/resources/channel */
export function channelRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: { channel_id: Snowflake } }>(
    '/channels/:channel_id',
    { schema: { params: ids('channel_id') } },
    async (request) => {
      const application = applicationOf(request);
      const channel = visibleChannel(world, application, request.params.channel_id);
      return world.views.channel(channel, application.botUserId);
    },
  );

  app.post<{ Params: { channel_id: Snowflake } }>(
    '/channels/:channel_id/typing',
    { schema: { params: ids('channel_id') } },
    async (request, reply) => {
      const application = applicationOf(request);
      const channel = visibleTextChannel(world, application, request.params.channel_id);
      requirePermission(world, application, channel, sendPermission(channel));
      world.typing.start(channel.id, application.botUserId);
      return reply.code(NO_CONTENT).send();
    },
  );
}
