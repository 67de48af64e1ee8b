/** Reading what the wire said, of which nothing is known yet. */

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Null when there is no such field, or one that is no number. */
export function numberField(value: unknown, name: string): number | null {
  const field = fieldsOf(value)[name];
  return typeof field === 'number' ? field : null;
}
