/**
 * Gateway opcodes.
 * @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-opcodes
 */
export const Opcode = {
  DISPATCH: 0,
  HEARTBEAT: 1,
  IDENTIFY: 2,
  PRESENCE_UPDATE: 3,
  VOICE_STATE_UPDATE: 4,
  RESUME: 6,
  RECONNECT: 7,
  REQUEST_GUILD_MEMBERS: 8,
  INVALID_SESSION: 9,
  HELLO: 10,
  HEARTBEAT_ACK: 11,
  REQUEST_SOUNDBOARD_SOUNDS: 31,
  REQUEST_CHANNEL_INFO: 43,
} as const;

export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** Opcodes of user clients that some bots' libraries carry along: 40 counts as a heartbeat, 41 as nothing. */
export const QOS_HEARTBEAT_OPCODE = 40;
export const TIME_SPENT_OPCODE = 41;

/** Commands that a client may send only after READY or RESUMED. */
export const COMMAND_OPCODES: ReadonlySet<number> = new Set([
  Opcode.PRESENCE_UPDATE,
  Opcode.VOICE_STATE_UPDATE,
  Opcode.REQUEST_GUILD_MEMBERS,
  Opcode.REQUEST_SOUNDBOARD_SOUNDS,
  Opcode.REQUEST_CHANNEL_INFO,
]);
