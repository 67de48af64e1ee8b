import { isDeepStrictEqual } from 'node:util';
import { CHAT_INPUT, ENTRY_POINT } from './command-kinds.ts';
import type { ApplicationCommand, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { WorldLimits } from './limits.ts';
import type { World } from './world.ts';

/** A command as its application describes it: checked by whoever reads it from the wire. */
export type CommandInput = Omit<ApplicationCommand, 'id' | 'application_id' | 'guild_id' | 'version'>;

/** Where a command is registered: for an application everywhere, or in one guild. */
export interface CommandScope {
  readonly applicationId: Snowflake;
  /** Null for global commands. */
  readonly guildId: Snowflake | null;
}

interface CreateWindow {
  readonly count: number;
  readonly endsAtMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const MAX_ENTRY_POINTS = 1;

/**
 * The commands that applications have registered. A name is unique in its scope among the commands of its type. There
 * is no dispatch for them: clients of people learn of commands in ways that bots never see.
 */
export class ApplicationCommands {
  readonly #world: World;
  readonly #commands = new Map<Snowflake, ApplicationCommand>();
  /** By application and guild. */
  readonly #scopes = new Map<string, Map<Snowflake, ApplicationCommand>>();
  /** New commands of a scope in the present 24 hours; forgotten with the process, in the application's favour. */
  readonly #creates = new Map<string, CreateWindow>();

  constructor(world: World, stored: readonly ApplicationCommand[]) {
    this.#world = world;
    for (const command of stored) this.#index(command);
  }

  /** All of a scope by id, oldest first; a live map. */
  of(scope: CommandScope): ReadonlyMap<Snowflake, ApplicationCommand> {
    return this.#scopes.get(keyOf(scope)) ?? new Map();
  }

  /** @throws WorldError UNKNOWN_COMMAND when the scope has none with that id */
  require(scope: CommandScope, id: Snowflake): ApplicationCommand {
    const command = this.of(scope).get(id);
    if (command === undefined) throw new WorldError('UNKNOWN_COMMAND', `no command ${id}`);
    return command;
  }

  find(scope: CommandScope, type: number, name: string): ApplicationCommand | undefined {
    for (const command of this.of(scope).values()) {
      if (command.type === type && command.name === name) return command;
    }
    return undefined;
  }

  /**
   * Commands that the guild's pickers hold of the application: its own, then the global ones that none of them hides.
   * @param guildId null: what there is in a DM
   */
  usableIn(applicationId: Snowflake, guildId: Snowflake | null): readonly ApplicationCommand[] {
    const global = [...this.of({ applicationId, guildId: null }).values()];
    if (guildId === null) return global;
    const ofGuild = [...this.of({ applicationId, guildId }).values()];
    const hidden = new Set(ofGuild.map(({ type, name }) => `${type}:${name}`));
    return [...ofGuild, ...global.filter(({ type, name }) => !hidden.has(`${type}:${name}`))];
  }

  /**
   * A new command, or the one with the same type and name anew.
   * @throws WorldError UNKNOWN_APPLICATION, UNKNOWN_GUILD, LIMIT_REACHED:chatInputCommands,
   *   LIMIT_REACHED:contextMenuCommands, LIMIT_REACHED:commandCreatesPerDay
   */
  put(
    scope: CommandScope,
    input: CommandInput,
  ): { readonly command: ApplicationCommand; readonly isNew: boolean } {
    this.#assertScope(scope);
    const known = this.find(scope, input.type, input.name);
    if (known !== undefined) return { command: this.#change(known, input), isNew: false };
    this.#assertCounts([...this.of(scope).values(), input]);
    this.#assertCreates(scope, 1);
    return { command: this.#create(scope, input), isNew: true };
  }

  /**
   * A new name takes the permissions of the command away.
   * @throws WorldError UNKNOWN_COMMAND, COMMAND_NAME_TAKEN
   */
  edit(scope: CommandScope, id: Snowflake, input: CommandInput): ApplicationCommand {
    this.#world.journal.assertWritable();
    const old = this.require(scope, id);
    const namesake = this.find(scope, input.type, input.name);
    if (namesake !== undefined && namesake.id !== id) {
      throw new WorldError('COMMAND_NAME_TAKEN', `there is a command ${input.name} already`);
    }
    return this.#change(old, input);
  }

  /**
   * The scope has exactly these commands afterwards; one that it had under the id given, or under the type and name,
   * stays itself.
   * @throws WorldError as put, and INVALID_VALUE when two have one type and name
   */
  overwrite(
    scope: CommandScope,
    inputs: readonly { readonly id?: Snowflake; readonly input: CommandInput }[],
  ): readonly ApplicationCommand[] {
    this.#assertScope(scope);
    this.#assertCounts(inputs.map(({ input }) => input));
    const names = new Set(inputs.map(({ input }) => `${input.type}:${input.name}`));
    if (names.size < inputs.length) throw new WorldError('INVALID_VALUE', 'command names must be unique');
    const taken = new Set<Snowflake>();
    const claim = (known: ApplicationCommand | undefined) => {
      if (known === undefined || taken.has(known.id)) return undefined;
      taken.add(known.id);
      return known;
    };
    const matched = inputs.map(({ id, input }) => {
      const byId = id === undefined ? undefined : this.of(scope).get(id);
      const known = claim(byId?.type === input.type ? byId : undefined);
      return { known, input };
    });
    // A namesake counts only when no id has named it.
    const pairs = matched.map(({ known, input }) => ({
      known: known ?? claim(this.find(scope, input.type, input.name)),
      input,
    }));
    this.#assertCreates(scope, pairs.filter(({ known }) => known === undefined).length);
    for (const { id } of [...this.of(scope).values()]) if (!taken.has(id)) this.#remove(id);
    return pairs.map(({ known, input }) =>
      known === undefined ? this.#create(scope, input) : this.#change(known, input),
    );
  }

  /** With its permissions. @throws WorldError UNKNOWN_COMMAND */
  delete(scope: CommandScope, id: Snowflake): void {
    this.#world.journal.assertWritable();
    this.#remove(this.require(scope, id).id);
  }

  /** @internal for Applications.delete. */
  deleteAll(applicationId: Snowflake): void {
    for (const command of [...this.#commands.values()]) {
      if (command.application_id === applicationId) this.#remove(command.id);
    }
  }

  /** @internal for Guilds.delete: the rows go with the guild's. */
  forgetGuild(guildId: Snowflake): void {
    for (const command of [...this.#commands.values()])
      if (command.guild_id === guildId) this.#unindex(command);
  }

  #create(scope: CommandScope, input: CommandInput): ApplicationCommand {
    const id = this.#world.nextId();
    const { applicationId, guildId } = scope;
    const command = { ...input, id, application_id: applicationId, guild_id: guildId, version: id };
    this.#put(command);
    return command;
  }

  #change(old: ApplicationCommand, input: CommandInput): ApplicationCommand {
    const { id, application_id, guild_id, version } = old;
    const same: ApplicationCommand = { ...input, id, application_id, guild_id, version };
    if (isDeepStrictEqual(same, old)) return old;
    const command: ApplicationCommand = { ...same, version: this.#world.nextId() };
    if (command.name !== old.name) this.#world.commandAccess.dropCommand(id);
    this.#put(command);
    return command;
  }

  #remove(id: Snowflake): void {
    const command = this.#commands.get(id);
    if (command === undefined) return;
    this.#unindex(command);
    this.#world.journal.record({ kind: 'delete', table: 'commands', id });
    this.#tell(command);
    this.#world.commandAccess.dropCommand(id);
  }

  #assertScope({ applicationId, guildId }: CommandScope): void {
    const { journal, applications, guilds } = this.#world;
    journal.assertWritable();
    applications.require(applicationId);
    if (guildId !== null) guilds.require(guildId);
  }

  #assertCounts(commands: readonly { readonly type: number }[]): void {
    const { limits } = this.#world;
    const counts = new Map<number, number>();
    for (const { type } of commands) {
      const count = (counts.get(type) ?? 0) + 1;
      counts.set(type, count);
      const name: keyof WorldLimits = type === CHAT_INPUT ? 'chatInputCommands' : 'contextMenuCommands';
      const most = type === ENTRY_POINT ? MAX_ENTRY_POINTS : limits[name];
      if (count > most) {
        throw new WorldError(`LIMIT_REACHED:${name}`, `at most ${most} commands of type ${type}`);
      }
    }
  }

  #assertCreates(scope: CommandScope, count: number): void {
    if (count === 0) return;
    const { limits } = this.#world;
    const nowMs = this.#world.now();
    const known = this.#creates.get(keyOf(scope));
    const window =
      known === undefined || known.endsAtMs <= nowMs ? { count: 0, endsAtMs: nowMs + DAY_MS } : known;
    if (window.count + count > limits.commandCreatesPerDay) {
      throw new WorldError(
        'LIMIT_REACHED:commandCreatesPerDay',
        `at most ${limits.commandCreatesPerDay} new commands in 24 hours`,
      );
    }
    this.#creates.set(keyOf(scope), { ...window, count: window.count + count });
  }

  #put(command: ApplicationCommand): void {
    this.#index(command);
    this.#world.journal.record({ kind: 'put', table: 'commands', record: command });
    this.#tell(command);
  }

  #tell({ application_id: applicationId, guild_id: guildId }: ApplicationCommand): void {
    this.#world.journal.emit({ kind: 'commands-changed', applicationId, guildId });
  }

  #index(command: ApplicationCommand): void {
    const key = keyOf({ applicationId: command.application_id, guildId: command.guild_id });
    const scope = this.#scopes.get(key) ?? new Map<Snowflake, ApplicationCommand>();
    scope.set(command.id, command);
    this.#scopes.set(key, scope);
    this.#commands.set(command.id, command);
  }

  #unindex({ id, application_id, guild_id }: ApplicationCommand): void {
    this.#commands.delete(id);
    const key = keyOf({ applicationId: application_id, guildId: guild_id });
    const scope = this.#scopes.get(key);
    scope?.delete(id);
    if (scope?.size === 0) this.#scopes.delete(key);
  }
}

function keyOf({ applicationId, guildId }: CommandScope): string {
  return `${applicationId}:${guildId ?? ''}`;
}
