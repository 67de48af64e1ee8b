/** What is published in an announcement channel, in the channels that follow it. */
import { shareFiles } from './attachments.ts';
import { ANNOUNCEMENT_TYPE } from './channel-kinds.ts';
import type { Message, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { CROSSPOSTED, IS_CROSSPOST, withFlags } from './message-flags.ts';
import { replyReference } from './message-references.ts';
import { DEFAULT_TYPE, isWritten } from './message-types.ts';
import type { World } from './world.ts';

/**
 * MESSAGE_UPDATE of the message, MESSAGE_CREATE in each channel that follows.
 * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, WRONG_CHANNEL_TYPE, ALREADY_CROSSPOSTED, NOT_FORWARDABLE for
 *   system messages and polls
 */
export function crosspost(world: World, channelId: Snowflake, messageId: Snowflake): Message {
  const { journal, channels, messages, webhooks } = world;
  journal.assertWritable();
  const channel = channels.require(channelId);
  if (channel.type !== ANNOUNCEMENT_TYPE) {
    throw new WorldError('WRONG_CHANNEL_TYPE', 'only announcements are published');
  }
  const message = messages.require(channelId, messageId);
  if ((message.flags & (CROSSPOSTED | IS_CROSSPOST)) !== 0) {
    throw new WorldError('ALREADY_CROSSPOSTED', `message ${messageId} has been published`);
  }
  if (!isWritten(message.type) || message.poll !== null) {
    throw new WorldError('NOT_FORWARDABLE', `message ${messageId} cannot be published`);
  }
  const published = messages.update({ ...message, flags: withFlags(message.flags, CROSSPOSTED) });
  for (const webhook of webhooks.followersOf(channelId)) {
    shareFiles(world, message.attachments);
    messages.createSystem({
      channelId: webhook.channel_id,
      authorId: webhook.id,
      type: DEFAULT_TYPE,
      webhook_id: webhook.id,
      persona: { username: webhook.name, avatar: webhook.avatar },
      content: message.content,
      embeds: message.embeds,
      attachments: message.attachments,
      components: message.components,
      flags: withFlags(message.flags, IS_CROSSPOST),
      message_reference: replyReference(message),
    });
  }
  return published;
}
