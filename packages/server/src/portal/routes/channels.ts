import type { FastifyInstance } from 'fastify';
import { CHANNEL_FIELDS, CHANNEL_TYPES, type ChannelBody, channelPatch } from '../../http/channel-body.ts';
import { RestError } from '../../http/errors.ts';
import { ids, integer, list, NULLABLE_SNOWFLAKE, object, oneOf, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { channelOwner, guildOwner } from '../guild-owner.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface ChannelParams {
  channel_id: Snowflake;
}

interface ChannelMove {
  id: Snowflake;
  position: number;
  parent_id?: Snowflake | null;
}

const MAX_CHANNELS = 500;
const MAX_POSITION = 2 ** 31 - 1;
const CHANNEL_MOVES = list(
  object({ id: SNOWFLAKE, position: integer(0, MAX_POSITION), parent_id: NULLABLE_SNOWFLAKE }, [
    'id',
    'position',
  ]),
  MAX_CHANNELS,
);
const CREATED = 201;
const NO_CONTENT = 204;

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
      const channel = world.channels.create(
        request.params.guild_id,
        { ...channelPatch(fields), name, type },
        guildOwner(world, request.params.guild_id, request),
      );
      return reply.code(CREATED).send(world.views.channel(channel));
    },
  );

  app.patch<{ Params: { guild_id: Snowflake }; Body: ChannelMove[] }>(
    '/guilds/:guild_id/channels',
    { schema: { params: ids('guild_id'), body: CHANNEL_MOVES } },
    async (request) => {
      const { guild_id } = request.params;
      const owner = guildOwner(world, guild_id, request);
      const channels = world.channels.ofGuild(guild_id);
      for (const { id } of request.body) if (!channels.has(id)) throw RestError.of('UNKNOWN_CHANNEL');
      for (const { id, position, parent_id: parentId } of request.body) {
        world.channels.update(id, { position, ...(parentId === undefined ? {} : { parentId }) }, owner);
      }
      return Array.from(channels.values(), (channel) => world.views.channel(channel));
    },
  );

  app.patch<{ Params: ChannelParams; Body: ChannelBody }>(
    '/channels/:channel_id',
    {
      schema: {
        params: ids('channel_id'),
        body: object({ ...CHANNEL_FIELDS, type: oneOf(...CHANNEL_TYPES) }),
      },
    },
    async (request) =>
      world.views.channel(
        world.channels.update(
          request.params.channel_id,
          channelPatch(request.body),
          channelOwner(world, request.params.channel_id, request),
        ),
      ),
  );

  app.delete<{ Params: ChannelParams }>(
    '/channels/:channel_id',
    { schema: { params: ids('channel_id') } },
    async (request, reply) => {
      world.channels.delete(
        request.params.channel_id,
        channelOwner(world, request.params.channel_id, request),
      );
      return reply.code(NO_CONTENT).send();
    },
  );
}
