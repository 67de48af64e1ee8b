import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, limit, object, QUERY_BOOLEAN, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake, ThreadMember } from '../../world/entities.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { activeThread, assertMayAdd, assertMayRemove, visibleThread } from '../thread-checks.ts';

interface ChannelParams {
  channel_id: Snowflake;
}
interface MemberParams extends ChannelParams {
  user_id: Snowflake;
}

const MAX_MEMBERS_PER_PAGE = 100;
const NO_CONTENT = 204;
const PATH = '/channels/:channel_id/thread-members';

/** @see https://docs.discord.com/developers/resources/channel#join-thread */
export function threadMemberRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  const params = ids('channel_id', 'user_id');

  /** With the guild's member only when that is asked for. */
  function view(member: ThreadMember, withMember: boolean | undefined): object {
    if (withMember !== true) return world.views.threadMember(member);
    const { guild_id, user_id } = member;
    const ofGuild = world.views.member(world.members.require(guild_id, user_id));
    return { ...world.views.threadMember(member), member: ofGuild };
  }

  app.put<{ Params: ChannelParams }>(
    `${PATH}/@me`,
    { schema: { params: ids('channel_id') } },
    async (request, reply) => {
      const application = applicationOf(request);
      const thread = activeThread(world, application, request.params.channel_id);
      world.threadMembers.add(thread.id, application.botUserId);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: ChannelParams }>(
    `${PATH}/@me`,
    { schema: { params: ids('channel_id') } },
    async (request, reply) => {
      const application = applicationOf(request);
      const thread = activeThread(world, application, request.params.channel_id);
      world.threadMembers.remove(thread.id, application.botUserId);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.put<{ Params: MemberParams }>(`${PATH}/:user_id`, { schema: { params } }, async (request, reply) => {
    const application = applicationOf(request);
    const thread = activeThread(world, application, request.params.channel_id);
    assertMayAdd(world, application, thread);
    const { id } = world.users.require(request.params.user_id);
    world.threadMembers.add(thread.id, id, application.botUserId);
    return reply.code(NO_CONTENT).send();
  });

  app.delete<{ Params: MemberParams }>(`${PATH}/:user_id`, { schema: { params } }, async (request, reply) => {
    const application = applicationOf(request);
    const thread = activeThread(world, application, request.params.channel_id);
    if (request.params.user_id !== application.botUserId) assertMayRemove(world, application, thread);
    world.threadMembers.remove(thread.id, request.params.user_id, application.botUserId);
    return reply.code(NO_CONTENT).send();
  });

  app.get<{ Params: MemberParams; Querystring: { with_member?: boolean } }>(
    `${PATH}/:user_id`,
    { schema: { params, querystring: object({ with_member: QUERY_BOOLEAN }) } },
    async (request) => {
      const thread = visibleThread(world, applicationOf(request), request.params.channel_id);
      const member = world.threadMembers.get(thread.id, request.params.user_id);
      if (member === undefined) throw RestError.of('UNKNOWN_MEMBER');
      return view(member, request.query.with_member);
    },
  );

  app.get<{
    Params: ChannelParams;
    Querystring: { with_member?: boolean; after?: Snowflake; limit: number };
  }>(
    PATH,
    {
      schema: {
        params: ids('channel_id'),
        querystring: object({
          with_member: QUERY_BOOLEAN,
          after: SNOWFLAKE,
          limit: limit(MAX_MEMBERS_PER_PAGE, MAX_MEMBERS_PER_PAGE),
        }),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const thread = visibleThread(world, application, request.params.channel_id);
      if (!application.privilegedIntents.includes('GUILD_MEMBERS')) throw RestError.of('MISSING_ACCESS');
      const { with_member, ...range } = request.query;
      // Only with the members of the guild does the list come in pages.
      const members =
        with_member === true
          ? world.threadMembers.page(thread.id, range)
          : [...world.threadMembers.ofThread(thread.id).values()];
      return members.map((member) => view(member, with_member));
    },
  );
}
