/** @see https://docs.discord.com/developers/resources/message#message-object-message-types */
import type { MessageType } from 'discord-api-types/v10';

export const DEFAULT_TYPE: MessageType.Default = 0;
export const RECIPIENT_ADD_TYPE: MessageType.RecipientAdd = 1;
export const RECIPIENT_REMOVE_TYPE: MessageType.RecipientRemove = 2;
export const NAME_CHANGE_TYPE: MessageType.ChannelNameChange = 4;
export const PINNED_TYPE: MessageType.ChannelPinnedMessage = 6;
export const FOLLOW_ADD_TYPE: MessageType.ChannelFollowAdd = 12;
export const THREAD_CREATED_TYPE: MessageType.ThreadCreated = 18;
export const REPLY_TYPE: MessageType.Reply = 19;
export const CHAT_INPUT_TYPE: MessageType.ChatInputCommand = 20;
export const THREAD_STARTER_TYPE: MessageType.ThreadStarterMessage = 21;
export const CONTEXT_MENU_TYPE: MessageType.ContextMenuCommand = 23;
export const POLL_RESULT_TYPE: MessageType.PollResult = 46;

/** Written by somebody, and not made by the server. */
export function isWritten(type: MessageType): boolean {
  return [DEFAULT_TYPE, REPLY_TYPE, CHAT_INPUT_TYPE, CONTEXT_MENU_TYPE].includes(type as MessageType.Default);
}
