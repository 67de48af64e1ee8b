import type { Actor } from './actor.ts';
import { AuditEvent } from './audit-events.ts';
import { isDm } from './channel-kinds.ts';
import type { Channel, Message, Snowflake } from './entities.ts';
import type { World } from './world.ts';

/** Somebody else's message has been deleted; of one's own nothing is written. */
export function auditDeletion(world: World, channel: Channel, message: Message, actor?: Actor): void {
  if (isDm(channel) || actor?.userId === message.author_id) return;
  world.auditLog.add(channel.guild_id, actor, {
    action: AuditEvent.MESSAGE_DELETE,
    targetId: message.author_id,
    options: { channel_id: channel.id, count: '1' },
  });
}

export function auditBulkDeletion(
  world: World,
  guildId: Snowflake,
  channelId: Snowflake,
  count: number,
  actor?: Actor,
): void {
  const options = { count: String(count) };
  world.auditLog.add(guildId, actor, {
    action: AuditEvent.MESSAGE_BULK_DELETE,
    targetId: channelId,
    options,
  });
}

export function auditPin(
  world: World,
  channel: Channel,
  message: Message,
  isPinned: boolean,
  actor?: Actor,
): void {
  if (isDm(channel)) return;
  world.auditLog.add(channel.guild_id, actor, {
    action: isPinned ? AuditEvent.MESSAGE_PIN : AuditEvent.MESSAGE_UNPIN,
    targetId: message.author_id,
    options: { channel_id: channel.id, message_id: message.id },
  });
}
