import { Permission } from '@guildhall/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  ids,
  integer,
  type JsonSchema,
  limit,
  list,
  object,
  oneOf,
  QUERY_BOOLEAN,
  SNOWFLAKE,
  text,
} from '../../http/schemas.ts';
import { isThread, isVoice } from '../../world/channel-kinds.ts';
import { seesContent } from '../../world/content-gate.ts';
import type { Application, GuildChannel, Message, Snowflake, Thread } from '../../world/entities.ts';
import {
  AUTHOR_TYPES,
  EMBED_TYPES,
  type MessageQuery,
  searchMessages,
  THINGS,
} from '../../world/message-search.ts';
import type { World } from '../../world/world.ts';
import { accessibleGuild, permittedGuild } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

type SearchQuery = MessageQuery & {
  readonly channel_id?: readonly Snowflake[];
  readonly include_nsfw?: boolean;
  readonly limit: number;
  readonly offset: number;
};

const MAX_PAGE = 25;
const MAX_OFFSET = 9_975;
const MAX_SLOP = 100;
const MAX_CONTENT_CHARS = 1_024;
const MAX_FILENAME_CHARS = 1_024;
const MAX_NAME_CHARS = 256;
const MAX_CHANNELS = 500;
const MAX_CHOICES = 100;

const IDS = list(SNOWFLAKE, MAX_CHOICES);
const NAMES = list(text(1, MAX_NAME_CHARS), MAX_CHOICES);
/** A key that is given once is a list of one. */
const LISTS: Readonly<Record<string, JsonSchema>> = {
  channel_id: list(SNOWFLAKE, MAX_CHANNELS),
  author_type: list(negatable(AUTHOR_TYPES), 2 * AUTHOR_TYPES.length),
  author_id: IDS,
  mentions: IDS,
  mentions_role_id: IDS,
  replied_to_user_id: IDS,
  replied_to_message_id: IDS,
  has: list(negatable(THINGS), 2 * THINGS.length),
  embed_type: list(oneOf(...EMBED_TYPES), EMBED_TYPES.length),
  embed_provider: NAMES,
  link_hostname: NAMES,
  attachment_filename: list(text(1, MAX_FILENAME_CHARS), MAX_CHOICES),
  attachment_extension: NAMES,
};
const QUERY = object({
  ...LISTS,
  limit: limit(MAX_PAGE, MAX_PAGE),
  offset: { ...integer(0, MAX_OFFSET), default: 0 },
  max_id: SNOWFLAKE,
  min_id: SNOWFLAKE,
  slop: integer(0, MAX_SLOP),
  content: text(0, MAX_CONTENT_CHARS),
  mention_everyone: QUERY_BOOLEAN,
  pinned: QUERY_BOOLEAN,
  sort_by: oneOf('timestamp', 'relevance'),
  sort_order: oneOf('asc', 'desc'),
  include_nsfw: QUERY_BOOLEAN,
});

/**
 * Without MESSAGE_CONTENT a bot finds the messages whose content it is shown, and no others: Discord says only that the
 * route is restricted. Nothing has to be indexed first, so 202 is never the answer.
 * @see https://docs.discord.com/developers/resources/message#search-guild-messages
 */
export function messageSearchRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: { guild_id: Snowflake }; Querystring: SearchQuery }>(
    '/guilds/:guild_id/messages/search',
    {
      schema: { params: ids('guild_id'), querystring: QUERY },
      preValidation: async (request: FastifyRequest) => {
        request.query = withLists(request.query as Readonly<Record<string, unknown>>);
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const channels = searchable(world, application, request.params.guild_id, request.query);
      const found = searchMessages(world, [...channels.keys()], request.query).filter((message) =>
        seesContent(world, application, message, channels.get(message.channel_id)),
      );
      const { offset, limit: most } = request.query;
      const page = found.slice(offset, offset + most);
      const threads = [...new Set(page.map(({ channel_id }) => channel_id))].flatMap(
        (id) => world.threads.get(id) ?? [],
      );
      return {
        doing_deep_historical_index: false,
        total_results: found.length,
        messages: page.map((message) => [hitView(world, application, message)]),
        ...(threads.length === 0 ? {} : threadsView(world, application, threads)),
      };
    },
  );
}

/** The channels and threads whose history the bot may read, as far as they are asked for. @throws RestError 50013 */
function searchable(
  world: World,
  application: Application,
  guildId: Snowflake,
  { channel_id: wanted, include_nsfw = false }: SearchQuery,
): ReadonlyMap<Snowflake, GuildChannel | Thread> {
  accessibleGuild(world, application, guildId);
  const places = [...world.channels.ofGuild(guildId).values(), ...world.threads.ofGuild(guildId).values()];
  const readable = places.filter((place) => {
    const needed = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY;
    const entering = isVoice(place) ? Permission.CONNECT : 0n;
    return world.access.can(application.botUserId, place.id, needed | entering);
  });
  if (readable.length === 0) permittedGuild(world, application, guildId, Permission.READ_MESSAGE_HISTORY);
  const asked = readable.filter(
    (place) => (wanted === undefined || wanted.includes(place.id)) && (include_nsfw || !isNsfw(world, place)),
  );
  return new Map(asked.map((place) => [place.id, place]));
}

function isNsfw(world: World, place: GuildChannel | Thread): boolean {
  const home = isThread(place) ? world.channels.get(place.parent_id) : place;
  return home !== undefined && 'nsfw' in home && home.nsfw;
}

function hitView(world: World, application: Application, message: Message): object {
  const { reactions: _, ...view } = world.views.messageFor(application, message) as {
    readonly reactions?: unknown;
  };
  return { ...view, hit: true };
}

function threadsView(world: World, application: Application, threads: readonly Thread[]): object {
  return {
    threads: threads.map((thread) => world.views.channel(thread)),
    members: world.views.threadMembersOf(threads, application.botUserId),
  };
}

function withLists(query: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      name in LISTS && !Array.isArray(value) ? [value] : value,
    ]),
  );
}

function negatable(choices: readonly string[]): JsonSchema {
  return oneOf(...choices, ...choices.map((choice) => `-${choice}`));
}
