/** Words of which the routes' schemas are made. Unknown fields are ignored everywhere, as Discord does. */

export type JsonSchema = Readonly<Record<string, unknown>>;

export const SNOWFLAKE: JsonSchema = { snowflake: 'required' };
export const NULLABLE_SNOWFLAKE: JsonSchema = { snowflake: 'nullable' };
export const QUERY_BOOLEAN: JsonSchema = { queryBoolean: 'required' };
export const PERMISSIONS: JsonSchema = { permissions: 'required' };
export const NULLABLE_PERMISSIONS: JsonSchema = { permissions: 'nullable' };
export const WEB_URL: JsonSchema = { webUrl: 'nullable' };
export const NULLABLE_BOOLEAN: JsonSchema = { type: ['boolean', 'null'] };
/** A field of Discord's that this server does not have: refused unless empty. */
export const UNSERVED: JsonSchema = { unserved: 'nullable' };

export function object(properties: Record<string, JsonSchema>, required: readonly string[] = []): JsonSchema {
  return interned({ type: 'object', properties, required });
}

export function nullableObject(
  properties: Record<string, JsonSchema>,
  required: readonly string[] = [],
): JsonSchema {
  return { type: ['object', 'null'], properties, required };
}

export function list(items: JsonSchema, maxItems: number): JsonSchema {
  return { type: 'array', items, maxItems };
}

export function nullableList(items: JsonSchema, maxItems: number): JsonSchema {
  return { type: ['array', 'null'], items, maxItems };
}

/** Lengths are in code points. */
export function text(minLength: number, maxLength: number): JsonSchema {
  return minLength === 0 ? { type: 'string', maxLength } : { type: 'string', minLength, maxLength };
}

export function nullableText(maxLength: number): JsonSchema {
  return { type: ['string', 'null'], maxLength };
}

export function integer(minimum: number, maximum: number): JsonSchema {
  return { type: 'integer', minimum, maximum };
}

export function nullableInteger(minimum: number, maximum: number): JsonSchema {
  return { type: ['integer', 'null'], minimum, maximum };
}

/** Page size of a list. */
export function limit(maximum: number, defaultLimit: number): JsonSchema {
  return { ...integer(1, maximum), default: defaultLimit };
}

export function oneOf(...choices: readonly (string | number)[]): JsonSchema {
  return { type: typeof choices[0] === 'number' ? 'integer' : 'string', enum: choices };
}

/** Path parameters, each an id. */
export function ids(...names: readonly string[]): JsonSchema {
  return object(Object.fromEntries(names.map((name) => [name, SNOWFLAKE])));
}

/**
 * Equal schemas are one object: AJV compiles an object once, and most routes share a few, under three prefixes.
 * Holds what the code of the routes spells out, and nothing from the wire.
 */
const internedSchemas = new Map<string, JsonSchema>();

function interned(schema: JsonSchema): JsonSchema {
  const key = JSON.stringify(schema);
  const known = internedSchemas.get(key);
  if (known !== undefined) return known;
  internedSchemas.set(key, schema);
  return schema;
}
