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
> & { readonly bot: boolean };

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
  /** True while the guild is in an outage: sessions see GUILD_DELETE with `unavailable`. */
  readonly outage: boolean;
}

/** A role with the guild it belongs to; the role whose id is the guild's id is @everyone. */
export type Role = APIRole & { readonly guild_id: Snowflake };

/** A channel of a guild. Text (0), voice (2), category (4) and announcement (5) channels. */
export interface GuildChannel {
  readonly id: Snowflake;
  readonly type:
    | ChannelType.GuildText
    | ChannelType.GuildVoice
    | ChannelType.GuildCategory
    | ChannelType.GuildAnnouncement;
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

/** A component of a message, by its kind's fields on the wire. */
export interface Component {
  readonly type: number;
  /** Unlike those of all others in the message. */
  readonly id: number;
  readonly [field: string]: unknown;
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
  readonly components?: readonly Component[];
  /** The application that wrote it through an interaction. */
  readonly application_id?: Snowflake;
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

/** What others see of a user; lives in memory only. */
export interface Presence {
  readonly user_id: Snowflake;
  readonly status: PresenceUpdateStatus;
  readonly activities: readonly GatewayActivity[];
  readonly client_status: { readonly web?: string; readonly desktop?: string; readonly mobile?: string };
}
