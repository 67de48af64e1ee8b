/** What an audit log entry says has changed, field by field. */
import type { AuditLogChange } from './guild-records.ts';

/**
 * The fields of `keys` in which the two differ. A field that was or has become null or undefined is left out on that
 * side.
 * @see https://docs.discord.com/developers/resources/audit-log#audit-log-change-object
 */
export function changesBetween<T extends object>(
  old: T | null,
  now: T | null,
  keys: readonly (keyof T & string)[],
): readonly AuditLogChange[] {
  const changes: AuditLogChange[] = [];
  for (const key of keys) {
    const [before, after] = [old?.[key] ?? null, now?.[key] ?? null];
    if (isSame(before, after)) continue;
    changes.push({
      key,
      ...(after === null ? {} : { new_value: after }),
      ...(before === null ? {} : { old_value: before }),
    });
  }
  return changes;
}

/** Records are never changed in place, so most fields that are equal are one. */
function isSame(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (typeof before !== 'object' || typeof after !== 'object') return false;
  return JSON.stringify(before) === JSON.stringify(after);
}
