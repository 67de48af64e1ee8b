import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { IMAGE_BODY_BYTES, IMAGE_DATA, imageHash } from '../../http/image-data.ts';
import {
  ids,
  list,
  NULLABLE_BOOLEAN,
  NULLABLE_SNOWFLAKE,
  nullableInteger,
  nullableList,
  nullableText,
  object,
  SNOWFLAKE,
  text,
} from '../../http/schemas.ts';
import type { Member, Snowflake } from '../../world/entities.ts';
import type { MemberPatch } from '../../world/members.ts';
import { accessibleGuild, permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { assignableRole, requireOutranked } from '../hierarchy.ts';
import { type MemberBody, requireMemberEdit, withoutEveryone } from '../member-edits.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface MemberParams extends GuildParams {
  user_id: Snowflake;
}
interface RoleParams extends MemberParams {
  role_id: Snowflake;
}
interface OwnMemberBody {
  nick?: string | null;
  avatar?: string | null;
  banner?: string | null;
}

const MAX_NICK_CHARS = 32;
const MAX_BIO_CHARS = 190;
const MAX_ROLES = 250;
const MAX_TOKEN_CHARS = 10_240;
const MAX_FLAGS = 2 ** 31 - 1;
const CREATED = 201;
const NO_CONTENT = 204;
const PATH = '/guilds/:guild_id/members';
const ROLE_PATH = `${PATH}/:user_id/roles/:role_id`;

const MEMBER_BODY = object({
  nick: nullableText(MAX_NICK_CHARS),
  roles: nullableList(SNOWFLAKE, MAX_ROLES),
  mute: NULLABLE_BOOLEAN,
  deaf: NULLABLE_BOOLEAN,
  channel_id: NULLABLE_SNOWFLAKE,
  communication_disabled_until: { type: ['string', 'null'], format: 'date-time' },
  flags: nullableInteger(0, MAX_FLAGS),
});

/** @see https://docs.discord.com/developers/resources/guild#modify-guild-member */
export function memberModerationRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  const ownNick = { nick: nullableText(MAX_NICK_CHARS) };

  app.patch<{ Params: GuildParams; Body: OwnMemberBody }>(
    `${PATH}/@me`,
    {
      schema: {
        params: ids('guild_id'),
        body: object({
          ...ownNick,
          avatar: IMAGE_DATA,
          banner: IMAGE_DATA,
          bio: nullableText(MAX_BIO_CHARS),
        }),
      },
      bodyLimit: IMAGE_BODY_BYTES,
    },
    async (request) => {
      const application = applicationOf(request);
      const { nick, avatar, banner } = request.body;
      const permission = nick === undefined ? 0n : Permission.CHANGE_NICKNAME;
      const guild = permittedGuild(world, application, request.params.guild_id, permission);
      const avatarHash = imageHash(avatar, { path: ['avatar'] });
      const bannerHash = imageHash(banner, { path: ['banner'] });
      const patch: MemberPatch = {
        ...(nick === undefined ? {} : { nick }),
        ...(avatarHash === undefined ? {} : { avatar: avatarHash }),
        ...(bannerHash === undefined ? {} : { banner: bannerHash }),
      };
      const member = world.members.update(guild.id, application.botUserId, patch, actorOf(request));
      return world.views.member(member);
    },
  );

  app.patch<{ Params: GuildParams; Body: { nick?: string | null } }>(
    `${PATH}/@me/nick`,
    { schema: { params: ids('guild_id'), body: object(ownNick) } },
    async (request) => {
      const application = applicationOf(request);
      const { guild_id } = request.params;
      const guild = permittedGuild(world, application, guild_id, Permission.CHANGE_NICKNAME);
      const nick = request.body.nick ?? null;
      const member = world.members.update(guild.id, application.botUserId, { nick }, actorOf(request));
      return { nick: member.nick };
    },
  );

  app.put<{
    Params: MemberParams;
    Body: { access_token: string; nick?: string | null; roles?: Snowflake[]; mute?: boolean; deaf?: boolean };
  }>(
    `${PATH}/:user_id`,
    {
      schema: {
        params: ids('guild_id', 'user_id'),
        body: object(
          {
            access_token: text(1, MAX_TOKEN_CHARS),
            ...ownNick,
            roles: list(SNOWFLAKE, MAX_ROLES),
            mute: { type: 'boolean' },
            deaf: { type: 'boolean' },
          },
          ['access_token'],
        ),
      },
    },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id: guildId, user_id: userId } = request.params;
      permittedGuild(world, application, guildId, Permission.CREATE_INSTANT_INVITE);
      const { access_token, nick, roles = [], mute, deaf } = request.body;
      if (!world.accessTokens.permits(access_token, application.id, userId)) {
        throw RestError.of('INVALID_ACCESS_TOKEN');
      }
      if (world.members.get(guildId, userId) !== undefined) return reply.code(NO_CONTENT).send();
      const needed = [
        nick ? Permission.MANAGE_NICKNAMES : 0n,
        roles.length > 0 ? Permission.MANAGE_ROLES : 0n,
        mute === true ? Permission.MUTE_MEMBERS : 0n,
        deaf === true ? Permission.DEAFEN_MEMBERS : 0n,
      ].reduce((all, bit) => all | bit, 0n);
      permittedGuild(world, application, guildId, needed);
      for (const roleId of roles) assignableRole(world, application, guildId, roleId);
      const added = world.members.add({ guildId, userId, nick: nick ?? null, roles }, actorOf(request));
      const member =
        mute === true || deaf === true
          ? world.members.update(guildId, userId, { mute: mute ?? false, deaf: deaf ?? false })
          : added;
      return reply.code(CREATED).send(world.views.member(member));
    },
  );

  app.patch<{ Params: MemberParams; Body: MemberBody }>(
    `${PATH}/:user_id`,
    { schema: { params: ids('guild_id', 'user_id'), body: MEMBER_BODY } },
    async (request) => {
      const application = applicationOf(request);
      const { guild_id: guildId, user_id: userId } = request.params;
      accessibleGuild(world, application, guildId);
      const member = memberOf(guildId, userId);
      requireMemberEdit(world, application, member, request.body);
      const actor = actorOf(request);
      const patch = memberPatch(guildId, request.body);
      if (Object.keys(patch).length > 0) world.members.update(guildId, userId, patch, actor);
      const { channel_id } = request.body;
      if (channel_id !== undefined) world.voiceStates.move(guildId, userId, channel_id, actor);
      return world.views.member(memberOf(guildId, userId));
    },
  );

  app.delete<{ Params: MemberParams }>(
    `${PATH}/:user_id`,
    { schema: { params: ids('guild_id', 'user_id') } },
    async (request, reply) => {
      const application = applicationOf(request);
      const { guild_id: guildId, user_id: userId } = request.params;
      permittedGuild(world, application, guildId, Permission.KICK_MEMBERS);
      memberOf(guildId, userId);
      requireOutranked(world, application, guildId, userId);
      world.members.remove(guildId, userId, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );

  for (const [method, change] of [
    ['PUT', 'addRole'],
    ['DELETE', 'removeRole'],
  ] as const) {
    app.route<{ Params: RoleParams }>({
      method,
      url: ROLE_PATH,
      schema: { params: ids('guild_id', 'user_id', 'role_id') },
      handler: async (request, reply) => {
        const application = applicationOf(request);
        const { guild_id: guildId, user_id: userId, role_id: roleId } = request.params;
        permittedGuild(world, application, guildId, Permission.MANAGE_ROLES);
        memberOf(guildId, userId);
        assignableRole(world, application, guildId, roleId);
        world.members[change](guildId, userId, roleId, actorOf(request));
        return reply.code(NO_CONTENT).send();
      },
    });
  }

  /** @throws WorldError UNKNOWN_USER, UNKNOWN_MEMBER */
  function memberOf(guildId: Snowflake, userId: Snowflake): Member {
    world.users.require(userId);
    return world.members.require(guildId, userId);
  }
}

function memberPatch(guildId: Snowflake, body: MemberBody): MemberPatch {
  const { nick, roles, mute, deaf, communication_disabled_until: until, flags } = body;
  return {
    ...(nick === undefined ? {} : { nick }),
    ...(roles === undefined ? {} : { roles: withoutEveryone(guildId, roles ?? []) }),
    ...(typeof mute === 'boolean' ? { mute } : {}),
    ...(typeof deaf === 'boolean' ? { deaf } : {}),
    ...(until === undefined ? {} : { communicationDisabledUntil: until }),
    ...(typeof flags === 'number' ? { flags } : {}),
  };
}
