/** What a bot needs in order to write a message, in a channel, a thread or a new post. */
import { Permission } from '@guildhall/protocol';
import { RestError } from '../http/errors.ts';
import { FORWARD, type MessageCreateBody } from '../http/message-body.ts';
import type { Upload } from '../http/multipart-body.ts';
import { isThread, isThreadOnly } from '../world/channel-kinds.ts';
import { seesContent } from '../world/content-gate.ts';
import type { Application, Channel, Message, Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import { mayDo, messageOf, requirePermission, visibleTextChannel } from './access-checks.ts';

/** @throws RestError 40058 for a forum, and as visibleTextChannel */
export function writableChannel(world: World, application: Application, channelId: Snowflake): Channel {
  const channel = world.channels.get(channelId);
  if (channel !== undefined && isThreadOnly(channel)) throw RestError.of('FORUM_MESSAGE');
  return visibleTextChannel(world, application, channelId);
}

/** The permission to write in the channel; in a thread it is another one. */
export function sendPermission(channel: Channel): bigint {
  return isThread(channel) ? Permission.SEND_MESSAGES_IN_THREADS : Permission.SEND_MESSAGES;
}

/** @throws RestError 50013, 160005 */
export function assertMayWrite(
  world: World,
  application: Application,
  channel: Channel,
  body: MessageCreateBody,
  uploads: readonly Upload[],
): void {
  requirePermission(world, application, channel, sendPermission(channel) | neededFor(body, uploads));
  assertNotLocked(world, application, channel);
}

/** What the parts of a message need besides the right to write. */
export function neededFor({ embeds, tts, poll }: MessageCreateBody, uploads: readonly Upload[]): bigint {
  let permission = 0n;
  if (embeds && embeds.length > 0) permission |= Permission.EMBED_LINKS;
  if (uploads.length > 0) permission |= Permission.ATTACH_FILES;
  if (poll) permission |= Permission.SEND_POLLS;
  if (tts === true) permission |= Permission.SEND_TTS_MESSAGES;
  return permission;
}

/** In a locked thread only those who manage threads go on. @throws RestError 160005 */
export function assertNotLocked(world: World, application: Application, channel: Channel): void {
  if (!isThread(channel) || !channel.thread_metadata.locked) return;
  if (!mayDo(world, application, channel, Permission.MANAGE_THREADS)) throw RestError.of('THREAD_LOCKED');
}

/** @throws RestError 160002; 50035 for a message of another channel */
export function assertReplyIsPossible(
  world: World,
  application: Application,
  channel: Channel,
  { message_reference: reference }: MessageCreateBody,
): void {
  if (!reference || reference.type === FORWARD) return;
  if (!mayDo(world, application, channel, Permission.READ_MESSAGE_HISTORY)) {
    throw RestError.of('REPLY_NEEDS_HISTORY');
  }
  if (reference.channel_id && reference.channel_id !== channel.id) {
    throw RestError.form({
      path: ['message_reference'],
      code: 'REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL',
      message: 'Cannot reply to a message in a different channel',
    });
  }
}

/**
 * The message that a body forwards, when it does.
 * @throws RestError 50035 without its channel; 10003, 10008, 50001, 50013 when the bot does not get at it; 160014 when it
 *   does not see what it says
 */
export function forwardedMessage(
  world: World,
  application: Application,
  { message_reference: reference }: MessageCreateBody,
): Message | undefined {
  if (reference?.type !== FORWARD) return undefined;
  if (!reference.channel_id) {
    throw RestError.form({
      path: ['message_reference', 'channel_id'],
      code: 'BASE_TYPE_REQUIRED',
      message: 'This field is required',
    });
  }
  const source = visibleTextChannel(world, application, reference.channel_id);
  requirePermission(world, application, source, Permission.READ_MESSAGE_HISTORY);
  const message = messageOf(world, source, reference.message_id);
  const said = message.message_snapshots[0] ?? message;
  if (!seesContent(world, application, said, source)) throw RestError.of('UNREADABLE_FORWARD');
  return message;
}
