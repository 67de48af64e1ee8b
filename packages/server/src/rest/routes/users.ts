import { Readable } from 'node:stream';
import { compareSnowflakes } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { IMAGE_BODY_BYTES, IMAGE_DATA, imageBytes, imageHash } from '../../http/image-data.ts';
import { extensionOfImage, imageSize } from '../../http/image-size.ts';
import { ids, limit, object, QUERY_BOOLEAN, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

const MAX_GUILDS_PER_PAGE = 200;
const NO_CONTENT = 204;

/** @see https://docs.discord.com/developers/resources/user */
export function userRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get('/users/@me', async (request) => {
    return world.views.selfUser(world.users.require(applicationOf(request).botUserId));
  });

  app.patch<{ Body: { username?: string; avatar?: string | null; banner?: string | null } }>(
    '/users/@me',
    {
      schema: { body: object({ username: text(2, 32), avatar: IMAGE_DATA, banner: IMAGE_DATA }) },
      bodyLimit: IMAGE_BODY_BYTES,
    },
    async (request) => {
      const { botUserId } = applicationOf(request);
      const { username } = request.body;
      const avatar = imageHash(request.body.avatar, { path: ['avatar'] });
      const banner = imageHash(request.body.banner, { path: ['banner'] });
      const patch = {
        ...(username === undefined ? {} : { username }),
        ...(avatar === undefined ? {} : { avatar }),
        ...(banner === undefined ? {} : { banner }),
      };
      const picture = typeof avatar === 'string' ? await receiveAvatar(world, request.body.avatar) : null;
      try {
        const isChange = Object.keys(patch).length > 0;
        const user = isChange ? world.users.update(botUserId, patch) : world.users.require(botUserId);
        if (picture !== null && typeof avatar === 'string') {
          world.avatars.keep(botUserId, picture.file, avatar, picture.extension);
        } else if (avatar === null) world.avatars.release(botUserId);
        return world.views.selfUser(user);
      } finally {
        // Nothing of what has been refused stays.
        if (picture !== null) await world.files.discard([picture.file]);
      }
    },
  );

  app.get<{ Params: { user_id: Snowflake } }>(
    '/users/:user_id',
    { schema: { params: ids('user_id') } },
    async (request) => world.views.user(world.users.require(request.params.user_id)),
  );

  app.get<{
    Querystring: { before?: Snowflake; after?: Snowflake; limit: number; with_counts?: boolean };
  }>(
    '/users/@me/guilds',
    {
      schema: {
        querystring: object({
          before: SNOWFLAKE,
          after: SNOWFLAKE,
          limit: limit(MAX_GUILDS_PER_PAGE, MAX_GUILDS_PER_PAGE),
          with_counts: QUERY_BOOLEAN,
        }),
      },
    },
    async (request) => {
      const { botUserId } = applicationOf(request);
      const { before, after, limit: pageSize, with_counts } = request.query;
      const guildIds = [...world.guilds.ofUser(botUserId)]
        .sort(compareSnowflakes)
        .filter((id) => after === undefined || compareSnowflakes(id, after) > 0)
        .filter((id) => before === undefined || compareSnowflakes(id, before) < 0);
      // Before alone asks for the guilds next to it, not for the oldest ones.
      const page =
        before !== undefined && after === undefined ? guildIds.slice(-pageSize) : guildIds.slice(0, pageSize);
      return page.map((id) => ({
        ...world.views.partialGuild(world.guilds.require(id), botUserId),
        ...(with_counts === true ? world.views.guildCounts(id) : {}),
      }));
    },
  );

  app.delete<{ Params: { guild_id: Snowflake } }>(
    '/users/@me/guilds/:guild_id',
    { schema: { params: ids('guild_id') } },
    async (request, reply) => {
      const { botUserId } = applicationOf(request);
      const { guild_id } = request.params;
      if (world.members.get(guild_id, botUserId) === undefined) throw RestError.of('UNKNOWN_GUILD');
      world.members.remove(guild_id, botUserId);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.post<{ Body: { recipient_id: Snowflake } }>(
    '/users/@me/channels',
    { schema: { body: object({ recipient_id: SNOWFLAKE }, ['recipient_id']) } },
    async (request) => {
      const { botUserId } = applicationOf(request);
      const recipient = world.users.require(request.body.recipient_id);
      if (recipient.bot) throw RestError.of('CANNOT_MESSAGE_USER');
      return world.views.channel(world.channels.openDm(botUserId, recipient.id), botUserId);
    },
  );
}

async function receiveAvatar(world: World, uri: unknown) {
  const bytes = imageBytes(String(uri), { path: ['avatar'] });
  const type = imageSize(bytes)?.type;
  const file = await world.files.receive(Readable.from([bytes]), bytes.length);
  // What is a picture and none of the measured kinds is an AVIF.
  return { file, extension: type === undefined ? 'avif' : extensionOfImage(type) };
}
