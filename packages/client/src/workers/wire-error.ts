import { inspect } from 'node:util';
import * as errors from '../errors.ts';
import * as eventErrors from '../event-errors.ts';

/** An error on its way to another thread, where it becomes an instance of its class again. */
export interface WireError {
  /** Of its class. */
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Its own properties as far as they are plain values, such as `code` and `shardId`. */
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  /** Null: it has none. */
  readonly cause: WireValue | null;
}

/** Anything that can be thrown. What is no error crosses as it is where it can, else as text. */
export type WireValue =
  | { readonly type: 'error'; readonly error: WireError }
  | { readonly type: 'value'; readonly value: unknown };

/** The classes of this package that keep their identity; any other error arrives as an `Error` of the same name. */
const CLASSES: ReadonlyMap<string, object> = new Map(
  Object.entries({ ...errors, ...eventErrors }).flatMap(([name, value]) =>
    typeof value === 'function' && value.prototype instanceof Error ? [[name, value.prototype]] : [],
  ),
);
/** An error whose cause is its own cause is no reason to send for ever. */
const MAX_CAUSES = 8;

export function packError(thrown: unknown, depth = 0): WireValue {
  if (!(thrown instanceof Error)) return { type: 'value', value: isPlain(thrown) ? thrown : inspect(thrown) };
  const { name, message, stack, cause } = thrown;
  const fields = Object.fromEntries(Object.entries(thrown).filter(([, value]) => isPlain(value)));
  const hasCause = cause !== undefined && depth < MAX_CAUSES;
  return {
    type: 'error',
    error: { name, message, stack, fields, cause: hasCause ? packError(cause, depth + 1) : null },
  };
}

export function unpackError(wire: WireValue): unknown {
  if (wire.type === 'value') return wire.value;
  const { name, message, stack, fields, cause } = wire.error;
  const error = new Error(message, cause === null ? undefined : { cause: unpackError(cause) });
  const prototype = CLASSES.get(name);
  if (prototype !== undefined) Object.setPrototypeOf(error, prototype);
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return Object.assign(error, fields, { name });
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
