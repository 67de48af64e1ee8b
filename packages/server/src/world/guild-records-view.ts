import { isVoice } from './channel-kinds.ts';
import type { Application, Guild, Snowflake } from './entities.ts';
import type {
  AuditLogEntry,
  AutoModerationRule,
  Ban,
  Emoji,
  Invite,
  ScheduledEvent,
  SoundboardSound,
  StageInstance,
  Sticker,
  VoiceState,
} from './guild-records.ts';
import type { Views } from './views.ts';
import type { World } from './world.ts';

const GUILD_INVITE = 0;
const GUILD_STICKER = 2;
const MAX_WIDGET_MEMBERS = 100;
const WIDGET_DISCRIMINATOR = '0000';

/** What a guild has besides channels, roles and members, as Discord writes it. */
export class GuildRecordsView {
  readonly #world: World;
  readonly #views: Views;

  constructor(world: World, views: Views) {
    this.#world = world;
    this.#views = views;
  }

  /** @see https://docs.discord.com/developers/resources/audit-log#audit-log-entry-object */
  auditLogEntry(entry: AuditLogEntry): object {
    const { guild_id: _, ...wire } = entry;
    return wire;
  }

  /** Entries with what they speak of. @see https://docs.discord.com/developers/resources/audit-log#audit-log-object */
  auditLog(guildId: Snowflake, entries: readonly AuditLogEntry[]): object {
    const { users, scheduledEvents, autoModeration, threads, webhooks } = this.#world;
    const named = new Set(entries.flatMap(({ user_id, target_id }) => [user_id, target_id ?? user_id]));
    const known = <T>(find: (id: Snowflake) => T | undefined, write: (record: T) => object) =>
      [...named].flatMap((id) => {
        const record = find(id);
        return record === undefined ? [] : [write(record)];
      });
    return {
      audit_log_entries: entries.map((entry) => this.auditLogEntry(entry)),
      users: known(
        (id) => users.get(id),
        (user) => this.#views.user(user),
      ),
      guild_scheduled_events: known(
        (id) => scheduledEvents.get(guildId, id),
        (event) => this.scheduledEvent(event),
      ),
      auto_moderation_rules: known(
        (id) => autoModeration.get(guildId, id),
        (rule) => this.autoModerationRule(rule),
      ),
      application_commands: [],
      integrations: [],
      threads: known(
        (id) => threads.ofGuild(guildId).get(id),
        (thread) => this.#views.channel(thread),
      ),
      webhooks: known(
        (id) => webhooks.ofGuild(guildId).get(id),
        (webhook) => this.#views.webhook(webhook),
      ),
    };
  }

  /** @see https://docs.discord.com/developers/resources/guild#ban-object */
  ban(ban: Ban): object {
    return { user: this.#userOf(ban.user_id), reason: ban.reason };
  }

  /** @see https://docs.discord.com/developers/resources/voice#voice-state-object */
  voiceState(state: VoiceState): object {
    const member = this.#world.members.get(state.guild_id, state.user_id);
    return {
      ...state,
      deaf: member?.deaf ?? false,
      mute: member?.mute ?? false,
      self_stream: false,
      ...(member === undefined ? {} : { member: this.#views.member(member) }),
    };
  }

  /** The form inside GUILD_CREATE: the guild and its members are there anyway. */
  voiceStateWithoutGuild(state: VoiceState): object {
    const {
      guild_id: _guild,
      member: _member,
      ...rest
    } = this.voiceState(state) as {
      readonly guild_id: Snowflake;
      readonly member?: object;
    };
    return rest;
  }

  /** @see https://docs.discord.com/developers/resources/guild#guild-preview-object */
  preview(guild: Guild): object {
    return {
      id: guild.id,
      name: guild.name,
      icon: guild.icon,
      splash: guild.splash,
      discovery_splash: guild.discovery_splash,
      home_header: guild.home_header,
      description: guild.description,
      features: guild.features,
      emojis: this.emojisOf(guild.id),
      stickers: this.stickersOf(guild.id),
      ...this.#views.guildCounts(guild.id),
    };
  }

  /** What everybody may see. @see https://docs.discord.com/developers/resources/guild#guild-widget-object */
  widget(guild: Guild): object {
    const { members, presences, users, channels, access } = this.#world;
    const online = [...members.ofGuild(guild.id).keys()].filter((id) => presences.get(id) !== undefined);
    return {
      id: guild.id,
      name: guild.name,
      instant_invite: null,
      channels: [...channels.ofGuild(guild.id).values()]
        .filter((channel) => isVoice(channel) && access.isPublic(channel))
        .map(({ id, name, position }) => ({ id, name, position })),
      // Who it is must not be known from a page that is open to all.
      members: online.slice(0, MAX_WIDGET_MEMBERS).map((id, index) => ({
        id: String(index),
        username: users.require(id).global_name ?? users.require(id).username,
        discriminator: WIDGET_DISCRIMINATOR,
        avatar: null,
        status: presences.get(id)?.status ?? 'offline',
        avatar_url: `https://cdn.discordapp.com/widget-avatars/${index}`,
      })),
      presence_count: online.length,
    };
  }

  /** The bots of the guild. @see https://docs.discord.com/developers/resources/guild#integration-object */
  integrations(guildId: Snowflake): readonly object[] {
    const { applications, members } = this.#world;
    return applications
      .list()
      .filter(({ botUserId }) => members.get(guildId, botUserId) !== undefined)
      .map((application) => this.integration(application));
  }

  integration({ id, name, description, botUserId }: Application): object {
    return {
      id,
      name,
      type: 'discord',
      enabled: true,
      account: { id, name },
      application: { id, name, icon: null, description, type: null, bot: this.#userOf(botUserId) },
      scopes: ['bot'],
    };
  }

  /**
   * @param withMetadata how often it has been used and may be: for those who manage
   * @see https://docs.discord.com/developers/resources/invite#invite-object
   */
  invite(invite: Invite, withMetadata: boolean): object {
    const { guilds, channels, roles } = this.#world;
    const guild = guilds.require(invite.guild_id);
    const channel = channels.require(invite.channel_id);
    return {
      type: GUILD_INVITE,
      code: invite.code,
      inviter: this.#userOf(invite.inviter_id),
      expires_at: invite.expires_at,
      flags: 0,
      guild_id: guild.id,
      guild: {
        id: guild.id,
        name: guild.name,
        splash: guild.splash,
        banner: guild.banner,
        description: guild.description,
        icon: guild.icon,
        features: guild.features,
        verification_level: guild.verification_level,
        vanity_url_code: null,
        nsfw_level: guild.nsfw_level,
        nsfw: false,
        premium_subscription_count: 0,
      },
      channel: { id: channel.id, type: channel.type, name: 'name' in channel ? channel.name : null },
      ...(invite.role_ids.length === 0
        ? {}
        : {
            roles: invite.role_ids.flatMap((id) => {
              const role = roles.get(id);
              if (role === undefined) return [];
              const { name, position, color, colors, icon = null, unicode_emoji = null } = role;
              return [{ id, name, position, color, colors, icon, unicode_emoji }];
            }),
          }),
      ...(withMetadata
        ? {
            uses: invite.uses,
            max_uses: invite.max_uses,
            max_age: invite.max_age,
            temporary: invite.temporary,
            created_at: invite.created_at,
          }
        : {}),
    };
  }

  /** The payload of INVITE_CREATE. */
  inviteCreate(invite: Invite): object {
    return {
      channel_id: invite.channel_id,
      guild_id: invite.guild_id,
      code: invite.code,
      type: GUILD_INVITE,
      inviter: this.#userOf(invite.inviter_id),
      created_at: invite.created_at,
      expires_at: invite.expires_at,
      max_age: invite.max_age,
      max_uses: invite.max_uses,
      temporary: invite.temporary,
      uses: 0,
      ...(invite.role_ids.length === 0 ? {} : { role_ids: invite.role_ids }),
    };
  }

  /**
   * @param withCreator who has made it: for those who manage
   * @see https://docs.discord.com/developers/resources/emoji#emoji-object
   */
  emoji(emoji: Emoji, withCreator = false): object {
    return {
      id: emoji.id,
      name: emoji.name,
      roles: emoji.roles,
      require_colons: true,
      managed: false,
      animated: emoji.animated,
      available: true,
      ...(withCreator ? { user: this.#userOf(emoji.creator_id) } : {}),
    };
  }

  emojisOf(guildId: Snowflake): readonly object[] {
    return Array.from(this.#world.emojis.ofGuild(guildId).values(), (emoji) => this.emoji(emoji));
  }

  /**
   * @param withCreator who has made it: for those who manage
   * @see https://docs.discord.com/developers/resources/sticker#sticker-object
   */
  sticker(sticker: Sticker, withCreator = false): object {
    const { creator_id, ...fields } = sticker;
    return {
      ...fields,
      type: GUILD_STICKER,
      available: true,
      ...(withCreator ? { user: this.#userOf(creator_id) } : {}),
    };
  }

  stickersOf(guildId: Snowflake): readonly object[] {
    return Array.from(this.#world.stickers.ofGuild(guildId).values(), (sticker) => this.sticker(sticker));
  }

  /**
   * @param withCreator who has made it: for those who manage, and in events
   * @see https://docs.discord.com/developers/resources/soundboard#soundboard-sound-object
   */
  sound(sound: SoundboardSound, withCreator = false): object {
    const { id, creator_id, ...fields } = sound;
    return {
      ...fields,
      sound_id: id,
      available: true,
      ...(withCreator ? { user: this.#userOf(creator_id) } : {}),
    };
  }

  soundsOf(guildId: Snowflake): readonly object[] {
    return Array.from(this.#world.soundboard.ofGuild(guildId).values(), (sound) => this.sound(sound));
  }

  /** @see https://docs.discord.com/developers/resources/guild-scheduled-event#guild-scheduled-event-object */
  scheduledEvent(event: ScheduledEvent, withUserCount = false): object {
    const { user_ids, ...fields } = event;
    return {
      ...fields,
      creator: this.#userOf(event.creator_id),
      entity_id: null,
      guild_scheduled_event_exceptions: [],
      ...(withUserCount ? { user_count: user_ids.length } : {}),
    };
  }

  /** @see https://docs.discord.com/developers/resources/auto-moderation#auto-moderation-rule-object */
  autoModerationRule(rule: AutoModerationRule): object {
    return { ...rule };
  }

  /** @see https://docs.discord.com/developers/resources/stage-instance#stage-instance-object */
  stageInstance(stage: StageInstance): object {
    return { ...stage, discoverable_disabled: true };
  }

  #userOf(userId: Snowflake): object {
    return this.#views.user(this.#world.users.require(userId));
  }
}
