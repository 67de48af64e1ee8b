import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { MESSAGE_UPLOADS } from '../../http/attachment-body.ts';
import { RestError } from '../../http/errors.ts';
import { messageInput } from '../../http/message-body.ts';
import { type Upload, uploadsOf } from '../../http/multipart-body.ts';
import { ids, object } from '../../http/schemas.ts';
import {
  THREAD_FROM_MESSAGE_BODY,
  THREAD_START_FIELDS,
  type ThreadBody,
  type ThreadEditBody,
  type ThreadStartBody,
  threadInput,
  threadPatch,
} from '../../http/thread-body.ts';
import type { Actor } from '../../world/actor.ts';
import { isThreadOnly, PRIVATE_THREAD_TYPE } from '../../world/channel-kinds.ts';
import type { Application, Channel, Snowflake, Thread } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { messageOf, requirePermission, visibleChannel } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { neededFor } from '../message-checks.ts';
import { assertMayEdit } from '../thread-checks.ts';

interface ChannelParams {
  channel_id: Snowflake;
}

const CREATED = 201;

/** @see https://docs.discord.com/developers/resources/channel#start-thread-from-message */
export function threadRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.post<{ Params: ChannelParams & { message_id: Snowflake }; Body: ThreadBody }>(
    '/channels/:channel_id/messages/:message_id/threads',
    { schema: { params: ids('channel_id', 'message_id'), body: THREAD_FROM_MESSAGE_BODY } },
    async (request, reply) => {
      const application = applicationOf(request);
      const channel = visibleChannel(world, application, request.params.channel_id);
      requirePermission(world, application, channel, Permission.CREATE_PUBLIC_THREADS);
      if (isThreadOnly(channel)) throw RestError.of('WRONG_CHANNEL_TYPE');
      const message = messageOf(world, channel, request.params.message_id);
      const input = {
        ...threadInput(request.body),
        parentId: channel.id,
        ownerId: application.botUserId,
      };
      const thread = world.threads.createFromMessage(message.id, input, actorOf(request));
      return reply.code(CREATED).send(world.views.channel(thread, application.botUserId));
    },
  );

  app.post<{ Params: ChannelParams; Body: ThreadStartBody }>(
    '/channels/:channel_id/threads',
    {
      schema: { params: ids('channel_id'), body: object(THREAD_START_FIELDS, ['name']) },
      config: { uploads: MESSAGE_UPLOADS },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const channel = visibleChannel(world, application, request.params.channel_id);
      const view = isThreadOnly(channel)
        ? startPost(world, actorOf(request), application, channel, request.body, uploadsOf(request))
        : startThread(world, actorOf(request), application, channel, request.body);
      return reply.code(CREATED).send(view);
    },
  );
}

/** @throws RestError as assertMayEdit; WorldError as Threads.update */
export function editThread(
  world: World,
  actor: Actor,
  application: Application,
  thread: Thread,
  body: ThreadEditBody,
): object {
  const patch = threadPatch(body);
  assertMayEdit(world, application, thread, patch);
  const edited = world.threads.update(thread.id, patch, application.botUserId, actor);
  return world.views.channel(edited, application.botUserId);
}

/** @throws RestError 50013 */
export function deleteThread(world: World, actor: Actor, application: Application, thread: Thread): object {
  requirePermission(world, application, thread, Permission.MANAGE_THREADS);
  const view = world.views.channel(thread, application.botUserId);
  world.threads.delete(thread.id, actor);
  return view;
}

function startThread(
  world: World,
  actor: Actor,
  application: Application,
  channel: Channel,
  body: ThreadStartBody,
): object {
  const isPrivate = (body.type ?? PRIVATE_THREAD_TYPE) === PRIVATE_THREAD_TYPE;
  const needed = isPrivate ? Permission.CREATE_PRIVATE_THREADS : Permission.CREATE_PUBLIC_THREADS;
  requirePermission(world, application, channel, needed);
  const input = { ...threadInput(body), parentId: channel.id, ownerId: application.botUserId };
  const thread = world.threads.create(input, actor);
  return world.views.channel(thread, application.botUserId);
}

function startPost(
  world: World,
  actor: Actor,
  application: Application,
  channel: Channel,
  body: ThreadStartBody,
  uploads: readonly Upload[],
): object {
  const { message: messageBody } = body;
  if (messageBody === undefined) {
    throw RestError.form({
      path: ['message'],
      code: 'BASE_TYPE_REQUIRED',
      message: 'This field is required',
    });
  }
  const needed = Permission.SEND_MESSAGES | neededFor(messageBody, uploads);
  requirePermission(world, application, channel, needed);
  const { type: _type, invitable: _invitable, ...input } = threadInput(body);
  const post = {
    ...input,
    parentId: channel.id,
    ownerId: application.botUserId,
    message: messageInput(messageBody, uploads),
    appliedTags: body.applied_tags ?? [],
  };
  const { thread, message } = world.threads.createPost(post, actor);
  return {
    ...world.views.channel(thread, application.botUserId),
    message: world.views.messageFor(application, message),
  };
}
