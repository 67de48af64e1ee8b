import type { ModalInput } from '../../../api/components.ts';
import type { FieldValue, UploadedFile } from '../../../api/interactions.ts';

/** What a field holds while one fills in the form. */
export type Answer = string | boolean | readonly string[] | readonly File[];
export type Answers = ReadonlyMap<string, Answer>;

/** What the form shows before anybody has touched it. */
export function emptyAnswer(input: ModalInput): Answer {
  switch (input.type) {
    case 4:
      return input.value ?? '';
    case 19:
      return [];
    case 21:
      return input.options.find((option) => option.default === true)?.value ?? '';
    case 22:
      return input.options.filter((option) => option.default === true).map(({ value }) => value);
    case 23:
      return input.default ?? false;
    default:
      return [
        ...(input.options ?? []).filter((option) => option.default === true).map(({ value }) => value),
        ...(input.default_values ?? []).map(({ id }) => id),
      ];
  }
}

/** By `custom_id`; what nobody has touched is left to the server, which knows what the form showed. */
export async function fieldsOf(
  answers: Answers,
  upload: (files: readonly File[]) => Promise<readonly UploadedFile[]>,
): Promise<Record<string, FieldValue>> {
  const fields: Record<string, FieldValue> = {};
  for (const [name, answer] of answers) {
    fields[name] = isFiles(answer) ? await upload(answer) : answer;
  }
  return fields;
}

function isFiles(answer: Answer): answer is readonly File[] {
  return Array.isArray(answer) && answer[0] instanceof File;
}
