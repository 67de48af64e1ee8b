/** An option that the server cannot take. The message says which, and what is allowed. */
export class GuildhallOptionError extends Error {
  override readonly name = 'GuildhallOptionError';
  readonly code = 'INVALID_OPTION';
  /** The option's path, such as `limits.maxConnections`. */
  readonly option: string;

  constructor(option: string, allowed: string, given: unknown) {
    super(`${option} must be ${allowed}, not ${shown(given)}`);
    this.option = option;
  }
}

/** @throws GuildhallOptionError unless the value is a whole number from `min` to `max` */
export function requireInteger(option: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new GuildhallOptionError(option, `a whole number from ${min} to ${max}`, value);
  }
  return value;
}

/** @throws GuildhallOptionError unless the value is one of `allowed` */
export function requireOneOf<const Value>(option: string, value: unknown, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new GuildhallOptionError(option, `one of ${allowed.map((one) => shown(one)).join(', ')}`, value);
  }
  return found;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
