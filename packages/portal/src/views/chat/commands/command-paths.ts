import { type Command, type CommandOption, SLASH } from '../../../api/interactions.ts';
import { found } from '../../../ui/choices.ts';

/** A slash command as one types it; of one with subcommands there are as many as it has. */
export interface CommandPath {
  readonly command: Command;
  /** With group and subcommand: `permissions user get`. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly CommandOption[];
}

const SUB_COMMAND = 1;
const SUB_COMMAND_GROUP = 2;
const MAX_SHOWN = 50;

export function pathsOf(commands: readonly Command[]): readonly CommandPath[] {
  return commands
    .filter(({ type }) => type === SLASH)
    .flatMap((command) => below(command, command.name, command))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function below(
  command: Command,
  name: string,
  { description, options = [] }: Pick<CommandOption, 'description' | 'options'>,
): readonly CommandPath[] {
  const nested = options.filter(({ type }) => type === SUB_COMMAND || type === SUB_COMMAND_GROUP);
  if (nested.length === 0) return [{ command, name, description, options }];
  return nested.flatMap((option) => below(command, `${name} ${option.name}`, option));
}

/** @param typed what stands after the slash */
export function matchingPaths(paths: readonly CommandPath[], typed: string): readonly CommandPath[] {
  const choices = paths.map((path) => ({ label: path.name, note: path.description, path }));
  return found(choices, typed, MAX_SHOWN).map(({ path }) => path);
}

/** The only one that is meant once a blank follows its whole name. */
export function typedPath(paths: readonly CommandPath[], typed: string): CommandPath | undefined {
  if (!typed.endsWith(' ')) return undefined;
  const [path, second] = paths.filter(({ name }) => name === typed.trim());
  return second === undefined ? path : undefined;
}

/** Under which a path is told from others of the same name. */
export function keyOfPath({ command, name }: CommandPath): string {
  return `${command.id} ${name}`;
}
