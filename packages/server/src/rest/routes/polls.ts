import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, integer, limit, object, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { messageOf, requirePermission, visibleTextChannel } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface PollParams {
  channel_id: Snowflake;
  message_id: Snowflake;
}

const MAX_VOTERS_PER_PAGE = 100;
const DEFAULT_VOTERS_PER_PAGE = 25;
const MAX_ANSWER_ID = 2 ** 31 - 1;
const PATH = '/channels/:channel_id/polls/:message_id';

/** @see https://docs.discord.com/developers/resources/poll */
export function pollRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{
    Params: PollParams & { answer_id: number };
    Querystring: { after?: Snowflake; limit: number };
  }>(
    `${PATH}/answers/:answer_id`,
    {
      schema: {
        params: object({
          channel_id: SNOWFLAKE,
          message_id: SNOWFLAKE,
          answer_id: integer(0, MAX_ANSWER_ID),
        }),
        querystring: object({
          after: SNOWFLAKE,
          limit: limit(MAX_VOTERS_PER_PAGE, DEFAULT_VOTERS_PER_PAGE),
        }),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const channel = visibleTextChannel(world, application, request.params.channel_id);
      requirePermission(world, application, channel, Permission.READ_MESSAGE_HISTORY);
      const { id } = messageOf(world, channel, request.params.message_id);
      const voters = world.polls.voters(channel.id, id, request.params.answer_id, request.query);
      return { users: voters.map((user) => world.views.user(user)) };
    },
  );

  app.post<{ Params: PollParams }>(
    `${PATH}/expire`,
    { schema: { params: ids('channel_id', 'message_id') } },
    async (request) => {
      const application = applicationOf(request);
      const channel = visibleTextChannel(world, application, request.params.channel_id);
      const message = messageOf(world, channel, request.params.message_id);
      if (message.author_id !== application.botUserId) throw RestError.of('NOT_YOUR_MESSAGE');
      return world.views.messageFor(application, world.polls.end(channel.id, message.id));
    },
  );
}
