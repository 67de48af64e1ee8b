/** The body with which application commands are described: its schema, and the command that it makes. */
import type { CommandInput } from '../world/application-commands.ts';
import {
  CHAT_INPUT,
  ENTRY_POINT,
  MESSAGE_COMMAND,
  OptionType,
  USER_COMMAND,
} from '../world/command-kinds.ts';
import type { CommandChoice, CommandOption, Localizations, Snowflake } from '../world/entities.ts';
import { LOCALES } from '../world/locales.ts';
import { commandIssues } from './command-rules.ts';
import { RestError } from './errors.ts';
import {
  integer,
  type JsonSchema,
  list,
  NULLABLE_BOOLEAN,
  nullableList,
  nullableText,
  object,
  oneOf,
  SNOWFLAKE,
  text,
} from './schemas.ts';

export interface ChoiceBody {
  name: string;
  name_localizations?: Localizations | null;
  value: string | number;
}

export interface OptionBody {
  type: number;
  name: string;
  name_localizations?: Localizations | null;
  description: string;
  description_localizations?: Localizations | null;
  required?: boolean | null;
  choices?: ChoiceBody[] | null;
  options?: OptionBody[] | null;
  channel_types?: number[] | null;
  min_value?: number | null;
  max_value?: number | null;
  min_length?: number | null;
  max_length?: number | null;
  autocomplete?: boolean | null;
  file_types?: string[] | null;
}

/** All of a new command; of an edited one what is to change. */
export interface CommandBody {
  name?: string;
  name_localizations?: Localizations | null;
  description?: string | null;
  description_localizations?: Localizations | null;
  options?: OptionBody[] | null;
  default_member_permissions?: string | null;
  dm_permission?: boolean | null;
  default_permission?: boolean | null;
  integration_types?: number[] | null;
  contexts?: number[] | null;
  type?: number | null;
  nsfw?: boolean | null;
  handler?: number | null;
}

export interface NewCommandBody extends CommandBody {
  name: string;
}

export interface CommandListItem extends NewCommandBody {
  id?: Snowflake;
}

const MAX_NAME_CHARS = 32;
const MAX_DESCRIPTION_CHARS = 100;
const MAX_OPTIONS = 25;
const MAX_CHOICES = 25;
const MAX_CHOICE_CHARS = 100;
const MAX_TEXT_OPTION_CHARS = 6_000;
const MAX_CHANNEL_TYPES = 20;
const MAX_FILE_TYPES = 10;
/** 100 slash, 15 user, 15 message commands and an entry point, and some to be refused by name. */
const MAX_COMMANDS = 131;
/** A group holds subcommands, which hold parameters. */
const OPTION_LEVELS = 3;
const MAX_CHANNEL_TYPE = 16;
const GUILD_INSTALL = 0;
const USER_INSTALL = 1;
const BOT_DM_CONTEXT = 1;

const NULLABLE_NUMBER: JsonSchema = { type: ['number', 'null'] };

function localizations(maxChars: number): JsonSchema {
  return { type: ['object', 'null'], additionalProperties: text(1, maxChars), maxProperties: LOCALES.length };
}

function nullableInteger(minimum: number, maximum: number): JsonSchema {
  return { ...integer(minimum, maximum), type: ['integer', 'null'] };
}

const CHOICE = object(
  {
    name: text(1, MAX_CHOICE_CHARS),
    name_localizations: localizations(MAX_CHOICE_CHARS),
    value: { type: ['string', 'number'], maxLength: MAX_CHOICE_CHARS },
  },
  ['name', 'value'],
);

function option(levels: number): JsonSchema {
  return object(
    {
      type: oneOf(...Object.values(OptionType)),
      name: text(1, MAX_NAME_CHARS),
      name_localizations: localizations(MAX_NAME_CHARS),
      description: text(1, MAX_DESCRIPTION_CHARS),
      description_localizations: localizations(MAX_DESCRIPTION_CHARS),
      required: NULLABLE_BOOLEAN,
      choices: nullableList(CHOICE, MAX_CHOICES),
      channel_types: nullableList(integer(0, MAX_CHANNEL_TYPE), MAX_CHANNEL_TYPES),
      min_value: NULLABLE_NUMBER,
      max_value: NULLABLE_NUMBER,
      min_length: nullableInteger(0, MAX_TEXT_OPTION_CHARS),
      max_length: nullableInteger(1, MAX_TEXT_OPTION_CHARS),
      autocomplete: NULLABLE_BOOLEAN,
      file_types: nullableList(text(1, MAX_NAME_CHARS), MAX_FILE_TYPES),
      ...(levels > 1 ? { options: nullableList(option(levels - 1), MAX_OPTIONS) } : {}),
    },
    ['type', 'name', 'description'],
  );
}

const FIELDS: Record<string, JsonSchema> = {
  name: text(1, MAX_NAME_CHARS),
  name_localizations: localizations(MAX_NAME_CHARS),
  description: nullableText(MAX_DESCRIPTION_CHARS),
  description_localizations: localizations(MAX_DESCRIPTION_CHARS),
  options: nullableList(option(OPTION_LEVELS), MAX_OPTIONS),
  default_member_permissions: { permissions: 'nullable' },
  dm_permission: NULLABLE_BOOLEAN,
  default_permission: NULLABLE_BOOLEAN,
  integration_types: {
    ...nullableList(oneOf(GUILD_INSTALL, USER_INSTALL), 2),
    minItems: 1,
    uniqueItems: true,
  },
  contexts: { ...nullableList(oneOf(0, 1, 2), 3), minItems: 1, uniqueItems: true },
  nsfw: NULLABLE_BOOLEAN,
  handler: { type: ['integer', 'null'], enum: [1, 2, null] },
};
const NEW_FIELDS: Record<string, JsonSchema> = {
  ...FIELDS,
  type: { type: ['integer', 'null'], enum: [CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND, ENTRY_POINT, null] },
};

export const COMMAND_CREATE_BODY: JsonSchema = object(NEW_FIELDS, ['name']);
export const COMMAND_EDIT_BODY: JsonSchema = object(FIELDS);
export const COMMAND_LIST_BODY: JsonSchema = list(
  object({ ...NEW_FIELDS, id: SNOWFLAKE }, ['name']),
  MAX_COMMANDS,
);

/**
 * The command that a validated body describes.
 * @param path where the body stands in the request
 * @throws RestError 50035 for what no schema can say: names, the order and nesting of options, choices, sizes
 */
export function commandInput(body: NewCommandBody, path: readonly number[] = []): CommandInput {
  const input = toInput(body);
  const issues = commandIssues(input, path);
  if (issues.length > 0) throw RestError.form(...issues);
  return input;
}

/** The command with what a validated body changes of it. @throws RestError as commandInput */
export function editedCommand(old: CommandInput, body: CommandBody): CommandInput {
  const { description, options, contexts, ...rest } = body;
  const fields = toInput({
    name: old.name,
    type: old.type,
    ...Object.fromEntries(
      FIELD_NAMES.filter((name) => rest[name] === undefined).map((name) => [name, old[name]]),
    ),
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    description: description === undefined ? old.description : description,
    ...(contexts === undefined
      ? { contexts: old.contexts === null ? null : [...old.contexts] }
      : { contexts }),
    options: options ?? null,
  });
  const input = options === undefined ? { ...fields, options: old.options } : fields;
  const issues = commandIssues(input, []);
  if (issues.length > 0) throw RestError.form(...issues);
  return input;
}

/** @throws RestError 50035 when two commands of the list have one type and name */
export function assertNamesAreUnique(commands: readonly CommandInput[]): void {
  const seen = new Set<string>();
  for (const [index, { type, name }] of commands.entries()) {
    if (seen.has(`${type}:${name}`)) {
      throw RestError.form({
        path: [index],
        code: 'APPLICATION_COMMANDS_DUPLICATE_NAME',
        message: 'Application command names must be unique',
      });
    }
    seen.add(`${type}:${name}`);
  }
}

const FIELD_NAMES = [
  'name_localizations',
  'description_localizations',
  'default_member_permissions',
  'dm_permission',
  'integration_types',
  'nsfw',
  'handler',
] as const;

function toInput(body: NewCommandBody): CommandInput {
  const type = body.type ?? CHAT_INPUT;
  const contexts = body.contexts ?? null;
  const { default_member_permissions: permissions, default_permission: isEnabled } = body;
  return {
    type,
    name: body.name,
    name_localizations: body.name_localizations ?? null,
    description: body.description ?? '',
    description_localizations: body.description_localizations ?? null,
    options: (body.options ?? []).map(toOption),
    // The older field said the same with less: off for all but administrators.
    default_member_permissions:
      permissions === undefined && isEnabled === false ? '0' : (permissions ?? null),
    // The newer field rules over the older one.
    dm_permission: contexts === null ? (body.dm_permission ?? true) : contexts.includes(BOT_DM_CONTEXT),
    contexts,
    integration_types: body.integration_types ?? [GUILD_INSTALL],
    nsfw: body.nsfw ?? false,
    handler: body.handler ?? (type === ENTRY_POINT ? 1 : null),
  };
}

/** Fields that say nothing are left out, as Discord does. */
function toOption(body: OptionBody): CommandOption {
  const { choices, options, channel_types, file_types } = body;
  return {
    type: body.type,
    name: body.name,
    name_localizations: body.name_localizations ?? null,
    description: body.description,
    description_localizations: body.description_localizations ?? null,
    ...(body.required ? { required: true } : {}),
    ...(choices && choices.length > 0 ? { choices: choices.map(toChoice) } : {}),
    ...(options && options.length > 0 ? { options: options.map(toOption) } : {}),
    ...(channel_types && channel_types.length > 0 ? { channel_types } : {}),
    ...(file_types && file_types.length > 0 ? { file_types } : {}),
    ...numbersOf(body),
    ...(body.autocomplete ? { autocomplete: true } : {}),
  };
}

function numbersOf(
  body: OptionBody,
): Pick<CommandOption, 'min_value' | 'max_value' | 'min_length' | 'max_length'> {
  const names = ['min_value', 'max_value', 'min_length', 'max_length'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (typeof body[name] === 'number' ? [[name, body[name]]] : [])),
  );
}

function toChoice({ name, name_localizations, value }: ChoiceBody): CommandChoice {
  return { name, name_localizations: name_localizations ?? null, value };
}
