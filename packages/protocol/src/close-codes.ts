/**
 * Close codes that the server sends.
 * @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
 */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  UNKNOWN_ERROR: 4000,
  UNKNOWN_OPCODE: 4001,
  DECODE_ERROR: 4002,
  NOT_AUTHENTICATED: 4003,
  AUTHENTICATION_FAILED: 4004,
  ALREADY_AUTHENTICATED: 4005,
  INVALID_SEQ: 4007,
  RATE_LIMITED: 4008,
  SESSION_TIMED_OUT: 4009,
  INVALID_SHARD: 4010,
  SHARDING_REQUIRED: 4011,
  INVALID_API_VERSION: 4012,
  INVALID_INTENTS: 4013,
  DISALLOWED_INTENTS: 4014,
} as const;

const FIRST_FREE_CODE = 3000;
const LAST_CODE = 4999;
/** Of the range below 3000: those that may stand in a close frame of a server. 1010 is a client's. */
const STANDARD_CODES: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014,
]);

/**
 * Whether a server may put the code into a close frame.
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-7.4
 */
export function isSendableCloseCode(code: number): boolean {
  return STANDARD_CODES.has(code) || (Number.isInteger(code) && code >= FIRST_FREE_CODE && code <= LAST_CODE);
}

/**
 * Close codes that our client sends. 1000 and 1001 end the session on the server, every other code keeps it.
 * @see https://docs.discord.com/developers/events/gateway#initiating-a-disconnect
 */
export const ClientCloseCode = {
  /** The user ends the session; the bot goes offline at once. */
  END_SESSION: 1000,
  /** Shutdown that keeps the session, a zombie connection, or the answer to op 7. */
  KEEP_SESSION: 4900,
  /** What the server sent could not be decoded; resume with fresh decompression contexts. */
  DECODE_FAILURE: 4901,
} as const;
