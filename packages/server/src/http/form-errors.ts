/** What AJV found wrong, in the words of Discord's form errors. */
import type { FormIssue } from './errors.ts';

/** The part of an AJV error (with `verbose`) that the translation reads. */
export interface SchemaFault {
  readonly keyword: string;
  /** JSON pointer into the validated value. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string | undefined;
  readonly data?: unknown;
  readonly parentSchema?: unknown;
}

const MAX_QUOTED_CHARS = 100;
/** A body can be wrong in thousands of places; the answer names only the first ones. */
const MAX_ISSUES = 50;

const SUMMARY_KEYWORDS: ReadonlySet<string> = new Set(['if', 'anyOf', 'oneOf', 'allOf', 'not']);

/** @returns one issue per fault, at most 50, in AJV's order */
export function formIssues(faults: readonly SchemaFault[]): FormIssue[] {
  return faults
    .filter((fault) => !SUMMARY_KEYWORDS.has(fault.keyword))
    .slice(0, MAX_ISSUES)
    .map(formIssue);
}

function formIssue(fault: SchemaFault): FormIssue {
  const path = fault.instancePath.split('/').slice(1).map(unescapePointer);
  if (fault.keyword === 'required') path.push(String(fault.params.missingProperty));
  return { path, ...describe(fault) };
}

function describe(fault: SchemaFault): { code: string; message: string } {
  const { keyword, params, data } = fault;
  switch (keyword) {
    case 'required':
      return { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
    case 'minLength':
    case 'maxLength':
      return badLength(fault, 'minLength', 'maxLength');
    case 'minItems':
    case 'maxItems':
      return badLength(fault, 'minItems', 'maxItems');
    case 'minimum':
      return {
        code: 'NUMBER_TYPE_MIN',
        message: `int value should be greater than or equal to ${String(params.limit)}.`,
      };
    case 'maximum':
      return {
        code: 'NUMBER_TYPE_MAX',
        message: `int value should be less than or equal to ${String(params.limit)}.`,
      };
    case 'enum':
      return { code: 'BASE_TYPE_CHOICES', message: `Value must be one of ${choices(params.allowedValues)}.` };
    case 'uniqueItems':
      return { code: 'SET_TYPE_ALREADY_CONTAINS_VALUE', message: 'The set already contains this value' };
    case 'type':
      return badType(fault);
    case 'format':
      return params.format === 'date-time'
        ? { code: 'DATE_TIME_TYPE_PARSE', message: `Could not parse ${quote(data)}. Should be ISO8601.` }
        : { code: 'BASE_TYPE_BAD_FORMAT', message: `Must be of the format ${String(params.format)}.` };
    default:
      // Our own keywords bring Discord's words with them.
      return typeof params.code === 'string'
        ? { code: params.code, message: String(fault.message) }
        : { code: 'BASE_TYPE_INVALID', message: `Value ${fault.message ?? 'is not valid'}.` };
  }
}

function badLength(fault: SchemaFault, minKeyword: string, maxKeyword: string) {
  const min = schemaNumber(fault.parentSchema, minKeyword);
  const max = schemaNumber(fault.parentSchema, maxKeyword);
  if (min !== undefined && max !== undefined) {
    return { code: 'BASE_TYPE_BAD_LENGTH', message: `Must be between ${min} and ${max} in length.` };
  }
  return fault.keyword === maxKeyword
    ? { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${String(fault.params.limit)} or fewer in length.` }
    : { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${String(fault.params.limit)} or more in length.` };
}

function badType(fault: SchemaFault) {
  if (fault.data === null) return { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
  const wanted = Array.isArray(fault.params.type) ? fault.params.type : [fault.params.type];
  switch (wanted.find((type) => type !== 'null')) {
    case 'string':
      return { code: 'STRING_TYPE_CONVERT', message: `Could not interpret ${quote(fault.data)} as string.` };
    case 'integer':
      return { code: 'NUMBER_TYPE_COERCE', message: `Value ${quote(fault.data)} is not int.` };
    case 'number':
      return { code: 'NUMBER_TYPE_COERCE', message: `Value ${quote(fault.data)} is not float.` };
    case 'boolean':
      return { code: 'BOOLEAN_TYPE_CONVERT', message: 'Must be either true or false.' };
    case 'array':
      return { code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used in a ListType' };
    default:
      return { code: 'MODEL_TYPE_CONVERT', message: 'Expected an object/dictionary.' };
  }
}

/** A value from the wire for an error message: in double quotes, shortened. */
export function quote(value: unknown): string {
  const text =
    typeof value === 'object' && value !== null
      ? Array.isArray(value)
        ? '[...]'
        : '{...}'
      : String(value).slice(0, MAX_QUOTED_CHARS);
  return `"${text}"`;
}

function choices(values: unknown): string {
  const list = Array.isArray(values) ? values.filter((value) => value !== null) : [];
  return `(${list.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(', ')})`;
}

function schemaNumber(schema: unknown, keyword: string): number | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const value = (schema as Record<string, unknown>)[keyword];
  return typeof value === 'number' ? value : undefined;
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
