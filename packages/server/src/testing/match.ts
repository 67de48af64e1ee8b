/** What a test expects of a value: exactly, by a pattern, in part, or by a function. */

/** Objects match in part, lists entry by entry, texts also by a RegExp. */
export type Expected<T> = T extends string
  ? T | RegExp
  : T extends readonly (infer Item)[]
    ? readonly Expected<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Expected<T[Key]> }
      : T;

export function matches(actual: unknown, expected: unknown): boolean {
  if (expected instanceof RegExp) return typeof actual === 'string' && expected.test(actual);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => matches(actual[index], item))
    );
  }
  if (typeof expected !== 'object' || expected === null) return Object.is(actual, expected);
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(expected).every(([key, value]) =>
    matches((actual as Record<string, unknown>)[key], value),
  );
}

/** For the message of an error: RegExps as they are written, long values shortened. */
export function describeExpected(expected: unknown): string {
  if (typeof expected === 'function') return 'what its function asks for';
  if (expected instanceof RegExp) return String(expected);
  const text = JSON.stringify(expected, (_, value: unknown) =>
    value instanceof RegExp ? String(value) : value,
  );
  return shorten(text ?? String(expected));
}

const MAX_SHOWN_CHARS = 300;

export function shorten(text: string): string {
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
}
