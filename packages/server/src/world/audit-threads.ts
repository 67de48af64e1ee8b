import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import type { Thread } from './entities.ts';
import type { World } from './world.ts';

const AUDITED = [
  'name',
  'type',
  'archived',
  'locked',
  'auto_archive_duration',
  'invitable',
  'rate_limit_per_user',
  'flags',
] as const;

/** A thread has been started (old is null), changed, or deleted (now is null). */
export function auditThread(
  world: World,
  old: Thread | null,
  now: Thread | null,
  actor: Actor | undefined,
): void {
  const thread = now ?? old;
  if (thread === null) return;
  world.auditLog.add(thread.guild_id, actor, {
    action: actionOf(old, now),
    targetId: thread.id,
    changes: changesBetween(flat(old), flat(now), AUDITED),
  });
}

function actionOf(old: Thread | null, now: Thread | null) {
  if (old === null) return AuditEvent.THREAD_CREATE;
  return now === null ? AuditEvent.THREAD_DELETE : AuditEvent.THREAD_UPDATE;
}

function flat(thread: Thread | null) {
  return thread === null ? null : { ...thread, ...thread.thread_metadata };
}
