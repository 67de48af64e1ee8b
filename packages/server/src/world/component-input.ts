/** What a user does with the components of a message: clicks a button, chooses in a select. */
import { isSnowflake } from '@guildhall/protocol';
import type { Message } from './entities.ts';
import { WorldError } from './errors.ts';
import { ComponentType } from './interaction-kinds.ts';
import type { Resolved } from './resolved.ts';

/** The part of a component that using it asks for. */
interface UsableComponent {
  readonly type: number;
  readonly id?: number;
  readonly custom_id: string;
  readonly label?: string;
  readonly disabled?: boolean;
  readonly min_values?: number;
  readonly max_values?: number;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly channel_types?: readonly number[];
}

/** What limits a choice: of a select in a message or a modal, and of a group of checkboxes. */
export interface ChoiceBounds {
  readonly type: number;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly channel_types?: readonly number[];
}

/** Where a request holds what was chosen in a select of a message. */
const VALUES: readonly string[] = ['values'];

const SELECTS: readonly number[] = [
  ComponentType.STRING_SELECT,
  ComponentType.USER_SELECT,
  ComponentType.ROLE_SELECT,
  ComponentType.MENTIONABLE_SELECT,
  ComponentType.CHANNEL_SELECT,
];

/**
 * `data` of a click on a button.
 * @param name its `custom_id`, or the label that the user sees
 * @throws WorldError UNKNOWN_COMPONENT when there is none, when it is disabled and when it only opens a link
 */
export function buttonData(message: Message, name: string): object {
  const button = find(message, name, [ComponentType.BUTTON], 'button');
  return componentData(button);
}

/**
 * `data` of a choice in a select.
 * @param name its `custom_id`
 * @throws WorldError UNKNOWN_COMPONENT, INVALID_VALUE, UNKNOWN_USER, UNKNOWN_ROLE, UNKNOWN_CHANNEL
 */
export function selectData(
  message: Message,
  name: string,
  values: readonly string[],
  resolved: Resolved,
): object {
  const select = find(message, name, SELECTS, 'select');
  const { min_values: least = 1, max_values: most = 1, custom_id } = select;
  requireCount(`select ${custom_id}`, values.length, least, most);
  const chosen = chosenValues(select, custom_id, values, resolved);
  return { ...componentData(select), values: chosen, ...resolved.field() };
}

/**
 * The values on the wire: of options, those that exist; of ids, what they stand for goes into `resolved`.
 * @throws WorldError INVALID_VALUE, UNKNOWN_USER, UNKNOWN_ROLE, UNKNOWN_CHANNEL
 */
export function chosenValues(
  { type, options = [], channel_types = [] }: ChoiceBounds,
  name: string,
  values: readonly string[],
  resolved: Resolved,
  path: readonly string[] = VALUES,
): readonly string[] {
  if (new Set(values).size < values.length)
    throw new WorldError('INVALID_VALUE', `${name}: a value is there twice`, { path });
  return values.map((value) => {
    switch (type) {
      case ComponentType.USER_SELECT:
        resolved.user(idOf(value, name, path));
        return value;
      case ComponentType.ROLE_SELECT:
        resolved.role(idOf(value, name, path));
        return value;
      case ComponentType.MENTIONABLE_SELECT:
        resolved.mentionable(idOf(value, name, path));
        return value;
      case ComponentType.CHANNEL_SELECT:
        resolved.channel(idOf(value, name, path), channel_types);
        return value;
      default:
        return optionOf(options, name, value, path);
    }
  });
}

/** @throws WorldError INVALID_VALUE */
export function requireCount(
  what: string,
  count: number,
  least: number,
  most: number,
  path: readonly string[] = VALUES,
): void {
  if (count < least || count > most) {
    throw new WorldError('INVALID_VALUE', `${what} takes ${least} to ${most} values, not ${count}`, { path });
  }
}

/** A person picks an option by the label; tests may name its value. */
export function optionOf(
  options: readonly { readonly value: string; readonly label: string }[],
  name: string,
  value: string,
  path: readonly string[],
): string {
  const option =
    options.find((candidate) => candidate.value === value) ?? options.find(({ label }) => label === value);
  if (option !== undefined) return option.value;
  const known = options.map((candidate) => JSON.stringify(candidate.value)).join(', ');
  throw new WorldError(
    'INVALID_VALUE',
    `${name} has no option ${JSON.stringify(value)}; it has ${known || 'none'}`,
    { path },
  );
}

function idOf(value: string, name: string, path: readonly string[]): string {
  if (!isSnowflake(value))
    throw new WorldError('INVALID_VALUE', `${name} takes ids, not ${JSON.stringify(value)}`, { path });
  return value;
}

function componentData({ custom_id, type, id }: UsableComponent): object {
  return { custom_id, component_type: type, ...(id === undefined ? {} : { id }) };
}

function find(message: Message, name: string, types: readonly number[], what: string): UsableComponent {
  const all = [...usable(message.components ?? [])].filter(({ type }) => types.includes(type));
  const component =
    all.find(({ custom_id }) => custom_id === name) ?? all.find(({ label }) => label === name);
  if (component === undefined) {
    const known = all.map(({ custom_id }) => custom_id).join(', ');
    throw new WorldError(
      'UNKNOWN_COMPONENT',
      `message ${message.id} has no ${what} ${name}; it has ${known || 'none'}`,
    );
  }
  if (component.disabled === true) throw new WorldError('UNKNOWN_COMPONENT', `${what} ${name} is disabled`);
  return component;
}

/** Everything below that has a `custom_id`, wherever rows, sections and containers hold it. */
function* usable(components: readonly object[]): Generator<UsableComponent> {
  for (const component of components) {
    if ('custom_id' in component && typeof component.custom_id === 'string')
      yield component as UsableComponent;
    if ('components' in component && Array.isArray(component.components)) yield* usable(component.components);
    if ('accessory' in component && typeof component.accessory === 'object' && component.accessory !== null) {
      yield* usable([component.accessory]);
    }
  }
}
