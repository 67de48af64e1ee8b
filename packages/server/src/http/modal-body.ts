/** The modal of a response: what each kind of field may hold. */
import { ComponentType } from '../world/interaction-kinds.ts';
import { type Modal, type ModalInput, type ModalPart, modalInputs } from '../world/modal.ts';
import { type FormIssue, RestError } from './errors.ts';
import { FormReader } from './form-reader.ts';

const MAX_PARTS = 5;
const MAX_TITLE_CHARS = 45;
const MAX_LABEL_CHARS = 45;
const MAX_CHARS = 100;
const MAX_TEXT_CHARS = 4_000;
const MAX_ID = 2 ** 31 - 1;
const MAX_SELECTED = 25;
const MAX_FILES = 10;
const MAX_GROUP_OPTIONS = 10;
const MIN_RADIO_OPTIONS = 2;
const PARTS: readonly number[] = [ComponentType.ACTION_ROW, ComponentType.TEXT_DISPLAY, ComponentType.LABEL];
const TEXT_STYLES = [1, 2] as const;

type Fields = Omit<ModalInput, 'type' | 'id' | 'custom_id'>;

/** Fields of each kind of input that may stand in a label. */
const INPUTS: Readonly<Record<number, (reader: FormReader) => Fields>> = {
  [ComponentType.TEXT_INPUT]: readTextInput,
  [ComponentType.STRING_SELECT]: (reader) => ({
    ...readSelected(reader, MAX_SELECTED),
    options: readOptions(reader, 1, MAX_SELECTED),
  }),
  [ComponentType.USER_SELECT]: (reader) => readEntitySelect(reader, ['user']),
  [ComponentType.ROLE_SELECT]: (reader) => readEntitySelect(reader, ['role']),
  [ComponentType.MENTIONABLE_SELECT]: (reader) => readEntitySelect(reader, ['user', 'role']),
  [ComponentType.CHANNEL_SELECT]: (reader) => ({
    ...readEntitySelect(reader, ['channel']),
    ...defined({ channel_types: reader.integers('channel_types', MAX_SELECTED) }),
  }),
  [ComponentType.FILE_UPLOAD]: (reader) => readSelected(reader, MAX_FILES),
  [ComponentType.RADIO_GROUP]: (reader) => ({
    ...readRequired(reader),
    options: readOptions(reader, MIN_RADIO_OPTIONS, MAX_GROUP_OPTIONS),
  }),
  [ComponentType.CHECKBOX_GROUP]: (reader) => ({
    ...readSelected(reader, MAX_GROUP_OPTIONS),
    options: readOptions(reader, 1, MAX_GROUP_OPTIONS),
  }),
  [ComponentType.CHECKBOX]: (reader) => (reader.boolean('default') ? { default: true } : {}),
};

/**
 * @param data `data` of the response
 * @returns the modal, each part of it with an id of its own
 * @throws RestError 50035 that names every fault
 * @see https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal
 */
export function readModal(data: unknown): Modal {
  const issues: FormIssue[] = [];
  const reader = new FormReader(data ?? {}, ['data'], issues);
  const custom_id = reader.text('custom_id', { min: 1, max: MAX_CHARS, required: true }) ?? '';
  const title = reader.text('title', { min: 1, max: MAX_TITLE_CHARS, required: true }) ?? '';
  const components = reader.list('components', 1, MAX_PARTS).flatMap((part) => readPart(part) ?? []);
  requireDistinct(components, reader);
  if (issues.length > 0) throw RestError.form(...issues);
  return { custom_id, title, components: numbered(components) };
}

function readPart(reader: FormReader): ModalPart | undefined {
  const type = readType(reader, PARTS);
  const id = readId(reader);
  switch (type) {
    case ComponentType.ACTION_ROW: {
      const inputs = reader
        .list('components', 1, 1)
        .flatMap((input) => readInput(input, LEGACY_INPUTS) ?? []);
      return { type, id, components: inputs };
    }
    case ComponentType.TEXT_DISPLAY:
      return {
        type,
        id,
        content: reader.text('content', { min: 1, max: MAX_TEXT_CHARS, required: true }) ?? '',
      };
    case ComponentType.LABEL: {
      const label = reader.text('label', { min: 1, max: MAX_LABEL_CHARS, required: true }) ?? '';
      const description = reader.text('description', { max: MAX_CHARS });
      const inner = reader.object('component', true);
      const component = inner === undefined ? undefined : readInput(inner, LABELLED_INPUTS);
      if (component === undefined) return undefined;
      return { type, id, label, ...(description ? { description } : {}), component };
    }
    default:
      return undefined;
  }
}

const LEGACY_INPUTS: readonly number[] = [ComponentType.TEXT_INPUT];
const LABELLED_INPUTS: readonly number[] = Object.keys(INPUTS).map(Number);

function readInput(reader: FormReader, kinds: readonly number[]): ModalInput | undefined {
  const type = readType(reader, kinds);
  const fields = type === undefined ? undefined : INPUTS[type];
  if (type === undefined || fields === undefined) return undefined;
  const id = readId(reader);
  const custom_id = reader.text('custom_id', { min: 1, max: MAX_CHARS, required: true }) ?? '';
  // In a row there is nothing else that could name the field.
  if (kinds === LEGACY_INPUTS && !reader.has('label')) reader.required('label');
  if (reader.boolean('disabled')) {
    reader.fault(['disabled'], 'COMPONENT_DISABLED_IN_MODAL', 'Components of a modal cannot be disabled');
  }
  return { type, id, custom_id, ...fields(reader) };
}

function readTextInput(reader: FormReader): Fields {
  const least = reader.integer('min_length', 0, MAX_TEXT_CHARS);
  const most = reader.integer('max_length', 1, MAX_TEXT_CHARS);
  if (least !== undefined && most !== undefined && least > most) {
    reader.fault(['max_length'], 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${least}.`);
  }
  return {
    ...readRequired(reader),
    style: reader.choice('style', TEXT_STYLES, true) ?? 1,
    ...defined({
      label: reader.text('label', { min: 1, max: MAX_LABEL_CHARS }),
      value: reader.text('value', { max: MAX_TEXT_CHARS }),
      placeholder: reader.text('placeholder', { max: MAX_CHARS }),
      min_length: least,
      max_length: most,
    }),
  };
}

function readEntitySelect(reader: FormReader, types: readonly string[]): Fields {
  const defaults = reader.list('default_values', 0, MAX_SELECTED).map((value) => ({
    id: value.snowflake('id') ?? '',
    type: value.choice('type', types, true) ?? '',
  }));
  return {
    ...readSelected(reader, MAX_SELECTED),
    ...(defaults.length === 0 ? {} : { default_values: defaults }),
  };
}

function readSelected(reader: FormReader, limit: number): Fields {
  const required = readRequired(reader);
  const least = reader.integer('min_values', 0, limit);
  const most = reader.integer('max_values', 1, limit);
  if (least === 0 && required.required !== false) {
    reader.fault(['min_values'], 'NUMBER_TYPE_MIN', 'int value should be greater than or equal to 1.');
  }
  if (least !== undefined && most !== undefined && least > most) {
    reader.fault(['max_values'], 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${least}.`);
  }
  return { ...required, ...defined({ min_values: least, max_values: most }) };
}

function readOptions(reader: FormReader, least: number, most: number): NonNullable<ModalInput['options']> {
  const seen = new Set<string>();
  return reader.list('options', least, most).map((option) => {
    const value = option.text('value', { min: 1, max: MAX_CHARS, required: true }) ?? '';
    if (seen.has(value)) {
      option.fault(
        ['value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    }
    seen.add(value);
    const description = option.text('description', { max: MAX_CHARS });
    return {
      label: option.text('label', { min: 1, max: MAX_CHARS, required: true }) ?? '',
      value,
      ...(description ? { description } : {}),
      ...(option.boolean('default') ? { default: true } : {}),
    };
  });
}

/** True unless it says otherwise, unlike other booleans. */
function readRequired(reader: FormReader): { readonly required?: boolean } {
  return reader.has('required') ? { required: reader.boolean('required') } : {};
}

function readType(reader: FormReader, kinds: readonly number[]): number | undefined {
  const type = reader.integer('type', 0, MAX_ID);
  if (type !== undefined && kinds.includes(type)) return type;
  reader.fault([], 'UNION_TYPE_CHOICES', `Value of field "type" must be one of (${kinds.join(', ')}).`);
  return undefined;
}

function readId(reader: FormReader): number {
  return reader.integer('id', 0, MAX_ID) ?? 0;
}

function requireDistinct(parts: readonly ModalPart[], reader: FormReader): void {
  const names = new Set<string>();
  for (const { custom_id } of modalInputs(parts)) {
    if (names.has(custom_id)) {
      reader.fault(
        ['components'],
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      );
    }
    names.add(custom_id);
  }
}

/** Those without an id get the next free number, in the order in which they stand. */
function numbered(parts: readonly ModalPart[]): readonly ModalPart[] {
  const taken = new Set([...parts, ...modalInputs(parts)].map(({ id }) => id));
  let next = 1;
  const numberOf = (id: number): number => {
    if (id !== 0) return id;
    while (taken.has(next)) next += 1;
    taken.add(next);
    return next;
  };
  const withId = <T extends { readonly id: number }>(part: T): T => ({ ...part, id: numberOf(part.id) });
  const numberPart = (part: ModalPart): ModalPart => {
    const own = withId(part);
    switch (own.type) {
      case ComponentType.ACTION_ROW:
        return { ...own, components: own.components.map(withId) };
      case ComponentType.LABEL:
        return { ...own, component: withId(own.component) };
      case ComponentType.TEXT_DISPLAY:
        return own;
    }
  };
  return parts.map(numberPart);
}

function defined<T extends object>(fields: T): { readonly [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
