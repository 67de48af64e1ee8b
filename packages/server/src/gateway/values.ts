/** Checks of values from the wire. */
import { isSnowflake } from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An id as a decimal string; discord.py sends bare integers. Null when it is none. */
export function readId(value: unknown): Snowflake | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return isSnowflake(text) ? text : null;
}
