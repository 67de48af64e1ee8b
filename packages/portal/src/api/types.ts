/** What the owner's API answers, as far as the page reads it. Documented in docs/owner-api.md. */

import type { Component } from './components.ts';
import type { Interaction } from './interactions.ts';

export type Snowflake = string;
export type PrivilegedIntent = 'GUILD_PRESENCES' | 'GUILD_MEMBERS' | 'MESSAGE_CONTENT';

export interface User {
  readonly id: Snowflake;
  readonly username: string;
  readonly global_name: string | null;
  /** Hash of the picture. */
  readonly avatar: string | null;
  readonly bot?: boolean;
}

export interface Application {
  readonly id: Snowflake;
  readonly name: string;
  readonly description: string;
  readonly bot: User;
  readonly privilegedIntents: readonly PrivilegedIntent[];
  readonly hasToken: boolean;
  readonly createdAt: string;
}

export interface CloseRecord {
  readonly at: string;
  readonly code: number | null;
  readonly by: 'client' | 'server';
  readonly reason: string;
}

export interface Session {
  readonly id: string;
  readonly applicationId: Snowflake;
  readonly shard: readonly [id: number, count: number];
  readonly state: 'live' | 'replaying' | 'detached';
  readonly intents: readonly string[];
  readonly intentBits: number;
  readonly version: number;
  readonly encoding: string;
  readonly compression: string;
  readonly library: { readonly os: string; readonly browser: string; readonly device: string };
  readonly seq: number;
  readonly replayBuffer: { readonly events: number; readonly bytes: number; readonly maxEvents: number };
  readonly traffic: { readonly sentBytes: number; readonly plainBytes: number };
  readonly createdAt: string;
  readonly connectedAt: string | null;
  readonly lastHeartbeatAt: string | null;
  readonly heartbeatLateMs: number | null;
  readonly expiresAt: string | null;
  readonly closes: readonly CloseRecord[];
}

export type SessionSummary = Pick<
  Session,
  'id' | 'state' | 'seq' | 'lastHeartbeatAt' | 'heartbeatLateMs' | 'replayBuffer' | 'traffic'
>;

export interface GatewayFrame {
  readonly from: 'client' | 'server';
  readonly at: string | null;
  readonly op: number | null;
  readonly t: string | null;
  readonly s: number | null;
  readonly d: unknown;
  readonly bytes: number | null;
  readonly wireBytes: number | null;
  readonly close: Omit<CloseRecord, 'at'> | null;
}

export interface GatewayFigures {
  readonly shards: number;
  readonly session_start_limit: {
    readonly total: number;
    readonly remaining: number;
    readonly reset_after: number;
    readonly max_concurrency: number;
  };
}

export interface Guild {
  readonly id: Snowflake;
  readonly name: string;
  readonly owner_id: Snowflake;
  readonly member_count: number;
  readonly outage: boolean;
  readonly description: string | null;
}

export type GuildPatch = Partial<Pick<Guild, 'name' | 'description' | 'owner_id'>>;

export interface Channel {
  readonly id: Snowflake;
  readonly type: number;
  readonly name: string;
  readonly topic?: string | null;
  readonly position: number;
  readonly parent_id?: Snowflake | null;
  readonly thread_metadata?: { readonly archived: boolean };
  readonly message_count?: number;
  readonly nsfw?: boolean;
  readonly rate_limit_per_user?: number;
  readonly permission_overwrites?: readonly Overwrite[];
}

export interface Overwrite {
  readonly id: Snowflake;
  /** 0 for a role, 1 for a member. */
  readonly type: 0 | 1;
  readonly allow: string;
  readonly deny: string;
}

export type ChannelPatch = Partial<Omit<Channel, 'id'>>;

export interface Move {
  readonly id: Snowflake;
  readonly position: number;
}

export interface Role {
  readonly id: Snowflake;
  readonly name: string;
  readonly color: number;
  readonly position: number;
  readonly permissions: string;
  readonly hoist: boolean;
  readonly mentionable: boolean;
  readonly managed: boolean;
}

/** What a bot may do in a guild, by name. */
export interface BotPermissions {
  readonly role: Role | null;
  /** Of its managed role. */
  readonly permissions: readonly string[];
  readonly effective: readonly string[];
  readonly known: readonly string[];
}

export type RolePatch = Partial<Pick<Role, 'name' | 'color' | 'permissions' | 'hoist' | 'mentionable'>>;

/** Somebody in a conversation: a member of the guild, or one of the two of a direct message. */
export interface Participant {
  readonly user: User;
  readonly nick: string | null;
  readonly roles: readonly Snowflake[];
}

export interface Member extends Participant {
  readonly joined_at: string;
}

export type MemberPatch = Partial<Pick<Member, 'nick' | 'roles'>>;

/** Of a list in pages. */
export interface Page {
  readonly after?: Snowflake;
  readonly limit: number;
  /** How names begin; empty for all. */
  readonly query: string;
}

/** Whether somebody sees a channel, and what decides it. */
export interface Sight {
  readonly canView: boolean;
  readonly because:
    | 'owner'
    | 'administrator'
    | 'member-overwrite'
    | 'role-overwrite'
    | 'everyone-overwrite'
    | 'role'
    | 'everyone'
    | 'nothing';
  readonly roleIds: readonly Snowflake[];
}

/** How simulated people of a guild talk. */
export interface Chatter {
  readonly isOn: boolean;
  readonly perMinute: number;
  readonly mix: {
    readonly reply: number;
    readonly react: number;
    readonly edit: number;
    readonly command: number;
  };
}

export interface Embed {
  readonly title?: string;
  readonly description?: string;
  readonly url?: string;
  readonly color?: number;
  readonly timestamp?: string;
  readonly author?: { readonly name: string; readonly url?: string };
  readonly footer?: { readonly text: string };
  readonly image?: { readonly url: string };
  readonly thumbnail?: { readonly url: string };
  readonly fields?: readonly { readonly name: string; readonly value: string; readonly inline?: boolean }[];
}

export interface Attachment {
  readonly id: Snowflake;
  readonly filename: string;
  readonly title?: string;
  readonly description?: string;
  readonly content_type?: string;
  readonly size: number;
  readonly url: string;
  readonly width?: number;
  readonly height?: number;
}

export interface Poll {
  readonly question: { readonly text: string };
  readonly answers: readonly {
    readonly answer_id: number;
    readonly poll_media: { readonly text?: string; readonly emoji?: Partial<Emoji> };
  }[];
  readonly expiry: string | null;
  readonly allow_multiselect: boolean;
  readonly results: {
    readonly is_finalized: boolean;
    readonly answer_counts: readonly { readonly id: number; readonly count: number }[];
  };
}

export interface Emoji {
  readonly id: Snowflake | null;
  readonly name: string;
}

export interface Reaction {
  readonly emoji: Emoji;
  readonly count: number;
}

export interface StickerItem {
  readonly id: Snowflake;
  readonly name: string;
  /** 1 PNG, 2 APNG, 3 Lottie, 4 GIF. */
  readonly format_type: number;
}

/** What a message and what was forwarded of one have in common. */
export interface MessageBody {
  readonly content: string;
  readonly timestamp: string;
  readonly edited_timestamp: string | null;
  readonly attachments: readonly Attachment[];
  readonly embeds: readonly Embed[];
  readonly components: readonly Component[];
  readonly sticker_items?: readonly StickerItem[];
  readonly flags: number;
}

export interface Message extends MessageBody {
  readonly id: Snowflake;
  readonly type: number;
  readonly channel_id: Snowflake;
  readonly guild_id?: Snowflake;
  readonly author: User;
  readonly mentions: readonly User[];
  readonly mention_roles: readonly Snowflake[];
  readonly pinned: boolean;
  readonly application_id?: Snowflake;
  readonly reactions?: readonly Reaction[];
  readonly referenced_message?: Message | null;
  readonly message_reference?: {
    /** 1 forwards. */
    readonly type?: number;
    readonly message_id?: Snowflake;
    readonly channel_id?: Snowflake;
  };
  readonly message_snapshots?: readonly { readonly message: MessageBody }[];
  readonly interaction_metadata?: { readonly id: Snowflake; readonly user: User };
  /** Of answers to commands. */
  readonly interaction?: { readonly name: string };
  readonly poll?: Poll;
  readonly thread?: Channel;
}

export interface NewMessage {
  readonly author_id: Snowflake;
  readonly content: string;
  readonly message_reference?: { readonly message_id: Snowflake };
}

export interface FaultPlan {
  readonly fault: { readonly kind: string } & Readonly<Record<string, unknown>>;
  readonly applicationId?: Snowflake;
  readonly shard?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly path?: string;
  readonly afterEvents?: number;
  readonly afterMs?: number;
  readonly times?: number;
}

export interface StandingPlan extends FaultPlan {
  readonly id: string;
  readonly left: number;
}

export interface FaultRecord {
  readonly planId: string;
  readonly fault: FaultPlan['fault'];
  readonly at: string;
  readonly applicationId: Snowflake | null;
  readonly shard: number | null;
  readonly sessionId: string | null;
  readonly afterwards: readonly { readonly at: string; readonly what: string }[];
}

export type MetricName =
  | 'worldEvents'
  | 'deliveries'
  | 'clientMessages'
  | 'sentBytes'
  | 'savedBytes'
  | 'restRequests'
  | 'restLimited'
  | 'cpu'
  | 'rssBytes'
  | 'heapBytes'
  | 'sessions';

export interface BudgetSample {
  readonly applicationId: Snowflake;
  readonly total: number;
  readonly remaining: number;
}

export interface MetricsSample extends Readonly<Record<MetricName, number>> {
  readonly atMs: number;
  readonly budgets: readonly BudgetSample[];
}

export interface MetricsHistory {
  readonly intervalMs: number;
  readonly capacity: number;
  readonly atMs: readonly number[];
  readonly series: Readonly<Record<MetricName, readonly number[]>>;
  readonly budgets: readonly {
    readonly applicationId: Snowflake;
    readonly total: number;
    readonly remaining: readonly number[];
  }[];
}

/** Of the stream. */
export type HallEvent = { readonly at: string } & (
  | { readonly type: 'hello'; readonly instance: string }
  | { readonly type: 'resync' }
  | { readonly type: 'application'; readonly application: Application }
  | {
      readonly type: 'application-revoked';
      readonly applicationId: Snowflake;
      readonly cause: 'intent-disabled' | 'token-reset' | 'application-deleted';
      readonly intents: readonly PrivilegedIntent[];
    }
  | { readonly type: 'session-opened' | 'session-resumed'; readonly session: Session }
  | { readonly type: 'session-closed'; readonly session: Session; readonly close: CloseRecord | null }
  | { readonly type: 'session-ended'; readonly session: Session; readonly code: number }
  | {
      readonly type: 'refused';
      readonly request: 'identify' | 'resume';
      readonly applicationId: Snowflake;
      readonly shard: number | null;
      readonly code: number | null;
    }
  | { readonly type: 'sessions'; readonly sessions: readonly SessionSummary[] }
  | {
      readonly type: 'dispatch';
      readonly name: string;
      readonly guildId: Snowflake | null;
      readonly channelId: Snowflake | null;
      readonly d: unknown;
    }
  | {
      readonly type: 'guild-joined' | 'guild-left' | 'guild-outage' | 'guild-restored';
      readonly guildId: Snowflake;
      readonly userId: Snowflake | null;
    }
  | { readonly type: 'interaction'; readonly interaction: Interaction }
  | { readonly type: 'commands-changed' }
  | { readonly type: 'fault'; readonly record: FaultRecord }
  | { readonly type: 'chatter'; readonly guildId: Snowflake; readonly chatter: Chatter }
  | { readonly type: 'metrics'; readonly sample: MetricsSample }
);
