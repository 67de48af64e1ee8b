import type { FormReader } from './form-reader.ts';

const MAX_NAME_CHARS = 32;

/** The emoji of a button or an option; undefined when there is none. */
export function readEmoji(reader: FormReader): Readonly<Record<string, unknown>> | undefined {
  const emoji = reader.object('emoji');
  if (emoji === undefined) return undefined;
  const id = emoji.snowflake('id');
  const name = emoji.text('name', { max: MAX_NAME_CHARS });
  if (id === undefined && !name) {
    reader.fault(['emoji', 'name'], 'COMPONENT_INVALID_EMOJI', 'Invalid emoji');
    return undefined;
  }
  const animated = emoji.boolean('animated') ? { animated: true } : {};
  return { ...(id === undefined ? {} : { id }), name: name ?? '', ...animated };
}
