import type { JsonSchema } from '../../http/schemas.ts';

const NULLABLE = 'nullable';
/** What our own keywords mean in the words that everybody has; a value that is `nullable` may be null as well. */
const KEYWORDS: Readonly<Record<string, JsonSchema>> = {
  snowflake: { type: 'string', pattern: '^\\d{1,20}$', description: 'A snowflake.' },
  queryBoolean: { type: 'boolean' },
  permissions: { type: 'string', pattern: '^\\d{1,20}$', description: 'A set of permission bits, decimal.' },
  webUrl: { type: 'string', format: 'uri', maxLength: 2048 },
  unserved: { description: 'Known to Discord and not served here: nothing but an empty value is taken.' },
};

/** The schema of a route without the keywords that this server alone knows. */
export function plainSchema(schema: JsonSchema): JsonSchema {
  const fields: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const meaning = KEYWORDS[keyword];
    if (meaning === undefined) fields[keyword] = plainValue(keyword, value);
    else Object.assign(fields, value === NULLABLE ? orNull(meaning) : meaning);
  }
  // Nothing is said by an empty list.
  if (Array.isArray(fields.required) && fields.required.length === 0) delete fields.required;
  return fields;
}

/** Keywords whose values are schemas, or hold some by name. */
function plainValue(keyword: string, value: unknown): unknown {
  if (keyword === 'properties') {
    const entries = Object.entries(value as Readonly<Record<string, JsonSchema>>);
    return Object.fromEntries(entries.map(([name, schema]) => [name, plainSchema(schema)]));
  }
  const isSchema = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isSchema && keyword !== 'default' ? plainSchema(value as JsonSchema) : value;
}

function orNull(schema: JsonSchema): JsonSchema {
  return 'type' in schema ? { ...schema, type: [schema.type, 'null'] } : schema;
}
