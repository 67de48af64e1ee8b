import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { imageData } from '../../http/image-data.ts';
import { ids, nullableList, object, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Application, Snowflake } from '../../world/entities.ts';
import { accessibleGuild, permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { requireExpressionManager, seesCreators } from '../expression-checks.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface EmojiParams extends GuildParams {
  emoji_id: Snowflake;
}
interface ApplicationParams {
  application_id: Snowflake;
}
interface ApplicationEmojiParams extends ApplicationParams {
  emoji_id: Snowflake;
}
interface EmojiBody {
  name: string;
  image: string;
  roles?: Snowflake[] | null;
}

const MIN_NAME_CHARS = 2;
const MAX_NAME_CHARS = 32;
const MAX_ROLES = 250;
const MAX_EMOJI_BYTES = 256 * 1_024;
const CREATED = 201;
const NO_CONTENT = 204;
const PATH = '/guilds/:guild_id/emojis';
const APPLICATION_PATH = '/applications/:application_id/emojis';

const NAME = text(MIN_NAME_CHARS, MAX_NAME_CHARS);
const ROLES = nullableList(SNOWFLAKE, MAX_ROLES);

/** @see https://docs.discord.com/developers/resources/emoji */
export function emojiRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: GuildParams }>(PATH, { schema: { params: ids('guild_id') } }, async (request) => {
    const { guild_id } = request.params;
    const withCreators = seesCreators(world, applicationOf(request), guild_id);
    return Array.from(world.emojis.ofGuild(guild_id).values(), (emoji) =>
      world.views.records.emoji(emoji, withCreators),
    );
  });

  app.get<{ Params: EmojiParams }>(
    `${PATH}/:emoji_id`,
    { schema: { params: ids('guild_id', 'emoji_id') } },
    async (request) => {
      const { guild_id, emoji_id } = request.params;
      const withCreators = seesCreators(world, applicationOf(request), guild_id);
      return world.views.records.emoji(world.emojis.requireOfGuild(guild_id, emoji_id), withCreators);
    },
  );

  app.post<{ Params: GuildParams; Body: EmojiBody }>(
    PATH,
    {
      schema: {
        params: ids('guild_id'),
        body: object({ name: NAME, image: { type: 'string' }, roles: ROLES }, ['name', 'image']),
      },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id } = request.params;
      permittedGuild(world, application, guild_id, Permission.CREATE_GUILD_EXPRESSIONS);
      const { name, image, roles } = request.body;
      const { animated } = imageData(image, { path: ['image'], maxBytes: MAX_EMOJI_BYTES });
      const input = { name, animated, creatorId: application.botUserId, roles: roles ?? [] };
      const emoji = world.emojis.createInGuild(guild_id, input, actorOf(request));
      return reply.code(CREATED).send(world.views.records.emoji(emoji, true));
    },
  );

  app.patch<{ Params: EmojiParams; Body: { name?: string; roles?: Snowflake[] | null } }>(
    `${PATH}/:emoji_id`,
    { schema: { params: ids('guild_id', 'emoji_id'), body: object({ name: NAME, roles: ROLES }) } },
    async (request) => {
      const application = applicationOf(request);
      const { guild_id, emoji_id } = request.params;
      accessibleGuild(world, application, guild_id);
      const emoji = world.emojis.requireOfGuild(guild_id, emoji_id);
      requireExpressionManager(world, application, guild_id, emoji.creator_id);
      const { name, roles } = request.body;
      const patch = {
        ...(name === undefined ? {} : { name }),
        ...(roles === undefined ? {} : { roles: roles ?? [] }),
      };
      return world.views.records.emoji(world.emojis.update(emoji, patch, actorOf(request)), true);
    },
  );

  app.delete<{ Params: EmojiParams }>(
    `${PATH}/:emoji_id`,
    { schema: { params: ids('guild_id', 'emoji_id') } },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id, emoji_id } = request.params;
      accessibleGuild(world, application, guild_id);
      const emoji = world.emojis.requireOfGuild(guild_id, emoji_id);
      requireExpressionManager(world, application, guild_id, emoji.creator_id);
      world.emojis.delete(emoji, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.get<{ Params: ApplicationParams }>(
    APPLICATION_PATH,
    { schema: { params: ids('application_id') } },
    async (request) => {
      const { id } = ownApplication(applicationOf(request), request.params);
      const emojis = world.emojis.ofApplication(id).values();
      return { items: Array.from(emojis, (emoji) => world.views.records.emoji(emoji, true)) };
    },
  );

  app.post<{ Params: ApplicationParams; Body: EmojiBody }>(
    APPLICATION_PATH,
    {
      schema: {
        params: ids('application_id'),
        body: object({ name: NAME, image: { type: 'string' } }, ['name', 'image']),
      },
    },
    async (request, reply) => {
      const application = ownApplication(applicationOf(request), request.params);
      const { name, image } = request.body;
      const { animated } = imageData(image, { path: ['image'], maxBytes: MAX_EMOJI_BYTES });
      const input = { name, animated, creatorId: application.botUserId };
      const emoji = world.emojis.createInApplication(application.id, input);
      return reply.code(CREATED).send(world.views.records.emoji(emoji, true));
    },
  );

  app.get<{ Params: ApplicationEmojiParams }>(
    `${APPLICATION_PATH}/:emoji_id`,
    { schema: { params: ids('application_id', 'emoji_id') } },
    async (request) => {
      const { id } = ownApplication(applicationOf(request), request.params);
      const emoji = world.emojis.requireOfApplication(id, request.params.emoji_id);
      return world.views.records.emoji(emoji, true);
    },
  );

  app.patch<{ Params: ApplicationEmojiParams; Body: { name?: string } }>(
    `${APPLICATION_PATH}/:emoji_id`,
    { schema: { params: ids('application_id', 'emoji_id'), body: object({ name: NAME }) } },
    async (request) => {
      const { id } = ownApplication(applicationOf(request), request.params);
      const emoji = world.emojis.requireOfApplication(id, request.params.emoji_id);
      const { name } = request.body;
      const changed = world.emojis.update(emoji, name === undefined ? {} : { name });
      return world.views.records.emoji(changed, true);
    },
  );

  app.delete<{ Params: ApplicationEmojiParams }>(
    `${APPLICATION_PATH}/:emoji_id`,
    { schema: { params: ids('application_id', 'emoji_id') } },
    async (request, reply) => {
      const { id } = ownApplication(applicationOf(request), request.params);
      world.emojis.delete(world.emojis.requireOfApplication(id, request.params.emoji_id));
      return reply.code(NO_CONTENT).send();
    },
  );
}

/** @throws RestError 20012 for the id of any other application */
function ownApplication(application: Application, { application_id }: ApplicationParams): Application {
  if (application.id !== application_id) throw RestError.of('NOT_YOUR_APPLICATION');
  return application;
}
