/** An interaction: what a user did with an application, and what the application has made of it. */
import type {
  ApplicationCommand,
  CommandChoice,
  Message,
  MessageInteraction,
  Snowflake,
} from './entities.ts';
import type { InteractionKind } from './interaction-kinds.ts';
import type { MessageInput, MessagePatch } from './message-input.ts';
import type { Modal } from './modal.ts';

/** What the user sees. */
export type InteractionResponse =
  | { readonly kind: 'pending' }
  /** Nothing came within three seconds: "The application did not respond". */
  | { readonly kind: 'expired' }
  /** "The application is thinking"; the message is there and is still loading. */
  | { readonly kind: 'deferred'; readonly messageId: Snowflake }
  | { readonly kind: 'message'; readonly messageId: Snowflake }
  /** Acknowledged without a sign; the message of the component may be edited later. */
  | { readonly kind: 'deferred-update' }
  /** The message of the component was edited. */
  | { readonly kind: 'update' }
  | { readonly kind: 'choices'; readonly choices: readonly CommandChoice[] }
  | { readonly kind: 'modal'; readonly modal: Modal }
  | { readonly kind: 'activity'; readonly instanceId: string };

export interface Interaction {
  readonly id: Snowflake;
  readonly token: string;
  readonly applicationId: Snowflake;
  readonly type: InteractionKind;
  readonly userId: Snowflake;
  readonly channelId: Snowflake;
  readonly guildId: Snowflake | null;
  readonly locale: string;
  /** `data` of INTERACTION_CREATE. */
  readonly data: object;
  /** The command that was used; null for components, and for modals that one opened. */
  readonly command: ApplicationCommand | null;
  /** The type of the option that the user types in, for autocomplete. */
  readonly focusedType: number | null;
  /** The message whose component was used, or from whose component the modal came. */
  readonly source: { readonly channelId: Snowflake; readonly messageId: Snowflake } | null;
  /** What its messages will say about it. */
  readonly origin: MessageInteraction;
  readonly createdAtMs: number;
  readonly response: InteractionResponse;
  /** Messages that came after the first response. */
  readonly followUpIds: readonly Snowflake[];
}

/** What a user does, before it is an interaction. */
export type InteractionStart = Pick<
  Interaction,
  'applicationId' | 'type' | 'userId' | 'channelId' | 'locale' | 'data' | 'command' | 'focusedType'
> & {
  readonly source: Message | null;
  /** Beyond id, type, user and guild. */
  readonly origin: Partial<MessageInteraction>;
};

/** How an application responds, first of all. */
export type InteractionCallback =
  | { readonly type: 4; readonly input: ResponseInput }
  | { readonly type: 5; readonly ephemeral: boolean }
  | { readonly type: 6 }
  | { readonly type: 7; readonly patch: MessagePatch }
  | { readonly type: 8; readonly choices: readonly CommandChoice[] }
  | { readonly type: 9; readonly modal: Modal }
  | { readonly type: 12 };

/** A message that an application writes in answer. */
export type ResponseInput = Omit<MessageInput, 'channelId' | 'authorId' | 'origin' | 'via'> & {
  /** Seen by the user alone, and in no channel's history. */
  readonly ephemeral: boolean;
};
