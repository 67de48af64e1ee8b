import type { FastifyInstance } from 'fastify';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

/** @see https://docs.discord.com/developers/events/gateway#get-gateway */
export function gatewayRoutes(app: FastifyInstance, { control, gatewayUrl }: BotApiParts): void {
  app.get('/gateway', { config: { auth: 'none' } }, async (request) => ({ url: gatewayUrl(request) }));

  app.get('/gateway/bot', async (request) => {
    const { id } = applicationOf(request);
    return {
      url: gatewayUrl(request),
      shards: control.recommendedShards(id),
      session_start_limit: control.sessionStartLimit(id),
    };
  });
}
