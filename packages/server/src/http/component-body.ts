/** The components of a message: what each kind may hold, and what holds for all of them together. */
import type { Component } from '../world/entities.ts';
import { codePoints } from '../world/values.ts';
import { type ComponentKind, Kind, readComponent } from './component-kinds.ts';
import { type FormIssue, RestError } from './errors.ts';
import { FormReader } from './form-reader.ts';

const MAX_ROWS = 5;
const MAX_COMPONENTS = 40;
const MAX_DISPLAYED_CHARS = 4_000;
const LEGACY_ROOTS: readonly ComponentKind[] = [Kind.ACTION_ROW];
const ROOTS: readonly ComponentKind[] = [
  Kind.ACTION_ROW,
  Kind.SECTION,
  Kind.TEXT_DISPLAY,
  Kind.MEDIA_GALLERY,
  Kind.FILE,
  Kind.SEPARATOR,
  Kind.CONTAINER,
];

/**
 * @param isV2 whether the message has IS_COMPONENTS_V2: with it components of all kinds, without it rows alone
 * @returns the components, each with an id of its own, and with what a client may leave out
 * @throws RestError 50035 that names every fault
 * @see https://docs.discord.com/developers/components/reference
 */
export function readComponents(components: readonly unknown[], isV2: boolean): readonly Component[] {
  const issues: FormIssue[] = [];
  const form = new FormReader({ components }, [], issues);
  const readers = form.list('components', 0, isV2 ? MAX_COMPONENTS : MAX_ROWS);
  const read = readers.flatMap((reader) => readComponent(reader, isV2 ? ROOTS : LEGACY_ROOTS) ?? []);
  const all = read.flatMap(({ all: nested }) => nested);
  requireDistinct(all, form);
  if (isV2) requireMeasure(all, form);
  if (issues.length > 0) throw RestError.form(...issues);
  numberComponents(all.map(({ component }) => component));
  return read.map(({ component }) => component);
}

type Found = NonNullable<ReturnType<typeof readComponent>>['all'][number];

function requireDistinct(all: readonly Found[], form: FormReader): void {
  const customIds = new Set<unknown>();
  const ids = new Set<unknown>();
  for (const { component, path } of all) {
    const { custom_id: customId, id } = component;
    if (customId !== undefined) {
      if (customIds.has(customId)) {
        const message = 'Component custom id cannot be duplicated';
        form.fault([...path, 'custom_id'], 'COMPONENT_CUSTOM_ID_DUPLICATED', message);
      }
      customIds.add(customId);
    }
    if (id !== 0) {
      if (ids.has(id))
        form.fault([...path, 'id'], 'COMPONENT_ID_DUPLICATED', 'Component id cannot be duplicated');
      ids.add(id);
    }
  }
}

function requireMeasure(all: readonly Found[], form: FormReader): void {
  if (all.length > MAX_COMPONENTS) {
    form.fault(
      ['components'],
      'COMPONENT_MAX_TOTAL_COMPONENTS',
      `The total number of components exceeds the maximum of ${MAX_COMPONENTS}.`,
    );
  }
  let chars = 0;
  for (const { component } of all) {
    if (component.type === Kind.TEXT_DISPLAY) chars += codePoints(String(component.content));
  }
  if (chars > MAX_DISPLAYED_CHARS) {
    form.fault(
      ['components'],
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `The total size of the displayable text exceeds the maximum size of ${MAX_DISPLAYED_CHARS}.`,
    );
  }
}

/** Those without an id get the next free number, in the order in which they stand. */
function numberComponents(components: readonly Component[]): void {
  const taken = new Set(components.map(({ id }) => id));
  let next = 1;
  for (const component of components) {
    if (component.id !== 0) continue;
    while (taken.has(next)) next += 1;
    // The object has been made just now, and nobody else has it yet.
    (component as { id: number }).id = next;
    taken.add(next);
  }
}
