/** The body with which the permissions of a command are set, by whoever may. */
import type { CommandPermission } from '../world/entities.ts';
import { type JsonSchema, nullableList, object, oneOf, SNOWFLAKE } from './schemas.ts';

export interface PermissionsBody {
  permissions?: CommandPermission[] | null;
}

const MAX_ENTRIES = 100;

export const PERMISSIONS_BODY: JsonSchema = object({
  permissions: nullableList(
    object({ id: SNOWFLAKE, type: oneOf(1, 2, 3), permission: { type: 'boolean' } }, [
      'id',
      'type',
      'permission',
    ]),
    MAX_ENTRIES,
  ),
});
