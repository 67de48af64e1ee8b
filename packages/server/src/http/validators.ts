import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';
import { addSchemaKeywords } from './schema-keywords.ts';

/** As Fastify calls it: false, and what is wrong in `errors`. */
interface Validator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/**
 * Validators for the schemas of routes. Each is made when its first request comes, and once for all versions of the API:
 * making all of them would be most of a start.
 */
export function lazyValidators(): FastifySchemaCompiler<AnySchema> {
  const ajv = new Ajv({
    allErrors: true,
    // The translation into Discord's form errors needs the value and both ends of a range.
    verbose: true,
    coerceTypes: true,
    useDefaults: true,
    removeAdditional: false,
    allowUnionTypes: true,
  });
  formats.default(ajv, ['date-time']);
  addSchemaKeywords(ajv);
  const made = new Map<AnySchema, ValidateFunction>();
  const validatorOf = (schema: AnySchema): ValidateFunction => {
    let validator = made.get(schema);
    if (validator === undefined) {
      validator = ajv.compile(schema);
      made.set(schema, validator);
    }
    return validator;
  };
  return ({ schema }) => {
    const validate: Validator = (data) => {
      const validator = validatorOf(schema);
      const isValid = validator(data);
      validate.errors = validator.errors ?? null;
      return isValid;
    };
    return validate;
  };
}
