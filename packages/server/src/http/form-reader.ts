/**
 * Reads objects whose shape hangs on a field of theirs, which a schema answers with a fault for each shape that it is
 * not. Every fault is noted where it is, and reading goes on.
 */
import { isSnowflake } from '@guildhall/protocol';
import { codePoints } from '../world/values.ts';
import type { FormIssue } from './errors.ts';
import { quote } from './form-errors.ts';

/** The answer names only the first faults of a body. */
const MAX_ISSUES = 50;

interface TextRule {
  readonly min?: number;
  readonly max: number;
  /** Default: it may be absent or null. */
  readonly required?: boolean;
}

/** One object of a body, and the place where it is. */
export class FormReader {
  readonly path: readonly (string | number)[];
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #issues: FormIssue[];

  /** @param issues where faults go; shared by all readers of a body */
  constructor(fields: unknown, path: readonly (string | number)[], issues: FormIssue[]) {
    this.path = path;
    this.#issues = issues;
    const isObject = typeof fields === 'object' && fields !== null && !Array.isArray(fields);
    this.#fields = isObject ? (fields as Record<string, unknown>) : {};
    if (!isObject) this.fault([], 'MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType');
  }

  fault(path: readonly (string | number)[], code: string, message: string): void {
    if (this.#issues.length < MAX_ISSUES) this.#issues.push({ path: [...this.path, ...path], code, message });
  }

  required(name: string): void {
    this.fault([name], 'BASE_TYPE_REQUIRED', 'This field is required');
  }

  has(name: string): boolean {
    const value = this.#fields[name];
    return value !== undefined && value !== null;
  }

  /** As it came, for a field of several types. */
  value(name: string): unknown {
    return this.#fields[name];
  }

  text(name: string, { min = 0, max, required = false }: TextRule): string | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) {
      if (required) this.required(name);
      return undefined;
    }
    if (typeof value !== 'string') {
      this.fault([name], 'STRING_TYPE_CONVERT', `Could not interpret ${quote(value)} as string.`);
      return undefined;
    }
    const length = value.length > max ? codePoints(value) : value.length;
    if (length < min || length > max) {
      const message =
        min > 0 ? `Must be between ${min} and ${max} in length.` : `Must be ${max} or fewer in length.`;
      this.fault([name], min > 0 ? 'BASE_TYPE_BAD_LENGTH' : 'BASE_TYPE_MAX_LENGTH', message);
    }
    return value;
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (!Number.isSafeInteger(value)) {
      this.fault([name], 'NUMBER_TYPE_COERCE', `Value ${quote(value)} is not int.`);
      return undefined;
    }
    const number = value as number;
    if (number < min) {
      this.fault([name], 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${min}.`);
    } else if (number > max) {
      this.fault([name], 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`);
    }
    return number;
  }

  boolean(name: string): boolean {
    const value = this.#fields[name];
    if (value === undefined || value === null) return false;
    if (typeof value !== 'boolean') {
      this.fault([name], 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.');
    }
    return value === true;
  }

  snowflake(name: string): string | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    const text = typeof value === 'number' ? String(value) : value;
    if (isSnowflake(text)) return text;
    this.fault([name], 'NUMBER_TYPE_COERCE', `Value ${quote(value)} is not snowflake.`);
    return undefined;
  }

  /** One of these, or undefined when it is absent or another. */
  choice<T extends string | number>(name: string, choices: readonly T[], required = false): T | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) {
      if (required) this.required(name);
      return undefined;
    }
    if (choices.includes(value as T)) return value as T;
    this.fault([name], 'BASE_TYPE_CHOICES', `Value must be one of {${choices.join(', ')}}.`);
    return undefined;
  }

  /** A reader for the object in a field; undefined when there is none. */
  object(name: string, required = false): FormReader | undefined {
    if (!this.has(name)) {
      if (required) this.required(name);
      return undefined;
    }
    return new FormReader(this.#fields[name], [...this.path, name], this.#issues);
  }

  /** A reader for each object of a list; none when it is absent. */
  list(name: string, min: number, max: number): readonly FormReader[] {
    const value = this.#fields[name];
    if (value === undefined || value === null) {
      if (min > 0) this.required(name);
      return [];
    }
    if (!Array.isArray(value)) {
      this.fault([name], 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
      return [];
    }
    if (value.length < min || value.length > max) {
      this.fault([name], 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
    }
    return value
      .slice(0, max)
      .map((item, index) => new FormReader(item, [...this.path, name, index], this.#issues));
  }

  /** The texts of an object by their names; null when there is none. */
  texts(name: string, max: number): Readonly<Record<string, string>> | null {
    const texts = this.object(name);
    if (texts === undefined) return null;
    const names = Object.keys(this.#fields[name] as object);
    return Object.fromEntries(
      names.map((key) => [key, texts.text(key, { min: 1, max, required: true }) ?? '']),
    );
  }

  /** Integers of a list, as they are; those that are none count as faults. */
  integers(name: string, max: number): readonly number[] | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value) || value.length > max || !value.every((item) => Number.isSafeInteger(item))) {
      this.fault([name], 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
      return undefined;
    }
    return value as number[];
  }
}
