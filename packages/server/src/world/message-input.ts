/** What is said of a message when it is written and when it is edited. */
import type { APIEmbed, MessageType } from 'discord-api-types/v10';
import type { NewAttachment } from './attachments.ts';
import type { Component, Message, MessageInteraction, Persona, Snowflake } from './entities.ts';
import type { AllowedMentions } from './mentions.ts';
import type { PollInput } from './polls.ts';

export interface MessageInput {
  readonly channelId: Snowflake;
  /** Default a new one; that of its thread, for the first message of a forum's post. */
  readonly id?: Snowflake;
  /** A user who is in the guild or the DM; with `via`, who speaks through the webhook. */
  readonly authorId: Snowflake;
  /** Set for what comes through a webhook or as the answer to an interaction. */
  readonly via?: Via;
  /** At most `limits.contentLength` characters. Default empty. */
  readonly content?: string;
  /** `attachment://NAME` in a URL stands for the attachment of that name. */
  readonly embeds?: readonly APIEmbed[];
  /** At most 10; their files must have been received and are kept with the message. */
  readonly attachments?: readonly NewAttachment[];
  /** Read and numbered; with the flag IS_COMPONENTS_V2 they are all that there is to see. */
  readonly components?: readonly Component[];
  /** Stickers of the guild, at most 3. */
  readonly stickerIds?: readonly Snowflake[];
  readonly poll?: PollInput;
  /** Makes it a forward of this message of any channel, and nothing else. */
  readonly forwarded?: Message;
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
  /** SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, IS_VOICE_MESSAGE and IS_COMPONENTS_V2 count. Default 0. */
  readonly flags?: number;
  readonly tts?: boolean;
  /** Of a message that the system writes in somebody's name. Default: an ordinary one, or a reply. */
  readonly type?: MessageType;
  /** Which mentions ping. Default all, and the author of what is replied to. */
  readonly allowedMentions?: AllowedMentions;
  /** Makes it an application's answer to an interaction. */
  readonly origin?: MessageOrigin;
}

/** What an application's answer to an interaction has that no other message has. */
export interface MessageOrigin {
  readonly interaction: MessageInteraction;
  readonly type: Message['type'];
  /** The message that it belongs to: the first response, or the one whose component was used. */
  readonly reference?: Message;
  /** EPHEMERAL and LOADING: a loading message has no content yet. */
  readonly flags: number;
}

/** The way by which a message comes that no member has written. */
export interface Via {
  /** `webhook_id` of the message. */
  readonly webhookId: Snowflake;
  readonly applicationId: Snowflake | null;
  /** Under which name; null for the user `authorId` itself. */
  readonly persona: Persona | null;
}

/** A message of the server's own making. */
export interface SystemMessageInput
  extends Partial<
    Pick<
      Message,
      | 'content'
      | 'embeds'
      | 'attachments'
      | 'components'
      | 'mentions'
      | 'message_reference'
      | 'flags'
      | 'webhook_id'
      | 'persona'
    >
  > {
  readonly channelId: Snowflake;
  readonly authorId: Snowflake;
  readonly type: Message['type'];
}

export interface MessagePatch {
  readonly content?: string;
  readonly embeds?: readonly APIEmbed[];
  readonly components?: readonly Component[];
  /** Which attachments stay, and which come. Default: all stay. What an embed shows stays in any case. */
  readonly attachments?: AttachmentsPatch;
  /** SUPPRESS_EMBEDS counts, and IS_COMPONENTS_V2 when it comes. */
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
