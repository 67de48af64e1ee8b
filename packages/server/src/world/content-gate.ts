/** Who sees the content of a message without MESSAGE_CONTENT. */
import type { Message, Snowflake } from './entities.ts';
import type { MessageContentGate } from './events.ts';

/** In a DM everybody sees everything; in a guild only the author and those in `mentions`, without the intent. */
export function contentGate(
  message: Message,
  referenced: Message | null,
  blanked: MessageContentGate['blanked'],
): MessageContentGate | null {
  if (message.guild_id === null) return null;
  return {
    exemptUserIds: exemptFromContentGate(message),
    referencedExemptUserIds: referenced === null ? null : exemptFromContentGate(referenced),
    blanked,
  };
}

/** Users who see the content of a guild's message without MESSAGE_CONTENT. */
export function exemptFromContentGate(message: Message): readonly Snowflake[] {
  return [...new Set([message.author_id, ...message.mentions])];
}
