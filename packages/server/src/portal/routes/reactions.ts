import type { FastifyInstance } from 'fastify';
import { parseEmoji } from '../../http/emoji-param.ts';
import { ids, object, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface ReactionParams {
  channel_id: Snowflake;
  message_id: Snowflake;
  emoji_name: string;
  user_id: Snowflake;
}

const NO_CONTENT = 204;
const PATH = '/channels/:channel_id/messages/:message_id/reactions/:emoji_name/:user_id';

/** Reactions and typing of simulated users. */
export function ownerReactionRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const schema = { params: ids('channel_id', 'message_id', 'user_id') };

  app.put<{ Params: ReactionParams }>(PATH, { schema }, async (request, reply) => {
    const { channel_id, message_id, user_id, emoji_name } = request.params;
    world.reactions.add(channel_id, message_id, user_id, parseEmoji(emoji_name));
    return reply.code(NO_CONTENT).send();
  });

  app.delete<{ Params: ReactionParams }>(PATH, { schema }, async (request, reply) => {
    const { channel_id, message_id, user_id, emoji_name } = request.params;
    world.reactions.remove(channel_id, message_id, user_id, parseEmoji(emoji_name));
    return reply.code(NO_CONTENT).send();
  });

  app.post<{ Params: { channel_id: Snowflake }; Body: { user_id: Snowflake } }>(
    '/channels/:channel_id/typing',
    { schema: { params: ids('channel_id'), body: object({ user_id: SNOWFLAKE }, ['user_id']) } },
    async (request, reply) => {
      world.typing.start(request.params.channel_id, request.body.user_id);
      return reply.code(NO_CONTENT).send();
    },
  );
}
