/** The body with which an application responds to an interaction. */
import type { CommandChoice } from '../world/entities.ts';
import type { Interaction, InteractionCallback, ResponseInput } from '../world/interaction.ts';
import { CallbackType, EPHEMERAL } from '../world/interaction-kinds.ts';
import { choiceValueIssues } from './command-rules.ts';
import { type FormIssue, RestError } from './errors.ts';
import { FormReader } from './form-reader.ts';
import { CREATE_FIELDS, type MessageCreateBody, messageInput, messagePatch } from './message-body.ts';
import { readModal } from './modal-body.ts';
import type { Upload } from './multipart-body.ts';
import { integer, type JsonSchema, nullableObject, object, UNSERVED } from './schemas.ts';

export interface CallbackBody {
  type: number;
  data?: MessageCreateBody | null;
}

const MAX_TYPE = 2 ** 31 - 1;
const MAX_CHOICES = 25;
const MAX_CHOICE_CHARS = 100;

const {
  message_reference: _reference,
  nonce: _nonce,
  enforce_nonce: _enforced,
  ...OTHER_FIELDS
} = CREATE_FIELDS;
/** What comes through a webhook has no stickers. */
const MESSAGE_FIELDS = { ...OTHER_FIELDS, sticker_ids: UNSERVED };
const MESSAGE_TYPES = [CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE, CallbackType.UPDATE];

/** Of messages the schema says all; choices and modals are read below, for what they may hold depends on more. */
export const CALLBACK_BODY: JsonSchema = {
  ...object({ type: integer(0, MAX_TYPE), data: { type: ['object', 'null'] } }, ['type']),
  if: { properties: { type: { enum: MESSAGE_TYPES } }, required: ['type'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { properties: { data: nullableObject(MESSAGE_FIELDS) } },
};

/**
 * What a validated body responds.
 * @param allowed the types that the interaction can be responded with
 * @param uploads the files that came with it
 * @param wasV2 whether the message whose component was used has IS_COMPONENTS_V2
 * @throws RestError 50035 for another type, and for what is wrong in `data`
 */
export function interactionCallback(
  body: CallbackBody,
  interaction: Interaction,
  allowed: readonly CallbackType[],
  uploads: readonly Upload[],
  wasV2: boolean,
): InteractionCallback {
  const type = allowed.find((candidate) => candidate === body.type);
  if (type === undefined) {
    throw RestError.form({
      path: ['type'],
      code: 'BASE_TYPE_CHOICES',
      message: `Value must be one of {${allowed.join(', ')}}.`,
    });
  }
  const data = body.data ?? {};
  switch (type) {
    case CallbackType.MESSAGE:
      return { type, input: responseInput(data, uploads) };
    case CallbackType.DEFERRED_MESSAGE:
      return { type, ephemeral: isEphemeral(data) };
    case CallbackType.UPDATE:
      return { type, patch: messagePatch(data, uploads, wasV2) };
    case CallbackType.CHOICES:
      return { type, choices: readChoices(data, interaction.focusedType) };
    case CallbackType.MODAL:
      return { type, modal: readModal(body.data) };
    case CallbackType.DEFERRED_UPDATE:
    case CallbackType.ACTIVITY:
      return { type };
  }
}

/** A message in answer: the reference and the nonce are not the application's to choose. */
export function responseInput(body: MessageCreateBody, uploads: readonly Upload[]): ResponseInput {
  const { message_reference: _reference, nonce: _nonce, enforce_nonce: _enforced, ...rest } = body;
  return { ...messageInput(rest, uploads), ephemeral: isEphemeral(body) };
}

function isEphemeral({ flags }: MessageCreateBody): boolean {
  return ((flags ?? 0) & EPHEMERAL) !== 0;
}

/** Suggestions; entries that are null are left out, as Discord does. */
function readChoices(data: object, optionType: number | null): readonly CommandChoice[] {
  const issues: FormIssue[] = [];
  const given = (data as { readonly choices?: unknown }).choices;
  const choices: unknown = Array.isArray(given) ? given.filter((choice) => choice !== null) : given;
  const reader = new FormReader({ choices }, ['data'], issues);
  const read = reader.list('choices', 0, MAX_CHOICES).map((choice): CommandChoice => {
    const name = choice.text('name', { min: 1, max: MAX_CHOICE_CHARS, required: true }) ?? '';
    const name_localizations = choice.texts('name_localizations', MAX_CHOICE_CHARS);
    return { name, name_localizations, value: readChoiceValue(choice, optionType, issues) };
  });
  if (issues.length > 0) throw RestError.form(...issues);
  return read;
}

function readChoiceValue(
  choice: FormReader,
  optionType: number | null,
  issues: FormIssue[],
): string | number {
  const value = choice.value('value');
  if (typeof value === 'string') choice.text('value', { max: MAX_CHOICE_CHARS });
  else if (typeof value !== 'number') choice.required('value');
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  if (optionType !== null)
    issues.push(...choiceValueIssues({ value }, optionType, [...choice.path, 'value']));
  return value;
}
