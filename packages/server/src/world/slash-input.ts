/** What a user types after a slash: the options of a command by name, checked as Discord's clients check them. */
import { isSnowflake } from '@guildhall/protocol';
import { isSubcommand, OptionType } from './command-kinds.ts';
import type { ApplicationCommand, CommandOption } from './entities.ts';
import { WorldError } from './errors.ts';
import type { AttachmentInput, Resolved } from './resolved.ts';
import { codePoints } from './values.ts';

/** Ids for users, channels, roles and mentionables; a file for attachments. */
export type OptionValue = string | number | boolean | AttachmentInput;
export type OptionValues = Readonly<Record<string, OptionValue>>;

/** As on the wire. */
export interface DataOption {
  readonly name: string;
  readonly type: number;
  readonly value?: string | number | boolean;
  readonly options?: readonly DataOption[];
  readonly focused?: true;
}

export interface SlashData {
  readonly options: readonly DataOption[];
  /** The option that the user types in. */
  readonly focused: CommandOption | null;
}

const MAX_TEXT_CHARS = 6_000;
const MAX_NUMBER = 2 ** 53;

/**
 * @param path names below the command's: of a group and a subcommand, of a subcommand, or none
 * @param focusedName the option in which the user still types: it may hold anything, and others may be missing
 * @throws WorldError INVALID_VALUE that names the option and what it takes; UNKNOWN_USER, UNKNOWN_ROLE, UNKNOWN_CHANNEL
 */
export function slashData(
  command: ApplicationCommand,
  path: readonly string[],
  values: OptionValues,
  resolved: Resolved,
  focusedName: string | null = null,
): SlashData {
  const whole = ['', command.name, ...path].join(' ').replace(' ', '/');
  const branch = branchOf(command, path, whole);
  const parameters = branch.at(-1)?.options ?? (branch.length === 0 ? command.options : []);
  const known = new Map(parameters.map((option) => [option.name, option]));
  const stranger = [...Object.keys(values), ...(focusedName === null ? [] : [focusedName])].find(
    (name) => !known.has(name),
  );
  if (stranger !== undefined) {
    throw invalid(`${whole} has no option ${stranger}; it has ${[...known.keys()].join(', ') || 'none'}`);
  }
  const focused = focusedName === null ? null : (known.get(focusedName) ?? null);
  if (focused !== null && focused.autocomplete !== true) {
    throw invalid(`option ${focused.name} of ${whole} has no autocomplete`);
  }
  const options = parameters.flatMap((option): DataOption[] => {
    const { name, type } = option;
    const value = values[name];
    // While somebody types, what the option will hold is a text, whatever its type.
    if (option === focused) return [{ name, type, value: String(value ?? ''), focused: true }];
    if (value !== undefined) return [{ name, type, value: readValue(option, value, whole, resolved) }];
    if (option.required === true && focused === null)
      throw invalid(`${whole} needs its option ${name}`, pathOf(option));
    return [];
  });
  return { options: nest(branch, options), focused };
}

/** The names that a command can be called by: its own, or those of its subcommands. */
export function commandPaths(command: ApplicationCommand): readonly string[] {
  const below = (options: readonly CommandOption[], prefix: string): readonly string[] =>
    options.filter(isSubcommand).flatMap((option) => {
      const name = `${prefix} ${option.name}`;
      return option.type === OptionType.SUB_COMMAND ? [name] : below(option.options ?? [], name);
    });
  const paths = below(command.options, command.name);
  return paths.length === 0 ? [command.name] : paths;
}

function branchOf(
  command: ApplicationCommand,
  path: readonly string[],
  whole: string,
): readonly CommandOption[] {
  const branch: CommandOption[] = [];
  let options = command.options;
  for (const name of path) {
    const option = options.find((candidate) => isSubcommand(candidate) && candidate.name === name);
    if (option === undefined) throw noSuchPath(command, whole);
    branch.push(option);
    options = option.options ?? [];
  }
  if (options.some(isSubcommand) || branch.at(-1)?.type === OptionType.SUB_COMMAND_GROUP) {
    throw noSuchPath(command, whole);
  }
  return branch;
}

function noSuchPath(command: ApplicationCommand, whole: string): WorldError {
  const paths = commandPaths(command).map((path) => `/${path}`);
  return invalid(`there is no ${whole}; there is ${paths.join(', ')}`);
}

/** Subcommands wrap the parameters, from the inside. */
function nest(branch: readonly CommandOption[], options: readonly DataOption[]): readonly DataOption[] {
  return branch.reduceRight<readonly DataOption[]>(
    (inner, { name, type }) => [{ name, type, options: inner }],
    options,
  );
}

/** An option, and what a refusal calls it. */
interface Where {
  readonly option: CommandOption;
  readonly text: string;
}

function readValue(
  option: CommandOption,
  value: OptionValue,
  whole: string,
  resolved: Resolved,
): string | number | boolean {
  const where: Where = { option, text: `option ${option.name} of ${whole}` };
  switch (option.type) {
    case OptionType.STRING:
      return chosen(where, readText(where, value));
    case OptionType.INTEGER:
    case OptionType.NUMBER:
      return chosen(where, readNumber(where, value));
    case OptionType.BOOLEAN:
      if (typeof value !== 'boolean') throw wrong(where, 'takes true or false');
      return value;
    case OptionType.ATTACHMENT:
      if (typeof value !== 'object') throw wrong(where, 'takes a file');
      return resolved.attachment(value);
    default:
      return readId(where, value, resolved);
  }
}

function readId(where: Where, value: OptionValue, resolved: Resolved): string {
  const { option } = where;
  if (!isSnowflake(value)) throw wrong(where, 'takes an id');
  switch (option.type) {
    case OptionType.USER:
      resolved.user(value);
      break;
    case OptionType.ROLE:
      resolved.role(value);
      break;
    case OptionType.CHANNEL:
      resolved.channel(value, option.channel_types ?? []);
      break;
    default:
      resolved.mentionable(value);
  }
  return value;
}

function readText(where: Where, value: OptionValue): string {
  if (typeof value !== 'string') throw wrong(where, 'takes a text');
  const { min_length: least = 0, max_length: most = MAX_TEXT_CHARS } = where.option;
  const length = codePoints(value);
  if (length < least || length > most)
    throw wrong(where, `takes ${least} to ${most} characters, not ${length}`);
  return value;
}

function readNumber(where: Where, value: OptionValue): number {
  const { option } = where;
  const isWhole = option.type === OptionType.INTEGER;
  const fits =
    typeof value === 'number' && (isWhole ? Number.isSafeInteger(value) : Math.abs(value) <= MAX_NUMBER);
  if (!fits) throw wrong(where, `takes a ${isWhole ? 'whole number' : 'number'}`);
  const { min_value: least = -MAX_NUMBER, max_value: most = MAX_NUMBER } = option;
  if (value < least || value > most) throw wrong(where, `takes ${least} to ${most}, not ${value}`);
  return value;
}

/** Choices are the only values of their option; a person picks them by the name that is shown. */
function chosen<T extends string | number>(where: Where, value: T): T {
  const { choices } = where.option;
  if (choices === undefined) return value;
  const choice =
    choices.find((candidate) => candidate.value === value) ?? choices.find(({ name }) => name === value);
  if (choice === undefined) {
    const known = choices.map((candidate) => JSON.stringify(candidate.value)).join(', ');
    throw wrong(where, `takes one of ${known}`);
  }
  return choice.value as T;
}

function wrong({ option, text }: Where, what: string): WorldError {
  return invalid(`${text} ${what}`, pathOf(option));
}

function pathOf({ name }: CommandOption): readonly string[] {
  return ['options', name];
}

function invalid(message: string, path: readonly string[] = []): WorldError {
  return new WorldError('INVALID_VALUE', message, { path });
}
