import { Intent } from '@guildhall/protocol/client';
import { numberField } from '../untyped.ts';

/** Bits of an application's `flags`; the second of each is for bots in fewer than 100 guilds. */
const FLAGS_OF_INTENT: readonly (readonly [intent: number, flags: number])[] = [
  [Intent.GUILD_PRESENCES, (1 << 12) | (1 << 13)],
  [Intent.GUILD_MEMBERS, (1 << 14) | (1 << 15)],
  [Intent.MESSAGE_CONTENT, (1 << 18) | (1 << 19)],
];

/**
 * The privileged intents that an application may ask for.
 * @param application answer of `GET /applications/@me`
 * @returns null when it does not tell
 * @see https://docs.discord.com/developers/resources/application#application-object-application-flags
 */
export function grantedIntents(application: unknown): number | null {
  const flags = numberField(application, 'flags');
  if (flags === null) return null;
  return FLAGS_OF_INTENT.reduce(
    (granted, [intent, bits]) => granted | ((flags & bits) === 0 ? 0 : intent),
    0,
  );
}
