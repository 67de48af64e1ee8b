/**
 * What the world tells the rest of the house, after the change it speaks of has been committed.
 * Rooms above (gateway, in-process waiters) subscribe through the bus and never look into the journal.
 */
import type { DispatchName } from '@guildhall/protocol';
import type { PrivilegedIntent, Snowflake } from './entities.ts';

/** A change that gateway sessions may hear of. Made once, immutable; `d` is the payload with full content. */
export interface DispatchEvent {
  readonly kind: 'dispatch';
  readonly name: DispatchName;
  /** The guild it happened in; null for direct messages and for events about the bot itself. */
  readonly guildId: Snowflake | null;
  /** The channel whose VIEW_CHANNEL (or `permission`) a receiver needs; null when no channel gates it. */
  readonly channelId: Snowflake | null;
  /** Bits of which a receiver needs at least one in `channelId`, or in the guild when that is null; 0n for no gate. */
  readonly permission: bigint;
  /** When given, only these users' sessions may hear it (direct messages, events about the bot itself). */
  readonly onlyUserIds: readonly Snowflake[] | null;
  /** Intents of which a receiver needs at least one; null for those of the event's name. */
  readonly intents: number | null;
  /**
   * Users whose sessions hear it whatever their intents (a bot's own GUILD_MEMBER_UPDATE, USER_UPDATE); when `intents`
   * are given, by those of the event's name.
   */
  readonly ungatedUserIds: readonly Snowflake[];
  readonly d: object;
  /** Set for messages: who sees the content without MESSAGE_CONTENT, and the payload for everybody else. */
  readonly content: MessageContentGate | null;
  /** Of an event about a channel: what sessions are told whose hidden channels are obfuscated. */
  readonly obfuscated?: ObfuscatedChannel;
}

export interface ObfuscatedChannel {
  readonly isSeenBy: (userId: Snowflake) => boolean;
  /** The payload for those who do not see the channel. */
  readonly d: () => object;
}

/** Of a message event: what a receiver without MESSAGE_CONTENT does not get to see. */
export interface HiddenContent {
  readonly message: boolean;
  /** The message that it replies to, which is judged by itself. */
  readonly referenced: boolean;
}

export interface MessageContentGate {
  /** Users that always see the content: the author, and users in `mentions`. In a DM everybody does. */
  readonly exemptUserIds: readonly Snowflake[];
  /** The same of the message that it replies to; null when the payload holds none. */
  readonly referencedExemptUserIds: readonly Snowflake[] | null;
  /** The payload with content, embeds, attachments and components of what is hidden blanked, and without its poll. */
  readonly blanked: (hidden: HiddenContent) => object;
}

/** Every session of the application ends with 4003: a privileged intent was taken away or the token was reset. */
export interface ApplicationRevokedEvent {
  readonly kind: 'application-revoked';
  readonly applicationId: Snowflake;
  readonly cause: 'intent-disabled' | 'token-reset' | 'application-deleted';
  readonly intents: readonly PrivilegedIntent[];
}

/** An application is new, or is not what it was: its name, its intents, its token. */
export interface ApplicationChangedEvent {
  readonly kind: 'application-changed';
  readonly applicationId: Snowflake;
}

/** A bot has become, or is no longer, a member of a guild; its sessions on the guild's shard must hear of it. */
export interface GuildAccessEvent {
  readonly kind: 'guild-joined' | 'guild-left' | 'guild-outage' | 'guild-restored';
  readonly guildId: Snowflake;
  /** The bot user concerned, or null for every bot of the guild. */
  readonly userId: Snowflake | null;
}

/** Roles, overwrites, membership or ownership changed: cached audiences of the guild are stale. */
export interface GuildPermissionsEvent {
  readonly kind: 'guild-permissions';
  readonly guildId: Snowflake;
}

/** A user has begun an interaction, or its application has responded to it. No session hears of it in this form. */
export interface InteractionChangedEvent {
  readonly kind: 'interaction-changed';
  readonly interactionId: Snowflake;
}

/** A member is in a voice channel that it was not in before, or by another session: that session is told where to speak. */
export interface VoiceConnectedEvent {
  readonly kind: 'voice-connected';
  readonly guildId: Snowflake;
  readonly userId: Snowflake;
  /** A session of the gateway; of a simulated user, of nobody. */
  readonly sessionId: string;
}

/** Commands of the application, or who may use them, are not what they were. No session hears of it. */
export interface CommandsChangedEvent {
  readonly kind: 'commands-changed';
  readonly applicationId: Snowflake;
  /** Null when they are global ones. */
  readonly guildId: Snowflake | null;
}

export type WorldEvent =
  | DispatchEvent
  | ApplicationChangedEvent
  | ApplicationRevokedEvent
  | GuildAccessEvent
  | GuildPermissionsEvent
  | InteractionChangedEvent
  | VoiceConnectedEvent
  | CommandsChangedEvent;

/**
 * The way events leave the world. One in-process implementation; another may carry them between machines.
 * Listeners are called in order of publication and must not throw; one that does is logged and the rest go on.
 */
export interface Bus {
  publish(event: WorldEvent): void;
  /** @returns a function that removes the listener */
  subscribe(listener: (event: WorldEvent) => void): () => void;
}
