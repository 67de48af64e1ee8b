import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../../../api/api-error.ts';
import { type CommandOption, interactionApi, type OptionValue } from '../../../api/interactions.ts';
import { begin, outcomeOf } from '../../../state/interactions.ts';
import { found, type ListChoice } from '../../../ui/choices.ts';
import { type EntityKind, entityChoices, type Place } from '../place.tsx';
import type { CommandPath } from './command-paths.ts';
import { type Draft, OptionType } from './option-values.ts';

export interface Suggestion extends ListChoice {
  readonly gives: string | number | boolean;
}

export interface Suggestions {
  readonly choices: readonly Suggestion[];
  /** What is to be known instead of choices. */
  readonly note: string | null;
}

const NOTHING: Suggestions = { choices: [], note: null };
const MAX_SHOWN = 50;
/** A bot is not asked for each letter of a fast typist. */
const TYPING_PAUSE_MS = 200;
const ENTITIES: Readonly<Record<number, EntityKind>> = {
  [OptionType.USER]: 'user',
  [OptionType.ROLE]: 'role',
  [OptionType.MENTIONABLE]: 'mentionable',
  [OptionType.CHANNEL]: 'channel',
};

/** What fits into the option that is being filled in. The bot is asked where the option says so. */
export function useSuggestions(
  place: Place,
  path: CommandPath,
  option: CommandOption | undefined,
  draft: Draft,
  others: Readonly<Record<string, OptionValue>>,
): Suggestions {
  const [asked, setAsked] = useState<{ readonly name: string; readonly told: Suggestions } | null>(null);
  const question = useRef(0);
  const name = option?.autocomplete === true ? option.name : null;
  const { text } = draft;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one asks again when one types, not when the others change
  useEffect(() => {
    if (name === null || place.as === null || draft.value !== undefined) return undefined;
    question.current += 1;
    const mine = question.current;
    const tell = (told: Suggestions) => {
      if (mine === question.current) setAsked({ name, told });
    };
    const use = {
      user_id: place.as.id,
      application_id: path.command.application_id,
      command: path.name,
      options: { ...others, [name]: text },
      focused: name,
    };
    const timer = setTimeout(() => void ask(place.channel.id, use).then(tell), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [name, text, place.as?.id, path]);

  if (option === undefined || draft.value !== undefined) return NOTHING;
  if (name !== null) return asked?.name === name ? asked.told : { choices: [], note: 'Asking the bot…' };
  return { choices: found(choicesOf(place, option), text, MAX_SHOWN), note: null };
}

async function ask(
  channelId: string,
  use: Parameters<typeof interactionApi.autocomplete>[1],
): Promise<Suggestions> {
  try {
    const { id } = await begin(() => interactionApi.autocomplete(channelId, use), { what: use.focused });
    const { state, choices = [] } = await outcomeOf(id);
    if (state === 'expired') return { choices: [], note: 'The application did not respond with options' };
    if (choices.length === 0) return { choices: [], note: 'The application has no options for this' };
    return { choices: choices.map(choiceOf), note: null };
  } catch (error) {
    return { choices: [], note: messageOf(error) };
  }
}

function choicesOf(
  place: Place,
  { type, choices = [], channel_types }: CommandOption,
): readonly Suggestion[] {
  if (choices.length > 0) return choices.map(choiceOf);
  if (type === OptionType.BOOLEAN) {
    return [true, false].map((gives) => ({ value: String(gives), label: gives ? 'True' : 'False', gives }));
  }
  const kind = ENTITIES[type];
  if (kind === undefined) return [];
  return entityChoices(place, kind, channel_types).map((choice) => ({ ...choice, gives: choice.value }));
}

function choiceOf({ name, value }: { readonly name: string; readonly value: string | number }): Suggestion {
  return { value: String(value), label: name, gives: value };
}
