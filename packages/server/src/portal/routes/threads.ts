import type { FastifyInstance } from 'fastify';
import { MESSAGE_UPLOADS } from '../../http/attachment-body.ts';
import { auditReason } from '../../http/audit-reason.ts';
import { messageInput } from '../../http/message-body.ts';
import { uploadsOf } from '../../http/multipart-body.ts';
import { ids, object, SNOWFLAKE } from '../../http/schemas.ts';
import {
  THREAD_EDIT_FIELDS,
  THREAD_START_FIELDS,
  type ThreadEditBody,
  type ThreadStartBody,
  threadInput,
  threadPatch,
} from '../../http/thread-body.ts';
import type { Snowflake } from '../../world/entities.ts';
import { channelOwner } from '../guild-owner.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface ChannelParams {
  channel_id: Snowflake;
}
interface MemberParams extends ChannelParams {
  user_id: Snowflake;
}
interface StartBody extends ThreadStartBody {
  owner_id: Snowflake;
  message_id?: Snowflake;
}

const CREATED = 201;
const NO_CONTENT = 204;
const MEMBER_PATH = '/threads/:channel_id/members/:user_id';

/** Threads, in the name of any simulated user who is in the guild. */
export function ownerThreadRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const { threads, threadMembers, views } = world;

  app.get<{ Params: ChannelParams }>(
    '/channels/:channel_id/threads',
    { schema: { params: ids('channel_id') } },
    async (request) => {
      const channel = world.channels.require(request.params.channel_id);
      const ofGuild = 'guild_id' in channel ? [...threads.ofGuild(channel.guild_id).values()] : [];
      return ofGuild
        .filter(({ parent_id }) => parent_id === channel.id)
        .map((thread) => views.channel(thread));
    },
  );

  app.get<{ Params: { guild_id: Snowflake } }>(
    '/guilds/:guild_id/threads',
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const { id } = world.guilds.require(request.params.guild_id);
      return Array.from(threads.ofGuild(id).values(), (thread) => views.channel(thread));
    },
  );

  app.post<{ Params: ChannelParams; Body: StartBody }>(
    '/channels/:channel_id/threads',
    {
      schema: {
        params: ids('channel_id'),
        body: object({ ...THREAD_START_FIELDS, owner_id: SNOWFLAKE, message_id: SNOWFLAKE }, [
          'name',
          'owner_id',
        ]),
      },
      config: { uploads: MESSAGE_UPLOADS },
    },
    async (request, reply) => {
      const { owner_id, message_id, message, applied_tags } = request.body;
      const input = {
        ...threadInput(request.body),
        parentId: request.params.channel_id,
        ownerId: owner_id,
      };
      const actor = { userId: owner_id, reason: auditReason(request) };
      if (message_id !== undefined) {
        return reply.code(CREATED).send(views.channel(threads.createFromMessage(message_id, input, actor)));
      }
      if (message === undefined) return reply.code(CREATED).send(views.channel(threads.create(input, actor)));
      const first = messageInput(message, uploadsOf(request));
      const post = threads.createPost({ ...input, message: first, appliedTags: applied_tags ?? [] }, actor);
      return reply
        .code(CREATED)
        .send({ ...views.channel(post.thread), message: views.message(post.message) });
    },
  );

  app.patch<{ Params: ChannelParams; Body: ThreadEditBody & { user_id: Snowflake } }>(
    '/threads/:channel_id',
    {
      schema: {
        params: ids('channel_id'),
        body: object({ ...THREAD_EDIT_FIELDS, user_id: SNOWFLAKE }, ['user_id']),
      },
    },
    async (request) => {
      const { user_id, ...body } = request.body;
      const { id } = world.users.require(user_id);
      const actor = { userId: id, reason: auditReason(request) };
      return views.channel(threads.update(request.params.channel_id, threadPatch(body), id, actor));
    },
  );

  app.delete<{ Params: ChannelParams }>(
    '/threads/:channel_id',
    { schema: { params: ids('channel_id') } },
    async (request, reply) => {
      const { channel_id } = request.params;
      threads.delete(channel_id, channelOwner(world, channel_id, request));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.put<{ Params: MemberParams }>(
    MEMBER_PATH,
    { schema: { params: ids('channel_id', 'user_id') } },
    async (request, reply) => {
      threadMembers.add(request.params.channel_id, request.params.user_id);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: MemberParams }>(
    MEMBER_PATH,
    { schema: { params: ids('channel_id', 'user_id') } },
    async (request, reply) => {
      threadMembers.remove(request.params.channel_id, request.params.user_id);
      return reply.code(NO_CONTENT).send();
    },
  );
}
