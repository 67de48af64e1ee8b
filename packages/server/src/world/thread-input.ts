import type { Snowflake, Thread } from './entities.ts';
import type { MessageInput } from './message-input.ts';

/** How long a thread may be silent, in minutes. */
export const AUTO_ARCHIVE_DURATIONS: readonly number[] = [60, 1_440, 4_320, 10_080];

export interface ThreadInput {
  readonly parentId: Snowflake;
  /** A member of the guild; the first to be in the thread. */
  readonly ownerId: Snowflake;
  /** 1 to 100 characters. */
  readonly name: string;
  /** 10 in an announcement channel, 11 or 12 in a text channel. Default: private in a text channel, as Discord. */
  readonly type?: number;
  /** One of {@link AUTO_ARCHIVE_DURATIONS}. Default: the parent's, else 4,320. */
  readonly autoArchiveDuration?: number;
  /** Seconds, 0 to 21,600. Default: the parent's. */
  readonly rateLimitPerUser?: number;
  /** Of private threads. Default true. */
  readonly invitable?: boolean;
}

/** Of a post through a webhook, `ownerId` is the webhook's. */
export interface PostInput extends Omit<ThreadInput, 'type' | 'invitable'> {
  readonly message: Omit<MessageInput, 'channelId' | 'authorId' | 'id'>;
  /** Up to 5 of the forum's tags. Default none. */
  readonly appliedTags?: readonly Snowflake[];
}

export interface ThreadPatch {
  readonly name?: string;
  readonly archived?: boolean;
  readonly locked?: boolean;
  readonly autoArchiveDuration?: number;
  readonly rateLimitPerUser?: number;
  readonly invitable?: boolean;
  /** PINNED counts, in forums. */
  readonly flags?: Thread['flags'];
  readonly appliedTags?: readonly Snowflake[];
}
