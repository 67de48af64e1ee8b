import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import {
  ids,
  NULLABLE_BOOLEAN,
  NULLABLE_SNOWFLAKE,
  nullableInteger,
  nullableList,
  object,
  QUERY_BOOLEAN,
  SNOWFLAKE,
  text,
  UNSERVED,
} from '../../http/schemas.ts';
import { isDm, isThread } from '../../world/channel-kinds.ts';
import type { Application, GuildChannel, Snowflake } from '../../world/entities.ts';
import type { World } from '../../world/world.ts';
import { accessibleGuild, permittedGuild, requirePermission, visibleChannel } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { assignableRole } from '../hierarchy.ts';

interface InviteBody {
  max_age?: number | null;
  max_uses?: number | null;
  temporary?: boolean | null;
  unique?: boolean | null;
  role_ids?: Snowflake[] | null;
}

const MAX_AGE_S = 604_800;
const MAX_USES = 100;
const MAX_ROLES = 250;
const MAX_CODE_CHARS = 100;

const INVITE_BODY = object({
  max_age: nullableInteger(0, MAX_AGE_S),
  max_uses: nullableInteger(0, MAX_USES),
  temporary: NULLABLE_BOOLEAN,
  unique: NULLABLE_BOOLEAN,
  role_ids: nullableList(SNOWFLAKE, MAX_ROLES),
  target_type: UNSERVED,
  target_user_id: UNSERVED,
  target_application_id: UNSERVED,
});

/** @see https://docs.discord.com/developers/resources/invite */
export function inviteRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  const code = object({ code: text(1, MAX_CODE_CHARS) });

  app.get<{ Params: { channel_id: Snowflake } }>(
    '/channels/:channel_id/invites',
    { schema: { params: ids('channel_id') } },
    async (request) => {
      const application = applicationOf(request);
      const channel = guildChannel(world, application, request.params.channel_id);
      requirePermission(world, application, channel, Permission.MANAGE_CHANNELS);
      return world.invites
        .ofGuild(channel.guild_id)
        .filter((invite) => invite.channel_id === channel.id)
        .map((invite) => world.views.records.invite(invite, true));
    },
  );

  app.post<{ Params: { channel_id: Snowflake }; Body: InviteBody }>(
    '/channels/:channel_id/invites',
    { schema: { params: ids('channel_id'), body: INVITE_BODY } },
    async (request) => {
      const application = applicationOf(request);
      const channel = guildChannel(world, application, request.params.channel_id);
      requirePermission(world, application, channel, Permission.CREATE_INSTANT_INVITE);
      const { max_age, max_uses, temporary, unique, role_ids } = request.body;
      if (role_ids && role_ids.length > 0) {
        permittedGuild(world, application, channel.guild_id, Permission.MANAGE_ROLES);
        for (const id of role_ids) assignableRole(world, application, channel.guild_id, id);
      }
      const input = {
        channelId: channel.id,
        inviterId: application.botUserId,
        ...(typeof max_age === 'number' ? { maxAge: max_age } : {}),
        ...(typeof max_uses === 'number' ? { maxUses: max_uses } : {}),
        temporary: temporary ?? false,
        unique: unique ?? false,
        roleIds: role_ids ?? [],
      };
      return world.views.records.invite(world.invites.create(input, actorOf(request)), true);
    },
  );

  app.get<{ Params: { guild_id: Snowflake } }>(
    '/guilds/:guild_id/invites',
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      const held = world.access.guildPermissions(application.botUserId, guild.id);
      const manages = (held & Permission.MANAGE_GUILD) !== 0n;
      if (!manages && (held & Permission.VIEW_AUDIT_LOG) === 0n) throw RestError.of('MISSING_PERMISSIONS');
      return world.invites.ofGuild(guild.id).map((invite) => world.views.records.invite(invite, manages));
    },
  );

  app.get<{ Params: { code: string }; Querystring: { with_counts?: boolean } }>(
    '/invites/:code',
    {
      schema: {
        params: code,
        querystring: object({ with_counts: QUERY_BOOLEAN, guild_scheduled_event_id: NULLABLE_SNOWFLAKE }),
      },
      config: { auth: 'none' },
    },
    async (request) => {
      const invite = world.invites.require(request.params.code);
      const view = world.views.records.invite(invite, false);
      if (request.query.with_counts !== true) return view;
      return { ...view, ...world.views.guildCounts(invite.guild_id) };
    },
  );

  app.delete<{ Params: { code: string } }>(
    '/invites/:code',
    { schema: { params: code } },
    async (request) => {
      const { botUserId } = applicationOf(request);
      const invite = world.invites.require(request.params.code);
      const mayDelete =
        world.access.can(botUserId, invite.channel_id, Permission.MANAGE_CHANNELS) ||
        (world.access.guildPermissions(botUserId, invite.guild_id) & Permission.MANAGE_GUILD) !== 0n;
      if (!mayDelete) throw RestError.of('MISSING_PERMISSIONS');
      const view = world.views.records.invite(invite, false);
      world.invites.delete(invite.code, actorOf(request));
      return view;
    },
  );
}

function guildChannel(world: World, application: Application, channelId: Snowflake): GuildChannel {
  const channel = visibleChannel(world, application, channelId);
  if (isDm(channel)) throw RestError.of('NOT_IN_A_DM');
  if (isThread(channel)) throw RestError.of('WRONG_CHANNEL_TYPE');
  return channel;
}
