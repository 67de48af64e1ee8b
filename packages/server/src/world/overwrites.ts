/** Permission overwrites of channels: their one way of writing, and what the audit log says of them. */
import type { APIOverwrite } from 'discord-api-types/v10';
import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { type AuditAction, AuditEvent } from './audit-events.ts';
import type { GuildChannel } from './entities.ts';
import { WorldError } from './errors.ts';
import type { World } from './world.ts';

const ROLE_OVERWRITE = 0;
const AUDITED = ['id', 'type', 'allow', 'deny'] as const;

/** Bits as canonical decimal text, whatever the caller wrote. @throws WorldError INVALID_VALUE */
export function normalOverwrite(overwrite: APIOverwrite): APIOverwrite {
  try {
    const [allow, deny] = [BigInt(overwrite.allow), BigInt(overwrite.deny)];
    if (allow < 0n || deny < 0n) throw new RangeError('negative');
    return { id: overwrite.id, type: overwrite.type, allow: allow.toString(), deny: deny.toString() };
  } catch (cause) {
    throw new WorldError('INVALID_VALUE', 'allow and deny are permission bits in decimal digits', { cause });
  }
}

/** An entry for each overwrite that has come, changed or gone. */
export function auditOverwrites(
  world: World,
  old: GuildChannel,
  now: GuildChannel,
  actor: Actor | undefined,
): void {
  if (old.permission_overwrites === now.permission_overwrites) return;
  const before = new Map(old.permission_overwrites.map((overwrite) => [overwrite.id, overwrite]));
  const after = new Map(now.permission_overwrites.map((overwrite) => [overwrite.id, overwrite]));
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [gone, come] = [before.get(id) ?? null, after.get(id) ?? null];
    const overwrite = come ?? gone;
    if (overwrite === null) continue;
    const role = overwrite.type === ROLE_OVERWRITE ? world.roles.get(id) : undefined;
    world.auditLog.add(now.guild_id, actor, {
      action: actionOf(gone, come),
      targetId: now.id,
      changes: changesBetween<APIOverwrite>(gone, come, AUDITED),
      options: { id, type: String(overwrite.type), ...(role === undefined ? {} : { role_name: role.name }) },
    });
  }
}

function actionOf(gone: APIOverwrite | null, come: APIOverwrite | null): AuditAction {
  if (gone === null) return AuditEvent.CHANNEL_OVERWRITE_CREATE;
  return come === null ? AuditEvent.CHANNEL_OVERWRITE_DELETE : AuditEvent.CHANNEL_OVERWRITE_UPDATE;
}
