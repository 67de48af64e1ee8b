import { Permission, type PermissionOverwrite } from '@guildhall/protocol';
import type { Role, Snowflake } from './entities.ts';

/**
 * What decided whether somebody sees a channel, from the strongest to the weakest:
 * the guild's owner and administrators see all; then the overwrite of the member, those of its roles together and that of
 * \@everyone; then the roles themselves and \@everyone; `nothing` when none of them gives the permission.
 */
export type SightReason =
  | 'owner'
  | 'administrator'
  | 'member-overwrite'
  | 'role-overwrite'
  | 'everyone-overwrite'
  | 'role'
  | 'everyone'
  | 'nothing';

export interface Sight {
  readonly canView: boolean;
  readonly because: SightReason;
  /** The roles that decided it, where roles did. */
  readonly roleIds: readonly Snowflake[];
}

export interface SightInput {
  readonly isOwner: boolean;
  readonly everyone: Role;
  /** The others, without \@everyone. */
  readonly roles: readonly Role[];
  readonly overwrites: readonly PermissionOverwrite[];
  /** Empty for somebody who is only thought of. */
  readonly userId: string;
}

const MEMBER = 1;

/**
 * Which layer has the last word on VIEW_CHANNEL. The verdict is that of `channelPermissions`, whose layers these are.
 * @see https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
export function explainSight({ isOwner, everyone, roles, overwrites, userId }: SightInput): Sight {
  if (isOwner) return { canView: true, because: 'owner', roleIds: [] };
  const administrators = holders([everyone, ...roles], Permission.ADMINISTRATOR);
  if (administrators.length > 0) return { canView: true, because: 'administrator', roleIds: administrators };

  const own = overwrites.filter(({ id, type }) => type === MEMBER && id === userId);
  const ofRoles = overwrites.filter(
    ({ id, type }) => type !== MEMBER && id !== everyone.id && roles.some((role) => role.id === id),
  );
  const ofEveryone = overwrites.filter(({ id, type }) => type !== MEMBER && id === everyone.id);
  return (
    spoken(own, 'member-overwrite') ??
    spoken(ofRoles, 'role-overwrite') ??
    spoken(ofEveryone, 'everyone-overwrite') ??
    given([everyone], 'everyone') ??
    given(roles, 'role') ?? { canView: false, because: 'nothing', roleIds: [] }
  );
}

/** What overwrites of one layer say together: an allow outdoes a deny. Null when they are silent. */
function spoken(overwrites: readonly PermissionOverwrite[], because: SightReason): Sight | null {
  for (const side of ['allow', 'deny'] as const) {
    const speaking = overwrites.filter((overwrite) => has(BigInt(overwrite[side]), Permission.VIEW_CHANNEL));
    if (speaking.length > 0) {
      const roleIds = because === 'role-overwrite' ? speaking.map(({ id }) => id) : [];
      return { canView: side === 'allow', because, roleIds };
    }
  }
  return null;
}

function given(roles: readonly Role[], because: SightReason): Sight | null {
  const giving = holders(roles, Permission.VIEW_CHANNEL);
  if (giving.length === 0) return null;
  return { canView: true, because, roleIds: because === 'role' ? giving : [] };
}

function holders(roles: readonly Role[], bit: bigint): Snowflake[] {
  return roles.filter(({ permissions }) => has(BigInt(permissions), bit)).map(({ id }) => id);
}

function has(bits: bigint, bit: bigint): boolean {
  return (bits & bit) !== 0n;
}
