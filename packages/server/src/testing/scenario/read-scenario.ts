import { PRIVILEGED_INTENTS } from '@guildhall/protocol';
import { type GatewayLimits, gatewayLimits } from '../../gateway/limits.ts';
import { GuildhallOptionError } from '../../option-error.ts';
import {
  boolean,
  type FieldsOf,
  integer,
  list,
  type Names,
  nameOf,
  oneOf,
  optional,
  readFields,
  record,
  required,
} from './fields.ts';
import { readSteps } from './read-steps.ts';
import {
  type Path,
  type Scenario,
  ScenarioError,
  type ScenarioGuild,
  type ScenarioWorld,
} from './scenario.ts';

/** The world with everything that a scenario may leave out. */
export interface FullWorld {
  readonly application: Required<NonNullable<ScenarioWorld['application']>>;
  readonly users: readonly string[];
  readonly guilds: readonly Required<ScenarioGuild>[];
}

const NO_NAMES: Names = { users: new Set(), guilds: new Set(), channels: new Set(), saved: new Set() };

/**
 * A scenario from a file or from code, every value checked.
 * @throws ScenarioError with the path of the first bad value
 */
export function readScenario(value: unknown): Scenario {
  const given = record(value, []);
  const world = given.world === undefined ? {} : readFields(given.world, ['world'], WORLD, NO_NAMES);
  const full = fullWorld(world);
  checkWorld(full);
  const names: Names = {
    users: new Set(full.users),
    guilds: new Set(full.guilds.map(({ name }) => name)),
    channels: new Set(full.guilds.flatMap(({ channels }) => channels)),
    saved: new Set(),
  };
  return readFields<Scenario>(given, [], SCENARIO, names);
}

/** What is left out is put in. */
export function fullWorld({
  application = {},
  users = ['ada'],
  guilds = [{ name: 'Test' }],
}: ScenarioWorld): FullWorld {
  return {
    application: { name: 'examined', intents: PRIVILEGED_INTENTS, ...application },
    users,
    guilds: guilds.map((guild) => ({ channels: ['general'], members: users, bot: true, ...guild })),
  };
}

/** No texts with values in them: nothing is known yet. */
const word = (value: unknown, path: Path): string => {
  if (typeof value !== 'string' || value.trim() === '') throw new ScenarioError(path, 'must be a text');
  return value;
};

const GUILD: FieldsOf<ScenarioGuild> = {
  name: required(word),
  channels: optional(list(word, { atLeast: 1 })),
  members: optional(list(word)),
  bot: optional(boolean),
};
const WORLD: FieldsOf<ScenarioWorld> = {
  application: optional((value, path, names) =>
    readFields(
      value,
      path,
      { name: optional(word), intents: optional(list(oneOf(PRIVILEGED_INTENTS))) },
      names,
    ),
  ),
  users: optional(list(word, { atLeast: 1 })),
  guilds: optional(list((value, path, names) => readFields(value, path, GUILD, names), { atLeast: 1 })),
};
const SCENARIO: FieldsOf<Scenario> = {
  name: required(word),
  why: optional(word),
  seed: optional(integer(0, 2 ** 32 - 1)),
  world: optional((value, path, names) => readFields(value, path, WORLD, names)),
  limits: optional(limits),
  run: optional((value, path, names) =>
    Array.isArray(value) ? list(word, { atLeast: 1 })(value, path, names) : word(value, path),
  ),
  steps: required(readSteps),
};

function limits(value: unknown, path: Path): Partial<GatewayLimits> {
  const given = record(value, path) as Partial<GatewayLimits>;
  try {
    gatewayLimits(given);
  } catch (error) {
    if (!(error instanceof GuildhallOptionError)) throw error;
    throw new ScenarioError([...path, error.option.replace(/^limits\./, '')], error.message);
  }
  return given;
}

function checkWorld({ users, guilds }: FullWorld): void {
  unique(users, ['world', 'users']);
  unique(
    guilds.map(({ name }) => name),
    ['world', 'guilds'],
  );
  unique(
    guilds.flatMap(({ channels }) => channels),
    ['world', 'guilds'],
  );
  const names = { ...NO_NAMES, users: new Set(users) };
  for (const [index, { members }] of guilds.entries()) {
    list(nameOf('users'))(members, ['world', 'guilds', index, 'members'], names);
  }
}

/** Steps name things of the world: each name must mean one. */
function unique(names: readonly string[], path: Path): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ScenarioError(path, `the name ${JSON.stringify(twice)} is there twice`);
}
