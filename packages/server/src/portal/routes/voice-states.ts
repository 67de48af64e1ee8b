import type { FastifyInstance } from 'fastify';
import { parseEmoji } from '../../http/emoji-param.ts';
import { pick } from '../../http/pick.ts';
import { ids, object, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface VoiceParams {
  guild_id: Snowflake;
  user_id: Snowflake;
}
interface VoiceBody {
  channel_id: Snowflake;
  selfMute?: boolean;
  selfDeaf?: boolean;
  selfVideo?: boolean;
}

const NO_CONTENT = 204;
const MAX_EMOJI_CHARS = 100;
const PATH = '/guilds/:guild_id/voice-states/:user_id';

/** Simulated users come into voice channels and leave them; nothing is heard. */
export function ownerVoiceStateRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const params = ids('guild_id', 'user_id');
  const flag = { type: 'boolean' } as const;

  app.put<{ Params: VoiceParams; Body: VoiceBody }>(
    PATH,
    {
      schema: {
        params,
        body: object({ channel_id: SNOWFLAKE, selfMute: flag, selfDeaf: flag, selfVideo: flag }, [
          'channel_id',
        ]),
      },
    },
    async (request) => {
      const { guild_id, user_id } = request.params;
      world.members.require(guild_id, user_id);
      const own = pick(request.body, ['selfMute', 'selfDeaf', 'selfVideo']);
      return world.views.records.voiceState(world.voiceStates.join(request.body.channel_id, user_id, own));
    },
  );

  app.delete<{ Params: VoiceParams }>(PATH, { schema: { params } }, async (request, reply) => {
    world.voiceStates.leave(request.params.guild_id, request.params.user_id);
    return reply.code(NO_CONTENT).send();
  });

  app.post<{ Params: VoiceParams; Body: { emoji: string } }>(
    `${PATH}/effects`,
    { schema: { params, body: object({ emoji: text(1, MAX_EMOJI_CHARS) }, ['emoji']) } },
    async (request, reply) => {
      const { guild_id, user_id } = request.params;
      const { id, name } = parseEmoji(request.body.emoji);
      world.voiceStates.sendEffect(guild_id, user_id, { kind: 'emoji', emoji: { id, name } });
      return reply.code(NO_CONTENT).send();
    },
  );
}
