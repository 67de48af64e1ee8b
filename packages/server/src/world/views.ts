/**
 * The world's records as Discord writes them. Objects are made anew on each call and belong to the caller.
 * Messages and guilds have files of their own; this is the one place to ask.
 */
import { CATEGORY_TYPE, isDm, isThread, VOICE_TYPE } from './channel-kinds.ts';
import type {
  Application,
  Channel,
  Guild,
  Member,
  Message,
  Presence,
  Role,
  Snowflake,
  Thread,
  ThreadMember,
  User,
  Webhook,
} from './entities.ts';
import type { HiddenContent } from './events.ts';
import { type GuildCreateOptions, GuildView } from './guild-view.ts';
import { MessageView } from './message-view.ts';
import { ThreadView } from './thread-view.ts';
import { webhookView } from './webhook-view.ts';
import type { World } from './world.ts';

const DEFAULT_LOCALE = 'en-US';
const VOICE_BITRATE = 64_000;

export class Views {
  readonly #world: World;
  readonly #messages: MessageView;
  readonly #guilds: GuildView;
  readonly #threads: ThreadView;

  constructor(world: World) {
    this.#world = world;
    this.#messages = new MessageView(world, this);
    this.#guilds = new GuildView(world, this);
    this.#threads = new ThreadView(world, this);
  }

  /** @see https://docs.discord.com/developers/resources/user#user-object */
  user(user: User): object {
    return {
      id: user.id,
      username: user.username,
      discriminator: user.discriminator,
      global_name: user.global_name,
      avatar: user.avatar,
      avatar_decoration_data: null,
      banner: null,
      accent_color: null,
      collectibles: null,
      primary_guild: null,
      public_flags: user.public_flags,
      flags: user.public_flags,
      bot: user.bot,
    };
  }

  /** A user as it sees itself: READY, `/users/@me`, USER_UPDATE. */
  selfUser(user: User): object {
    return {
      ...this.user(user),
      mfa_enabled: false,
      locale: DEFAULT_LOCALE,
      verified: true,
      email: null,
      premium_type: 0,
    };
  }

  /** With `user`. @see https://docs.discord.com/developers/resources/guild#guild-member-object */
  member(member: Member): object {
    return { ...this.memberWithoutUser(member), user: this.#userOf(member.user_id) };
  }

  /** The form inside a message, whose author says who it is. */
  memberWithoutUser(member: Member): object {
    return {
      avatar: null,
      avatar_decoration_data: null,
      banner: null,
      collectibles: null,
      communication_disabled_until: member.communication_disabled_until,
      deaf: member.deaf,
      flags: member.flags,
      joined_at: member.joined_at,
      mute: member.mute,
      nick: member.nick,
      pending: member.pending,
      premium_since: null,
      roles: member.roles,
    };
  }

  /** The payload of GUILD_MEMBER_UPDATE. */
  memberUpdate(member: Member): object {
    return { guild_id: member.guild_id, ...this.member(member) };
  }

  /** @see https://docs.discord.com/developers/topics/permissions#role-object */
  role(role: Role): object {
    const { guild_id: _, ...wire } = role;
    return wire;
  }

  /**
   * @param forUserId who looks: in a DM `recipients` is the other one (both, when nobody is named), of a thread `member`
   *   is told when it is in it
   * @see https://docs.discord.com/developers/resources/channel#channel-object
   */
  channel(channel: Channel, forUserId?: Snowflake): object {
    if (isDm(channel)) {
      return {
        id: channel.id,
        type: channel.type,
        flags: 0,
        last_message_id: channel.last_message_id,
        last_pin_timestamp: this.#world.pins.lastTimestamp(channel.id),
        recipients: channel.recipientIds.filter((id) => id !== forUserId).map((id) => this.#userOf(id)),
      };
    }
    if (isThread(channel)) return this.#threads.thread(channel, forUserId);
    const { parent_id, permission_overwrites, ...rest } = channel;
    const last_pin_timestamp = this.#world.pins.lastTimestamp(channel.id);
    const wire = { ...rest, parent_id, permission_overwrites, last_pin_timestamp };
    if (channel.type === CATEGORY_TYPE) {
      const {
        topic: _topic,
        last_message_id: _last,
        last_pin_timestamp: _pin,
        rate_limit_per_user: _slowmode,
        ...category
      } = wire;
      return category;
    }
    if (channel.type === VOICE_TYPE) {
      const { topic: _topic, ...voice } = wire;
      return { ...voice, bitrate: VOICE_BITRATE, user_limit: 0, rtc_region: null };
    }
    return wire;
  }

  /** @param withUser whether it tells who made it. Default true. */
  webhook(webhook: Webhook, withUser = true): object {
    return webhookView(this.#world, webhook, withUser);
  }

  threadMember(member: ThreadMember): object {
    return this.#threads.member(member);
  }

  /** With the guild's member and its presence, for THREAD_MEMBERS_UPDATE. */
  threadMemberWithMember(member: ThreadMember): object {
    return this.#threads.memberWithMember(member);
  }

  /** Counted up to 50, as Discord does. */
  threadMemberCount(threadId: Snowflake): number {
    return this.#threads.memberCount(threadId);
  }

  /** The guild's active threads that the user sees, each with the user's `member` if it is in it. */
  visibleThreads(guildId: Snowflake, userId: Snowflake): readonly object[] {
    return this.#threads.visible(guildId, userId);
  }

  /** Active threads that the user sees, of the whole guild or of these channels, and its memberships in them. */
  threadList(guildId: Snowflake, userId: Snowflake, parentIds?: readonly Snowflake[]): object {
    return this.#threads.list(guildId, userId, parentIds);
  }

  /** The user's memberships in these threads. */
  threadMembersOf(threads: readonly Thread[], userId: Snowflake): readonly object[] {
    return this.#threads.members(threads, userId);
  }

  /** The guild as REST and GUILD_UPDATE give it: with roles, without channels and members. */
  guild(guild: Guild): object {
    return this.#guilds.guild(guild);
  }

  /** `approximate_member_count` and `approximate_presence_count`, for `with_counts`. */
  guildCounts(guildId: Snowflake): object {
    return this.#guilds.counts(guildId);
  }

  /**
   * The payload of GUILD_CREATE for a session of the user; `{id, unavailable: true}` during an outage.
   * @throws WorldError UNKNOWN_GUILD, UNKNOWN_MEMBER when the user is not in the guild (any more)
   */
  guildCreate(guildId: Snowflake, options: GuildCreateOptions): object {
    return this.#guilds.guildCreate(guildId, options);
  }

  /** A guild in `/users/@me/guilds`. @throws WorldError UNKNOWN_USER */
  partialGuild(guild: Guild, userId: Snowflake): object {
    return this.#guilds.partialGuild(guild, userId);
  }

  /** PRESENCE_UPDATE's payload, also the form in GUILD_CREATE and GUILD_MEMBERS_CHUNK. */
  presence(presence: Presence, guildId: Snowflake): object {
    return {
      user: { id: presence.user_id },
      guild_id: guildId,
      status: presence.status,
      activities: presence.activities,
      client_status: presence.client_status,
    };
  }

  /**
   * A message with full content, as REST gives it.
   * @param forUserId whose reactions count as `me`
   */
  message(message: Message, forUserId?: Snowflake): object {
    return this.#messages.message(message, forUserId);
  }

  /** The payload of MESSAGE_CREATE and MESSAGE_UPDATE: a message with `guild_id`, `member` and `channel_type`. */
  messageEvent(message: Message): object {
    return this.#messages.event(message);
  }

  /** A message payload without what MESSAGE_CONTENT unlocks, in what is hidden of it. */
  blanked(payload: object, hidden: HiddenContent): object {
    return this.#messages.blanked(payload, hidden);
  }

  /** The message that a message replies to, null when that is gone, undefined when it is no reply. */
  referenced(message: Message): Message | null | undefined {
    return this.#messages.referenced(message);
  }

  /**
   * A message as REST gives it to the application: full when it has MESSAGE_CONTENT switched on, in DMs, and when it
   * wrote the message or is in its mentions. The message it replies to is judged for itself.
   */
  messageFor(application: Application, message: Message): object {
    return this.#messages.forApplication(application, message);
  }

  /** The application as its own bot sees it. */
  application(application: Application): object {
    const { applications, guilds, users } = this.#world;
    const flags = applications.gatewayFlags(application);
    return {
      id: application.id,
      name: application.name,
      icon: null,
      description: application.description,
      summary: '',
      type: null,
      bot: this.#userOf(application.botUserId),
      bot_public: true,
      bot_require_code_grant: false,
      owner: this.user(users.require(application.ownerId)),
      team: null,
      verify_key: application.verifyKey,
      flags,
      flags_new: String(flags),
      redirect_uris: [],
      rpc_origins: [],
      interactions_endpoint_url: null,
      role_connections_verification_url: null,
      event_webhooks_url: null,
      event_webhooks_status: 1,
      event_webhooks_types: [],
      integration_types_config: { 0: {} },
      approximate_guild_count: guilds.ofUser(application.botUserId).size,
      approximate_user_install_count: 0,
      approximate_user_authorization_count: 0,
      explicit_content_filter: 0,
      eligible_oauth2_scopes: ['bot'],
      tags: [],
    };
  }

  #userOf(userId: Snowflake): object {
    return this.user(this.#world.users.require(userId));
  }
}
