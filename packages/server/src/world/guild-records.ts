/**
 * What a guild has besides channels, roles and members. As in entities.ts: stored as it stands here, replaced and never
 * changed in place, wire names where the wire has the field.
 */
import type { AuditAction } from './audit-events.ts';
import type { Snowflake } from './entities.ts';

/** Field by field; a side that was null is left out. */
export interface AuditLogChange {
  readonly key: string;
  readonly new_value?: unknown;
  readonly old_value?: unknown;
}

export interface AuditLogEntry {
  readonly id: Snowflake;
  readonly guild_id: Snowflake;
  readonly user_id: Snowflake;
  readonly target_id: Snowflake | null;
  readonly action_type: AuditAction;
  readonly changes?: readonly AuditLogChange[];
  /** Every value is text on the wire, counts too. */
  readonly options?: Readonly<Record<string, string>>;
  readonly reason?: string;
}

export interface Ban {
  readonly guild_id: Snowflake;
  readonly user_id: Snowflake;
  readonly reason: string | null;
}

export interface Invite {
  readonly code: string;
  readonly guild_id: Snowflake;
  readonly channel_id: Snowflake;
  readonly inviter_id: Snowflake;
  readonly created_at: string;
  /** Seconds; 0 for ever. */
  readonly max_age: number;
  /** 0 without bound. */
  readonly max_uses: number;
  readonly uses: number;
  readonly temporary: boolean;
  readonly expires_at: string | null;
  /** Roles that whoever comes by it is given. */
  readonly role_ids: readonly Snowflake[];
}

/** A custom emoji of a guild or of an application; one of the two ids is null. */
export interface Emoji {
  readonly id: Snowflake;
  readonly guild_id: Snowflake | null;
  readonly application_id: Snowflake | null;
  readonly name: string;
  readonly animated: boolean;
  /** Roles that may use it; empty for all. */
  readonly roles: readonly Snowflake[];
  readonly creator_id: Snowflake;
}

export interface Sticker {
  readonly id: Snowflake;
  readonly guild_id: Snowflake;
  readonly name: string;
  readonly description: string | null;
  readonly tags: string;
  /** 1 PNG, 2 APNG, 3 Lottie, 4 GIF. */
  readonly format_type: number;
  readonly creator_id: Snowflake;
}

export interface SoundboardSound {
  readonly id: Snowflake;
  readonly guild_id: Snowflake;
  readonly name: string;
  /** 0 to 1. */
  readonly volume: number;
  readonly emoji_id: Snowflake | null;
  readonly emoji_name: string | null;
  readonly creator_id: Snowflake;
}

export interface ScheduledEvent {
  readonly id: Snowflake;
  readonly guild_id: Snowflake;
  readonly channel_id: Snowflake | null;
  readonly creator_id: Snowflake;
  readonly name: string;
  readonly description: string | null;
  /** Hash of the cover image. */
  readonly image: string | null;
  readonly scheduled_start_time: string;
  readonly scheduled_end_time: string | null;
  readonly privacy_level: number;
  /** 1 scheduled, 2 active, 3 completed, 4 cancelled. */
  readonly status: number;
  /** 1 stage, 2 voice, 3 elsewhere. */
  readonly entity_type: number;
  readonly entity_metadata: { readonly location: string } | null;
  readonly recurrence_rule: object | null;
  /** Who is interested. */
  readonly user_ids: readonly Snowflake[];
}

export interface AutoModerationAction {
  /** 1 block the message, 2 send an alert, 3 time the member out, 4 keep the member from interacting. */
  readonly type: number;
  readonly metadata: {
    readonly custom_message?: string;
    readonly channel_id?: Snowflake;
    readonly duration_seconds?: number;
  };
}

export interface AutoModerationRule {
  readonly id: Snowflake;
  readonly guild_id: Snowflake;
  readonly creator_id: Snowflake;
  readonly name: string;
  /** 1 a message is sent, 2 a member comes or changes its profile. */
  readonly event_type: number;
  /** 1 keywords, 3 spam, 4 lists of Discord's own, 5 mentions, 6 profiles. */
  readonly trigger_type: number;
  readonly trigger_metadata: {
    readonly keyword_filter?: readonly string[];
    readonly regex_patterns?: readonly string[];
    readonly allow_list?: readonly string[];
    readonly presets?: readonly number[];
    readonly mention_total_limit?: number;
    readonly mention_raid_protection_enabled?: boolean;
  };
  readonly actions: readonly AutoModerationAction[];
  readonly enabled: boolean;
  readonly exempt_roles: readonly Snowflake[];
  readonly exempt_channels: readonly Snowflake[];
}

export interface StageInstance {
  readonly id: Snowflake;
  readonly guild_id: Snowflake;
  readonly channel_id: Snowflake;
  readonly topic: string;
  readonly privacy_level: number;
  readonly guild_scheduled_event_id: Snowflake | null;
}

/** A member in a voice channel; never stored. Whether a moderator has muted or deafened it stands in the member. */
export interface VoiceState {
  readonly guild_id: Snowflake;
  /** Null only in the event that tells of its leaving. */
  readonly channel_id: Snowflake | null;
  readonly user_id: Snowflake;
  readonly session_id: string;
  readonly self_mute: boolean;
  readonly self_deaf: boolean;
  readonly self_video: boolean;
  readonly suppress: boolean;
  readonly request_to_speak_timestamp: string | null;
}
