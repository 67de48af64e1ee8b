import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import type { Member, Snowflake } from './entities.ts';
import type { AuditLogChange } from './guild-records.ts';
import type { World } from './world.ts';

const AUDITED = ['nick', 'deaf', 'mute', 'communication_disabled_until', 'flags'] as const;

/** What has been done to a member: one entry for its roles, another for everything else. */
export function auditMember(world: World, old: Member, now: Member, actor: Actor | undefined): void {
  const targetId = now.user_id;
  world.auditLog.add(now.guild_id, actor, {
    action: AuditEvent.MEMBER_UPDATE,
    targetId,
    changes: changesBetween(old, now, AUDITED),
  });
  world.auditLog.add(now.guild_id, actor, {
    action: AuditEvent.MEMBER_ROLE_UPDATE,
    targetId,
    changes: [
      ...roleChange(world, '$add', without(now.roles, old.roles)),
      ...roleChange(world, '$remove', without(old.roles, now.roles)),
    ],
  });
}

function without(roleIds: readonly Snowflake[], others: readonly Snowflake[]): readonly Snowflake[] {
  return roleIds.filter((id) => !others.includes(id));
}

function roleChange(
  world: World,
  key: '$add' | '$remove',
  roleIds: readonly Snowflake[],
): readonly AuditLogChange[] {
  if (roleIds.length === 0) return [];
  return [{ key, new_value: roleIds.map((id) => ({ id, name: world.roles.get(id)?.name ?? '' })) }];
}
