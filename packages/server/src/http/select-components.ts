/** Menus of a message: of texts, users, roles, channels. */
import { readEmoji } from './component-emoji.ts';
import type { FormReader } from './form-reader.ts';

const STRING_SELECT = 3;
const USER_SELECT = 5;
const ROLE_SELECT = 6;
const MENTIONABLE_SELECT = 7;
const CHANNEL_SELECT = 8;
export const SELECT_KINDS = [
  STRING_SELECT,
  USER_SELECT,
  ROLE_SELECT,
  MENTIONABLE_SELECT,
  CHANNEL_SELECT,
] as const;

type SelectKind = (typeof SELECT_KINDS)[number];

const MAX_VALUES = 25;
const MAX_CHARS = 100;
const MAX_PLACEHOLDER_CHARS = 150;
/** What the entries of `default_values` may be, by kind of menu. */
const DEFAULT_TYPES: Readonly<Record<Exclude<SelectKind, typeof STRING_SELECT>, readonly string[]>> = {
  [USER_SELECT]: ['user'],
  [ROLE_SELECT]: ['role'],
  [MENTIONABLE_SELECT]: ['user', 'role'],
  [CHANNEL_SELECT]: ['channel'],
};

export function readSelect(reader: FormReader, kind: SelectKind): Readonly<Record<string, unknown>> {
  const customId = reader.text('custom_id', { min: 1, max: MAX_CHARS, required: true });
  const placeholder = reader.text('placeholder', { max: MAX_PLACEHOLDER_CHARS });
  const minValues = reader.integer('min_values', 0, MAX_VALUES) ?? 1;
  const maxValues = reader.integer('max_values', 1, MAX_VALUES) ?? 1;
  if (minValues > maxValues) {
    const message = 'The minimum number of values must not be greater than the maximum';
    reader.fault(['min_values'], 'SELECT_COMPONENT_MIN_VALUES_GREATER_THAN_MAX', message);
  }
  const values =
    kind === STRING_SELECT
      ? readOptions(reader, minValues, maxValues)
      : readDefaults(reader, kind, maxValues);
  return {
    custom_id: customId,
    ...(placeholder ? { placeholder } : {}),
    min_values: minValues,
    max_values: maxValues,
    ...(reader.boolean('disabled') ? { disabled: true } : {}),
    ...values,
  };
}

function readOptions(reader: FormReader, minValues: number, maxValues: number): object {
  const readers = reader.list('options', 1, MAX_VALUES);
  const seen = new Set<string | undefined>();
  const options = readers.map((option) => {
    const value = option.text('value', { min: 1, max: MAX_CHARS, required: true });
    if (seen.has(value)) {
      const message = 'The specified option value is already used';
      option.fault(['value'], 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', message);
    }
    seen.add(value);
    const description = option.text('description', { max: MAX_CHARS });
    const emoji = readEmoji(option);
    return {
      label: option.text('label', { min: 1, max: MAX_CHARS, required: true }),
      value,
      ...(description ? { description } : {}),
      ...(emoji === undefined ? {} : { emoji }),
      ...(option.boolean('default') ? { default: true } : {}),
    };
  });
  if (readers.length > 0 && Math.max(minValues, maxValues) > readers.length) {
    const field = maxValues > readers.length ? 'max_values' : 'min_values';
    reader.fault(
      [field],
      'SELECT_COMPONENT_VALUES_EXCEED_OPTIONS',
      'There are fewer options than values to select',
    );
  }
  requireFewDefaults(reader, 'options', options.filter((option) => 'default' in option).length, maxValues);
  return { options };
}

function readDefaults(
  reader: FormReader,
  kind: Exclude<SelectKind, typeof STRING_SELECT>,
  maxValues: number,
): object {
  const defaults = reader.list('default_values', 0, MAX_VALUES).map((value) => ({
    id: value.snowflake('id') ?? value.required('id'),
    type: value.choice('type', DEFAULT_TYPES[kind], true),
  }));
  requireFewDefaults(reader, 'default_values', defaults.length, maxValues);
  const channelTypes = kind === CHANNEL_SELECT ? reader.integers('channel_types', MAX_VALUES) : undefined;
  return {
    ...(channelTypes === undefined ? {} : { channel_types: [...new Set(channelTypes)] }),
    ...(defaults.length === 0 ? {} : { default_values: defaults }),
  };
}

function requireFewDefaults(reader: FormReader, field: string, count: number, maxValues: number): void {
  if (count <= maxValues) return;
  const message = 'The number of default values is greater than the maximum number of values';
  reader.fault([field], 'SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES', message);
}
