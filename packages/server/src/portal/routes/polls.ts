import type { FastifyInstance } from 'fastify';
import { ids, integer, object, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface MessageParams {
  channel_id: Snowflake;
  message_id: Snowflake;
}
interface VoteParams extends MessageParams {
  answer_id: number;
  user_id: Snowflake;
}

const NO_CONTENT = 204;
const MAX_ANSWER_ID = 2 ** 31 - 1;
const VOTE_PATH = '/channels/:channel_id/polls/:message_id/answers/:answer_id/:user_id';
const VOTE_PARAMS = object({
  channel_id: SNOWFLAKE,
  message_id: SNOWFLAKE,
  answer_id: integer(0, MAX_ANSWER_ID),
  user_id: SNOWFLAKE,
});

/** Votes of simulated users, and the ends of polls. */
export function ownerPollRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.put<{ Params: VoteParams }>(VOTE_PATH, { schema: { params: VOTE_PARAMS } }, async (request, reply) => {
    const { channel_id, message_id, user_id, answer_id } = request.params;
    world.polls.vote(channel_id, message_id, user_id, answer_id);
    return reply.code(NO_CONTENT).send();
  });

  app.delete<{ Params: VoteParams }>(
    VOTE_PATH,
    { schema: { params: VOTE_PARAMS } },
    async (request, reply) => {
      const { channel_id, message_id, user_id, answer_id } = request.params;
      world.polls.unvote(channel_id, message_id, user_id, answer_id);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.post<{ Params: MessageParams }>(
    '/channels/:channel_id/polls/:message_id/expire',
    { schema: { params: ids('channel_id', 'message_id') } },
    async (request) =>
      world.views.message(world.polls.end(request.params.channel_id, request.params.message_id)),
  );
}
