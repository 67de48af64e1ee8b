import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { CHANNEL_FIELDS, type ChannelBody, channelPatch, overwriteOf } from '../../http/channel-body.ts';
import { RestError } from '../../http/errors.ts';
import { ids, NULLABLE_PERMISSIONS, object } from '../../http/schemas.ts';
import { THREAD_EDIT_FIELDS, type ThreadEditBody } from '../../http/thread-body.ts';
import { isDm, isThread } from '../../world/channel-kinds.ts';
import type { Application, GuildChannel, Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { requirePermission, visibleChannel } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { requireOverwritable } from '../hierarchy.ts';
import { deleteThread, editThread } from './threads.ts';

interface ChannelParams {
  channel_id: Snowflake;
}
interface OverwriteParams extends ChannelParams {
  overwrite_id: Snowflake;
}
interface OverwriteBody {
  type?: 0 | 1 | null;
  allow?: string | null;
  deny?: string | null;
}

const MEMBER_OVERWRITE = 1;
const NO_CONTENT = 204;
const OVERWRITE_PATH = '/channels/:channel_id/permissions/:overwrite_id';

/** @see https://docs.discord.com/developers/resources/channel#modify-channel */
export function channelSettingsRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.patch<{ Params: ChannelParams; Body: ChannelBody & ThreadEditBody }>(
    '/channels/:channel_id',
    {
      schema: {
        params: ids('channel_id'),
        body: object({
          ...THREAD_EDIT_FIELDS,
          ...CHANNEL_FIELDS,
          type: { type: ['integer', 'null'], enum: [0, 5, null] },
        }),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const { channel_id: channelId } = request.params;
      const thread = visibleChannel(world, application, channelId);
      if (isThread(thread)) return editThread(world, actorOf(request), application, thread, request.body);
      const channel = managedChannel(world, application, channelId);
      const patch = channelPatch(request.body);
      if (patch.overwrites !== undefined) {
        const parentId = patch.parentId === undefined ? channel.parent_id : patch.parentId;
        const place = { guildId: channel.guild_id, parentId, channel };
        requireOverwritable(world, application, place, patch.overwrites);
      }
      return world.views.channel(world.channels.update(channel.id, patch, actorOf(request)));
    },
  );

  app.delete<{ Params: ChannelParams }>(
    '/channels/:channel_id',
    { schema: { params: ids('channel_id') } },
    async (request) => {
      const application = applicationOf(request);
      const channel = visibleChannel(world, application, request.params.channel_id);
      // Closing a DM only hides it from the one who does.
      if (isDm(channel)) return world.views.channel(channel, application.botUserId);
      if (isThread(channel)) return deleteThread(world, actorOf(request), application, channel);
      requirePermission(world, application, channel, Permission.MANAGE_CHANNELS);
      return world.views.channel(world.channels.delete(channel.id, actorOf(request)));
    },
  );

  app.put<{ Params: OverwriteParams; Body: OverwriteBody }>(
    OVERWRITE_PATH,
    {
      schema: {
        params: ids('channel_id', 'overwrite_id'),
        body: object({
          type: { type: ['integer', 'null'], enum: [0, 1, null] },
          allow: NULLABLE_PERMISSIONS,
          deny: NULLABLE_PERMISSIONS,
        }),
      },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const channel = overwritableChannel(world, application, request.params.channel_id);
      const { overwrite_id: id } = request.params;
      const { type, allow, deny } = request.body;
      const known = channel.permission_overwrites.find((overwrite) => overwrite.id === id);
      const overwrite = overwriteOf({
        id,
        type: type ?? known?.type ?? 0,
        allow: allow ?? known?.allow ?? null,
        deny: deny ?? known?.deny ?? null,
      });
      if (!isTarget(world, channel, id, overwrite.type)) throw RestError.of('UNKNOWN_OVERWRITE');
      const rest = channel.permission_overwrites.filter((other) => other.id !== id);
      requireOverwritable(world, application, placeOf(channel), [...rest, overwrite]);
      world.channels.setOverwrite(channel.id, overwrite, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: OverwriteParams }>(
    OVERWRITE_PATH,
    { schema: { params: ids('channel_id', 'overwrite_id') } },
    async (request, reply) => {
      const application = applicationOf(request);
      const channel = overwritableChannel(world, application, request.params.channel_id);
      const { overwrite_id: id } = request.params;
      const rest = channel.permission_overwrites.filter((other) => other.id !== id);
      requireOverwritable(world, application, placeOf(channel), rest);
      world.channels.removeOverwrite(channel.id, id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** @throws RestError 10003, 50001, 50003 in a DM, 50013 without MANAGE_CHANNELS */
function managedChannel(world: World, application: Application, channelId: Snowflake): GuildChannel {
  return guildChannelWith(world, application, channelId, Permission.MANAGE_CHANNELS);
}

/** @throws RestError 10003, 50001, 50003 in a DM, 50013 without MANAGE_ROLES */
function overwritableChannel(world: World, application: Application, channelId: Snowflake): GuildChannel {
  return guildChannelWith(world, application, channelId, Permission.MANAGE_ROLES);
}

function guildChannelWith(
  world: World,
  application: Application,
  channelId: Snowflake,
  permission: bigint,
): GuildChannel {
  const channel = visibleChannel(world, application, channelId);
  if (isDm(channel)) throw RestError.of('NOT_IN_A_DM');
  if (isThread(channel)) throw RestError.of('WRONG_CHANNEL_TYPE');
  requirePermission(world, application, channel, permission);
  return channel;
}

function isTarget(world: World, channel: GuildChannel, id: Snowflake, type: number): boolean {
  if (type === MEMBER_OVERWRITE) return world.users.get(id) !== undefined;
  return world.roles.ofGuild(channel.guild_id).has(id);
}

function placeOf(channel: GuildChannel) {
  return { guildId: channel.guild_id, parentId: channel.parent_id, channel };
}
