import type { DispatchName } from './dispatch-events.ts';
import { Permission } from './permissions.ts';

/** Events about what goes on in one channel: whoever cannot see the channel does not hear of them. */
const SEEN_IN_CHANNEL: readonly DispatchName[] = [
  'MESSAGE_CREATE',
  'MESSAGE_UPDATE',
  'MESSAGE_DELETE',
  'MESSAGE_DELETE_BULK',
  'MESSAGE_REACTION_ADD',
  'MESSAGE_REACTION_REMOVE',
  'MESSAGE_REACTION_REMOVE_ALL',
  'MESSAGE_REACTION_REMOVE_EMOJI',
  'MESSAGE_POLL_VOTE_ADD',
  'MESSAGE_POLL_VOTE_REMOVE',
  'TYPING_START',
  'THREAD_CREATE',
  'THREAD_UPDATE',
  'THREAD_DELETE',
  'THREAD_LIST_SYNC',
  'THREAD_MEMBER_UPDATE',
  'THREAD_MEMBERS_UPDATE',
  'GUILD_SCHEDULED_EVENT_CREATE',
  'GUILD_SCHEDULED_EVENT_UPDATE',
  'GUILD_SCHEDULED_EVENT_DELETE',
  'GUILD_SCHEDULED_EVENT_USER_ADD',
  'GUILD_SCHEDULED_EVENT_USER_REMOVE',
  'VOICE_CHANNEL_STATUS_UPDATE',
  'VOICE_CHANNEL_START_TIME_UPDATE',
];

const CHANNEL_GATES: ReadonlyMap<DispatchName, bigint> = new Map<DispatchName, bigint>([
  ...SEEN_IN_CHANNEL.map((name) => [name, Permission.VIEW_CHANNEL] as const),
  ['INVITE_CREATE', Permission.MANAGE_CHANNELS],
  ['INVITE_DELETE', Permission.MANAGE_CHANNELS],
]);

const GUILD_GATES: ReadonlyMap<DispatchName, bigint> = new Map<DispatchName, bigint>([
  ['AUTO_MODERATION_RULE_CREATE', Permission.MANAGE_GUILD],
  ['AUTO_MODERATION_RULE_UPDATE', Permission.MANAGE_GUILD],
  ['AUTO_MODERATION_RULE_DELETE', Permission.MANAGE_GUILD],
  ['AUTO_MODERATION_ACTION_EXECUTION', Permission.MANAGE_GUILD],
  ['GUILD_AUDIT_LOG_ENTRY_CREATE', Permission.VIEW_AUDIT_LOG],
  ['GUILD_BAN_ADD', Permission.BAN_MEMBERS | Permission.VIEW_AUDIT_LOG],
  ['GUILD_BAN_REMOVE', Permission.BAN_MEMBERS | Permission.VIEW_AUDIT_LOG],
]);

/**
 * Permissions of which a bot needs at least one, besides the intent; 0n when there is none.
 * VIEW_CHANNEL and MANAGE_CHANNELS are meant in the event's channel, the others in the guild. Three rules say
 * more than bits can and are the sender's: a private thread needs membership or MANAGE_THREADS, the chat of a
 * voice channel needs CONNECT too, VOICE_CHANNEL_EFFECT_SEND needs the bot in that channel.
 * @param inChannel whether the event belongs to a guild channel. Direct messages and scheduled events held
 *   elsewhere do not, and need no channel permission. Default: true.
 */
export function permissionGate(event: DispatchName, inChannel = true): bigint {
  return GUILD_GATES.get(event) ?? (inChannel ? CHANNEL_GATES.get(event) : undefined) ?? 0n;
}

/** Whether a bot with these permissions gets through a {@link permissionGate}. */
export function passesPermissionGate(permissions: bigint, gate: bigint): boolean {
  return gate === 0n || (permissions & gate) !== 0n;
}
