import type { Select } from '../../../api/components.ts';
import type { ListChoice } from '../../../ui/choices.ts';
import { type EntityKind, entityChoices, type Place } from '../place.tsx';

const ENTITIES: Readonly<Record<number, EntityKind>> = {
  5: 'user',
  6: 'role',
  7: 'mentionable',
  8: 'channel',
};

export function selectChoices(place: Place, select: Select): readonly ListChoice[] {
  const kind = ENTITIES[select.type];
  if (kind !== undefined) return entityChoices(place, kind, select.channel_types);
  return (select.options ?? []).map(({ value, label, description, emoji }) => ({
    value,
    label,
    ...(description === undefined ? {} : { note: description }),
    ...(emoji === undefined ? {} : { mark: <span>{emojiText(emoji)}</span> }),
  }));
}

export function selectBounds({ min_values: min = 1, max_values: max = 1 }: Select): {
  readonly min: number;
  readonly max: number;
} {
  return { min, max };
}

/** What was chosen beforehand. */
export function presetOf({ options = [], default_values = [] }: Select): readonly string[] {
  return [
    ...options.filter((option) => option.default === true).map(({ value }) => value),
    ...default_values.map(({ id }) => id),
  ];
}

/** Pictures of emojis are not to be had: the name stands for one that has no sign. */
export function emojiText({ id, name }: { readonly id?: string | null; readonly name?: string }): string {
  return id == null ? (name ?? '') : `:${name ?? id}:`;
}
