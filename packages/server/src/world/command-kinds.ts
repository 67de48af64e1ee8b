/** Numbers of the wire that commands and their options are made of. */
export const CHAT_INPUT = 1;
export const USER_COMMAND = 2;
export const MESSAGE_COMMAND = 3;
export const ENTRY_POINT = 4;

/** @see https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-type */
export const OptionType = {
  SUB_COMMAND: 1,
  SUB_COMMAND_GROUP: 2,
  STRING: 3,
  INTEGER: 4,
  BOOLEAN: 5,
  USER: 6,
  CHANNEL: 7,
  ROLE: 8,
  MENTIONABLE: 9,
  NUMBER: 10,
  ATTACHMENT: 11,
} as const;

/** Whether the option is a subcommand or a group: a name below the command's, and no parameter. */
export function isSubcommand({ type }: { readonly type: number }): boolean {
  return type === OptionType.SUB_COMMAND || type === OptionType.SUB_COMMAND_GROUP;
}
