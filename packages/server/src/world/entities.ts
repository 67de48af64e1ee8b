/**
 * What the world is made of. Each record is the stored truth and is never changed in place: a change puts a
 * new record where the old one was, so an event or an answer that still holds the old one stays right.
 * Field names of the wire (snake_case) are kept wherever the wire has the field.
 */
import type { PrivilegedIntent } from '@guildhall/protocol';
import type {
  APIEmbed,
  APIMessageReference,
  APIOverwrite,
  APIRole,
  APIUser,
  ChannelType,
  GatewayActivity,
  MessageFlags,
  MessageType,
  PresenceUpdateStatus,
} from 'discord-api-types/v10';

export type Snowflake = string;

export type { PrivilegedIntent };

/** An application with its bot user. The token itself is never stored, only its SHA-256. */
export interface Application {
  readonly id: Snowflake;
  readonly name: string;
  readonly description: string;
  readonly ownerId: Snowflake;
  readonly botUserId: Snowflake;
  /** Hex SHA-256 of the whole token text; null while the bot has no valid token (daily identify limit exceeded). */
  readonly tokenHash: string | null;
  /** Privileged intents that the owner has switched on. */
  readonly privilegedIntents: readonly PrivilegedIntent[];
  /** Other public application flags, without the intent bits. */
  readonly flags: number;
  /** Ed25519 public key, hex: clients insist on the field. */
  readonly verifyKey: string;
  readonly createdAtMs: number;
}

export type User = Pick<
  APIUser,
  'id' | 'username' | 'discriminator' | 'global_name' | 'avatar' | 'public_flags'
> & { readonly bot: boolean /** Hash of the profile's banner. */; readonly banner?: string | null };

/** What a newcomer of a community guild is shown. */
export interface WelcomeScreen {
  readonly enabled: boolean;
  readonly description: string | null;
  readonly welcome_channels: readonly WelcomeChannel[];
}

export interface WelcomeChannel {
  readonly channel_id: Snowflake;
  readonly description: string;
  readonly emoji_id: Snowflake | null;
  readonly emoji_name: string | null;
}

export interface Guild {
  readonly id: Snowflake;
  readonly name: string;
  readonly icon: string | null;
  readonly description: string | null;
  readonly owner_id: Snowflake;
  readonly afk_channel_id: Snowflake | null;
  readonly afk_timeout: number;
  readonly system_channel_id: Snowflake | null;
  readonly system_channel_flags: number;
  readonly rules_channel_id: Snowflake | null;
  readonly verification_level: number;
  readonly default_message_notifications: number;
  readonly explicit_content_filter: number;
  readonly mfa_level: number;
  readonly nsfw_level: number;
  readonly premium_tier: number;
  readonly preferred_locale: string;
  readonly features: readonly string[];
  readonly splash: string | null;
  readonly discovery_splash: string | null;
  readonly banner: string | null;
  readonly home_header: string | null;
  readonly public_updates_channel_id: Snowflake | null;
  readonly safety_alerts_channel_id: Snowflake | null;
  readonly premium_progress_bar_enabled: boolean;
  readonly widget_enabled: boolean;
  readonly widget_channel_id: Snowflake | null;
  readonly welcome_screen: WelcomeScreen;
  /** True while the guild is in an outage: sessions see GUILD_DELETE with `unavailable`. */
  readonly outage: boolean;
}

/** A role with the guild it belongs to; the role whose id is the guild's id is @everyone. */
export type Role = APIRole & { readonly guild_id: Snowflake };

/** A channel of a guild. Text (0), voice (2), category (4), announcement (5) and stage (13) channels. */
export interface GuildChannel {
  readonly id: Snowflake;
  readonly type:
    | ChannelType.GuildText
    | ChannelType.GuildVoice
    | ChannelType.GuildCategory
    | ChannelType.GuildAnnouncement
    | ChannelType.GuildStageVoice;
  readonly guild_id: Snowflake;
  readonly name: string;
  readonly topic: string | null;
  readonly position: number;
  readonly parent_id: Snowflake | null;
  readonly nsfw: boolean;
  readonly rate_limit_per_user: number;
  readonly permission_overwrites: readonly APIOverwrite[];
  readonly last_message_id: Snowflake | null;
  readonly flags: number;
  /** Of voice and stage channels; bits per second, people, region id, 1 auto or 2 full. */
  readonly bitrate?: number;
  readonly user_limit?: number;
  readonly rtc_region?: string | null;
  readonly video_quality_mode?: number;
  /** Minutes; what clients propose for new threads. */
  readonly default_auto_archive_duration?: number;
  /** Seconds; slowmode that new threads begin with. */
  readonly default_thread_rate_limit_per_user?: number;
}

/** A direct-message channel between exactly two users. */
export interface DmChannel {
  readonly id: Snowflake;
  readonly type: ChannelType.DM;
  readonly recipientIds: readonly [Snowflake, Snowflake];
  readonly last_message_id: Snowflake | null;
}

export type Channel = GuildChannel | DmChannel;

export interface Member {
  readonly guild_id: Snowflake;
  readonly user_id: Snowflake;
  readonly nick: string | null;
  /** Hashes of images that the member has in this guild alone. */
  readonly avatar?: string | null;
  readonly banner?: string | null;
  /** Role ids without @everyone. */
  readonly roles: readonly Snowflake[];
  readonly joined_at: string;
  readonly deaf: boolean;
  readonly mute: boolean;
  readonly pending: boolean;
  readonly flags: number;
  /** ISO time until which the member is timed out, or null. */
  readonly communication_disabled_until: string | null;
}

export interface Reaction {
  readonly emoji: { readonly id: Snowflake | null; readonly name: string; readonly animated?: boolean };
  readonly userIds: readonly Snowflake[];
}

export interface Message {
  readonly id: Snowflake;
  readonly channel_id: Snowflake;
  readonly guild_id: Snowflake | null;
  readonly author_id: Snowflake;
  readonly type: MessageType;
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly timestamp: string;
  readonly edited_timestamp: string | null;
  readonly tts: boolean;
  readonly mention_everyone: boolean;
  readonly mentions: readonly Snowflake[];
  readonly mention_roles: readonly Snowflake[];
  readonly pinned: boolean;
  readonly flags: MessageFlags;
  readonly nonce: string | number | null;
  readonly message_reference: APIMessageReference | null;
  readonly reactions: readonly Reaction[];
}

/** What others see of a user; lives in memory only. */
export interface Presence {
  readonly user_id: Snowflake;
  readonly status: PresenceUpdateStatus;
  readonly activities: readonly GatewayActivity[];
  readonly client_status: { readonly web?: string; readonly desktop?: string; readonly mobile?: string };
}
