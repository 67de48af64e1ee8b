import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { type Upload, uploadsOf } from '../../http/multipart-body.ts';
import { ids, nullableText, object, text } from '../../http/schemas.ts';
import { MAX_STICKER_BYTES, StickerFormat, stickerFormat } from '../../http/sticker-file.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { ReceivedFile } from '../../world/files.ts';
import { accessibleGuild, permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { requireExpressionManager, seesCreators } from '../expression-checks.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface StickerBody {
  name: string;
  description?: string | null;
  tags: string;
}
interface StickerParams extends GuildParams {
  sticker_id: Snowflake;
}

const MIN_NAME_CHARS = 2;
const MAX_NAME_CHARS = 30;
const MAX_DESCRIPTION_CHARS = 100;
const MAX_TAGS_CHARS = 200;
const CREATED = 201;
const NO_CONTENT = 204;
/** Of guilds that may have stickers of that format. */
const LOTTIE_FEATURES: readonly string[] = ['VERIFIED', 'PARTNERED'];
const PATH = '/guilds/:guild_id/stickers';

/** @see https://docs.discord.com/developers/resources/sticker */
export function stickerRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get('/sticker-packs', { config: { auth: 'none' } }, async () => ({ sticker_packs: [] }));

  app.get(
    '/sticker-packs/:pack_id',
    { schema: { params: ids('pack_id') }, config: { auth: 'none' } },
    async () => {
      throw RestError.of('UNKNOWN_STICKER_PACK');
    },
  );

  app.get<{ Params: { sticker_id: Snowflake } }>(
    '/stickers/:sticker_id',
    { schema: { params: ids('sticker_id') } },
    async (request) => world.views.records.sticker(world.stickers.require(request.params.sticker_id)),
  );

  app.get<{ Params: GuildParams }>(PATH, { schema: { params: ids('guild_id') } }, async (request) => {
    const { guild_id } = request.params;
    const withCreators = seesCreators(world, applicationOf(request), guild_id);
    return Array.from(world.stickers.ofGuild(guild_id).values(), (sticker) =>
      world.views.records.sticker(sticker, withCreators),
    );
  });

  app.get<{ Params: StickerParams }>(
    `${PATH}/:sticker_id`,
    { schema: { params: ids('guild_id', 'sticker_id') } },
    async (request) => {
      const { guild_id, sticker_id } = request.params;
      const withCreators = seesCreators(world, applicationOf(request), guild_id);
      return world.views.records.sticker(world.stickers.requireOfGuild(guild_id, sticker_id), withCreators);
    },
  );

  app.post<{ Params: GuildParams; Body: StickerBody }>(
    PATH,
    {
      schema: {
        params: ids('guild_id'),
        body: object(
          {
            name: text(MIN_NAME_CHARS, MAX_NAME_CHARS),
            description: nullableText(MAX_DESCRIPTION_CHARS),
            tags: text(1, MAX_TAGS_CHARS),
          },
          ['name', 'tags'],
        ),
      },
      config: { uploads: { maxFiles: 1, maxBytes: MAX_STICKER_BYTES } },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id } = request.params;
      const guild = permittedGuild(world, application, guild_id, Permission.CREATE_GUILD_EXPRESSIONS);
      const { name, description, tags } = request.body;
      const file = requiredFile(uploadsOf(request));
      const formatType = stickerFormat(await world.files.contentOf(file));
      if (
        formatType === StickerFormat.LOTTIE &&
        !LOTTIE_FEATURES.some((feature) => guild.features.includes(feature))
      ) {
        throw RestError.of('MISSING_PERMISSIONS');
      }
      const texts = { name, description: description || null, tags };
      const input = { ...texts, formatType, file, creatorId: application.botUserId };
      const sticker = world.stickers.create(guild_id, input, actorOf(request));
      return reply.code(CREATED).send(world.views.records.sticker(sticker, true));
    },
  );

  app.patch<{ Params: StickerParams; Body: { name?: string; description?: string | null; tags?: string } }>(
    `${PATH}/:sticker_id`,
    {
      schema: {
        params: ids('guild_id', 'sticker_id'),
        body: object({
          name: text(MIN_NAME_CHARS, MAX_NAME_CHARS),
          description: nullableText(MAX_DESCRIPTION_CHARS),
          tags: text(1, MAX_TAGS_CHARS),
        }),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const { guild_id, sticker_id } = request.params;
      accessibleGuild(world, application, guild_id);
      const { creator_id } = world.stickers.requireOfGuild(guild_id, sticker_id);
      requireExpressionManager(world, application, guild_id, creator_id);
      const sticker = world.stickers.update(sticker_id, request.body, actorOf(request));
      return world.views.records.sticker(sticker, true);
    },
  );

  app.delete<{ Params: StickerParams }>(
    `${PATH}/:sticker_id`,
    { schema: { params: ids('guild_id', 'sticker_id') } },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id, sticker_id } = request.params;
      accessibleGuild(world, application, guild_id);
      const { creator_id } = world.stickers.requireOfGuild(guild_id, sticker_id);
      requireExpressionManager(world, application, guild_id, creator_id);
      world.stickers.delete(sticker_id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** @throws RestError 50035 */
function requiredFile(uploads: readonly Upload[]): ReceivedFile {
  const upload = uploads.find(({ field }) => field === 'file');
  if (upload !== undefined) return upload.file;
  throw RestError.form({ path: ['file'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' });
}
