/** Bits of a message. @see https://docs.discord.com/developers/resources/message#message-object-message-flags */
import type { MessageFlags } from 'discord-api-types/v10';

export const CROSSPOSTED = 1 << 0;
export const IS_CROSSPOST = 1 << 1;
export const SUPPRESS_EMBEDS = 1 << 2;
export const SOURCE_MESSAGE_DELETED = 1 << 3;
export const HAS_THREAD = 1 << 5;
export const EPHEMERAL = 1 << 6;
export const LOADING = 1 << 7;
export const SUPPRESS_NOTIFICATIONS = 1 << 12;
export const IS_VOICE_MESSAGE = 1 << 13;
export const HAS_SNAPSHOT = 1 << 14;
export const IS_COMPONENTS_V2 = 1 << 15;

/** Those that an author may set; others are dropped, as Discord does. */
const SETTABLE = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_VOICE_MESSAGE | IS_COMPONENTS_V2;

export function settableFlags(wanted: number): MessageFlags {
  return (wanted & SETTABLE) as MessageFlags;
}

/** Of an edited message. Components of the second kind come to stay. */
export function editedFlags(old: MessageFlags, wanted: number | undefined): MessageFlags {
  if (wanted === undefined) return old;
  return ((old & ~SUPPRESS_EMBEDS) | (wanted & (SUPPRESS_EMBEDS | IS_COMPONENTS_V2))) as MessageFlags;
}

export function withFlags(old: MessageFlags, added: number, removed = 0): MessageFlags {
  return ((old & ~removed) | added) as MessageFlags;
}
