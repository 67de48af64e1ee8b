import type { MessageFlags } from 'discord-api-types/v10';
import type { Component, Message } from './entities.ts';
import { WorldError } from './errors.ts';
import type { WorldLimits } from './limits.ts';
import { IS_COMPONENTS_V2 } from './message-flags.ts';
import { codePoints } from './values.ts';

/** What a message has that says nothing of it; also for one that was stored before the field existed. */
export const PLAIN = {
  webhook_id: null,
  application_id: null,
  persona: null,
  content: '',
  embeds: [],
  attachments: [],
  components: [],
  sticker_items: [],
  poll: null,
  message_snapshots: [],
  edited_timestamp: null,
  tts: false,
  mention_everyone: false,
  mentions: [],
  mention_roles: [],
  pinned_at: null,
  flags: 0 as MessageFlags,
  nonce: null,
  message_reference: null,
  reactions: [],
} as const;

/** All that a message may have to see. */
interface MessageParts extends Pick<Message, 'content' | 'embeds' | 'flags'> {
  readonly components: readonly Component[];
  readonly attachments: readonly object[];
  /** How many stickers, polls and forwarded messages. */
  readonly others: number;
}

/**
 * @throws WorldError LIMIT_REACHED:contentLength, EMPTY_MESSAGE; LEGACY_FIELDS for anything beside the components when
 *   the flag says that these are all
 */
export function requireContent(limits: WorldLimits, parts: MessageParts): void {
  const { content, embeds, components, attachments, others } = parts;
  const { contentLength } = limits;
  if (content.length > contentLength && codePoints(content) > contentLength) {
    throw new WorldError('LIMIT_REACHED:contentLength', `a message has at most ${contentLength} characters`);
  }
  if ((parts.flags & IS_COMPONENTS_V2) !== 0) {
    if (content !== '' || embeds.length > 0 || others > 0) {
      throw new WorldError('LEGACY_FIELDS', 'beside components of the second kind there is nothing else');
    }
    if (components.length === 0) throw new WorldError('EMPTY_MESSAGE', 'a message needs a component');
    return;
  }
  const count = embeds.length + components.length + attachments.length + others;
  if (count === 0 && content.trim() === '') {
    throw new WorldError('EMPTY_MESSAGE', 'a message needs content, an embed, a component, a file or a poll');
  }
}
