import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, nullableText, object, SNOWFLAKE } from '../../http/schemas.ts';
import { isDm, isThread, isVoice } from '../../world/channel-kinds.ts';
import type { Application, GuildChannel, Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { accessibleGuild, requirePermission, visibleChannel } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface ChannelParams {
  channel_id: Snowflake;
}

const MAX_STATUS_CHARS = 500;
const NO_CONTENT = 204;

/** What bots do in voice channels. @see https://docs.discord.com/developers/resources/channel#set-voice-channel-status */
export function voiceChannelRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.put<{ Params: ChannelParams; Body: { status?: string | null } }>(
    '/channels/:channel_id/voice-status',
    { schema: { params: ids('channel_id'), body: object({ status: nullableText(MAX_STATUS_CHARS) }) } },
    async (request, reply) => {
      const application = applicationOf(request);
      const channel = voiceChannel(world, application, request.params.channel_id);
      requirePermission(world, application, channel, Permission.SET_VOICE_CHANNEL_STATUS);
      if (!world.voiceChannels.userIds(channel).has(application.botUserId)) {
        requirePermission(world, application, channel, Permission.MANAGE_CHANNELS);
      }
      world.voiceChannels.setStatus(channel.id, request.body.status ?? null, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.post<{ Params: ChannelParams; Body: { sound_id: Snowflake; source_guild_id?: Snowflake } }>(
    '/channels/:channel_id/send-soundboard-sound',
    {
      schema: {
        params: ids('channel_id'),
        body: object({ sound_id: SNOWFLAKE, source_guild_id: SNOWFLAKE }, ['sound_id']),
      },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const channel = voiceChannel(world, application, request.params.channel_id);
      const { sound_id, source_guild_id: sourceId = channel.guild_id } = request.body;
      requirePermission(world, application, channel, Permission.SPEAK | Permission.USE_SOUNDBOARD);
      if (sourceId !== channel.guild_id) {
        requirePermission(world, application, channel, Permission.USE_EXTERNAL_SOUNDS);
        accessibleGuild(world, application, sourceId);
      }
      requireVoice(world, application, channel);
      const { volume, emoji_id, emoji_name } = world.soundboard.require(sourceId, sound_id);
      const emoji = emoji_id === null && emoji_name === null ? null : { id: emoji_id, name: emoji_name };
      const effect = { kind: 'sound', soundId: sound_id, volume, emoji } as const;
      world.voiceStates.sendEffect(channel.guild_id, application.botUserId, effect);
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** @throws RestError as visibleChannel, and 50024 for any other channel */
function voiceChannel(world: World, application: Application, channelId: Snowflake): GuildChannel {
  const channel = visibleChannel(world, application, channelId);
  if (isDm(channel) || isThread(channel) || !isVoice(channel)) throw RestError.of('WRONG_CHANNEL_TYPE');
  return channel;
}

/** Only who is in the channel and can be heard is. @throws RestError 40032, 50013 */
function requireVoice(world: World, { botUserId }: Application, { guild_id, id }: GuildChannel): void {
  const state = world.voiceStates.get(guild_id, botUserId);
  if (state?.channel_id !== id) throw RestError.of('NOT_IN_VOICE');
  const { deaf, mute } = world.members.require(guild_id, botUserId);
  if (deaf || mute || state.self_deaf || state.suppress) throw RestError.of('MISSING_PERMISSIONS');
}
