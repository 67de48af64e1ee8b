import { Permission } from '@guildhall/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ids, limit, object } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { mayDo, messageOf, requirePermission, visibleTextChannel } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { assertNotLocked } from '../message-checks.ts';

interface ChannelParams {
  channel_id: Snowflake;
}
interface MessageParams extends ChannelParams {
  message_id: Snowflake;
}

const MAX_PINS_PER_PAGE = 50;
const NO_CONTENT = 204;
/** Libraries call the old one, too. */
const PATHS = ['/channels/:channel_id/messages/pins', '/channels/:channel_id/pins'] as const;
const [PATH, OLD_PATH] = PATHS;

/** @see https://docs.discord.com/developers/resources/message#get-channel-pins */
export function pinRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  /** The channel's pinned messages, the last pinned first; none for those who do not read its history. */
  function pinsFor(request: FastifyRequest<{ Params: ChannelParams }>) {
    const application = applicationOf(request);
    const channel = visibleTextChannel(world, application, request.params.channel_id);
    const isReader = mayDo(world, application, channel, Permission.READ_MESSAGE_HISTORY);
    return {
      pins: isReader ? world.pins.list(channel.id) : [],
      view: (message: Parameters<typeof world.views.messageFor>[1]) =>
        world.views.messageFor(application, message),
    };
  }

  app.get<{ Params: ChannelParams; Querystring: { before?: string; limit: number } }>(
    PATH,
    {
      schema: {
        params: ids('channel_id'),
        querystring: object({
          before: { type: 'string', format: 'date-time' },
          limit: limit(MAX_PINS_PER_PAGE, MAX_PINS_PER_PAGE),
        }),
      },
    },
    async (request) => {
      const { pins, view } = pinsFor(request);
      const { before, limit: pageSize } = request.query;
      const beforeMs = before === undefined ? Number.POSITIVE_INFINITY : Date.parse(before);
      const older = pins.filter(({ pinned_at }) => Date.parse(pinned_at ?? '') < beforeMs);
      return {
        items: older
          .slice(0, pageSize)
          .map((message) => ({ pinned_at: message.pinned_at, message: view(message) })),
        has_more: older.length > pageSize,
      };
    },
  );

  app.get<{ Params: ChannelParams }>(OLD_PATH, { schema: { params: ids('channel_id') } }, async (request) => {
    const { pins, view } = pinsFor(request);
    return pins.slice(0, MAX_PINS_PER_PAGE).map(view);
  });

  for (const path of PATHS) {
    for (const method of ['PUT', 'DELETE'] as const) {
      app.route<{ Params: MessageParams }>({
        method,
        url: `${path}/:message_id`,
        schema: { params: ids('channel_id', 'message_id') },
        handler: async (request, reply) => {
          const application = applicationOf(request);
          const channel = visibleTextChannel(world, application, request.params.channel_id);
          requirePermission(world, application, channel, Permission.PIN_MESSAGES);
          assertNotLocked(world, application, channel);
          const { id } = messageOf(world, channel, request.params.message_id);
          if (method === 'PUT') world.pins.pin(channel.id, id, application.botUserId, actorOf(request));
          else world.pins.unpin(channel.id, id, actorOf(request));
          return reply.code(NO_CONTENT).send();
        },
      });
    }
  }
}
