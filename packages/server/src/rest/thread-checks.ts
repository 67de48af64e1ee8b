/** What a bot may do with a thread. @see https://docs.discord.com/developers/topics/threads#permissions */
import { Permission } from '@guildhall/protocol';
import { RestError } from '../http/errors.ts';
import { isThread, PRIVATE_THREAD_TYPE } from '../world/channel-kinds.ts';
import type { Application, Snowflake, Thread } from '../world/entities.ts';
import type { ThreadPatch } from '../world/thread-input.ts';
import type { World } from '../world/world.ts';
import { mayDo, requirePermission, visibleChannel } from './access-checks.ts';

/** @throws RestError as visibleChannel; 50024 for a channel that is no thread */
export function visibleThread(world: World, application: Application, threadId: Snowflake): Thread {
  const channel = visibleChannel(world, application, threadId);
  if (!isThread(channel)) throw RestError.of('WRONG_CHANNEL_TYPE');
  return channel;
}

/** As visibleThread, of one in which something can happen. @throws RestError 50083 */
export function activeThread(world: World, application: Application, threadId: Snowflake): Thread {
  const thread = visibleThread(world, application, threadId);
  world.threads.requireActive(thread.id);
  return thread;
}

/**
 * Those who manage threads may change everything; the owner its name, time, tags and sleep; and whoever may write in it
 * may wake it, unless it is locked.
 * @throws RestError 50013, 160005
 */
export function assertMayEdit(
  world: World,
  application: Application,
  thread: Thread,
  patch: ThreadPatch,
): void {
  if (mayDo(world, application, thread, Permission.MANAGE_THREADS)) return;
  const { locked, rateLimitPerUser, flags, ...others } = patch;
  if (locked !== undefined || rateLimitPerUser !== undefined || flags !== undefined) {
    throw RestError.of('MISSING_PERMISSIONS');
  }
  if (thread.thread_metadata.locked) throw RestError.of('THREAD_LOCKED');
  const { archived, ...rest } = others;
  const onlyWakes = archived === false && Object.keys(rest).length === 0;
  if (onlyWakes) {
    requirePermission(world, application, thread, Permission.SEND_MESSAGES_IN_THREADS);
  } else if (thread.owner_id !== application.botUserId) {
    throw RestError.of('MISSING_PERMISSIONS');
  }
}

/** In a private thread that is closed to guests, only those who manage threads and its owner add others. @throws RestError 50013 */
export function assertMayAdd(world: World, application: Application, thread: Thread): void {
  requirePermission(world, application, thread, Permission.SEND_MESSAGES_IN_THREADS);
  const isClosed = thread.type === PRIVATE_THREAD_TYPE && thread.thread_metadata.invitable === false;
  if (isClosed && thread.owner_id !== application.botUserId) {
    requirePermission(world, application, thread, Permission.MANAGE_THREADS);
  }
}

/** @throws RestError 50013 */
export function assertMayRemove(world: World, application: Application, thread: Thread): void {
  const isOwner = thread.type === PRIVATE_THREAD_TYPE && thread.owner_id === application.botUserId;
  if (!isOwner) requirePermission(world, application, thread, Permission.MANAGE_THREADS);
}
