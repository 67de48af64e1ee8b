import type { DispatchName } from './dispatch-events.ts';
import { Intent, type IntentName } from './intents.ts';

/** Names of intents of which one is enough, for an event in a guild and for one elsewhere; none: never gated. */
interface IntentGate {
  readonly guild: readonly IntentName[];
  readonly direct: readonly IntentName[];
}

const UNGATED = only();
const GUILDS = only('GUILDS');
const MODERATION = only('GUILD_MODERATION');
const EXPRESSIONS = only('GUILD_EXPRESSIONS');
const INTEGRATIONS = only('GUILD_INTEGRATIONS');
const MEMBERS = only('GUILD_MEMBERS');
const SCHEDULED_EVENTS = only('GUILD_SCHEDULED_EVENTS');
const AUTO_MODERATION = only('AUTO_MODERATION_CONFIGURATION');
const INVITES = only('GUILD_INVITES');
const VOICE_STATES = only('GUILD_VOICE_STATES');
const MESSAGES = inGuildOrDirect('GUILD_MESSAGES', 'DIRECT_MESSAGES');
const REACTIONS = inGuildOrDirect('GUILD_MESSAGE_REACTIONS', 'DIRECT_MESSAGE_REACTIONS');
const POLLS = inGuildOrDirect('GUILD_MESSAGE_POLLS', 'DIRECT_MESSAGE_POLLS');

/** Over all names, so that an event without a gate does not compile; the names of intents are kept for types. */
const INTENT_GATES = {
  READY: UNGATED,
  RESUMED: UNGATED,
  RATE_LIMITED: UNGATED,
  APPLICATION_COMMAND_PERMISSIONS_UPDATE: UNGATED,
  AUTO_MODERATION_RULE_CREATE: AUTO_MODERATION,
  AUTO_MODERATION_RULE_UPDATE: AUTO_MODERATION,
  AUTO_MODERATION_RULE_DELETE: AUTO_MODERATION,
  AUTO_MODERATION_ACTION_EXECUTION: only('AUTO_MODERATION_EXECUTION'),
  CHANNEL_CREATE: GUILDS,
  CHANNEL_UPDATE: GUILDS,
  CHANNEL_DELETE: GUILDS,
  CHANNEL_PINS_UPDATE: inGuildOrDirect('GUILDS', 'DIRECT_MESSAGES'),
  CHANNEL_INFO: UNGATED,
  VOICE_CHANNEL_STATUS_UPDATE: GUILDS,
  VOICE_CHANNEL_START_TIME_UPDATE: GUILDS,
  THREAD_CREATE: GUILDS,
  THREAD_UPDATE: GUILDS,
  THREAD_DELETE: GUILDS,
  THREAD_LIST_SYNC: GUILDS,
  THREAD_MEMBER_UPDATE: GUILDS,
  // With GUILDS alone a session hears only of its own bot's membership; the sender narrows that.
  THREAD_MEMBERS_UPDATE: only('GUILDS', 'GUILD_MEMBERS'),
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
  MESSAGE_DELETE_BULK: only('GUILD_MESSAGES'),
  MESSAGE_REACTION_ADD: REACTIONS,
  MESSAGE_REACTION_REMOVE: REACTIONS,
  MESSAGE_REACTION_REMOVE_ALL: REACTIONS,
  MESSAGE_REACTION_REMOVE_EMOJI: REACTIONS,
  MESSAGE_POLL_VOTE_ADD: POLLS,
  MESSAGE_POLL_VOTE_REMOVE: POLLS,
  PRESENCE_UPDATE: only('GUILD_PRESENCES'),
  STAGE_INSTANCE_CREATE: GUILDS,
  STAGE_INSTANCE_UPDATE: GUILDS,
  STAGE_INSTANCE_DELETE: GUILDS,
  TYPING_START: inGuildOrDirect('GUILD_MESSAGE_TYPING', 'DIRECT_MESSAGE_TYPING'),
  USER_UPDATE: UNGATED,
  VOICE_STATE_UPDATE: VOICE_STATES,
  VOICE_SERVER_UPDATE: UNGATED,
  VOICE_CHANNEL_EFFECT_SEND: VOICE_STATES,
  WEBHOOKS_UPDATE: only('GUILD_WEBHOOKS'),
} as const satisfies Readonly<Record<DispatchName, IntentGate>>;

/** Events of which a bot hears without their intent where they are about itself. */
const ALSO_OF_ITSELF = ['GUILD_MEMBER_UPDATE'] as const satisfies readonly DispatchName[];

/** Names of the intents of which a session needs at least one to hear of the event at all; `never`: it needs none. */
export type IntentOfEvent<Name extends DispatchName> = Name extends (typeof ALSO_OF_ITSELF)[number]
  ? never
  : (typeof INTENT_GATES)[Name]['guild' | 'direct'][number];

/** The bits of each event's gate, in a guild and elsewhere. */
const MASKS: ReadonlyMap<DispatchName, { readonly guild: number; readonly direct: number }> = new Map(
  (Object.entries(INTENT_GATES) as [DispatchName, IntentGate][]).map(([name, { guild, direct }]) => [
    name,
    { guild: maskOf(guild), direct: maskOf(direct) },
  ]),
);

/**
 * Intents of which a session needs at least one to hear of the event; 0 when it is never gated.
 * @param inGuild whether the payload has a `guild_id`. Ephemeral messages have none and go by the direct gate.
 * @see https://docs.discord.com/developers/events/gateway#list-of-intents
 */
export function intentGate(event: DispatchName, inGuild: boolean): number {
  const masks = MASKS.get(event);
  return (inGuild ? masks?.guild : masks?.direct) ?? 0;
}

/** Whether a session with these intents gets through an {@link intentGate}. */
export function passesIntentGate(intents: number, gate: number): boolean {
  return gate === 0 || (intents & gate) !== 0;
}

/**
 * The intents of which a bot lacks all and needs one to hear of the event anywhere; empty when it can hear of it.
 * @param about `others`: what a bot hears of itself alone does not count
 */
export function missingIntents(
  event: DispatchName,
  intents: number,
  about: 'anybody' | 'others' = 'anybody',
): readonly IntentName[] {
  if (about === 'anybody' && ALSO_OF_ITSELF.some((name) => name === event)) return [];
  const { guild, direct }: IntentGate = INTENT_GATES[event];
  const needed = [...new Set([...guild, ...direct])];
  return passesIntentGate(intents, maskOf(needed)) ? [] : needed;
}

function only<const Names extends readonly IntentName[]>(
  ...names: Names
): { readonly guild: Names; readonly direct: Names } {
  return { guild: names, direct: names };
}

function inGuildOrDirect<const InGuild extends IntentName, const Direct extends IntentName>(
  guild: InGuild,
  direct: Direct,
): { readonly guild: readonly [InGuild]; readonly direct: readonly [Direct] } {
  return { guild: [guild], direct: [direct] };
}

function maskOf(names: readonly IntentName[]): number {
  return names.reduce((mask, name) => mask | Intent[name], 0);
}
