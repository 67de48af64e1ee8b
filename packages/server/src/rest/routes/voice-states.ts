import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, NULLABLE_BOOLEAN, NULLABLE_SNOWFLAKE, object } from '../../http/schemas.ts';
import type { Application, Snowflake } from '../../world/entities.ts';
import type { VoiceState } from '../../world/guild-records.ts';
import type { StagePatch } from '../../world/voice-states.ts';
import type { World } from '../../world/world.ts';
import { accessibleGuild } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface StageBody {
  channel_id?: Snowflake | null;
  suppress?: boolean | null;
  request_to_speak_timestamp?: string | null;
}

const NO_CONTENT = 204;
const PATH = '/guilds/:guild_id/voice-states';
const STAGE_FIELDS = { channel_id: NULLABLE_SNOWFLAKE, suppress: NULLABLE_BOOLEAN };

/** @see https://docs.discord.com/developers/resources/voice#get-user-voice-state */
export function voiceStateRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: GuildParams }>(
    `${PATH}/@me`,
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      return world.views.records.voiceState(world.voiceStates.require(guild.id, application.botUserId));
    },
  );

  app.get<{ Params: GuildParams & { user_id: Snowflake } }>(
    `${PATH}/:user_id`,
    { schema: { params: ids('guild_id', 'user_id') } },
    async (request) => {
      const guild = accessibleGuild(world, applicationOf(request), request.params.guild_id);
      return world.views.records.voiceState(world.voiceStates.require(guild.id, request.params.user_id));
    },
  );

  app.patch<{ Params: GuildParams; Body: StageBody }>(
    `${PATH}/@me`,
    {
      schema: {
        params: ids('guild_id'),
        body: object({
          ...STAGE_FIELDS,
          request_to_speak_timestamp: { type: ['string', 'null'], format: 'date-time' },
        }),
      },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      const state = stageState(world, guild.id, application.botUserId, request.body);
      const { suppress, request_to_speak_timestamp: wish } = request.body;
      // Anybody may step down; stepping up needs the right to mute others, asking needs the right to ask.
      if (suppress === false) demand(world, application, state, Permission.MUTE_MEMBERS);
      if (typeof wish === 'string') demand(world, application, state, Permission.REQUEST_TO_SPEAK);
      world.voiceStates.updateStage(guild.id, application.botUserId, stagePatch(request.body));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.patch<{ Params: GuildParams & { user_id: Snowflake }; Body: StageBody }>(
    `${PATH}/:user_id`,
    { schema: { params: ids('guild_id', 'user_id'), body: object(STAGE_FIELDS) } },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id, user_id } = request.params;
      accessibleGuild(world, application, guild_id);
      const state = stageState(world, guild_id, user_id, request.body);
      demand(world, application, state, Permission.MUTE_MEMBERS);
      world.voiceStates.updateStage(guild_id, user_id, stagePatch(request.body));
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** @throws WorldError UNKNOWN_VOICE_STATE; RestError 10065 when the body names another channel than the member's */
function stageState(world: World, guildId: Snowflake, userId: Snowflake, body: StageBody): VoiceState {
  const state = world.voiceStates.require(guildId, userId);
  if (body.channel_id && body.channel_id !== state.channel_id) throw RestError.of('UNKNOWN_VOICE_STATE');
  return state;
}

function demand(
  world: World,
  { botUserId }: Application,
  { channel_id }: VoiceState,
  permission: bigint,
): void {
  if (channel_id === null || !world.access.can(botUserId, channel_id, permission)) {
    throw RestError.of('MISSING_PERMISSIONS');
  }
}

function stagePatch({ suppress, request_to_speak_timestamp: wish }: StageBody): StagePatch {
  return {
    ...(typeof suppress === 'boolean' ? { suppress } : {}),
    ...(wish === undefined ? {} : { requestToSpeakTimestamp: wish }),
  };
}
