/** What Discord sends to a bot in a few lively guilds: the greetings, then the mix. The same bytes at every run. */
import { BOT_ID } from './fake-discord.ts';
import { Prose } from './prose.ts';

export interface Payload {
  readonly t: string | null;
  readonly s: number | null;
  readonly op: number;
  readonly d: object;
}

interface Guild {
  readonly id: string;
  readonly channelIds: readonly string[];
  readonly roleIds: readonly string[];
  readonly members: readonly Member[];
}

interface Member {
  readonly user: { readonly id: string } & Readonly<Record<string, unknown>>;
  readonly roles: readonly string[];
}

const GUILDS = 4;
const CHANNELS = 30;
const ROLES = 20;
const MEMBERS = 120;
const HEARTBEAT_INTERVAL_MS = 600_000;
const JOINED_AT = '2024-03-17T09:41:22.481000+00:00';
/** Those of an ordinary member. */
const PERMISSIONS = '2248473465835073';
const MESSAGE_LENGTHS = [16, 40, 70, 110, 160, 240, 420] as const;
/**
 * Of 100 events: 45 presences, 20 messages, 15 typings; 5 edits, 5 reactions, 4 voice states, 3 members, 3 deletions. Each
 * fifth is a message, so that a count of messages is also a count of events.
 */
const OTHERS = 'eeeeerrrrrvvvvgggddd';
const MESSAGE_EVERY = 5;

const NAMES: Readonly<Record<string, string>> = {
  p: 'PRESENCE_UPDATE',
  m: 'MESSAGE_CREATE',
  t: 'TYPING_START',
  e: 'MESSAGE_UPDATE',
  r: 'MESSAGE_REACTION_ADD',
  v: 'VOICE_STATE_UPDATE',
  g: 'GUILD_MEMBER_UPDATE',
  d: 'MESSAGE_DELETE',
};

export class Payloads {
  readonly #prose = new Prose(7);
  readonly #guilds: readonly Guild[];
  #seq = 0;
  #count = 0;
  #lastMessage: { readonly id: string; readonly channelId: string; readonly guildId: string } | null = null;

  constructor() {
    this.#guilds = Array.from({ length: GUILDS }, () => this.#guild());
  }

  /** HELLO, which comes before the identify. */
  hello(): Payload {
    return {
      t: null,
      s: null,
      op: 10,
      d: {
        heartbeat_interval: HEARTBEAT_INTERVAL_MS,
        _trace: ['["gateway-prd-us-east1-b-0000",{"micros":0.0}]'],
      },
    };
  }

  /** READY and the guilds. */
  greetings(resumeGatewayUrl: string): Payload[] {
    return [
      this.ready(
        resumeGatewayUrl,
        this.#guilds.map(({ id }) => id),
      ),
      ...this.#guilds.map((guild) => this.#dispatch('GUILD_CREATE', this.#guildCreate(guild))),
    ];
  }

  ready(resumeGatewayUrl: string, guildIds: readonly string[]): Payload {
    return this.#dispatch('READY', {
      v: 10,
      user_settings: {},
      user: { ...this.#user(BOT_ID, 'bench'), bot: true, verified: true, mfa_enabled: false, email: null },
      session_type: 'normal',
      session_id: '0123456789abcdef0123456789abcdef',
      resume_gateway_url: resumeGatewayUrl,
      relationships: [],
      private_channels: [],
      presences: [],
      guilds: guildIds.map((id) => ({ id, unavailable: true })),
      guild_join_requests: [],
      geo_ordered_rtc_regions: [],
      auth: {},
      application: { id: BOT_ID, flags: 565_248 },
      _trace: [],
    });
  }

  typing(): Payload {
    const guild = this.#prose.pick(this.#guilds);
    return this.#dispatch('TYPING_START', this.#data('t', guild, this.#prose.pick(guild.members)));
  }

  /** The next event of the mix. */
  next(): Payload {
    const kind = this.#nextKind();
    const guild = this.#prose.pick(this.#guilds);
    return this.#dispatch(NAMES[kind] ?? '', this.#data(kind, guild, this.#prose.pick(guild.members)));
  }

  #nextKind(): string {
    this.#count += 1;
    if (this.#count % MESSAGE_EVERY === 0) return 'm';
    const turn = this.#prose.random() * 80;
    if (turn < 45) return 'p';
    if (turn < 60) return 't';
    return OTHERS[Math.floor(this.#prose.random() * OTHERS.length)] ?? 'p';
  }

  #dispatch(t: string, d: object): Payload {
    this.#seq += 1;
    return { t, s: this.#seq, op: 0, d };
  }

  #data(kind: string, guild: Guild, member: Member): object {
    switch (kind) {
      case 'm':
        return this.#message(guild, member);
      case 't':
        return {
          user_id: member.user.id,
          timestamp: 1_760_000_000 + this.#count,
          member: this.#withUser(member),
          channel_id: this.#prose.pick(guild.channelIds),
          guild_id: guild.id,
        };
      case 'e':
        return { ...this.#message(guild, member), edited_timestamp: this.#time() };
      case 'r':
        return {
          user_id: member.user.id,
          type: 0,
          message_id: this.#lastMessage?.id ?? this.#prose.id(),
          message_author_id: this.#prose.pick(guild.members).user.id,
          member: this.#withUser(member),
          emoji: { name: '👍', id: null },
          channel_id: this.#lastMessage?.channelId ?? guild.channelIds[0],
          burst: false,
          guild_id: this.#lastMessage?.guildId ?? guild.id,
        };
      case 'v':
        return {
          member: this.#withUser(member),
          user_id: member.user.id,
          suppress: false,
          session_id: this.#prose.hash(32),
          self_video: false,
          self_mute: this.#prose.random() < 0.5,
          self_deaf: false,
          request_to_speak_timestamp: null,
          mute: false,
          deaf: false,
          channel_id: guild.channelIds.at(-1),
          guild_id: guild.id,
        };
      case 'g':
        return { ...this.#withUser(member), nick: this.#prose.text(12), guild_id: guild.id };
      case 'd':
        return {
          id: this.#prose.id(),
          channel_id: this.#prose.pick(guild.channelIds),
          guild_id: guild.id,
        };
      default:
        return this.#presence(guild, member);
    }
  }

  #presence(guild: Guild, member: Member): object {
    return {
      user: { id: member.user.id },
      status: this.#prose.pick(['online', 'idle', 'dnd']),
      guild_id: guild.id,
      client_status: { desktop: 'online' },
      broadcast: null,
      activities: [
        {
          type: 0,
          timestamps: { start: 1_760_000_000_000 + this.#count },
          name: this.#prose.text(16),
          id: this.#prose.hash(16),
          created_at: 1_760_000_000_000 + this.#count,
          application_id: this.#prose.id(),
        },
      ],
    };
  }

  #message(guild: Guild, member: Member): object {
    const { user, ...withoutUser } = member;
    const id = this.#prose.id();
    const channelId = this.#prose.pick(guild.channelIds);
    this.#lastMessage = { id, channelId, guildId: guild.id };
    const mentioned = this.#prose.random() < 0.2 ? [this.#prose.pick(guild.members)] : [];
    return {
      type: 0,
      tts: false,
      timestamp: this.#time(),
      pinned: false,
      nonce: this.#prose.id(),
      mentions: mentioned.map(({ user: other, ...rest }) => ({ ...other, member: rest })),
      mention_roles: [],
      mention_everyone: false,
      member: withoutUser,
      id,
      flags: 0,
      embeds: [],
      edited_timestamp: null,
      content: this.#prose.text(this.#prose.pick(MESSAGE_LENGTHS)),
      components: [],
      channel_type: 0,
      channel_id: channelId,
      author: user,
      attachments: [],
      guild_id: guild.id,
    };
  }

  #withUser(member: Member): object {
    return { ...member };
  }

  #time(): string {
    return `2026-01-1${this.#count % 10}T1${this.#count % 7}:4${this.#count % 9}:0${this.#count % 8}.${100_000 + (this.#count % 899_999)}+00:00`;
  }

  #guild(): Guild {
    const roleIds = Array.from({ length: ROLES }, () => this.#prose.id());
    return {
      id: this.#prose.id(),
      roleIds,
      channelIds: Array.from({ length: CHANNELS }, () => this.#prose.id()),
      members: Array.from({ length: MEMBERS }, () => this.#member(roleIds)),
    };
  }

  #member(roleIds: readonly string[]): Member & object {
    return {
      user: this.#user(this.#prose.id(), this.#prose.name()),
      roles: [this.#prose.pick(roleIds), this.#prose.pick(roleIds), this.#prose.pick(roleIds)],
      ...{
        premium_since: null,
        pending: false,
        nick: null,
        mute: false,
        joined_at: JOINED_AT,
        flags: 0,
        deaf: false,
        communication_disabled_until: null,
        banner: null,
        avatar: null,
      },
    };
  }

  #user(id: string, username: string): { readonly id: string } & Readonly<Record<string, unknown>> {
    return {
      username,
      public_flags: 0,
      primary_guild: null,
      id,
      global_name: this.#prose.name(),
      display_name_styles: null,
      discriminator: '0',
      collectibles: null,
      clan: null,
      avatar_decoration_data: null,
      avatar: this.#prose.hash(32),
    };
  }

  #guildCreate(guild: Guild): object {
    return {
      ...{ id: guild.id, name: this.#prose.text(20), icon: null, description: null, splash: null },
      ...{ discovery_splash: null, banner: null, owner_id: guild.members[0]?.user.id, application_id: null },
      ...{ region: 'us-east', afk_channel_id: null, afk_timeout: 300, system_channel_id: null },
      ...{ system_channel_flags: 0, widget_enabled: false, widget_channel_id: null, verification_level: 1 },
      ...{ default_message_notifications: 1, mfa_level: 0, explicit_content_filter: 2, max_presences: null },
      ...{ max_members: 500_000, max_video_channel_users: 25, vanity_url_code: null, premium_tier: 0 },
      ...{ premium_subscription_count: 0, preferred_locale: 'en-US', rules_channel_id: null, nsfw: false },
      ...{ safety_alerts_channel_id: null, public_updates_channel_id: null, hub_type: null, nsfw_level: 0 },
      ...{ premium_progress_bar_enabled: false, large: false, unavailable: false, joined_at: JOINED_AT },
      ...{
        member_count: guild.members.length,
        features: ['COMMUNITY'],
        emojis: [],
        stickers: [],
        threads: [],
      },
      ...{ stage_instances: [], guild_scheduled_events: [], soundboard_sounds: [], voice_states: [] },
      roles: [guild.id, ...guild.roleIds].map((id, position) => ({
        ...{ id, name: this.#prose.text(10), position, permissions: PERMISSIONS, color: 0, hoist: false },
        ...{ colors: { primary_color: 0, secondary_color: null, tertiary_color: null }, icon: null },
        ...{ unicode_emoji: null, mentionable: false, managed: false, flags: 0, tags: {} },
      })),
      channels: guild.channelIds.map((id, position) => ({
        ...{ id, type: id === guild.channelIds.at(-1) ? 2 : 0, name: this.#prose.text(10), position },
        ...{ topic: null, parent_id: null, nsfw: false, rate_limit_per_user: 0, permission_overwrites: [] },
        ...{ last_message_id: null, flags: 0, bitrate: 64_000, user_limit: 0, rtc_region: null },
      })),
      members: [
        ...guild.members,
        { ...guild.members[0], user: { ...this.#user(BOT_ID, 'bench'), bot: true }, roles: [] },
      ],
      presences: guild.members.slice(0, 40).map((member) => {
        const { guild_id: _, ...presence } = this.#presence(guild, member) as { readonly guild_id: string };
        return presence;
      }),
    };
  }
}
