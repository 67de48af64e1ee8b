import type { FastifyInstance } from 'fastify';
import { pick } from '../../http/pick.ts';
import { ids, integer, list, nullableText, object, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Guild, Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { guildOwner } from '../guild-owner.ts';
import type { OwnerApiParts } from '../owner-api.ts';
import { PAGE_QUERY, type PageQuery, page } from '../pages.ts';

interface GuildParams {
  guild_id: Snowflake;
}

const MAX_NAME_CHARS = 100;
const MAX_DESCRIPTION_CHARS = 300;
const MAX_FEATURES = 100;
const MAX_FEATURE_CHARS = 100;
const MAX_PREMIUM_TIER = 3;
const CREATED = 201;
const NO_CONTENT = 204;
const PATH = '/guilds/:guild_id';

/** Guilds, which bots cannot make, and their outages. */
export function ownerGuildRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const params = ids('guild_id');

  app.get<{ Querystring: PageQuery }>('/guilds', { schema: { querystring: PAGE_QUERY } }, async (request) =>
    page(world.guilds.list(), request.query).map((guild) => ownersView(world, guild)),
  );

  app.get<{ Params: { user_id: Snowflake } }>(
    '/users/:user_id/guilds',
    { schema: { params: ids('user_id') } },
    async (request) => {
      const { id } = world.users.require(request.params.user_id);
      return Array.from(world.guilds.ofUser(id), (guildId) =>
        ownersView(world, world.guilds.require(guildId)),
      );
    },
  );

  app.post<{
    Body: { name: string; owner_id?: Snowflake; id?: Snowflake; description?: string | null };
  }>(
    '/guilds',
    {
      schema: {
        body: object(
          {
            name: text(1, MAX_NAME_CHARS),
            owner_id: SNOWFLAKE,
            id: SNOWFLAKE,
            description: nullableText(MAX_DESCRIPTION_CHARS),
          },
          ['name'],
        ),
      },
    },
    async (request, reply) => {
      const guild = world.guilds.create({
        ...pick(request.body, ['name', 'id', 'description']),
        ownerId: request.body.owner_id ?? world.users.worldOwner().id,
      });
      return reply.code(CREATED).send(ownersView(world, guild));
    },
  );

  app.get<{ Params: GuildParams }>(PATH, { schema: { params } }, async (request) =>
    ownersView(world, world.guilds.require(request.params.guild_id)),
  );

  app.patch<{
    Params: GuildParams;
    Body: {
      name?: string;
      description?: string | null;
      owner_id?: Snowflake;
      features?: string[];
      premium_tier?: number;
    };
  }>(
    PATH,
    {
      schema: {
        params,
        body: object({
          name: text(1, MAX_NAME_CHARS),
          description: nullableText(MAX_DESCRIPTION_CHARS),
          owner_id: SNOWFLAKE,
          features: list(text(1, MAX_FEATURE_CHARS), MAX_FEATURES),
          premium_tier: integer(0, MAX_PREMIUM_TIER),
        }),
      },
    },
    async (request) => {
      const { guild_id } = request.params;
      const patch = pick(request.body, ['name', 'description', 'owner_id', 'features', 'premium_tier']);
      const owner = guildOwner(world, guild_id, request);
      return ownersView(world, world.guilds.update(guild_id, patch, owner));
    },
  );

  app.delete<{ Params: GuildParams }>(PATH, { schema: { params } }, async (request, reply) => {
    world.guilds.delete(request.params.guild_id);
    return reply.code(NO_CONTENT).send();
  });

  for (const [method, outage] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route<{ Params: GuildParams }>({
      method,
      url: `${PATH}/outage`,
      schema: { params },
      handler: async (request, reply) => {
        world.guilds.setOutage(request.params.guild_id, outage);
        return reply.code(NO_CONTENT).send();
      },
    });
  }
}

function ownersView(world: World, guild: Guild): object {
  return { ...world.views.guild(guild), member_count: world.members.count(guild.id), outage: guild.outage };
}
