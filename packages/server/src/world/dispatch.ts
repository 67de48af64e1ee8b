/** Makes the dispatch events of the world with the gate data that each kind needs. */
import { type DispatchName, Permission, permissionGate } from '@guildhall/protocol';
import { isDm, isVoice, PRIVATE_THREAD_TYPE } from './channel-kinds.ts';
import type { Channel, GuildChannel, Snowflake, Thread } from './entities.ts';
import type { DispatchEvent, MessageContentGate } from './events.ts';
import type { World } from './world.ts';

/** Concerns a whole guild; every session of it with the intent hears it, some kinds only with a permission. */
export function guildDispatch(
  name: DispatchName,
  guildId: Snowflake,
  d: object,
  ungatedUserIds: readonly Snowflake[] = [],
): DispatchEvent {
  return {
    kind: 'dispatch',
    name,
    guildId,
    channelId: null,
    permission: permissionGate(name, false),
    onlyUserIds: null,
    intents: null,
    ungatedUserIds,
    d,
    content: null,
  };
}

/** Concerns what goes on in a channel: those who can view it hear it, in a DM the two who talk. */
export function channelDispatch(
  name: DispatchName,
  channel: Channel,
  d: object,
  content: MessageContentGate | null = null,
): DispatchEvent {
  const base = { kind: 'dispatch', name, intents: null, ungatedUserIds: [], d, content } as const;
  if (isDm(channel)) {
    return { ...base, guildId: null, channelId: null, permission: 0n, onlyUserIds: channel.recipientIds };
  }
  return {
    ...base,
    guildId: channel.guild_id,
    channelId: channel.id,
    permission: viewPermission(channel),
    onlyUserIds: null,
  };
}

/** Concerns a channel of a guild as a place (its invites, what is planned there); the kind says what it asks for. */
export function placeDispatch(name: DispatchName, channel: GuildChannel, d: object): DispatchEvent {
  return {
    kind: 'dispatch',
    name,
    guildId: channel.guild_id,
    channelId: channel.id,
    permission: permissionGate(name),
    onlyUserIds: null,
    intents: null,
    ungatedUserIds: [],
    d,
    content: null,
  };
}

/** Concerns one user alone, whatever the intents of its sessions. */
export function userDispatch(
  name: DispatchName,
  userId: Snowflake,
  d: object,
  guildId: Snowflake | null = null,
): DispatchEvent {
  return {
    kind: 'dispatch',
    name,
    guildId,
    channelId: null,
    permission: 0n,
    onlyUserIds: [userId],
    intents: null,
    ungatedUserIds: [userId],
    d,
    content: null,
  };
}

/** Concerns one bot alone and what it has to do with one user: gated and routed as a direct message is. */
export function privateDispatch(name: DispatchName, botUserId: Snowflake, d: object): DispatchEvent {
  return { ...userDispatch(name, botUserId, d), ungatedUserIds: [] };
}

/**
 * THREAD_DELETE, made before the thread is gone: those hear it who saw the thread, and afterwards nobody could say who
 * that was but by its parent.
 */
export function threadGoneDispatch(world: World, thread: Thread): DispatchEvent {
  const { id, guild_id, parent_id, type } = thread;
  const event = guildDispatch('THREAD_DELETE', guild_id, { id, guild_id, parent_id, type });
  const gated = { ...event, channelId: parent_id, permission: Permission.VIEW_CHANNEL };
  if (type !== PRIVATE_THREAD_TYPE) return gated;
  const bots = world.applications.list().map(({ botUserId }) => botUserId);
  return { ...gated, onlyUserIds: bots.filter((userId) => world.access.sees(userId, id)) };
}

/**
 * What one needs to see what is written in the channel. The text of a voice channel also asks for CONNECT, which
 * nobody has without VIEW_CHANNEL: one bit says both.
 */
function viewPermission(channel: GuildChannel | Thread): bigint {
  return isVoice(channel) ? Permission.CONNECT : Permission.VIEW_CHANNEL;
}
