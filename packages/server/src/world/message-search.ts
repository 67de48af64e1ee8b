/** Messages of a guild by what they say, hold and point to. */
import { compareSnowflakes } from '@guildhall/protocol';
import type { Attachment, Message, Snowflake } from './entities.ts';
import type { World } from './world.ts';

export const AUTHOR_TYPES = ['user', 'bot', 'webhook'] as const;
export const THINGS = [
  'link',
  'embed',
  'file',
  'image',
  'video',
  'sound',
  'sticker',
  'poll',
  'snapshot',
] as const;
export const EMBED_TYPES = ['image', 'video', 'gif', 'sound', 'article'] as const;

type AuthorType = (typeof AUTHOR_TYPES)[number];
type Thing = (typeof THINGS)[number];
/** With a minus in front: messages that are not so. */
type Negatable<T extends string> = T | `-${T}`;

/**
 * What is looked for: all of it, and of a list any, but for `has`, of which all. Names are those of the wire.
 * @see https://docs.discord.com/developers/resources/message#search-guild-messages
 */
export interface MessageQuery {
  readonly content?: string;
  /** Words that may stand between two of the words looked for. Default 2. */
  readonly slop?: number;
  readonly min_id?: Snowflake;
  readonly max_id?: Snowflake;
  readonly author_id?: readonly Snowflake[];
  readonly author_type?: readonly Negatable<AuthorType>[];
  readonly mentions?: readonly Snowflake[];
  readonly mentions_role_id?: readonly Snowflake[];
  readonly mention_everyone?: boolean;
  readonly replied_to_user_id?: readonly Snowflake[];
  readonly replied_to_message_id?: readonly Snowflake[];
  readonly pinned?: boolean;
  readonly has?: readonly Negatable<Thing>[];
  readonly embed_type?: readonly (typeof EMBED_TYPES)[number][];
  readonly embed_provider?: readonly string[];
  readonly link_hostname?: readonly string[];
  readonly attachment_filename?: readonly string[];
  readonly attachment_extension?: readonly string[];
  /** Default timestamp. By relevance, those come first that say it most often, whatever the order. */
  readonly sort_by?: 'timestamp' | 'relevance';
  readonly sort_order?: 'asc' | 'desc';
}

const DEFAULT_SLOP = 2;
const REPLY = 19;
const WORD = /[\p{L}\p{N}_]+/gu;
const LINK = /https?:\/\/[^\s<>]+/g;
const EMBED_TYPE_OF: Readonly<Record<string, string>> = { gif: 'gifv' };

/** All that is found in the channels, the newest first unless asked for otherwise. */
export function searchMessages(
  world: World,
  channelIds: readonly Snowflake[],
  query: MessageQuery,
): readonly Message[] {
  const words = wordsOf(query.content ?? '');
  const found = channelIds.flatMap((channelId) =>
    world.messages
      .list(channelId, { limit: world.limits.messagesPerChannel })
      .filter((message) => matches(world, message, query) && says(message, words, query.slop)),
  );
  found.sort((a, b) => compareSnowflakes(b.id, a.id));
  if (query.sort_by === 'relevance') {
    const relevance = new Map(found.map((message) => [message, occurrences(message.content, words)]));
    return found.sort((a, b) => (relevance.get(b) ?? 0) - (relevance.get(a) ?? 0));
  }
  return query.sort_order === 'asc' ? found.reverse() : found;
}

function matches(world: World, message: Message, query: MessageQuery): boolean {
  const { min_id, max_id, pinned, mention_everyone } = query;
  const { attachments, embeds, content } = message;
  const replied = message.type === REPLY ? message.message_reference?.message_id : undefined;
  const repliedAuthor = replied && world.messages.get(message.channel_id, replied)?.author_id;
  return (
    (min_id === undefined || compareSnowflakes(message.id, min_id) > 0) &&
    (max_id === undefined || compareSnowflakes(message.id, max_id) < 0) &&
    (pinned === undefined || (message.pinned_at !== null) === pinned) &&
    (mention_everyone === undefined || message.mention_everyone === mention_everyone) &&
    isAny(query.author_id, [message.author_id]) &&
    isAny(query.mentions, message.mentions) &&
    isAny(query.mentions_role_id, message.mention_roles) &&
    isAny(query.replied_to_message_id, replied ? [replied] : []) &&
    isAny(query.replied_to_user_id, repliedAuthor ? [repliedAuthor] : []) &&
    isOfType(query.author_type, authorType(world, message)) &&
    (query.has ?? []).every((thing) =>
      thing.startsWith('-') ? !holds(message, thing.slice(1) as Thing) : holds(message, thing as Thing),
    ) &&
    (query.embed_type === undefined ||
      query.embed_type.some((type) =>
        embeds.some((embed) => embed.type === (EMBED_TYPE_OF[type] ?? type)),
      )) &&
    isAny(
      query.embed_provider,
      embeds.flatMap(({ provider }) => provider?.name ?? []),
    ) &&
    (query.link_hostname === undefined || isAny(query.link_hostname, hostnames(content))) &&
    isAny(
      query.attachment_filename,
      attachments.map(({ filename }) => filename),
    ) &&
    isAny(
      query.attachment_extension,
      attachments.map(({ filename }) => filename.slice(filename.lastIndexOf('.') + 1)),
    )
  );
}

function isAny(wanted: readonly string[] | undefined, there: readonly string[]): boolean {
  return wanted === undefined || there.some((one) => wanted.includes(one));
}

function isOfType(wanted: MessageQuery['author_type'], type: AuthorType): boolean {
  if (wanted === undefined) return true;
  if (wanted.includes(`-${type}`)) return false;
  const positive = wanted.filter((one) => !one.startsWith('-'));
  return positive.length === 0 || positive.includes(type);
}

function authorType(world: World, { persona, author_id }: Message): AuthorType {
  if (persona !== null) return 'webhook';
  return world.users.get(author_id)?.bot === true ? 'bot' : 'user';
}

function holds({ attachments, embeds, content, ...message }: Message, thing: Thing): boolean {
  switch (thing) {
    case 'link':
      return content.match(LINK) !== null;
    case 'embed':
      return embeds.length > 0;
    case 'file':
      return attachments.length > 0;
    case 'image':
      return (
        attachments.some((file) => isOfMedia(file, 'image/')) ||
        embeds.some(({ image }) => image !== undefined)
      );
    case 'video':
      return (
        attachments.some((file) => isOfMedia(file, 'video/')) ||
        embeds.some(({ video }) => video !== undefined)
      );
    case 'sound':
      return attachments.some((file) => isOfMedia(file, 'audio/'));
    case 'sticker':
      return message.sticker_items.length > 0;
    case 'poll':
      return message.poll !== null;
    case 'snapshot':
      return message.message_snapshots.length > 0;
  }
}

function isOfMedia({ content_type = '' }: Attachment, kind: string): boolean {
  return content_type.startsWith(kind);
}

function hostnames(content: string): readonly string[] {
  return Array.from(content.matchAll(LINK), ([link]) => (URL.canParse(link) ? new URL(link).hostname : ''));
}

function wordsOf(text: string): readonly string[] {
  return Array.from(text.toLowerCase().matchAll(WORD), ([word]) => word);
}

/** The words in their order, with no more than `slop` others between two of them. */
function says({ content }: Message, words: readonly string[], slop = DEFAULT_SLOP): boolean {
  if (words.length === 0) return true;
  const said = wordsOf(content);
  let ends: readonly number[] = said.flatMap((word, at) => (word === words[0] ? [at] : []));
  for (const wanted of words.slice(1)) {
    if (ends.length === 0) return false;
    const reached = new Set<number>();
    for (const end of ends) {
      for (let at = end + 1; at <= end + 1 + slop; at++) if (said[at] === wanted) reached.add(at);
    }
    ends = [...reached];
  }
  return ends.length > 0;
}

function occurrences(content: string, words: readonly string[]): number {
  return wordsOf(content).filter((word) => words.includes(word)).length;
}
