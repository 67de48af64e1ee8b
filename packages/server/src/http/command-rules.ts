/**
 * What a command must keep to beyond its schema.
 * @see https://docs.discord.com/developers/interactions/application-commands
 */
import type { CommandInput } from '../world/application-commands.ts';
import { CHAT_INPUT, ENTRY_POINT, isSubcommand, OptionType } from '../world/command-kinds.ts';
import type { CommandChoice, CommandOption, Localizations } from '../world/entities.ts';
import { LOCALES } from '../world/locales.ts';
import { codePoints } from '../world/values.ts';
import type { FormIssue } from './errors.ts';

type Path = readonly (string | number)[];

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const FILE_TYPE = /^(image|video|audio|\.[a-z0-9]+)$/;
const MAX_COMMAND_CHARS = 8_000;
const MAX_NUMBER = 2 ** 53;
const { SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, CHANNEL, NUMBER, ATTACHMENT } = OptionType;

/** Fields that only some kinds of options have. */
const KINDS_OF_FIELD = {
  choices: [STRING, INTEGER, NUMBER],
  autocomplete: [STRING, INTEGER, NUMBER],
  min_value: [INTEGER, NUMBER],
  max_value: [INTEGER, NUMBER],
  min_length: [STRING],
  max_length: [STRING],
  channel_types: [CHANNEL],
  file_types: [ATTACHMENT],
  options: [SUB_COMMAND, SUB_COMMAND_GROUP],
} as const satisfies Partial<Record<keyof CommandOption, readonly number[]>>;

/** @returns what is wrong with the command, each with its place below `path`; nothing when it is well */
export function commandIssues(command: CommandInput, path: Path): FormIssue[] {
  const { type, name, description, options } = command;
  const issues: FormIssue[] = [];
  const isChatInput = type === CHAT_INPUT;
  if (isChatInput) issues.push(...nameIssues(command, path));
  else if (name.trim() === '') issues.push(required([...path, 'name']));
  issues.push(...localeIssues(command, path));
  if (isChatInput || type === ENTRY_POINT) {
    if (description === '') issues.push(required([...path, 'description']));
  } else if (description !== '') {
    issues.push(contextMenu([...path, 'description'], 'description'));
  }
  if (command.handler !== null && type !== ENTRY_POINT) {
    issues.push(notFor([...path, 'handler'], 'handler'));
  }
  if (!isChatInput) {
    if (options.length > 0) issues.push(contextMenu([...path, 'options'], 'options'));
    return issues;
  }
  issues.push(...optionListIssues(options, [...path, 'options'], 'command'));
  if (sizeOf(command) > MAX_COMMAND_CHARS) {
    issues.push({
      path,
      code: 'APPLICATION_COMMAND_TOO_LARGE',
      message: `Command exceeds maximum size (${MAX_COMMAND_CHARS})`,
    });
  }
  return issues;
}

/** The name and each of its translations: letters of any script, none that has a small form. */
function nameIssues(
  { name, name_localizations }: Pick<CommandOption, 'name' | 'name_localizations'>,
  path: Path,
): FormIssue[] {
  const invalid = (at: Path): FormIssue => ({
    path: at,
    code: 'APPLICATION_COMMAND_INVALID_NAME',
    message: 'Command name is invalid',
  });
  const isValid = (text: string) => NAME.test(text) && text === text.toLowerCase();
  return [
    ...(isValid(name) ? [] : [invalid([...path, 'name'])]),
    ...Object.entries(name_localizations ?? {})
      .filter(([, text]) => !isValid(text))
      .map(([locale]) => invalid([...path, 'name_localizations', locale])),
  ];
}

function localeIssues(
  texts: {
    readonly name_localizations: Localizations | null;
    readonly description_localizations?: Localizations | null;
  },
  path: Path,
): FormIssue[] {
  return (['name_localizations', 'description_localizations'] as const).flatMap((field) =>
    Object.keys(texts[field] ?? {})
      .filter((locale) => !LOCALES.includes(locale))
      .map((locale) => ({
        path: [...path, field, locale],
        code: 'BASE_TYPE_CHOICES',
        message: `Value must be one of (${LOCALES.map((known) => `'${known}'`).join(', ')}).`,
      })),
  );
}

function optionListIssues(
  options: readonly CommandOption[],
  path: Path,
  parent: 'command' | 'group' | 'subcommand',
): FormIssue[] {
  const issues: FormIssue[] = [];
  const nested = options.filter(isSubcommand).length;
  if (nested > 0 && nested < options.length) {
    issues.push({
      path,
      code: 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      message: 'Sub-command and sub-command group option types are mutually exclusive to all other types',
    });
  }
  const names = new Set<string>();
  let hasOptional = false;
  for (const [index, option] of options.entries()) {
    const at = [...path, index];
    if (names.has(option.name)) {
      issues.push({
        path: [...at, 'name'],
        code: 'APPLICATION_COMMAND_OPTIONS_NAME_INVALID',
        message: `Option name "${option.name}" is already used`,
      });
    }
    names.add(option.name);
    if (option.required === true && hasOptional) {
      issues.push({
        path: at,
        code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        message: 'Required options must be placed before non-required options',
      });
    }
    if (option.required !== true && !isSubcommand(option)) hasOptional = true;
    issues.push(...optionIssues(option, at, parent));
  }
  return issues;
}

function optionIssues(
  option: CommandOption,
  path: Path,
  parent: 'command' | 'group' | 'subcommand',
): FormIssue[] {
  const issues = [...nameIssues(option, path), ...localeIssues(option, path), ...kindIssues(option, path)];
  const { type } = option;
  // A group holds subcommands alone, a subcommand parameters alone.
  const isMisplaced =
    parent === 'group' ? type !== SUB_COMMAND : parent === 'subcommand' ? isSubcommand(option) : false;
  if (isMisplaced) {
    issues.push({
      path: [...path, 'type'],
      code: 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      message:
        parent === 'group'
          ? 'Sub-command groups may only contain sub-commands'
          : 'Sub-commands may not contain sub-commands or groups',
    });
    return issues;
  }
  if (isSubcommand(option)) {
    const level = type === SUB_COMMAND ? 'subcommand' : 'group';
    return [...issues, ...optionListIssues(option.options ?? [], [...path, 'options'], level)];
  }
  return [
    ...issues,
    ...rangeIssues(option, path),
    ...choiceIssues(option, path),
    ...fileTypeIssues(option, path),
  ];
}

function kindIssues(option: CommandOption, path: Path): FormIssue[] {
  return (Object.keys(KINDS_OF_FIELD) as (keyof typeof KINDS_OF_FIELD)[])
    .filter((field) => {
      const kinds: readonly number[] = KINDS_OF_FIELD[field];
      return option[field] !== undefined && !kinds.includes(option.type);
    })
    .map((field) => notFor([...path, field], field));
}

function rangeIssues(option: CommandOption, path: Path): FormIssue[] {
  const { type, min_value, max_value, min_length, max_length } = option;
  const issues: FormIssue[] = [];
  for (const field of ['min_value', 'max_value'] as const) {
    const value = option[field];
    if (value !== undefined && !isNumberOf(type, value))
      issues.push(badNumber([...path, field], value, type));
  }
  if (min_value !== undefined && max_value !== undefined && min_value > max_value) {
    issues.push(lessThan([...path, 'max_value'], min_value));
  }
  if (min_length !== undefined && max_length !== undefined && min_length > max_length) {
    issues.push(lessThan([...path, 'max_length'], min_length));
  }
  return issues;
}

function choiceIssues({ type, choices = [], autocomplete }: CommandOption, path: Path): FormIssue[] {
  const at = [...path, 'choices'];
  const issues: FormIssue[] = [];
  if (autocomplete === true && choices.length > 0) {
    issues.push({
      path: at,
      code: 'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES',
      message: 'Autocomplete options cannot have choices',
    });
  }
  const names = new Set<string>();
  for (const [index, choice] of choices.entries()) {
    issues.push(...localeIssues(choice, [...at, index]));
    if (names.has(choice.name)) {
      issues.push({
        path: [...at, index],
        code: 'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_INVALID',
        message: `Choice name "${choice.name}" is already used`,
      });
    }
    names.add(choice.name);
    issues.push(...choiceValueIssues(choice, type, [...at, index, 'value']));
  }
  return issues;
}

/** The value of a choice, of a command or suggested in autocomplete, is what its option takes. */
export function choiceValueIssues(
  { value }: Pick<CommandChoice, 'value'>,
  type: number,
  path: Path,
): FormIssue[] {
  if (type === STRING) {
    if (typeof value === 'string') return [];
    return [{ path, code: 'STRING_TYPE_CONVERT', message: `Could not interpret "${value}" as string.` }];
  }
  if ((type === INTEGER || type === NUMBER) && !isNumberOf(type, value))
    return [badNumber(path, value, type)];
  return [];
}

function fileTypeIssues({ file_types = [] }: CommandOption, path: Path): FormIssue[] {
  return file_types.flatMap((type, index) =>
    FILE_TYPE.test(type)
      ? []
      : [
          {
            path: [...path, 'file_types', index],
            code: 'BASE_TYPE_CHOICES',
            message: "Value must be one of ('image', 'video', 'audio') or an extension with its dot.",
          },
        ],
  );
}

function isNumberOf(type: number, value: unknown): boolean {
  if (typeof value !== 'number') return false;
  return type === INTEGER ? Number.isSafeInteger(value) : Math.abs(value) <= MAX_NUMBER;
}

function badNumber(path: Path, value: unknown, type: number): FormIssue {
  const kind = type === INTEGER ? 'int' : 'float';
  return { path, code: 'NUMBER_TYPE_COERCE', message: `Value "${String(value)}" is not ${kind}.` };
}

function lessThan(path: Path, minimum: number): FormIssue {
  return {
    path,
    code: 'NUMBER_TYPE_MIN',
    message: `int value should be greater than or equal to ${minimum}.`,
  };
}

function required(path: Path): FormIssue {
  return { path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
}

function contextMenu(path: Path, what: string): FormIssue {
  return {
    path,
    code: 'APPLICATION_COMMAND_CONTEXT_MENU_INVALID',
    message: `Context menu commands cannot have ${what}`,
  };
}

function notFor(path: Path, field: string): FormIssue {
  return { path, code: 'BASE_TYPE_INVALID', message: `${field} is not a field of this type.` };
}

/** Of each text the longest translation counts. */
function sizeOf({
  name,
  name_localizations,
  description,
  description_localizations,
  options,
}: CommandInput): number {
  const own = longest(name, name_localizations) + longest(description, description_localizations);
  return own + options.reduce((sum, option) => sum + optionSize(option), 0);
}

function optionSize(option: CommandOption): number {
  const {
    name,
    name_localizations,
    description,
    description_localizations,
    choices = [],
    options = [],
  } = option;
  let size = longest(name, name_localizations) + longest(description, description_localizations);
  for (const choice of choices)
    size += longest(choice.name, choice.name_localizations) + codePoints(String(choice.value));
  for (const nested of options) size += optionSize(nested);
  return size;
}

function longest(text: string, localizations: Localizations | null): number {
  return Math.max(codePoints(text), ...Object.values(localizations ?? {}).map(codePoints));
}
