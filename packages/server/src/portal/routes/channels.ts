import type { APIOverwrite } from 'discord-api-types/v10';
import type { FastifyInstance } from 'fastify';
import { pick } from '../../http/pick.ts';
import {
  ids,
  integer,
  list,
  NULLABLE_SNOWFLAKE,
  nullableText,
  object,
  oneOf,
  PERMISSIONS,
  SNOWFLAKE,
  text,
} from '../../http/schemas.ts';
import type { ChannelPatch } from '../../world/channels.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { ForumTagInput } from '../../world/forum-tags.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface ChannelBody {
  name?: string;
  topic?: string | null;
  position?: number;
  parent_id?: Snowflake | null;
  nsfw?: boolean;
  rate_limit_per_user?: number;
  permission_overwrites?: APIOverwrite[];
  available_tags?: ForumTagInput[];
  flags?: number;
}
interface ChannelParams {
  channel_id: Snowflake;
}

const CHANNEL_TYPES = [0, 2, 4, 5, 15, 16] as const;
const MAX_TAGS = 20;
const MAX_TAG_CHARS = 20;
const MAX_FLAGS = 2 ** 31 - 1;
const MAX_NAME_CHARS = 100;
const MAX_TOPIC_CHARS = 1_024;
const MAX_SLOWMODE_S = 21_600;
const MAX_POSITION = 2 ** 31 - 1;
const MAX_OVERWRITES = 500;
const CREATED = 201;
const NO_CONTENT = 204;

const OVERWRITE = object(
  {
    id: SNOWFLAKE,
    type: oneOf(0, 1),
    allow: { ...PERMISSIONS, default: '0' },
    deny: { ...PERMISSIONS, default: '0' },
  },
  ['id', 'type'],
);
const TAG = object(
  {
    id: SNOWFLAKE,
    name: text(1, MAX_TAG_CHARS),
    moderated: { type: 'boolean' },
    emoji_id: NULLABLE_SNOWFLAKE,
    emoji_name: nullableText(MAX_NAME_CHARS),
  },
  ['name'],
);
const CHANNEL_FIELDS = {
  name: text(1, MAX_NAME_CHARS),
  topic: nullableText(MAX_TOPIC_CHARS),
  position: integer(0, MAX_POSITION),
  parent_id: NULLABLE_SNOWFLAKE,
  nsfw: { type: 'boolean' },
  rate_limit_per_user: integer(0, MAX_SLOWMODE_S),
  permission_overwrites: list(OVERWRITE, MAX_OVERWRITES),
  available_tags: list(TAG, MAX_TAGS),
  flags: integer(0, MAX_FLAGS),
};

export function ownerChannelRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.get<{ Params: { guild_id: Snowflake } }>(
    '/guilds/:guild_id/channels',
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const { id } = world.guilds.require(request.params.guild_id);
      return Array.from(world.channels.ofGuild(id).values(), (channel) => world.views.channel(channel));
    },
  );

  app.post<{ Params: { guild_id: Snowflake }; Body: ChannelBody & { name: string; type?: number } }>(
    '/guilds/:guild_id/channels',
    {
      schema: {
        params: ids('guild_id'),
        body: object({ ...CHANNEL_FIELDS, type: oneOf(...CHANNEL_TYPES) }, ['name']),
      },
    },
    async (request, reply) => {
      const { name, type = 0, ...fields } = request.body;
      const channel = world.channels.create(request.params.guild_id, { ...channelPatch(fields), name, type });
      return reply.code(CREATED).send(world.views.channel(channel));
    },
  );

  app.patch<{ Params: ChannelParams; Body: ChannelBody }>(
    '/channels/:channel_id',
    { schema: { params: ids('channel_id'), body: object(CHANNEL_FIELDS) } },
    async (request) =>
      world.views.channel(world.channels.update(request.params.channel_id, channelPatch(request.body))),
  );

  app.delete<{ Params: ChannelParams }>(
    '/channels/:channel_id',
    { schema: { params: ids('channel_id') } },
    async (request, reply) => {
      world.channels.delete(request.params.channel_id);
      return reply.code(NO_CONTENT).send();
    },
  );
}

function channelPatch(body: ChannelBody): ChannelPatch {
  const { parent_id, rate_limit_per_user, permission_overwrites, available_tags } = body;
  return {
    ...pick(body, ['name', 'topic', 'position', 'nsfw', 'flags']),
    ...(parent_id === undefined ? {} : { parentId: parent_id }),
    ...(rate_limit_per_user === undefined ? {} : { rateLimitPerUser: rate_limit_per_user }),
    ...(permission_overwrites === undefined ? {} : { overwrites: permission_overwrites }),
    ...(available_tags === undefined ? {} : { availableTags: available_tags }),
  };
}
