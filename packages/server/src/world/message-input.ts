/** What is said of a message when it is written and when it is edited. */
import type { APIEmbed, MessageType } from 'discord-api-types/v10';
import type { Component, Message, MessageInteraction, Snowflake } from './entities.ts';
import type { AllowedMentions } from './mentions.ts';

export interface MessageInput {
  readonly channelId: Snowflake;
  readonly authorId: Snowflake;
  /** At most `limits.contentLength` characters. Default empty. */
  readonly content?: string;
  readonly embeds?: readonly APIEmbed[];
  /** Comes back in the answer and in MESSAGE_CREATE. Default none. */
  readonly nonce?: string | number | null;
  /** With it, a message of the author with the same nonce in the last minutes is given back instead. Default false. */
  readonly enforceNonce?: boolean;
  /** Makes it a reply to a message of the same channel. */
  readonly messageReference?: {
    readonly message_id: Snowflake;
    /** Default true: refuse when the message is gone; false: send it as no reply. */
    readonly fail_if_not_exists?: boolean;
  };
  /** SUPPRESS_EMBEDS and SUPPRESS_NOTIFICATIONS count. Default 0. */
  readonly flags?: number;
  readonly tts?: boolean;
  /** Which mentions ping. Default all, and the author of what is replied to. */
  readonly allowedMentions?: AllowedMentions;
  readonly components?: readonly Component[];
  /** Makes it an application's answer to an interaction. */
  readonly origin?: MessageOrigin;
}

/** What an application's answer to an interaction has that no other message has. */
export interface MessageOrigin {
  readonly applicationId: Snowflake;
  readonly interaction: MessageInteraction;
  readonly type: MessageType;
  /** The message that it belongs to: the first response, or the one whose component was used. */
  readonly reference?: Message;
  /** EPHEMERAL and LOADING: a loading message has no content yet. */
  readonly flags: number;
}

export interface MessagePatch {
  readonly content?: string;
  readonly embeds?: readonly APIEmbed[];
  readonly components?: readonly Component[];
  /** SUPPRESS_EMBEDS counts. */
  readonly flags?: number;
  readonly allowedMentions?: AllowedMentions;
}

/** At most one of `before`, `after` and `around`; the first given in this order counts. */
export interface MessageRange {
  readonly before?: Snowflake;
  readonly after?: Snowflake;
  readonly around?: Snowflake;
  readonly limit: number;
}
