import type { ApplicationCommand, CommandChoice, CommandOption, Localizations } from './entities.ts';
import { localized } from './locales.ts';

interface Names {
  readonly name_localizations: Localizations | null;
  readonly description_localizations?: Localizations | null;
}

/**
 * A command as Discord writes it.
 * @param locale without it come all translations; with it, as in lists, only `name_localized` and
 *   `description_localized` for that language
 * @see https://docs.discord.com/developers/interactions/application-commands#application-command-object
 */
export function commandView(command: ApplicationCommand, locale?: string): object {
  const { guild_id, options, dm_permission, contexts, integration_types, handler, ...rest } = command;
  const { name_localizations, description_localizations, ...fields } = rest;
  return {
    ...fields,
    ...translations({ name_localizations, description_localizations }, locale),
    ...(options.length === 0 ? {} : { options: options.map((option) => optionView(option, locale)) }),
    ...(handler === null ? {} : { handler }),
    ...(guild_id === null ? { dm_permission, contexts, integration_types } : { guild_id }),
  };
}

function optionView(option: CommandOption, locale: string | undefined): object {
  const { name_localizations, description_localizations, choices, options, ...fields } = option;
  return {
    ...fields,
    ...translations({ name_localizations, description_localizations }, locale),
    ...(choices === undefined ? {} : { choices: choices.map((choice) => choiceView(choice, locale)) }),
    ...(options === undefined ? {} : { options: options.map((nested) => optionView(nested, locale)) }),
  };
}

function choiceView({ name_localizations, ...fields }: CommandChoice, locale: string | undefined): object {
  return { ...fields, ...translations({ name_localizations }, locale) };
}

function translations(names: Names, locale: string | undefined): object {
  if (locale === undefined) return names;
  const name = localized(names.name_localizations, locale);
  const description = localized(names.description_localizations ?? null, locale);
  return {
    ...(name === undefined ? {} : { name_localized: name }),
    ...(description === undefined ? {} : { description_localized: description }),
  };
}
