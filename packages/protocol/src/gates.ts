/** A door of its own: a client asks for gates only when it is to explain itself, and loads them then. */
import type { DispatchName } from './dispatch-events.ts';
import { Intent } from './intents.ts';
import { Permission } from './permissions.ts';

interface IntentGate {
  readonly guild: number;
  readonly direct: number;
}

const UNGATED = only(0);
const GUILDS = only(Intent.GUILDS);
const MODERATION = only(Intent.GUILD_MODERATION);
const EXPRESSIONS = only(Intent.GUILD_EXPRESSIONS);
const INTEGRATIONS = only(Intent.GUILD_INTEGRATIONS);
const MEMBERS = only(Intent.GUILD_MEMBERS);
const SCHEDULED_EVENTS = only(Intent.GUILD_SCHEDULED_EVENTS);
const AUTO_MODERATION = only(Intent.AUTO_MODERATION_CONFIGURATION);
const INVITES = only(Intent.GUILD_INVITES);
const VOICE_STATES = only(Intent.GUILD_VOICE_STATES);
const MESSAGES: IntentGate = { guild: Intent.GUILD_MESSAGES, direct: Intent.DIRECT_MESSAGES };
const REACTIONS: IntentGate = {
  guild: Intent.GUILD_MESSAGE_REACTIONS,
  direct: Intent.DIRECT_MESSAGE_REACTIONS,
};
const POLLS: IntentGate = { guild: Intent.GUILD_MESSAGE_POLLS, direct: Intent.DIRECT_MESSAGE_POLLS };

/** A `Record` over all names, so that an event without a gate does not compile. */
const INTENT_GATES: Readonly<Record<DispatchName, IntentGate>> = {
  READY: UNGATED,
  RESUMED: UNGATED,
  RATE_LIMITED: UNGATED,
  APPLICATION_COMMAND_PERMISSIONS_UPDATE: UNGATED,
  AUTO_MODERATION_RULE_CREATE: AUTO_MODERATION,
  AUTO_MODERATION_RULE_UPDATE: AUTO_MODERATION,
  AUTO_MODERATION_RULE_DELETE: AUTO_MODERATION,
  AUTO_MODERATION_ACTION_EXECUTION: only(Intent.AUTO_MODERATION_EXECUTION),
  CHANNEL_CREATE: GUILDS,
  CHANNEL_UPDATE: GUILDS,
  CHANNEL_DELETE: GUILDS,
  CHANNEL_PINS_UPDATE: { guild: Intent.GUILDS, direct: Intent.DIRECT_MESSAGES },
  CHANNEL_INFO: UNGATED,
  VOICE_CHANNEL_STATUS_UPDATE: GUILDS,
  VOICE_CHANNEL_START_TIME_UPDATE: GUILDS,
  THREAD_CREATE: GUILDS,
  THREAD_UPDATE: GUILDS,
  THREAD_DELETE: GUILDS,
  THREAD_LIST_SYNC: GUILDS,
  THREAD_MEMBER_UPDATE: GUILDS,
  // With GUILDS alone a session hears only of its own bot's membership; the sender narrows that.
  THREAD_MEMBERS_UPDATE: only(Intent.GUILDS | Intent.GUILD_MEMBERS),
  ENTITLEMENT_CREATE: UNGATED,
  ENTITLEMENT_UPDATE: UNGATED,
  ENTITLEMENT_DELETE: UNGATED,
  SUBSCRIPTION_CREATE: UNGATED,
  SUBSCRIPTION_UPDATE: UNGATED,
  SUBSCRIPTION_DELETE: UNGATED,
  GUILD_CREATE: GUILDS,
  GUILD_UPDATE: GUILDS,
  GUILD_DELETE: GUILDS,
  GUILD_AUDIT_LOG_ENTRY_CREATE: MODERATION,
  GUILD_BAN_ADD: MODERATION,
  GUILD_BAN_REMOVE: MODERATION,
  GUILD_EMOJIS_UPDATE: EXPRESSIONS,
  GUILD_STICKERS_UPDATE: EXPRESSIONS,
  GUILD_INTEGRATIONS_UPDATE: INTEGRATIONS,
  INTEGRATION_CREATE: INTEGRATIONS,
  INTEGRATION_UPDATE: INTEGRATIONS,
  INTEGRATION_DELETE: INTEGRATIONS,
  GUILD_MEMBER_ADD: MEMBERS,
  GUILD_MEMBER_REMOVE: MEMBERS,
  // A bot always hears of its own member; the sender exempts that session.
  GUILD_MEMBER_UPDATE: MEMBERS,
  GUILD_MEMBERS_CHUNK: UNGATED,
  GUILD_ROLE_CREATE: GUILDS,
  GUILD_ROLE_UPDATE: GUILDS,
  GUILD_ROLE_DELETE: GUILDS,
  GUILD_SCHEDULED_EVENT_CREATE: SCHEDULED_EVENTS,
  GUILD_SCHEDULED_EVENT_UPDATE: SCHEDULED_EVENTS,
  GUILD_SCHEDULED_EVENT_DELETE: SCHEDULED_EVENTS,
  GUILD_SCHEDULED_EVENT_USER_ADD: SCHEDULED_EVENTS,
  GUILD_SCHEDULED_EVENT_USER_REMOVE: SCHEDULED_EVENTS,
  GUILD_SOUNDBOARD_SOUND_CREATE: EXPRESSIONS,
  GUILD_SOUNDBOARD_SOUND_UPDATE: EXPRESSIONS,
  GUILD_SOUNDBOARD_SOUND_DELETE: EXPRESSIONS,
  GUILD_SOUNDBOARD_SOUNDS_UPDATE: EXPRESSIONS,
  SOUNDBOARD_SOUNDS: UNGATED,
  INTERACTION_CREATE: UNGATED,
  INVITE_CREATE: INVITES,
  INVITE_DELETE: INVITES,
  MESSAGE_CREATE: MESSAGES,
  MESSAGE_UPDATE: MESSAGES,
  MESSAGE_DELETE: MESSAGES,
  MESSAGE_DELETE_BULK: only(Intent.GUILD_MESSAGES),
  MESSAGE_REACTION_ADD: REACTIONS,
  MESSAGE_REACTION_REMOVE: REACTIONS,
  MESSAGE_REACTION_REMOVE_ALL: REACTIONS,
  MESSAGE_REACTION_REMOVE_EMOJI: REACTIONS,
  MESSAGE_POLL_VOTE_ADD: POLLS,
  MESSAGE_POLL_VOTE_REMOVE: POLLS,
  PRESENCE_UPDATE: only(Intent.GUILD_PRESENCES),
  STAGE_INSTANCE_CREATE: GUILDS,
  STAGE_INSTANCE_UPDATE: GUILDS,
  STAGE_INSTANCE_DELETE: GUILDS,
  TYPING_START: { guild: Intent.GUILD_MESSAGE_TYPING, direct: Intent.DIRECT_MESSAGE_TYPING },
  USER_UPDATE: UNGATED,
  VOICE_STATE_UPDATE: VOICE_STATES,
  VOICE_SERVER_UPDATE: UNGATED,
  VOICE_CHANNEL_EFFECT_SEND: VOICE_STATES,
  WEBHOOKS_UPDATE: only(Intent.GUILD_WEBHOOKS),
};

/** Events about what goes on in one channel: whoever cannot see the channel does not hear of them. */
const SEEN_IN_CHANNEL: readonly DispatchName[] = [
  'MESSAGE_CREATE',
  'MESSAGE_UPDATE',
  'MESSAGE_DELETE',
  'MESSAGE_DELETE_BULK',
  'MESSAGE_REACTION_ADD',
  'MESSAGE_REACTION_REMOVE',
  'MESSAGE_REACTION_REMOVE_ALL',
  'MESSAGE_REACTION_REMOVE_EMOJI',
  'MESSAGE_POLL_VOTE_ADD',
  'MESSAGE_POLL_VOTE_REMOVE',
  'TYPING_START',
  'THREAD_CREATE',
  'THREAD_UPDATE',
  'THREAD_DELETE',
  'THREAD_LIST_SYNC',
  'THREAD_MEMBER_UPDATE',
  'THREAD_MEMBERS_UPDATE',
  'GUILD_SCHEDULED_EVENT_CREATE',
  'GUILD_SCHEDULED_EVENT_UPDATE',
  'GUILD_SCHEDULED_EVENT_DELETE',
  'GUILD_SCHEDULED_EVENT_USER_ADD',
  'GUILD_SCHEDULED_EVENT_USER_REMOVE',
];

const CHANNEL_GATES: ReadonlyMap<DispatchName, bigint> = new Map<DispatchName, bigint>([
  ...SEEN_IN_CHANNEL.map((name) => [name, Permission.VIEW_CHANNEL] as const),
  ['INVITE_CREATE', Permission.MANAGE_CHANNELS],
  ['INVITE_DELETE', Permission.MANAGE_CHANNELS],
]);

const GUILD_GATES: ReadonlyMap<DispatchName, bigint> = new Map<DispatchName, bigint>([
  ['AUTO_MODERATION_RULE_CREATE', Permission.MANAGE_GUILD],
  ['AUTO_MODERATION_RULE_UPDATE', Permission.MANAGE_GUILD],
  ['AUTO_MODERATION_RULE_DELETE', Permission.MANAGE_GUILD],
  ['AUTO_MODERATION_ACTION_EXECUTION', Permission.MANAGE_GUILD],
  ['GUILD_AUDIT_LOG_ENTRY_CREATE', Permission.VIEW_AUDIT_LOG],
  ['GUILD_BAN_ADD', Permission.BAN_MEMBERS | Permission.VIEW_AUDIT_LOG],
  ['GUILD_BAN_REMOVE', Permission.BAN_MEMBERS | Permission.VIEW_AUDIT_LOG],
]);

/**
 * Intents of which a session needs at least one to hear of the event; 0 when it is never gated.
 * @param inGuild whether the payload has a `guild_id`. Ephemeral messages have none and go by the direct gate.
 * @see https://docs.discord.com/developers/events/gateway#list-of-intents
 */
export function intentGate(event: DispatchName, inGuild: boolean): number {
  const gate = INTENT_GATES[event];
  return inGuild ? gate.guild : gate.direct;
}

/**
 * Permissions of which a bot needs at least one, besides the intent; 0n when there is none.
 * VIEW_CHANNEL and MANAGE_CHANNELS are meant in the event's channel, the others in the guild. Three rules say
 * more than bits can and are the sender's: a private thread needs membership or MANAGE_THREADS, the chat of a
 * voice channel needs CONNECT too, VOICE_CHANNEL_EFFECT_SEND needs the bot in that channel.
 * @param inChannel whether the event belongs to a guild channel. Direct messages and scheduled events held
 *   elsewhere do not, and need no channel permission. Default: true.
 */
export function permissionGate(event: DispatchName, inChannel = true): bigint {
  return GUILD_GATES.get(event) ?? (inChannel ? CHANNEL_GATES.get(event) : undefined) ?? 0n;
}

/** Whether a session with these intents gets through an {@link intentGate}. */
export function passesIntentGate(intents: number, gate: number): boolean {
  return gate === 0 || (intents & gate) !== 0;
}

/** Whether a bot with these permissions gets through a {@link permissionGate}. */
export function passesPermissionGate(permissions: bigint, gate: bigint): boolean {
  return gate === 0n || (permissions & gate) !== 0n;
}

function only(intents: number): IntentGate {
  return { guild: intents, direct: intents };
}
