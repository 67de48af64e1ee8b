/** What is said of a message when it is written and when it is edited. */
import type { APIEmbed } from 'discord-api-types/v10';
import type { NewAttachment } from './attachments.ts';
import type { Snowflake } from './entities.ts';
import type { AllowedMentions } from './mentions.ts';

export interface MessageInput {
  readonly channelId: Snowflake;
  readonly authorId: Snowflake;
  /** At most `limits.contentLength` characters. Default empty. */
  readonly content?: string;
  /** `attachment://NAME` in a URL stands for the attachment of that name. */
  readonly embeds?: readonly APIEmbed[];
  /** At most 10; their files must have been received and are kept with the message. */
  readonly attachments?: readonly NewAttachment[];
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
}

export interface MessagePatch {
  readonly content?: string;
  readonly embeds?: readonly APIEmbed[];
  /** Which attachments stay, and which come. Default: all stay. What an embed shows stays in any case. */
  readonly attachments?: AttachmentsPatch;
  /** SUPPRESS_EMBEDS counts. */
  readonly flags?: number;
  readonly allowedMentions?: AllowedMentions;
}

export interface AttachmentsPatch {
  /** Those that stay, perhaps under another description; all, when null. */
  readonly kept: readonly { readonly id: Snowflake; readonly description?: string | null }[] | null;
  readonly added: readonly NewAttachment[];
}

/** At most one of `before`, `after` and `around`; the first given in this order counts. */
export interface MessageRange {
  readonly before?: Snowflake;
  readonly after?: Snowflake;
  readonly around?: Snowflake;
  readonly limit: number;
}
