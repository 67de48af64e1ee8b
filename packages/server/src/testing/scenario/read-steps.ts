/** Reads the steps of a scenario: for each kind its fields, held to the types of `scenario.ts`. */
import { isSendableCloseCode, PRIVILEGED_INTENTS } from '@guildhall/protocol';
import { type Fault, readFaultPlan } from '../../gateway/faults/fault.ts';
import { GuildhallOptionError } from '../../option-error.ts';
import {
  boolean,
  duration,
  type FieldsOf,
  integer,
  list,
  type Names,
  nameOf,
  newName,
  oneOf,
  optional,
  optionValues,
  readFields,
  record,
  required,
  text,
} from './fields.ts';
import {
  type Absence,
  type Act,
  type Ceiling,
  type Expectation,
  type Path,
  type Repetition,
  ScenarioError,
  type SightingName,
  type Sightings,
  type Step,
} from './scenario.ts';

const MAX_TIMES = 10_000;
const MAX_SHARD = 65_535;
const MAX_CLOSE_CODE = 4_999;
const MAX_DEPTH = 10;
/** The world's names for entries of an interaction's answer. */
const RESPONSE_KINDS = [
  'message',
  'update',
  'deferred',
  'deferred-update',
  'choices',
  'modal',
  'activity',
] as const;

const closeCode = (value: unknown, path: Path): number => {
  if (typeof value !== 'number' || !isSendableCloseCode(value)) {
    throw new ScenarioError(
      path,
      'must be a close code that a server may send: 1000 to 4999, but for the reserved ones',
    );
  }
  return value;
};
const place = { as: optional(nameOf('users')), in: optional(nameOf('channels')) };
const save = optional(newName);
const message = required(nameOf('saved'));
const guild = required(nameOf('guilds'));
const user = optional(nameOf('users'));
const intents = required(list(oneOf(PRIVILEGED_INTENTS)));
const shard = optional(integer(0, MAX_SHARD));
const upTo = optional(duration);
const plain = optional((value: unknown) => value);

/** The plan is judged as a whole, by its own rules. */
type Fields<Kind extends string, T> = T extends unknown ? FieldsOf<Omit<T, Kind>> : never;
type ActFields = {
  readonly [Name in Act['do']]: Name extends 'break'
    ? unknown
    : Fields<'do', Extract<Act, { readonly do: Name }>>;
};

const ACTS: ActFields = {
  start: {},
  stop: {},
  say: { content: required(text), save, ...place },
  edit: { message, content: required(text) },
  delete: { message },
  react: { message, emoji: required(text), as: user },
  'set-intents': { intents },
  'reset-token': {},
  reconnect: {},
  invalidate: { resumable: required(boolean) },
  close: { code: required(closeCode), reason: optional(text) },
  'end-session': { code: optional(closeCode) },
  break: {
    fault: required(fault),
    shard: plain,
    method: plain,
    path: plain,
    afterEvents: plain,
    afterMs: plain,
    times: plain,
  },
  mend: {},
  advance: { by: required(duration), upTo },
  wait: { for: required(duration), upTo },
  'begin-outage': { guild },
  'end-outage': { guild },
  join: { guild, user },
  leave: { guild, user },
  command: { command: required(text), options: optional(optionValues), save, ...place },
  click: { on: message, button: required(text), save, ...place },
  select: {
    on: message,
    select: required(text),
    values: required(list(text, { atLeast: 1 })),
    save,
    ...place,
  },
};

const SIGHTINGS: { readonly [Name in SightingName]: FieldsOf<Sightings[Name]> } = {
  connected: { url: optional(text), compression: optional(text), encoding: optional(text) },
  'upgrade-refused': { url: optional(text), status: optional(integer(400, 599)) },
  identified: { shard, compression: optional(text) },
  resumed: {
    shard,
    seq: optional((value, path, names) =>
      value === 'last' ? 'last' : integer(0, 2 ** 31 - 1)(value, path, names),
    ),
    url: optional(text),
  },
  back: { shard },
  refused: {
    request: optional(oneOf(['identify', 'resume'])),
    code: optional(integer(0, MAX_CLOSE_CODE)),
    shard,
  },
  closed: { by: optional(oneOf(['client', 'server'])), code: optional(integer(0, MAX_CLOSE_CODE)), shard },
  heartbeat: {},
  exited: { code: optional(integer(0, 255)) },
};
const SIGHTING_NAMES = Object.keys(SIGHTINGS) as SightingName[];

const within = optional(duration);
const timing = { within, notBefore: optional(duration), save };
const ANSWERS = {
  message: { content: optional(text), in: optional(nameOf('channels')), within, save },
  response: {
    to: message,
    content: optional(text),
    kind: optional(oneOf(RESPONSE_KINDS)),
    ephemeral: optional(boolean),
    within,
    save,
  },
};

/** @throws ScenarioError */
export function readSteps(value: unknown, path: Path, names: Names, depth = 0): readonly Step[] {
  if (depth > MAX_DEPTH)
    throw new ScenarioError(path, `repetitions lie in each other more than ${MAX_DEPTH} deep`);
  const step = (one: unknown, at: Path) => readStep(one, at, names, depth);
  return list(step, { atLeast: 1 })(value, path, names);
}

const VERBS = ['do', 'expect', 'never', 'atMost', 'repeat'] as const;

function readStep(value: unknown, path: Path, names: Names, depth: number): Step {
  const given = record(value, path);
  const verbs = VERBS.filter((verb) => given[verb] !== undefined);
  const [verb] = verbs;
  if (verb === undefined || verbs.length > 1) {
    throw new ScenarioError(path, `a step has one of ${VERBS.join(', ')}`);
  }
  switch (verb) {
    case 'do':
      return readAct(given, path, names);
    case 'expect':
      return readExpectation(given, path, names);
    case 'never': {
      const kind = oneOf(SIGHTING_NAMES);
      const own = { never: required(kind), for: required(duration) };
      return readFields(
        given,
        path,
        { ...own, ...SIGHTINGS[kind(given.never, [...path, 'never'], names)] },
        names,
      ) as Absence;
    }
    case 'atMost': {
      const kind = oneOf(SIGHTING_NAMES);
      const own = { atMost: required(integer(0, MAX_TIMES)), of: required(kind), for: required(duration) };
      return readFields(
        given,
        path,
        { ...own, ...SIGHTINGS[kind(given.of, [...path, 'of'], names)] },
        names,
      ) as Ceiling;
    }
    case 'repeat': {
      const steps = required((inner: unknown, at: Path) => readSteps(inner, at, names, depth + 1));
      const fields: FieldsOf<Repetition> = {
        repeat: required(integer(1, MAX_TIMES)),
        shuffle: optional(boolean),
        steps,
      };
      return readFields<Repetition>(given, path, fields, names);
    }
  }
}

function readAct(given: Readonly<Record<string, unknown>>, path: Path, names: Names): Act {
  const kind = oneOf(Object.keys(ACTS) as Act['do'][]);
  const name = kind(given.do, [...path, 'do'], names);
  const fields = { do: required(kind), ...(ACTS[name] as FieldsOf<object>) };
  const act = readFields<{ readonly do: string }>(given, path, fields, names) as Act;
  if (act.do === 'break') checkPlan(act, path);
  return act;
}

function readExpectation(given: Readonly<Record<string, unknown>>, path: Path, names: Names): Expectation {
  const kind = oneOf([...SIGHTING_NAMES, 'message', 'response']);
  const name = kind(given.expect, [...path, 'expect'], names);
  const own = name === 'message' || name === 'response' ? ANSWERS[name] : { ...SIGHTINGS[name], ...timing };
  return readFields<{ readonly expect: string }>(
    given,
    path,
    { expect: required(kind), ...own } as FieldsOf<{ readonly expect: string }>,
    names,
  ) as Expectation;
}

/** What is in it is judged with its plan. */
function fault(value: unknown, path: Path, names: Names): Fault {
  const given = record(value, path);
  if (given.url !== undefined) text(given.url, [...path, 'url'], names);
  return given as unknown as Fault;
}

function checkPlan(act: Extract<Act, { readonly do: 'break' }>, path: Path): void {
  const { do: _, ...plan } = act;
  try {
    readFaultPlan(plan);
  } catch (error) {
    if (!(error instanceof GuildhallOptionError)) throw error;
    throw new ScenarioError([...path, ...error.option.split('.')], error.message);
  }
}
