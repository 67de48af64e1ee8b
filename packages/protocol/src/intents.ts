/**
 * Intent bits by their names in the documentation. The two `…_EMBEDDED_ACTIVITIES` bits are not in it, but
 * Discord accepts them and libraries send them.
 * @see https://docs.discord.com/developers/events/gateway#list-of-intents
 */
export const Intent = {
  GUILDS: 1 << 0,
  GUILD_MEMBERS: 1 << 1,
  GUILD_MODERATION: 1 << 2,
  GUILD_EXPRESSIONS: 1 << 3,
  GUILD_INTEGRATIONS: 1 << 4,
  GUILD_WEBHOOKS: 1 << 5,
  GUILD_INVITES: 1 << 6,
  GUILD_VOICE_STATES: 1 << 7,
  GUILD_PRESENCES: 1 << 8,
  GUILD_MESSAGES: 1 << 9,
  GUILD_MESSAGE_REACTIONS: 1 << 10,
  GUILD_MESSAGE_TYPING: 1 << 11,
  DIRECT_MESSAGES: 1 << 12,
  DIRECT_MESSAGE_REACTIONS: 1 << 13,
  DIRECT_MESSAGE_TYPING: 1 << 14,
  MESSAGE_CONTENT: 1 << 15,
  GUILD_SCHEDULED_EVENTS: 1 << 16,
  GUILD_EMBEDDED_ACTIVITIES: 1 << 17,
  AUTO_MODERATION_CONFIGURATION: 1 << 20,
  AUTO_MODERATION_EXECUTION: 1 << 21,
  GUILD_MESSAGE_POLLS: 1 << 24,
  DIRECT_MESSAGE_POLLS: 1 << 25,
  DIRECT_EMBEDDED_ACTIVITIES: 1 << 26,
} as const;

export type IntentName = keyof typeof Intent;

/** Intents that the owner must switch on in the application's settings before Identify may ask for them. */
export const PRIVILEGED_INTENTS = [
  'GUILD_MEMBERS',
  'GUILD_PRESENCES',
  'MESSAGE_CONTENT',
] as const satisfies readonly IntentName[];

export type PrivilegedIntent = (typeof PRIVILEGED_INTENTS)[number];

export const PRIVILEGED_INTENTS_MASK: number =
  Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT;

/** Every bit that Identify may carry; any other bit is answered with close code 4013. */
export const VALID_INTENTS: number = Object.values(Intent).reduce((mask, bit) => mask | bit, 0);

const ENTRIES: readonly (readonly [name: string, bit: number])[] = Object.entries(Intent);
const BITS_BY_NAME: ReadonlyMap<string, number> = new Map(ENTRIES);

/** Names of the set bits, lowest bit first. Bits without a name are left out. */
export function intentNames(bits: number): string[] {
  return ENTRIES.filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name);
}

/** A value of Identify's `intents` that Discord takes: a non-negative integer of known bits only. 0 is valid. */
export function isValidIntents(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= 0 &&
    value <= VALID_INTENTS &&
    (value & ~VALID_INTENTS) === 0
  );
}

/**
 * Turns a bit mask or a list of names into a bit mask.
 * @throws RangeError for an unknown bit or name; its message lists what is allowed
 */
export function resolveIntents(value: number | readonly IntentName[]): number {
  if (typeof value === 'number') {
    if (isValidIntents(value)) return value;
    throw new RangeError(
      `Invalid intents ${value}: expected an integer made of the bits of ${VALID_INTENTS} (${allNames()})`,
    );
  }
  let bits = 0;
  for (const name of value) {
    const bit = BITS_BY_NAME.get(name);
    if (bit === undefined) {
      throw new RangeError(`Unknown intent ${JSON.stringify(name)}: expected one of ${allNames()}`);
    }
    bits |= bit;
  }
  return bits;
}

/** The privileged bits of `requested` that are not in `allowedPrivileged`; anything but 0 means close code 4014. */
export function disallowedIntents(requested: number, allowedPrivileged: number): number {
  return requested & PRIVILEGED_INTENTS_MASK & ~allowedPrivileged;
}

function allNames(): string {
  return ENTRIES.map(([name]) => name).join(', ');
}
