import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { CHANNEL_FIELDS, CHANNEL_TYPES, type ChannelBody, channelPatch } from '../../http/channel-body.ts';
import { RestError } from '../../http/errors.ts';
import {
  ids,
  list,
  NULLABLE_BOOLEAN,
  NULLABLE_SNOWFLAKE,
  nullableInteger,
  object,
  SNOWFLAKE,
} from '../../http/schemas.ts';
import type { Application, GuildChannel, Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { accessibleGuild, permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { requireOverwritable } from '../hierarchy.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface Move {
  id: Snowflake;
  position?: number | null;
  parent_id?: Snowflake | null;
  lock_permissions?: boolean | null;
}

const MAX_POSITION = 2 ** 31 - 1;
const MAX_MOVES = 500;
const CREATED = 201;
const NO_CONTENT = 204;

const MOVES = list(
  object(
    {
      id: SNOWFLAKE,
      position: nullableInteger(0, MAX_POSITION),
      parent_id: NULLABLE_SNOWFLAKE,
      lock_permissions: NULLABLE_BOOLEAN,
    },
    ['id'],
  ),
  MAX_MOVES,
);

/** @see https://docs.discord.com/developers/resources/guild#create-guild-channel */
export function guildChannelRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.post<{ Params: GuildParams; Body: ChannelBody & { name: string } }>(
    '/guilds/:guild_id/channels',
    {
      schema: {
        params: ids('guild_id'),
        body: object(
          { ...CHANNEL_FIELDS, type: { type: ['integer', 'null'], enum: [...CHANNEL_TYPES, null] } },
          ['name'],
        ),
      },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id: guildId } = request.params;
      const { name } = request.body;
      const parentId = request.body.parent_id ?? null;
      requireManageChannelsAt(world, application, guildId, parentId);
      const patch = channelPatch(request.body);
      if (patch.overwrites !== undefined) {
        requireOverwritable(world, application, { guildId, parentId, channel: null }, patch.overwrites);
      }
      const channel = world.channels.create(guildId, { ...patch, name }, actorOf(request));
      return reply.code(CREATED).send(world.views.channel(channel));
    },
  );

  app.patch<{ Params: GuildParams; Body: Move[] }>(
    '/guilds/:guild_id/channels',
    { schema: { params: ids('guild_id'), body: MOVES } },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id: guildId } = request.params;
      accessibleGuild(world, application, guildId);
      const moves = request.body.map((move) => ({ move, channel: channelOf(world, guildId, move.id) }));
      const reparented = moves.filter(({ move, channel }) => changesParent(move, channel));
      if (reparented.length > 1) throw RestError.of('ONE_PARENT_AT_A_TIME');
      for (const { move, channel } of moves) requireMovable(world, application, move, channel);
      for (const { move, channel } of moves) {
        world.channels.update(channel.id, placeOf(world, move), actorOf(request));
      }
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** In a category its own overwrites say who manages channels there. */
function requireManageChannelsAt(
  world: World,
  application: Application,
  guildId: Snowflake,
  parentId: Snowflake | null,
): void {
  if (parentId === null) {
    permittedGuild(world, application, guildId, Permission.MANAGE_CHANNELS);
    return;
  }
  accessibleGuild(world, application, guildId);
  channelOf(world, guildId, parentId);
  if (!world.access.can(application.botUserId, parentId, Permission.MANAGE_CHANNELS)) {
    throw RestError.of('MISSING_PERMISSIONS');
  }
}

/** A change of place alone asks nothing of the channel itself, which the bot may not even see. */
function requireMovable(world: World, application: Application, move: Move, channel: GuildChannel): void {
  const { botUserId } = application;
  requireManageChannelsAt(world, application, channel.guild_id, channel.parent_id);
  if (!changesParent(move, channel)) return;
  if (!world.access.can(botUserId, channel.id, Permission.VIEW_CHANNEL | Permission.MANAGE_CHANNELS)) {
    throw RestError.of('MISSING_ACCESS');
  }
  requireManageChannelsAt(world, application, channel.guild_id, move.parent_id ?? null);
  if (move.lock_permissions === true && !world.access.can(botUserId, channel.id, Permission.MANAGE_ROLES)) {
    throw RestError.of('MISSING_PERMISSIONS');
  }
}

function changesParent({ parent_id }: Move, channel: GuildChannel): boolean {
  return parent_id !== undefined && parent_id !== channel.parent_id;
}

function placeOf(world: World, { position, parent_id, lock_permissions }: Move) {
  const parent = typeof parent_id === 'string' ? world.channels.get(parent_id) : undefined;
  const isSynced = lock_permissions === true && parent !== undefined && 'permission_overwrites' in parent;
  return {
    ...(typeof position === 'number' ? { position } : {}),
    ...(parent_id === undefined ? {} : { parentId: parent_id }),
    ...(isSynced ? { overwrites: parent.permission_overwrites } : {}),
  };
}

/** @throws RestError 10003 when the guild has no such channel */
function channelOf(world: World, guildId: Snowflake, channelId: Snowflake): GuildChannel {
  const channel = world.channels.ofGuild(guildId).get(channelId);
  if (channel === undefined) throw RestError.of('UNKNOWN_CHANNEL');
  return channel;
}
