import type { CommandOption, OptionValue } from '../../../api/interactions.ts';

/** @see https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-type */
export const OptionType = {
  STRING: 3,
  INTEGER: 4,
  BOOLEAN: 5,
  USER: 6,
  CHANNEL: 7,
  ROLE: 8,
  MENTIONABLE: 9,
  NUMBER: 10,
  ATTACHMENT: 11,
} as const;

/** What an option holds while one fills it in. */
export interface Draft {
  readonly text: string;
  /** What was chosen; a text that was only typed has none. */
  readonly value?: string | number | boolean;
  readonly file?: File;
}

export type Drafts = ReadonlyMap<string, Draft>;

export const EMPTY: Draft = { text: '' };

export function isFilled({ text, value, file }: Draft): boolean {
  return text !== '' || value !== undefined || file !== undefined;
}

/**
 * What is sent of an option that was filled in. What does not fit is sent as it was typed: the server says what it
 * takes.
 */
export function givenValue({ type }: CommandOption, { text, value }: Draft): Exclude<OptionValue, object> {
  if (value !== undefined) return value;
  if (type === OptionType.BOOLEAN && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const isNumber = type === OptionType.INTEGER || type === OptionType.NUMBER;
  const number = Number(text);
  return isNumber && text.trim() !== '' && Number.isFinite(number) ? number : text;
}

/** Required options, and those that were added or filled in. */
export function shownOptions(
  options: readonly CommandOption[],
  added: ReadonlySet<string>,
): readonly CommandOption[] {
  return options.filter(({ name, required }) => required === true || added.has(name));
}
