import { Permission } from '@guildhall/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseEmoji } from '../../http/emoji-param.ts';
import { ids, limit, object, oneOf, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { messageOf, requirePermission, visibleTextChannel } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface MessageParams {
  channel_id: Snowflake;
  message_id: Snowflake;
}
interface EmojiParams extends MessageParams {
  emoji_name: string;
}

const MAX_USERS_PER_PAGE = 100;
const DEFAULT_USERS_PER_PAGE = 25;
const NORMAL_REACTION = 0;
const BURST_REACTION = 1;
const NO_CONTENT = 204;
const PATH = '/channels/:channel_id/messages/:message_id/reactions';

/** @see https://docs.discord.com/developers/resources/message#create-reaction */
export function reactionRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  const params = ids('channel_id', 'message_id');
  const limited = { rateLimit: 'reactions' } as const;

  /** The message, once the bot may read it and holds the permission. */
  function reactableMessage(request: FastifyRequest<{ Params: MessageParams }>, permission: bigint) {
    const application = applicationOf(request);
    const channel = visibleTextChannel(world, application, request.params.channel_id);
    requirePermission(world, application, channel, permission);
    const message = messageOf(world, channel, request.params.message_id);
    return { application, channel, message };
  }

  app.put<{ Params: EmojiParams }>(
    `${PATH}/:emoji_name/@me`,
    { schema: { params }, config: limited },
    async (request, reply) => {
      const { application, channel, message } = reactableMessage(request, Permission.READ_MESSAGE_HISTORY);
      const emoji = parseEmoji(request.params.emoji_name);
      const isNew = !message.reactions.some(({ emoji: known }) =>
        emoji.id === null ? known.id === null && known.name === emoji.name : known.id === emoji.id,
      );
      // Whoever may read may join a reaction; only a new one needs the permission.
      if (isNew) requirePermission(world, application, channel, Permission.ADD_REACTIONS);
      world.reactions.add(channel.id, message.id, application.botUserId, emoji);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: EmojiParams }>(
    `${PATH}/:emoji_name/@me`,
    { schema: { params }, config: limited },
    async (request, reply) => {
      const { application, channel, message } = reactableMessage(request, 0n);
      const emoji = parseEmoji(request.params.emoji_name);
      world.reactions.remove(channel.id, message.id, application.botUserId, emoji);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: EmojiParams & { user_id: Snowflake } }>(
    `${PATH}/:emoji_name/:user_id`,
    { schema: { params: ids('channel_id', 'message_id', 'user_id') }, config: limited },
    async (request, reply) => {
      const application = applicationOf(request);
      const { user_id, emoji_name } = request.params;
      const needed = user_id === application.botUserId ? 0n : Permission.MANAGE_MESSAGES;
      const { channel, message } = reactableMessage(request, needed);
      world.reactions.remove(channel.id, message.id, user_id, parseEmoji(emoji_name));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.get<{ Params: EmojiParams; Querystring: { type?: number; after?: Snowflake; limit: number } }>(
    `${PATH}/:emoji_name`,
    {
      schema: {
        params,
        querystring: object({
          type: oneOf(NORMAL_REACTION, BURST_REACTION),
          after: SNOWFLAKE,
          limit: limit(MAX_USERS_PER_PAGE, DEFAULT_USERS_PER_PAGE),
        }),
      },
    },
    async (request) => {
      const { channel, message } = reactableMessage(request, Permission.READ_MESSAGE_HISTORY);
      const emoji = parseEmoji(request.params.emoji_name);
      // Burst reactions cost a subscription that nobody here has.
      if (request.query.type === BURST_REACTION) return [];
      return world.reactions
        .users(channel.id, message.id, emoji, request.query)
        .map((user) => world.views.user(user));
    },
  );

  app.delete<{ Params: MessageParams }>(
    PATH,
    { schema: { params }, config: limited },
    async (request, reply) => {
      const { channel, message } = reactableMessage(request, Permission.MANAGE_MESSAGES);
      world.reactions.removeAll(channel.id, message.id);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: EmojiParams }>(
    `${PATH}/:emoji_name`,
    { schema: { params }, config: limited },
    async (request, reply) => {
      const { channel, message } = reactableMessage(request, Permission.MANAGE_MESSAGES);
      world.reactions.removeEmoji(channel.id, message.id, parseEmoji(request.params.emoji_name));
      return reply.code(NO_CONTENT).send();
    },
  );
}
