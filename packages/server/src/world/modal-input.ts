/** What a user fills into a modal, checked as Discord's clients check it. */
import { chosenValues, optionOf, requireCount } from './component-input.ts';
import { WorldError } from './errors.ts';
import { ComponentType } from './interaction-kinds.ts';
import { type Modal, type ModalInput, type ModalPart, modalInputs } from './modal.ts';
import type { AttachmentInput, Resolved } from './resolved.ts';
import { codePoints } from './values.ts';

/** A text, a choice, choices or ids, whether a box is checked, or files. */
export type ModalValue = string | boolean | readonly string[] | readonly AttachmentInput[];
export type ModalValues = Readonly<Record<string, ModalValue>>;

const MAX_TEXT_CHARS = 4_000;
const DEFAULT_MAX_VALUES = 1;

/**
 * `data` of the submission.
 * @param values by `custom_id`; what is not named stays as the modal shows it
 * @throws WorldError INVALID_VALUE that names the field, UNKNOWN_USER, UNKNOWN_ROLE, UNKNOWN_CHANNEL
 */
export function modalData(modal: Modal, values: ModalValues, resolved: Resolved): object {
  const inputs = modalInputs(modal.components);
  const stranger = Object.keys(values).find((name) => !inputs.some(({ custom_id }) => custom_id === name));
  if (stranger !== undefined) {
    const known = inputs.map(({ custom_id }) => custom_id).join(', ');
    throw new WorldError(
      'INVALID_VALUE',
      `modal ${modal.custom_id} has no field ${stranger}; it has ${known || 'none'}`,
    );
  }
  const filled = (input: ModalInput) => filledInput(input, values[input.custom_id], resolved);
  const components = modal.components.map((part) => filledPart(part, filled));
  return { custom_id: modal.custom_id, components, ...resolved.field() };
}

function filledPart(part: ModalPart, filled: (input: ModalInput) => object): object {
  switch (part.type) {
    case ComponentType.ACTION_ROW:
      return { type: part.type, id: part.id, components: part.components.map(filled) };
    case ComponentType.LABEL:
      return { type: part.type, id: part.id, component: filled(part.component) };
    case ComponentType.TEXT_DISPLAY:
      return { type: part.type, id: part.id };
  }
}

function filledInput(input: ModalInput, value: ModalValue | undefined, resolved: Resolved): object {
  const { type, id, custom_id } = input;
  const base = { type, id, custom_id };
  switch (type) {
    case ComponentType.TEXT_INPUT:
      return { ...base, value: readText(input, value ?? input.value ?? '') };
    case ComponentType.RADIO_GROUP:
      return { ...base, value: readRadio(input, value) };
    case ComponentType.CHECKBOX:
      return { ...base, value: readCheckbox(input, value ?? input.default ?? false) };
    case ComponentType.FILE_UPLOAD:
      return { ...base, values: readFiles(input, value ?? []).map((file) => resolved.attachment(file)) };
    default:
      return { ...base, values: readChoices(input, value ?? preset(input), resolved) };
  }
}

function readText(input: ModalInput, value: ModalValue): string {
  const { custom_id, required = true, min_length: least = 0, max_length: most = MAX_TEXT_CHARS } = input;
  if (typeof value !== 'string') throw wrong(custom_id, 'takes a text');
  const length = codePoints(value);
  if (length === 0) {
    if (required) throw wrong(custom_id, 'is required');
    return value;
  }
  if (length < least || length > most)
    throw wrong(custom_id, `takes ${least} to ${most} characters, not ${length}`);
  return value;
}

function readRadio(input: ModalInput, value: ModalValue | undefined): string | null {
  const { custom_id, required = true, options = [] } = input;
  const chosen = value ?? options.find((option) => option.default === true)?.value;
  if (chosen === undefined) {
    if (required) throw wrong(custom_id, 'is required');
    return null;
  }
  if (typeof chosen !== 'string') throw wrong(custom_id, 'takes one choice');
  return optionOf(options, custom_id, chosen, pathOf(custom_id));
}

function readCheckbox({ custom_id }: ModalInput, value: ModalValue): boolean {
  if (typeof value !== 'boolean') throw wrong(custom_id, 'takes true or false');
  return value;
}

function readFiles(input: ModalInput, value: ModalValue): readonly AttachmentInput[] {
  if (!Array.isArray(value) || value.some((file) => typeof file !== 'object'))
    throw wrong(input.custom_id, 'takes files');
  requireFilled(input, value.length);
  return value;
}

function readChoices(input: ModalInput, value: ModalValue, resolved: Resolved): readonly string[] {
  const values = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(values) || values.some((choice) => typeof choice !== 'string')) {
    throw wrong(input.custom_id, 'takes choices');
  }
  requireFilled(input, values.length);
  return chosenValues(input, input.custom_id, values, resolved, pathOf(input.custom_id));
}

function requireFilled(input: ModalInput, count: number): void {
  const { type, custom_id, required = true, options = [] } = input;
  const isGroup = type === ComponentType.CHECKBOX_GROUP;
  const most = input.max_values ?? (isGroup ? options.length : DEFAULT_MAX_VALUES);
  if (count === 0 && !required) return;
  requireCount(custom_id, count, input.min_values ?? (required ? 1 : 0), most, pathOf(custom_id));
}

function preset({ options = [], default_values = [] }: ModalInput): readonly string[] {
  const chosen = options.filter((option) => option.default === true).map(({ value }) => value);
  return [...chosen, ...default_values.map(({ id }) => id)];
}

function wrong(name: string, what: string): WorldError {
  return new WorldError('INVALID_VALUE', `field ${name} ${what}`, { path: pathOf(name) });
}

function pathOf(name: string): readonly string[] {
  return ['values', name];
}
