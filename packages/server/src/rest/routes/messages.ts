import { Permission, snowflakeTimeMs } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { MESSAGE_UPLOADS } from '../../http/attachment-body.ts';
import { RestError } from '../../http/errors.ts';
import {
  BULK_DELETE_BODY,
  MESSAGE_CREATE_BODY,
  MESSAGE_EDIT_BODY,
  type MessageCreateBody,
  type MessageEditBody,
  messageInput,
  messagePatch,
} from '../../http/message-body.ts';
import { MESSAGE_PAGE_QUERY, type MessagePageQuery, messageRange } from '../../http/message-page.ts';
import { uploadsOf } from '../../http/multipart-body.ts';
import { ids } from '../../http/schemas.ts';
import { isDm } from '../../world/channel-kinds.ts';
import { crosspost } from '../../world/crossposts.ts';
import type { Application, Channel, Message, Snowflake } from '../../world/entities.ts';
import { IS_COMPONENTS_V2 } from '../../world/message-flags.ts';
import { isWritten } from '../../world/message-types.ts';
import type { World } from '../../world/world.ts';
import { mayDo, messageOf, requirePermission, visibleTextChannel } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import {
  assertMayWrite,
  assertNotLocked,
  assertReplyIsPossible,
  forwardedMessage,
  neededFor,
  writableChannel,
} from '../message-checks.ts';

interface ChannelParams {
  channel_id: Snowflake;
}
interface MessageParams extends ChannelParams {
  message_id: Snowflake;
}

const MIN_BULK_MESSAGES = 2;
const MAX_BULK_MESSAGES = 100;
const MAX_BULK_AGE_MS = 14 * 24 * 60 * 60 * 1_000;
const NO_CONTENT = 204;

/** @see https://docs.discord.com/developers/resources/message */
export function messageRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: ChannelParams; Querystring: MessagePageQuery }>(
    '/channels/:channel_id/messages',
    { schema: { params: ids('channel_id'), querystring: MESSAGE_PAGE_QUERY } },
    async (request) => {
      const application = applicationOf(request);
      const channel = visibleTextChannel(world, application, request.params.channel_id);
      const range = messageRange(request.query);
      if (!mayDo(world, application, channel, Permission.READ_MESSAGE_HISTORY)) return [];
      return world.messages
        .list(channel.id, range)
        .map((message) => world.views.messageFor(application, message));
    },
  );

  app.get<{ Params: MessageParams }>(
    '/channels/:channel_id/messages/:message_id',
    { schema: { params: ids('channel_id', 'message_id') } },
    async (request) => {
      const application = applicationOf(request);
      const channel = visibleTextChannel(world, application, request.params.channel_id);
      requirePermission(world, application, channel, Permission.READ_MESSAGE_HISTORY);
      return world.views.messageFor(application, messageOf(world, channel, request.params.message_id));
    },
  );

  app.post<{ Params: ChannelParams; Body: MessageCreateBody }>(
    '/channels/:channel_id/messages',
    {
      schema: { params: ids('channel_id'), body: MESSAGE_CREATE_BODY },
      config: { rateLimit: 'message-create', uploads: MESSAGE_UPLOADS },
    },
    async (request) => {
      const application = applicationOf(request);
      const uploads = uploadsOf(request);
      const channel = writableChannel(world, application, request.params.channel_id);
      assertMayWrite(world, application, channel, request.body, uploads);
      assertReplyIsPossible(world, application, channel, request.body);
      const forwarded = forwardedMessage(world, application, request.body);
      const message = world.messages.create({
        ...messageInput(request.body, uploads),
        ...(forwarded === undefined ? {} : { forwarded }),
        channelId: channel.id,
        authorId: application.botUserId,
      });
      return world.views.messageFor(application, message);
    },
  );

  app.patch<{ Params: MessageParams; Body: MessageEditBody }>(
    '/channels/:channel_id/messages/:message_id',
    {
      schema: { params: ids('channel_id', 'message_id'), body: MESSAGE_EDIT_BODY },
      config: { uploads: MESSAGE_UPLOADS },
    },
    async (request) => {
      const application = applicationOf(request);
      const channel = visibleTextChannel(world, application, request.params.channel_id);
      const message = messageOf(world, channel, request.params.message_id);
      const uploads = uploadsOf(request);
      assertNotLocked(world, application, channel);
      if (message.author_id !== application.botUserId) {
        assertOthersMessageEdit(world, application, channel, request.body);
      } else if (!isWritten(message.type)) {
        throw RestError.of('SYSTEM_MESSAGE');
      }
      requirePermission(world, application, channel, neededFor({}, uploads));
      const isV2 = (message.flags & IS_COMPONENTS_V2) !== 0;
      const edited = world.messages.edit(channel.id, message.id, messagePatch(request.body, uploads, isV2));
      return world.views.messageFor(application, edited);
    },
  );

  app.delete<{ Params: MessageParams }>(
    '/channels/:channel_id/messages/:message_id',
    { schema: { params: ids('channel_id', 'message_id') } },
    async (request, reply) => {
      const application = applicationOf(request);
      const channel = visibleTextChannel(world, application, request.params.channel_id);
      const message = messageOf(world, channel, request.params.message_id);
      assertDeletable(world, application, channel, message);
      world.messages.delete(channel.id, message.id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.post<{ Params: MessageParams }>(
    '/channels/:channel_id/messages/:message_id/crosspost',
    { schema: { params: ids('channel_id', 'message_id') } },
    async (request) => {
      const application = applicationOf(request);
      const channel = visibleTextChannel(world, application, request.params.channel_id);
      const message = messageOf(world, channel, request.params.message_id);
      const isOwn = message.author_id === application.botUserId;
      const needed = isOwn ? Permission.SEND_MESSAGES : Permission.MANAGE_MESSAGES;
      requirePermission(world, application, channel, needed);
      return world.views.messageFor(application, crosspost(world, channel.id, message.id));
    },
  );

  app.post<{ Params: ChannelParams; Body: { messages: Snowflake[] } }>(
    '/channels/:channel_id/messages/bulk-delete',
    { schema: { params: ids('channel_id'), body: BULK_DELETE_BODY } },
    async (request, reply) => {
      const application = applicationOf(request);
      const channel = visibleTextChannel(world, application, request.params.channel_id);
      if (isDm(channel)) throw RestError.of('NOT_IN_A_DM');
      requirePermission(world, application, channel, Permission.MANAGE_MESSAGES);
      assertBulkDeletable(request.body.messages, world.now());
      world.messages.bulkDelete(channel.id, request.body.messages, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** Of other people's messages only the flags may change, by those who manage messages. */
function assertOthersMessageEdit(
  world: World,
  application: Application,
  channel: Channel,
  body: MessageEditBody,
): void {
  const { flags, ...others } = body;
  const isFlagsOnly = flags !== undefined && Object.values(others).every((part) => part === undefined);
  if (!isFlagsOnly || isDm(channel)) throw RestError.of('NOT_YOUR_MESSAGE');
  requirePermission(world, application, channel, Permission.MANAGE_MESSAGES);
}

function assertDeletable(world: World, application: Application, channel: Channel, message: Message): void {
  if (message.author_id === application.botUserId) return;
  if (isDm(channel)) throw RestError.of('NOT_IN_A_DM');
  requirePermission(world, application, channel, Permission.MANAGE_MESSAGES);
}

function assertBulkDeletable(messageIds: readonly Snowflake[], nowMs: number): void {
  if (messageIds.length < MIN_BULK_MESSAGES || messageIds.length > MAX_BULK_MESSAGES) {
    throw RestError.of('BULK_DELETE_COUNT');
  }
  if (new Set(messageIds).size !== messageIds.length) {
    throw RestError.form({
      path: ['messages'],
      code: 'SET_TYPE_ALREADY_CONTAINS_VALUE',
      message: 'The set already contains this value',
    });
  }
  if (messageIds.some((id) => snowflakeTimeMs(id) < nowMs - MAX_BULK_AGE_MS)) {
    throw RestError.of('BULK_DELETE_TOO_OLD');
  }
}
