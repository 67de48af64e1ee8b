import { compareSnowflakes, Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { ids, integer, object, SNOWFLAKE } from '../../http/schemas.ts';
import { PRIVATE_THREAD_TYPE } from '../../world/channel-kinds.ts';
import type { Application, Channel, Snowflake, Thread } from '../../world/entities.ts';
import { accessibleGuild, requirePermission, visibleChannel } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface ChannelParams {
  channel_id: Snowflake;
}

const MAX_THREADS_PER_PAGE = 100;
const DEFAULT_THREADS_PER_PAGE = 50;
const PAGE_SIZE = { ...integer(2, MAX_THREADS_PER_PAGE), default: DEFAULT_THREADS_PER_PAGE };
const BY_TIME = object({ before: { type: 'string', format: 'date-time' }, limit: PAGE_SIZE });
const BY_ID = object({ before: SNOWFLAKE, limit: PAGE_SIZE });
const PATH = '/channels/:channel_id';

/** @see https://docs.discord.com/developers/topics/threads#enumerating-threads */
export function threadListRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: { guild_id: Snowflake } }>(
    '/guilds/:guild_id/threads/active',
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      return { ...world.views.threadList(guild.id, application.botUserId), has_more: false };
    },
  );

  for (const kind of ['public', 'private'] as const) {
    app.get<{ Params: ChannelParams; Querystring: { before?: string; limit: number } }>(
      `${PATH}/threads/archived/${kind}`,
      { schema: { params: ids('channel_id'), querystring: BY_TIME } },
      async (request) => {
        const application = applicationOf(request);
        const channel = visibleChannel(world, application, request.params.channel_id);
        const needed = kind === 'private' ? Permission.MANAGE_THREADS : 0n;
        requirePermission(world, application, channel, Permission.READ_MESSAGE_HISTORY | needed);
        const beforeMs = Date.parse(request.query.before ?? '');
        const threads = archived(channel)
          .filter(({ type }) => (type === PRIVATE_THREAD_TYPE) === (kind === 'private'))
          .sort((a, b) => archivedAtMs(b) - archivedAtMs(a))
          .filter((thread) => Number.isNaN(beforeMs) || archivedAtMs(thread) < beforeMs);
        return page(application, threads, request.query.limit);
      },
    );
  }

  app.get<{ Params: ChannelParams; Querystring: { before?: Snowflake; limit: number } }>(
    `${PATH}/users/@me/threads/archived/private`,
    { schema: { params: ids('channel_id'), querystring: BY_ID } },
    async (request) => {
      const application = applicationOf(request);
      const channel = visibleChannel(world, application, request.params.channel_id);
      requirePermission(world, application, channel, Permission.READ_MESSAGE_HISTORY);
      const { before, limit } = request.query;
      const threads = archived(channel)
        .filter(
          ({ id, type }) =>
            type === PRIVATE_THREAD_TYPE &&
            world.threadMembers.get(id, application.botUserId) !== undefined &&
            (before === undefined || compareSnowflakes(id, before) < 0),
        )
        .sort((a, b) => compareSnowflakes(b.id, a.id));
      return page(application, threads, limit);
    },
  );

  function archived(channel: Channel): Thread[] {
    if (!('guild_id' in channel)) return [];
    return [...world.threads.ofGuild(channel.guild_id).values()].filter(
      ({ parent_id, thread_metadata }) => parent_id === channel.id && thread_metadata.archived,
    );
  }

  function page(application: Application, threads: readonly Thread[], limit: number): object {
    const shown = threads.slice(0, limit);
    return {
      threads: shown.map((thread) => world.views.channel(thread)),
      members: world.views.threadMembersOf(shown, application.botUserId),
      has_more: threads.length > limit,
    };
  }
}

function archivedAtMs({ thread_metadata }: Thread): number {
  return Date.parse(thread_metadata.archive_timestamp);
}
