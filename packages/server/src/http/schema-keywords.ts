/** What JSON Schema has no word for: ids, booleans of a query string, permission sets and web addresses. */
import { isSnowflake } from '@guildhall/protocol';
import { quote } from './form-errors.ts';

/** The little of AJV's interface that is used here; Fastify brings the instance. */
interface KeywordRegistry {
  addKeyword(definition: {
    keyword: string;
    schemaType: 'string';
    modifying: boolean;
    errors: boolean;
    validate: KeywordCheck;
  }): unknown;
}

interface KeywordCheck {
  (presence: string, data: unknown, parentSchema?: unknown, context?: ValueContext): boolean;
  errors?: { keyword: string; message: string; params: { code: string } }[];
}

interface ValueContext {
  readonly parentData: Record<string | number, unknown>;
  readonly parentDataProperty: string | number;
}

type Conversion =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

const NULLABLE = 'nullable';
const MAX_URL_CHARS = 2048;
/** Decimal digits of the largest 64-bit number; permission sets never need more. */
const PERMISSIONS = /^\d{1,20}$/;

/**
 * AJV plugin with these keywords, each with the value `'required'` or `'nullable'` (null passes):
 * - `snowflake`: a decimal string or a bare integer of 64 bits; becomes a string
 * - `queryBoolean`: True/true/1 or False/false/0; becomes a boolean
 * - `permissions`: a decimal string or integer; becomes a string
 * - `webUrl`: http, https or attachment URL of up to 2048 characters
 * - `unserved`: a field that Discord knows and this server does not; only empty values pass, so that nothing is
 *   silently left out of what a bot asked for
 * @see https://docs.discord.com/developers/reference#boolean-query-strings
 */
export function addSchemaKeywords<Registry extends KeywordRegistry>(ajv: Registry): Registry {
  addKeyword(ajv, 'snowflake', toSnowflake);
  addKeyword(ajv, 'queryBoolean', toBoolean);
  addKeyword(ajv, 'permissions', toPermissions);
  addKeyword(ajv, 'webUrl', toWebUrl);
  addKeyword(ajv, 'unserved', toNothing);
  return ajv;
}

function addKeyword(ajv: KeywordRegistry, keyword: string, convert: (value: unknown) => Conversion): void {
  const check: KeywordCheck = (presence, data, _parentSchema, context) => {
    if (data === null && presence === NULLABLE) return true;
    const conversion = convert(data);
    if (conversion.ok) {
      if (context !== undefined) context.parentData[context.parentDataProperty] = conversion.value;
      return true;
    }
    check.errors = [{ keyword, message: conversion.message, params: { code: conversion.code } }];
    return false;
  };
  ajv.addKeyword({ keyword, schemaType: 'string', modifying: true, errors: true, validate: check });
}

function toSnowflake(value: unknown): Conversion {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (isSnowflake(text)) return { ok: true, value: text };
  return { ok: false, code: 'NUMBER_TYPE_COERCE', message: `Value ${quote(value)} is not snowflake.` };
}

function toBoolean(value: unknown): Conversion {
  switch (value) {
    case 'true':
    case 'True':
    case '1':
      return { ok: true, value: true };
    case 'false':
    case 'False':
    case '0':
      return { ok: true, value: false };
    default:
      return { ok: false, code: 'BOOLEAN_TYPE_CONVERT', message: 'Must be either true or false.' };
  }
}

function toPermissions(value: unknown): Conversion {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && PERMISSIONS.test(text)) return { ok: true, value: BigInt(text).toString() };
  return { ok: false, code: 'NUMBER_TYPE_COERCE', message: `Value ${quote(value)} is not int.` };
}

function toWebUrl(value: unknown): Conversion {
  if (typeof value !== 'string') {
    return {
      ok: false,
      code: 'STRING_TYPE_CONVERT',
      message: `Could not interpret ${quote(value)} as string.`,
    };
  }
  if (value.length > MAX_URL_CHARS) {
    return {
      ok: false,
      code: 'BASE_TYPE_MAX_LENGTH',
      message: `Must be ${MAX_URL_CHARS} or fewer in length.`,
    };
  }
  if (!URL.canParse(value)) {
    return { ok: false, code: 'URL_TYPE_INVALID_URL', message: 'Not a well formed URL.' };
  }
  const scheme = new URL(value).protocol.slice(0, -1);
  if (scheme === 'http' || scheme === 'https' || scheme === 'attachment') return { ok: true, value };
  return {
    ok: false,
    code: 'URL_TYPE_INVALID_SCHEME',
    message: `Scheme ${quote(scheme)} must be one of ('http', 'https').`,
  };
}

function toNothing(value: unknown): Conversion {
  const isEmpty = value === false || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return { ok: true, value };
  return { ok: false, code: 'UNSERVED_FIELD', message: 'This server does not support this field yet.' };
}
