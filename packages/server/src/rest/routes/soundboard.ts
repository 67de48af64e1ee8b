import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { checkSoundData } from '../../http/image-data.ts';
import { ids, NULLABLE_SNOWFLAKE, nullableText, object, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { SoundPatch } from '../../world/soundboard.ts';
import { accessibleGuild, permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { requireExpressionManager, seesCreators } from '../expression-checks.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface SoundParams extends GuildParams {
  sound_id: Snowflake;
}
interface SoundBody {
  name?: string;
  volume?: number | null;
  emoji_id?: Snowflake | null;
  emoji_name?: string | null;
}

const MIN_NAME_CHARS = 2;
const MAX_NAME_CHARS = 32;
const MAX_EMOJI_CHARS = 32;
const MAX_SOUND_BYTES = 512 * 1_024;
const CREATED = 201;
const NO_CONTENT = 204;
const PATH = '/guilds/:guild_id/soundboard-sounds';

const SOUND_FIELDS = {
  name: text(MIN_NAME_CHARS, MAX_NAME_CHARS),
  volume: { type: ['number', 'null'], minimum: 0, maximum: 1 },
  emoji_id: NULLABLE_SNOWFLAKE,
  emoji_name: nullableText(MAX_EMOJI_CHARS),
};

/** @see https://docs.discord.com/developers/resources/soundboard */
export function soundboardRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get('/soundboard-default-sounds', async () => []);

  app.get<{ Params: GuildParams }>(PATH, { schema: { params: ids('guild_id') } }, async (request) => {
    const { guild_id } = request.params;
    const withCreators = seesCreators(world, applicationOf(request), guild_id);
    const sounds = world.soundboard.ofGuild(guild_id).values();
    return { items: Array.from(sounds, (sound) => world.views.records.sound(sound, withCreators)) };
  });

  app.get<{ Params: SoundParams }>(
    `${PATH}/:sound_id`,
    { schema: { params: ids('guild_id', 'sound_id') } },
    async (request) => {
      const { guild_id, sound_id } = request.params;
      const withCreators = seesCreators(world, applicationOf(request), guild_id);
      return world.views.records.sound(world.soundboard.require(guild_id, sound_id), withCreators);
    },
  );

  app.post<{ Params: GuildParams; Body: SoundBody & { name: string; sound: string } }>(
    PATH,
    {
      schema: {
        params: ids('guild_id'),
        body: object({ ...SOUND_FIELDS, sound: { type: 'string' } }, ['name', 'sound']),
      },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id } = request.params;
      permittedGuild(world, application, guild_id, Permission.CREATE_GUILD_EXPRESSIONS);
      checkSoundData(request.body.sound, { path: ['sound'], maxBytes: MAX_SOUND_BYTES });
      const { name } = request.body;
      const input = { ...soundPatch(request.body), name, creatorId: application.botUserId };
      const sound = world.soundboard.create(guild_id, input, actorOf(request));
      return reply.code(CREATED).send(world.views.records.sound(sound, true));
    },
  );

  app.patch<{ Params: SoundParams; Body: SoundBody }>(
    `${PATH}/:sound_id`,
    { schema: { params: ids('guild_id', 'sound_id'), body: object(SOUND_FIELDS) } },
    async (request) => {
      const application = applicationOf(request);
      const { guild_id, sound_id } = request.params;
      accessibleGuild(world, application, guild_id);
      const { creator_id } = world.soundboard.require(guild_id, sound_id);
      requireExpressionManager(world, application, guild_id, creator_id);
      const sound = world.soundboard.update(guild_id, sound_id, soundPatch(request.body), actorOf(request));
      return world.views.records.sound(sound, true);
    },
  );

  app.delete<{ Params: SoundParams }>(
    `${PATH}/:sound_id`,
    { schema: { params: ids('guild_id', 'sound_id') } },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id, sound_id } = request.params;
      accessibleGuild(world, application, guild_id);
      const { creator_id } = world.soundboard.require(guild_id, sound_id);
      requireExpressionManager(world, application, guild_id, creator_id);
      world.soundboard.delete(guild_id, sound_id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );
}

function soundPatch({ name, volume, emoji_id, emoji_name }: SoundBody): SoundPatch {
  return {
    ...(name === undefined ? {} : { name }),
    ...(volume === undefined ? {} : { volume: volume ?? 1 }),
    ...(emoji_id === undefined ? {} : { emojiId: emoji_id }),
    ...(emoji_name === undefined ? {} : { emojiName: emoji_name }),
  };
}
