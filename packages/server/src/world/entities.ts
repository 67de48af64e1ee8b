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

/** Texts by locale, such as `{de: 'Farbe'}`. */
export type Localizations = Readonly<Record<string, string>>;

/** One of the values that a slash command offers for an option. */
export interface CommandChoice {
  readonly name: string;
  readonly name_localizations: Localizations | null;
  readonly value: string | number;
}

/** A parameter of a slash command, a subcommand (type 1) or a group of them (type 2). */
export interface CommandOption {
  readonly type: number;
  readonly name: string;
  readonly name_localizations: Localizations | null;
  readonly description: string;
  readonly description_localizations: Localizations | null;
  readonly required?: boolean;
  readonly choices?: readonly CommandChoice[];
  readonly options?: readonly CommandOption[];
  readonly channel_types?: readonly number[];
  readonly min_value?: number;
  readonly max_value?: number;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly autocomplete?: boolean;
  readonly file_types?: readonly string[];
}

/** A slash (1), user (2), message (3) or entry point (4) command of an application. */
export interface ApplicationCommand {
  readonly id: Snowflake;
  readonly application_id: Snowflake;
  /** The guild that it is registered in; null for a global one. */
  readonly guild_id: Snowflake | null;
  readonly type: number;
  readonly name: string;
  readonly name_localizations: Localizations | null;
  readonly description: string;
  readonly description_localizations: Localizations | null;
  readonly options: readonly CommandOption[];
  /** Permission bits that a member needs, in decimal; null for none, `0` for administrators alone. */
  readonly default_member_permissions: string | null;
  readonly dm_permission: boolean;
  /** Where it may be used: guild 0, DM with the bot 1, other private channels 2. Null: wherever its application is. */
  readonly contexts: readonly number[] | null;
  readonly integration_types: readonly number[];
  readonly nsfw: boolean;
  /** Who handles an entry point command: the application 1, Discord 2; null for the other types. */
  readonly handler: number | null;
  /** Another id after each change. */
  readonly version: Snowflake;
}

/** Who may use a command in a guild, and where. `id` is the command's, or the application's for all its commands. */
export interface CommandPermissions {
  readonly id: Snowflake;
  readonly application_id: Snowflake;
  readonly guild_id: Snowflake;
  readonly permissions: readonly CommandPermission[];
}

export interface CommandPermission {
  /** Of a role (the guild's id: everyone), a user or a channel (the guild's id less one: all channels). */
  readonly id: Snowflake;
  /** Role 1, user 2, channel 3. */
  readonly type: number;
  readonly permission: boolean;
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

/** What the threads of a forum can be marked with. */
export interface ForumTag {
  readonly id: Snowflake;
  readonly name: string;
  /** Whether only those who manage threads may set it and take it away. */
  readonly moderated: boolean;
  readonly emoji_id: Snowflake | null;
  readonly emoji_name: string | null;
}

/** A channel of a guild. Text (0), voice (2), category (4), announcement (5), stage (13), forum (15) and media (16) channels. */
export interface GuildChannel {
  readonly id: Snowflake;
  readonly type:
    | ChannelType.GuildText
    | ChannelType.GuildVoice
    | ChannelType.GuildCategory
    | ChannelType.GuildAnnouncement
    | ChannelType.GuildStageVoice
    | ChannelType.GuildForum
    | ChannelType.GuildMedia;
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
  /** Of forum and media channels. */
  readonly available_tags?: readonly ForumTag[];
}

/** A thread of a text, announcement, forum or media channel. Who is in it is kept by itself. */
export interface Thread {
  readonly id: Snowflake;
  readonly type: ChannelType.AnnouncementThread | ChannelType.PublicThread | ChannelType.PrivateThread;
  readonly guild_id: Snowflake;
  readonly parent_id: Snowflake;
  readonly owner_id: Snowflake;
  readonly name: string;
  readonly last_message_id: Snowflake | null;
  readonly rate_limit_per_user: number;
  /** Without the first and without those deleted. */
  readonly message_count: number;
  readonly total_message_sent: number;
  readonly flags: number;
  readonly applied_tags: readonly Snowflake[];
  readonly thread_metadata: {
    readonly archived: boolean;
    /** ISO time of the last change of `archived` or `auto_archive_duration`. */
    readonly archive_timestamp: string;
    /** Minutes. */
    readonly auto_archive_duration: number;
    readonly locked: boolean;
    readonly create_timestamp: string;
    /** Of private threads: whether members may add others. */
    readonly invitable?: boolean;
  };
}

export interface ThreadMember {
  readonly thread_id: Snowflake;
  readonly guild_id: Snowflake;
  readonly user_id: Snowflake;
  readonly join_timestamp: string;
}

/** An address through which messages come into a channel, or the tie to a channel whose announcements do. */
export interface Webhook {
  readonly id: Snowflake;
  /** Incoming 1, follower of a channel 2. */
  readonly type: number;
  readonly guild_id: Snowflake;
  readonly channel_id: Snowflake;
  /** Who has made it. */
  readonly user_id: Snowflake;
  readonly name: string;
  readonly avatar: string | null;
  /** Null for followers. Discord shows it again, so it is kept as it is. */
  readonly token: string | null;
  readonly application_id: Snowflake | null;
  /** Of followers: what they follow. */
  readonly source: { readonly guild_id: Snowflake; readonly channel_id: Snowflake } | null;
}

/** A direct-message channel between exactly two users. */
export interface DmChannel {
  readonly id: Snowflake;
  readonly type: ChannelType.DM;
  readonly recipientIds: readonly [Snowflake, Snowflake];
  readonly last_message_id: Snowflake | null;
}

export type Channel = GuildChannel | DmChannel | Thread;

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

/** A file of a message, as the wire has it but for its address, which the server's own makes. */
export interface Attachment {
  readonly id: Snowflake;
  /** The channel of the message that brought it: part of its address. */
  readonly channel_id: Snowflake;
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  readonly description?: string;
  readonly title?: string;
  readonly content_type?: string;
  /** Pixels, of a picture. */
  readonly width?: number;
  readonly height?: number;
  /** Seconds, of a voice message. */
  readonly duration_secs?: number;
  /** Base64 of the volume over time, of a voice message. */
  readonly waveform?: string;
}

/** A component of a message, by its kind's fields on the wire. */
export interface Component {
  readonly type: number;
  /** Unlike those of all others in the message. */
  readonly id: number;
  readonly [field: string]: unknown;
}

export interface StickerItem {
  readonly id: Snowflake;
  readonly name: string;
  readonly format_type: number;
}

export interface PollAnswer {
  /** From 1 on. */
  readonly answer_id: number;
  readonly text?: string;
  readonly emoji?: Reaction['emoji'];
  /** Users who chose it, in the order in which they did. */
  readonly voterIds: readonly Snowflake[];
}

export interface Poll {
  readonly question: string;
  readonly answers: readonly PollAnswer[];
  /** ISO time of its end. */
  readonly expiry: string;
  readonly allow_multiselect: boolean;
  /** Whether it has ended: nobody votes any more. */
  readonly isFinalized: boolean;
}

/** What a message said when it was forwarded; it stays when the message changes or goes. */
export type MessageSnapshot = Pick<
  Message,
  | 'author_id'
  | 'application_id'
  | 'type'
  | 'content'
  | 'embeds'
  | 'attachments'
  | 'components'
  | 'sticker_items'
  | 'timestamp'
  | 'edited_timestamp'
  | 'mentions'
  | 'mention_roles'
  | 'flags'
>;

/** The name and picture under which a webhook speaks. */
export interface Persona {
  readonly username: string;
  /** Hash of a picture, or a whole address. */
  readonly avatar: string | null;
}

export interface Message {
  readonly id: Snowflake;
  readonly channel_id: Snowflake;
  readonly guild_id: Snowflake | null;
  /** A user; of a message with a persona, the webhook. */
  readonly author_id: Snowflake;
  /** The webhook, or the application answering an interaction, through which it came. */
  readonly webhook_id: Snowflake | null;
  /** The application on whose behalf it came that way. */
  readonly application_id: Snowflake | null;
  readonly persona: Persona | null;
  readonly type: MessageType;
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly attachments: readonly Attachment[];
  readonly components: readonly Component[];
  readonly sticker_items: readonly StickerItem[];
  readonly poll: Poll | null;
  readonly message_snapshots: readonly MessageSnapshot[];
  readonly timestamp: string;
  readonly edited_timestamp: string | null;
  readonly tts: boolean;
  readonly mention_everyone: boolean;
  readonly mentions: readonly Snowflake[];
  readonly mention_roles: readonly Snowflake[];
  /** ISO time since when it has been pinned, or null. */
  readonly pinned_at: string | null;
  readonly flags: MessageFlags;
  readonly nonce: string | number | null;
  readonly message_reference: APIMessageReference | null;
  readonly reactions: readonly Reaction[];
  /** The interaction that it answers. */
  readonly interaction?: MessageInteraction;
}

/** Where a message comes from that an application wrote in answer to a user. */
export interface MessageInteraction {
  readonly id: Snowflake;
  /** Command 2, component 3, modal 5. */
  readonly type: number;
  readonly user_id: Snowflake;
  readonly guild_id: Snowflake | null;
  /** Of the command, with group and subcommand, when no message was there before. */
  readonly name?: string;
  /** In a follow-up, the first response. */
  readonly original_response_message_id?: Snowflake;
  /** The message whose component was used. */
  readonly interacted_message_id?: Snowflake;
  readonly target_user_id?: Snowflake;
  readonly target_message_id?: Snowflake;
  /** What opened the modal. */
  readonly triggering?: MessageInteraction;
}

/** Gateway sessions that an application has started since a time. */
export interface SessionStartCount {
  /** The application's. */
  readonly id: Snowflake;
  readonly count: number;
  /** When the first of them was started; milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** A file that records of the world refer to; its bytes are with the store. */
export interface StoredFile {
  readonly id: Snowflake;
  /** Bytes. */
  readonly size: number;
  /** The path of this server under which it is served. */
  readonly address: string;
  /** How many records refer to it; it goes with the last one. */
  readonly uses: number;
}

/** What others see of a user; lives in memory only. */
export interface Presence {
  readonly user_id: Snowflake;
  readonly status: PresenceUpdateStatus;
  readonly activities: readonly GatewayActivity[];
  readonly client_status: { readonly web?: string; readonly desktop?: string; readonly mobile?: string };
}
