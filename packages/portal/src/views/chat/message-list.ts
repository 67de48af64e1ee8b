import type { Emoji, HallEvent, Message, Reaction, Snowflake } from '../../api/types.ts';
import { isEphemeral } from './message-flags.ts';

/** Messages that are held of a channel; the oldest are let go, and read again when one scrolls there. */
const MAX_HELD = 10_000;

/** The messages of a channel, oldest first, after what has happened. The same list when nothing concerns it. */
export function withEvents(
  messages: readonly Message[],
  channelId: Snowflake,
  events: readonly HallEvent[],
): readonly Message[] {
  return events.reduce<readonly Message[]>((known, event) => {
    if (event.type !== 'dispatch') return known;
    const d = event.d as MessageData;
    return d.channel_id === channelId ? change(known, event.name, d) : known;
  }, messages);
}

/** Fields of the message events' payloads. */
interface MessageData extends Partial<Message> {
  readonly ids?: readonly Snowflake[];
  readonly message_id?: Snowflake;
  readonly emoji?: Emoji;
  readonly answer_id?: number;
}

function change(known: readonly Message[], name: string, d: MessageData): readonly Message[] {
  switch (name) {
    case 'MESSAGE_CREATE':
      // What one user alone sees is the interaction's.
      if (isEphemeral({ flags: d.flags ?? 0 })) return known;
      return known.some(({ id }) => id === d.id) ? known : [...known, d as Message].slice(-MAX_HELD);
    case 'MESSAGE_UPDATE':
      return withReplies(
        replaced(known, d.id, (message) => ({ ...message, ...d })),
        d.id,
        (replied) => replied && { ...replied, ...d },
      );
    case 'MESSAGE_DELETE':
      return withReplies(
        known.filter(({ id }) => id !== d.id),
        d.id,
        () => null,
      );
    case 'MESSAGE_DELETE_BULK':
      return known.filter(({ id }) => d.ids?.includes(id) !== true);
    case 'MESSAGE_REACTION_ADD':
      return replaced(known, d.message_id, (message) => counted(message, d.emoji, 1));
    case 'MESSAGE_REACTION_REMOVE':
      return replaced(known, d.message_id, (message) => counted(message, d.emoji, -1));
    case 'MESSAGE_POLL_VOTE_ADD':
      return replaced(known, d.message_id, (message) => voted(message, d.answer_id, 1));
    case 'MESSAGE_POLL_VOTE_REMOVE':
      return replaced(known, d.message_id, (message) => voted(message, d.answer_id, -1));
    case 'MESSAGE_REACTION_REMOVE_ALL':
      return replaced(known, d.message_id, (message) => ({ ...message, reactions: [] }));
    case 'MESSAGE_REACTION_REMOVE_EMOJI':
      return replaced(known, d.message_id, (message) => ({
        ...message,
        reactions: (message.reactions ?? []).filter(({ emoji }) => !isSame(emoji, d.emoji)),
      }));
    default:
      return known;
  }
}

function replaced(
  known: readonly Message[],
  id: Snowflake | undefined,
  make: (message: Message) => Message,
): readonly Message[] {
  return known.map((message) => (message.id === id ? make(message) : message));
}

/** What replies show of the message that they reply to. */
function withReplies(
  known: readonly Message[],
  id: Snowflake | undefined,
  make: (replied: Message | null) => Message | null,
): readonly Message[] {
  return known.map((message) =>
    id !== undefined && message.message_reference?.message_id === id
      ? { ...message, referenced_message: make(message.referenced_message ?? null) }
      : message,
  );
}

function counted(message: Message, emoji: Emoji | undefined, by: 1 | -1): Message {
  if (emoji === undefined) return message;
  const known = message.reactions ?? [];
  const reactions: readonly Reaction[] = known.some((reaction) => isSame(reaction.emoji, emoji))
    ? known.map((reaction) =>
        isSame(reaction.emoji, emoji) ? { emoji, count: reaction.count + by } : reaction,
      )
    : [...known, { emoji, count: by }];
  return { ...message, reactions: reactions.filter(({ count }) => count > 0) };
}

function voted(message: Message, answerId: number | undefined, by: 1 | -1): Message {
  const { poll } = message;
  if (poll === undefined || answerId === undefined) return message;
  const { answer_counts: counts } = poll.results;
  const before = counts.find(({ id }) => id === answerId)?.count ?? 0;
  const answer_counts = [
    ...counts.filter(({ id }) => id !== answerId),
    { id: answerId, count: Math.max(0, before + by) },
  ];
  return { ...message, poll: { ...poll, results: { ...poll.results, answer_counts } } };
}

function isSame(a: Emoji, b: Emoji | undefined): boolean {
  return a.id === b?.id && (a.id !== null || a.name === b?.name);
}
