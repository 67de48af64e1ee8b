import type { FastifyInstance } from 'fastify';
import { MESSAGE_UPLOADS } from '../../http/attachment-body.ts';
import { CALLBACK_BODY, type CallbackBody, interactionCallback } from '../../http/interaction-body.ts';
import { uploadsOf } from '../../http/multipart-body.ts';
import { object, QUERY_BOOLEAN, SNOWFLAKE, text } from '../../http/schemas.ts';
import { callbackView } from '../../world/callback-view.ts';
import type { Snowflake } from '../../world/entities.ts';
import { IS_COMPONENTS_V2 } from '../../world/message-flags.ts';
import type { BotApiParts } from '../bot-api.ts';

const NO_CONTENT = 204;
const MAX_TOKEN_CHARS = 200;

/** @see https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response */
export function interactionRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.post<{
    Params: { interaction_id: Snowflake; interaction_token: string };
    Querystring: { with_response?: boolean };
    Body: CallbackBody;
  }>(
    '/interactions/:interaction_id/:interaction_token/callback',
    {
      schema: {
        params: object({ interaction_id: SNOWFLAKE, interaction_token: text(1, MAX_TOKEN_CHARS) }),
        querystring: object({ with_response: QUERY_BOOLEAN }),
        body: CALLBACK_BODY,
      },
      config: { auth: 'none', uploads: MESSAGE_UPLOADS },
    },
    async (request, reply) => {
      const { interaction_id, interaction_token } = request.params;
      const { interactions } = world;
      const pending = interactions.requirePending(interaction_id, interaction_token);
      const wasV2 = ((interactions.source(pending)?.flags ?? 0) & IS_COMPONENTS_V2) !== 0;
      const allowed = interactions.callbackTypes(pending);
      const callback = interactionCallback(request.body, pending, allowed, uploadsOf(request), wasV2);
      const answered = interactions.respond(pending.id, pending.token, callback);
      if (request.query.with_response !== true) return reply.code(NO_CONTENT).send();
      return callbackView(world, answered);
    },
  );
}
