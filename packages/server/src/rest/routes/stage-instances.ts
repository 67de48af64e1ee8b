import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, NULLABLE_BOOLEAN, NULLABLE_SNOWFLAKE, object, SNOWFLAKE, text } from '../../http/schemas.ts';
import { STAGE_TYPE } from '../../world/channel-kinds.ts';
import type { Application, Channel, Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { requirePermission, visibleChannel } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface ChannelParams {
  channel_id: Snowflake;
}
interface StageBody {
  topic?: string;
  privacy_level?: number | null;
}

const MAX_TOPIC_CHARS = 120;
const NO_CONTENT = 204;
const PATH = '/stage-instances/:channel_id';
const MODERATOR = Permission.MANAGE_CHANNELS | Permission.MUTE_MEMBERS | Permission.MOVE_MEMBERS;

const STAGE_FIELDS = {
  topic: text(1, MAX_TOPIC_CHARS),
  privacy_level: { type: ['integer', 'null'], enum: [1, 2, null] },
};

/** @see https://docs.discord.com/developers/resources/stage-instance */
export function stageInstanceRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.post<{
    Body: StageBody & {
      channel_id: Snowflake;
      topic: string;
      guild_scheduled_event_id?: Snowflake | null;
      send_start_notification?: boolean | null;
    };
  }>(
    '/stage-instances',
    {
      schema: {
        body: object(
          {
            ...STAGE_FIELDS,
            channel_id: SNOWFLAKE,
            guild_scheduled_event_id: NULLABLE_SNOWFLAKE,
            send_start_notification: NULLABLE_BOOLEAN,
          },
          ['channel_id', 'topic'],
        ),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const { channel_id, topic, privacy_level, guild_scheduled_event_id } = request.body;
      const channel = moderatedStage(world, application, channel_id);
      if (request.body.send_start_notification === true) {
        requirePermission(world, application, channel, Permission.MENTION_EVERYONE);
      }
      const input = {
        channelId: channel.id,
        topic,
        ...(typeof privacy_level === 'number' ? { privacyLevel: privacy_level } : {}),
        scheduledEventId: guild_scheduled_event_id ?? null,
      };
      return world.views.records.stageInstance(world.stageInstances.create(input, actorOf(request)));
    },
  );

  app.get<{ Params: ChannelParams }>(PATH, { schema: { params: ids('channel_id') } }, async (request) => {
    const channel = visibleChannel(world, applicationOf(request), request.params.channel_id);
    return world.views.records.stageInstance(world.stageInstances.require(channel.id));
  });

  app.patch<{ Params: ChannelParams; Body: StageBody }>(
    PATH,
    { schema: { params: ids('channel_id'), body: object(STAGE_FIELDS) } },
    async (request) => {
      const channel = moderatedStage(world, applicationOf(request), request.params.channel_id);
      const { topic, privacy_level } = request.body;
      const patch = {
        ...(topic === undefined ? {} : { topic }),
        ...(typeof privacy_level === 'number' ? { privacyLevel: privacy_level } : {}),
      };
      const stage = world.stageInstances.update(channel.id, patch, actorOf(request));
      return world.views.records.stageInstance(stage);
    },
  );

  app.delete<{ Params: ChannelParams }>(
    PATH,
    { schema: { params: ids('channel_id') } },
    async (request, reply) => {
      const channel = moderatedStage(world, applicationOf(request), request.params.channel_id);
      world.stageInstances.delete(channel.id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** @throws RestError 10003, 50001, 50024 unless it is a stage channel, 50013 unless the bot moderates it */
function moderatedStage(world: World, application: Application, channelId: Snowflake): Channel {
  const channel = visibleChannel(world, application, channelId);
  if (channel.type !== STAGE_TYPE) throw RestError.of('WRONG_CHANNEL_TYPE');
  requirePermission(world, application, channel, MODERATOR);
  return channel;
}
