import type { FastifyInstance } from 'fastify';
import { pick } from '../../http/pick.ts';
import { ids, list, nullableText, object, QUERY_BOOLEAN, SNOWFLAKE } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { guildOwner } from '../guild-owner.ts';
import { MEMBER_QUERY, type MemberQuery, memberPage } from '../member-pages.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface MemberParams extends GuildParams {
  user_id: Snowflake;
}
interface MemberBody {
  nick?: string | null;
  roles?: Snowflake[];
}

const PATCHABLE = ['nick', 'roles'] as const;
const MAX_NICK_CHARS = 32;
const MAX_ROLES = 250;
const CREATED = 201;
const OK = 200;
const NO_CONTENT = 204;

const MEMBER_BODY = object({ nick: nullableText(MAX_NICK_CHARS), roles: list(SNOWFLAKE, MAX_ROLES) });

/** Who is in a guild; a bot joins by its user id like anybody else. */
export function ownerMemberRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.get<{ Params: GuildParams; Querystring: MemberQuery }>(
    '/guilds/:guild_id/members',
    { schema: { params: ids('guild_id'), querystring: MEMBER_QUERY } },
    async (request) =>
      memberPage(world, request.params.guild_id, request.query).map((member) => world.views.member(member)),
  );

  app.put<{ Params: MemberParams; Body: MemberBody }>(
    '/guilds/:guild_id/members/:user_id',
    { schema: { params: ids('guild_id', 'user_id'), body: MEMBER_BODY } },
    async (request, reply) => {
      const { guild_id: guildId, user_id: userId } = request.params;
      const isNew = world.members.get(guildId, userId) === undefined;
      const owner = guildOwner(world, guildId, request);
      const member = world.members.add({ guildId, userId, ...pick(request.body, PATCHABLE) }, owner);
      return reply.code(isNew ? CREATED : OK).send(world.views.member(member));
    },
  );

  app.patch<{ Params: MemberParams; Body: MemberBody }>(
    '/guilds/:guild_id/members/:user_id',
    { schema: { params: ids('guild_id', 'user_id'), body: MEMBER_BODY } },
    async (request) => {
      const { guild_id, user_id } = request.params;
      const owner = guildOwner(world, guild_id, request);
      const patch = pick(request.body, PATCHABLE);
      return world.views.member(world.members.update(guild_id, user_id, patch, owner));
    },
  );

  app.delete<{ Params: MemberParams; Querystring: { kicked?: boolean } }>(
    '/guilds/:guild_id/members/:user_id',
    {
      schema: { params: ids('guild_id', 'user_id'), querystring: object({ kicked: QUERY_BOOLEAN }) },
    },
    async (request, reply) => {
      const { guild_id, user_id } = request.params;
      // Who leaves does so by itself: only a kick is an act of the owner.
      const owner = request.query.kicked === true ? guildOwner(world, guild_id, request) : undefined;
      world.members.remove(guild_id, user_id, owner);
      return reply.code(NO_CONTENT).send();
    },
  );
}
