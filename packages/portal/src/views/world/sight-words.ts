import type { Role, Sight } from '../../api/types.ts';
import { roleName } from './names.ts';

/** Why somebody sees a channel, or does not. @param whose `the member`, `the role` */
export function whyOf({ canView, because, roleIds }: Sight, whose: string, roles: readonly Role[]): string {
  const named = roleIds.map((id) => roleName(roles.find((role) => role.id === id)?.name ?? id)).join(', ');
  const verb = canView ? 'allows' : 'denies';
  switch (because) {
    case 'owner':
      return 'owner of the guild: sees all';
    case 'administrator':
      return `administrator by ${named}: sees all`;
    case 'member-overwrite':
      return `the overwrite of ${whose} ${verb} it`;
    case 'role-overwrite':
      return `the overwrite of ${named} ${verb} it`;
    case 'everyone-overwrite':
      return `the overwrite of @everyone ${verb} it`;
    case 'role':
      return `${named} has View channels`;
    case 'everyone':
      return '@everyone has View channels';
    case 'nothing':
      return 'no role has View channels';
  }
}
