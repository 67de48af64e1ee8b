/** Readers of the fields of a scenario. Each checks one value and says where it is wrong. */
import type { OptionValues } from '../../world/slash-input.ts';
import { type Duration, type Path, ScenarioError } from './scenario.ts';

/** The names that a scenario gives and uses: a reference to one that is not there is found before anything runs. */
export interface Names {
  readonly users: ReadonlySet<string>;
  readonly guilds: ReadonlySet<string>;
  readonly channels: ReadonlySet<string>;
  /** Grows from step to step. */
  readonly saved: Set<string>;
}

type Read<T> = (value: unknown, path: Path, names: Names) => T;

export interface Field<T> {
  readonly read: Read<T>;
  readonly required: boolean;
}

/** A reader for each field: of those that may be left out, an optional one. */
export type FieldsOf<T> = { readonly [Key in keyof T]-?: Field<Exclude<T[Key], undefined>> };

export function required<T>(read: Read<T>): Field<T> {
  return { read, required: true };
}

export function optional<T>(read: Read<T>): Field<T> {
  return { read, required: false };
}

const MAX_TEXT = 4_000;
const MAX_LIST = 1_000;
const MAX_MS = 366 * 86_400_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };
const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|min|h)$/;
const NAME = /^[A-Za-z][\w-]{0,99}$/;
/** A value that is put in when the step is run. */
const TEMPLATE = /\$\{([^}]*)\}/g;
/** What can be put in without having been saved. */
export const GIVEN_VALUES = ['apiBase', 'gatewayUrl', 'token', 'applicationId', 'botUserId'] as const;

/** @throws ScenarioError for what is no object, a field that is not known, or one that is missing or wrong */
export function readFields<T>(value: unknown, path: Path, fields: FieldsOf<T>, names: Names): T {
  const given = record(value, path);
  const known = Object.keys(fields);
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw new ScenarioError([...path, key], `no such field; ${allowed(known)}`);
  }
  const entries = Object.entries<Field<unknown>>(fields).flatMap(([key, field]) => {
    const own = given[key];
    if (own !== undefined && own !== null) return [[key, field.read(own, [...path, key], names)]];
    if (field.required) throw new ScenarioError(path, `${key} is missing`);
    return [];
  });
  // Each field was read by the reader that its type asks for.
  return Object.fromEntries(entries) as T;
}

export function record(value: unknown, path: Path): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ScenarioError(path, `must be an object, not ${shown(value)}`);
  }
  return { ...value };
}

export function list<T>(read: Read<T>, { atLeast = 0 } = {}): Read<readonly T[]> {
  return (value, path, names) => {
    if (!Array.isArray(value) || value.length < atLeast || value.length > MAX_LIST) {
      throw new ScenarioError(path, `must be a list of ${atLeast} to ${MAX_LIST}, not ${shown(value)}`);
    }
    return value.map((one, index) => read(one, [...path, index], names));
  };
}

/** A text in which values may be put. */
export const text: Read<string> = (value, path, names) => {
  if (typeof value !== 'string' || value.length > MAX_TEXT) {
    throw new ScenarioError(path, `must be a text of at most ${MAX_TEXT} characters, not ${shown(value)}`);
  }
  for (const [, reference = ''] of value.matchAll(TEMPLATE)) {
    const [root = ''] = reference.split('.');
    if (!GIVEN_VALUES.some((name) => name === root) && !names.saved.has(root)) {
      throw new ScenarioError(
        path,
        `nothing is known as ${shown(root)}; ${allowed([...GIVEN_VALUES, ...names.saved])}`,
      );
    }
  }
  return value;
};

/** @param lookUp of a reference such as `first.session.id` */
export function fillIn(template: string, lookUp: (reference: string) => string): string {
  return template.replaceAll(TEMPLATE, (_, reference: string) => lookUp(reference));
}

/** A new name, for what an earlier step has seen or made. */
export const newName: Read<string> = (value, path, names) => {
  if (typeof value !== 'string' || !NAME.test(value)) {
    throw new ScenarioError(path, `must be a name of letters, digits, - and _, not ${shown(value)}`);
  }
  names.saved.add(value);
  return value;
};

/** A name of the world, or one that an earlier step has saved. */
export function nameOf(kind: keyof Names): Read<string> {
  return (value, path, names) => {
    const known = names[kind];
    if (typeof value !== 'string' || !known.has(value)) {
      const found = known.size === 0 ? 'there is none' : allowed([...known]);
      throw new ScenarioError(path, `must be a name of ${kind}, not ${shown(value)}; ${found}`);
    }
    return value;
  };
}

export function integer(min: number, max: number): Read<number> {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw new ScenarioError(path, `must be a whole number from ${min} to ${max}, not ${shown(value)}`);
    }
    return value;
  };
}

export const boolean: Read<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new ScenarioError(path, `must be true or false, not ${shown(value)}`);
  return value;
};

export function oneOf<const Value extends string>(values: readonly Value[]): Read<Value> {
  return (value, path) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw new ScenarioError(path, `${shown(value)} is none; ${allowed(values)}`);
    return found;
  };
}

export const duration: Read<Duration> = (value, path) => {
  const ms = typeof value === 'number' || typeof value === 'string' ? parseDuration(value) : null;
  if (ms === null || ms > MAX_MS) {
    throw new ScenarioError(
      path,
      `must be milliseconds or a text such as "500 ms", "10 s", "2 min", not ${shown(value)}`,
    );
  }
  return value as Duration;
};

/** @returns null when it is none */
function parseDuration(value: Duration): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  const [, number = '', unit = ''] = DURATION.exec(value) ?? [];
  return unit === '' ? null : Number(number) * (UNITS[unit] ?? 1);
}

/** Of a duration that has been read. */
export function milliseconds(value: Duration): number {
  return parseDuration(value) ?? 0;
}

/** Of a slash command, by name. */
export const optionValues: Read<OptionValues> = (value, path) => record(value, path) as OptionValues;

export function allowed(values: readonly string[]): string {
  return `allowed: ${values.join(', ')}`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
