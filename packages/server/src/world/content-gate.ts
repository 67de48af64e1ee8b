/** Who sees the content of a message without MESSAGE_CONTENT. */
import { isDm } from './channel-kinds.ts';
import type { Application, Channel, Message, MessageSnapshot, Snowflake } from './entities.ts';
import type { MessageContentGate } from './events.ts';
import type { World } from './world.ts';

/** Of a message or what was forwarded of one: all that decides who sees its content. */
type Authored = Pick<MessageSnapshot, 'author_id' | 'application_id' | 'mentions'>;

/**
 * In a DM everybody sees everything; in a guild only the author and those in `mentions`, without the intent.
 * @param nested the message that it replies to, or what it forwards, which is judged by itself
 */
export function contentGate(
  world: World,
  message: Message,
  nested: Authored | null,
  blanked: MessageContentGate['blanked'],
): MessageContentGate | null {
  if (message.guild_id === null) return null;
  return {
    exemptUserIds: exemptFromContentGate(world, message),
    referencedExemptUserIds: nested === null ? null : exemptFromContentGate(world, nested),
    blanked,
  };
}

/** Users who see the content of a guild's message without MESSAGE_CONTENT. */
export function exemptFromContentGate({ applications }: World, message: Authored): readonly Snowflake[] {
  const { author_id, application_id, mentions } = message;
  const application = application_id === null ? undefined : applications.get(application_id);
  const speakers = application === undefined ? [author_id] : [author_id, application.botUserId];
  return [...new Set([...speakers, ...mentions])];
}

/**
 * Whether REST shows the application what a message, or what was forwarded of one, says.
 * @param channel where it is shown; undefined when that is gone
 */
export function seesContent(
  world: World,
  application: Application,
  message: Authored,
  channel: Channel | undefined,
): boolean {
  return (
    application.privilegedIntents.includes('MESSAGE_CONTENT') ||
    (channel !== undefined && isDm(channel)) ||
    exemptFromContentGate(world, message).includes(application.botUserId)
  );
}
