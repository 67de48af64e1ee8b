/** The emoji in a reaction's path: a unicode emoji, or `name:id` of a custom one. */
import { isSnowflake } from '@guildhall/protocol';
import type { Reaction } from '../world/entities.ts';
import { RestError } from './errors.ts';

const CUSTOM_EMOJI = /^(a:)?(\w{2,32}):(\d{1,20})$/;
/** Single regional indicators are no emoji by Unicode's list, but Discord takes them. */
const UNICODE_EMOJI = /^(?:\p{RGI_Emoji}|\p{Regional_Indicator})$/v;
/** Clients leave it out or put it in at will; one emoji must stay one reaction. */
const VARIATION_SELECTOR = '\u{fe0f}';

/**
 * A well-formed custom emoji is taken to exist: bots bring along those of guilds that this world does not have.
 * @param text the path segment, percent-decoded
 * @throws RestError 10014
 */
export function parseEmoji(text: string): Reaction['emoji'] {
  const [, animated, name, id] = CUSTOM_EMOJI.exec(text) ?? [];
  if (name !== undefined && isSnowflake(id)) {
    return animated === undefined ? { id, name } : { id, name, animated: true };
  }
  const bare = text.endsWith(VARIATION_SELECTOR) ? text.slice(0, -VARIATION_SELECTOR.length) : text;
  for (const candidate of [bare, `${bare}${VARIATION_SELECTOR}`]) {
    if (UNICODE_EMOJI.test(candidate)) return { id: null, name: candidate };
  }
  throw RestError.of('UNKNOWN_EMOJI');
}
