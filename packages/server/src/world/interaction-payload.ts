import { Permission } from '@guildhall/protocol';
import { isDm } from './channel-kinds.ts';
import type { Application, Channel, Guild, Member, Message, Snowflake } from './entities.ts';
import type { Interaction } from './interaction.ts';
import { integrationOwners } from './message-origin-view.ts';
import { entitlementView } from './premium-view.ts';
import type { World } from './world.ts';

const MIB = 1_048_576;
/** By premium tier of the guild. */
const UPLOAD_LIMITS = [10 * MIB, 10 * MIB, 50 * MIB, 100 * MIB];
const GUILD_CONTEXT = 0;
const BOT_DM_CONTEXT = 1;
const DM_APP_PERMISSIONS =
  Permission.ATTACH_FILES |
  Permission.EMBED_LINKS |
  Permission.MENTION_EVERYONE |
  Permission.USE_EXTERNAL_EMOJIS;

/**
 * The payload of INTERACTION_CREATE.
 * @param source the message whose component was used, at that moment
 * @see https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
 */
export function interactionPayload(
  world: World,
  interaction: Interaction,
  application: Application,
  source: Message | null,
): object {
  const { id, token, type, data, locale, guildId, userId } = interaction;
  const channel = world.channels.require(interaction.channelId);
  return {
    id,
    application_id: application.id,
    type,
    token,
    version: 1,
    data,
    channel_id: channel.id,
    channel: partialChannel(world, channel, userId, application.botUserId),
    locale,
    entitlements: world.entitlements.activeOf(application.id, userId, guildId).map(entitlementView),
    authorizing_integration_owners: integrationOwners(guildId),
    ...(source === null ? {} : { message: world.views.message(source, application.botUserId) }),
    ...(guildId === null
      ? ofDm(world, interaction)
      : ofGuild(world, interaction, world.guilds.require(guildId), application)),
  };
}

function ofGuild(world: World, interaction: Interaction, guild: Guild, { botUserId }: Application): object {
  const { userId, channelId } = interaction;
  return {
    guild_id: guild.id,
    guild: { id: guild.id, locale: guild.preferred_locale, features: guild.features },
    guild_locale: guild.preferred_locale,
    member: {
      ...world.views.member(world.members.require(guild.id, userId)),
      permissions: permissions(world, userId, channelId),
    },
    app_permissions: permissions(world, botUserId, channelId),
    context: GUILD_CONTEXT,
    attachment_size_limit: UPLOAD_LIMITS[guild.premium_tier] ?? MIB,
  };
}

function ofDm(world: World, { userId }: Interaction): object {
  return {
    user: world.views.user(world.users.require(userId)),
    app_permissions: DM_APP_PERMISSIONS.toString(),
    context: BOT_DM_CONTEXT,
    attachment_size_limit: UPLOAD_LIMITS[0],
  };
}

/** A channel as it stands in an interaction: with what the user and the application may do in it. */
export function partialChannel(
  world: World,
  channel: Channel,
  userId: Snowflake,
  botUserId: Snowflake,
): object {
  const view = world.views.channel(channel, botUserId);
  if (isDm(channel)) return view;
  const { permission_overwrites: _, ...fields } = view as { readonly permission_overwrites?: unknown };
  return {
    ...fields,
    permissions: permissions(world, userId, channel.id),
    app_permissions: permissions(world, botUserId, channel.id),
  };
}

/** A member as it stands in `resolved`, where the user is beside it. */
export function partialMember(world: World, member: Member, channelId: Snowflake): object {
  const {
    deaf: _deaf,
    mute: _mute,
    ...fields
  } = world.views.memberWithoutUser(member) as {
    readonly deaf?: unknown;
    readonly mute?: unknown;
  };
  return { ...fields, permissions: permissions(world, member.user_id, channelId) };
}

function permissions(world: World, userId: Snowflake, channelId: Snowflake): string {
  return world.access.channelPermissions(userId, channelId).toString();
}
