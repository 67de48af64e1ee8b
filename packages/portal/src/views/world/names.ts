import type { Member } from '../../api/types.ts';
import { nameOf } from '../../ui/format.ts';

/** As a member is called in the guild. */
export function memberName({ nick, user }: Pick<Member, 'nick' | 'user'>): string {
  return nick ?? nameOf(user);
}

/** `@everyone`, `@Moderator` */
export function roleName(name: string): string {
  return name.startsWith('@') ? name : `@${name}`;
}

/** CSS colour of a role; undefined for one without. */
export function roleColour(color: number): string | undefined {
  return color === 0 ? undefined : hexOf(color);
}

export function hexOf(color: number): string {
  return `#${color.toString(16).padStart(6, '0')}`;
}
