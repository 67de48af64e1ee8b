import type { FastifyInstance } from 'fastify';
import { MESSAGE_UPLOADS } from '../../http/attachment-body.ts';
import {
  CREATE_FIELDS,
  FORWARD,
  MESSAGE_EDIT_BODY,
  type MessageCreateBody,
  type MessageEditBody,
  messageInput,
  messagePatch,
} from '../../http/message-body.ts';
import { MESSAGE_PAGE_QUERY, type MessagePageQuery, messageRange } from '../../http/message-page.ts';
import { uploadsOf } from '../../http/multipart-body.ts';
import { ids, object, SNOWFLAKE } from '../../http/schemas.ts';
import type { Message, Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface ChannelParams {
  channel_id: Snowflake;
}
interface MessageParams extends ChannelParams {
  message_id: Snowflake;
}

const CREATED = 201;
const NO_CONTENT = 204;

/** What is said, in the name of any simulated user who is in the guild or the DM. Nothing is hidden from the owner. */
export function ownerMessageRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.get<{ Params: ChannelParams; Querystring: MessagePageQuery }>(
    '/channels/:channel_id/messages',
    { schema: { params: ids('channel_id'), querystring: MESSAGE_PAGE_QUERY } },
    async (request) =>
      world.messages
        .list(request.params.channel_id, messageRange(request.query))
        .map((message) => world.views.message(message)),
  );

  app.post<{ Params: ChannelParams; Body: MessageCreateBody & { author_id: Snowflake } }>(
    '/channels/:channel_id/messages',
    {
      schema: {
        params: ids('channel_id'),
        body: object({ ...CREATE_FIELDS, author_id: SNOWFLAKE }, ['author_id']),
      },
      config: { uploads: MESSAGE_UPLOADS },
    },
    async (request, reply) => {
      const message = world.messages.create({
        ...messageInput(request.body, uploadsOf(request)),
        ...forwardedOf(world, request.params.channel_id, request.body),
        channelId: request.params.channel_id,
        authorId: request.body.author_id,
      });
      return reply.code(CREATED).send(world.views.message(message));
    },
  );

  app.patch<{ Params: MessageParams; Body: MessageEditBody }>(
    '/channels/:channel_id/messages/:message_id',
    {
      schema: { params: ids('channel_id', 'message_id'), body: MESSAGE_EDIT_BODY },
      config: { uploads: MESSAGE_UPLOADS },
    },
    async (request) => {
      const { channel_id, message_id } = request.params;
      const patch = messagePatch(request.body, uploadsOf(request));
      return world.views.message(world.messages.edit(channel_id, message_id, patch));
    },
  );

  app.delete<{ Params: MessageParams }>(
    '/channels/:channel_id/messages/:message_id',
    { schema: { params: ids('channel_id', 'message_id') } },
    async (request, reply) => {
      world.messages.delete(request.params.channel_id, request.params.message_id);
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** What the body forwards, when it does. Without a channel of its own, the message is of the same channel. */
function forwardedOf(
  world: World,
  channelId: Snowflake,
  { message_reference: reference }: MessageCreateBody,
): { readonly forwarded?: Message } {
  if (reference?.type !== FORWARD) return {};
  return { forwarded: world.messages.require(reference.channel_id ?? channelId, reference.message_id) };
}
