/**
 * The head of a WebSocket frame:
 *
 *   byte 0   FIN │ RSV1 RSV2 RSV3 │ opcode (4 bits)
 *   byte 1   MASK │ length (7 bits): up to 125 itself, 126: the next 2 bytes, 127: the next 8
 *   then     the longer length, big-endian
 *   then     the masking key, 4 bytes, where MASK is set
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-5.2
 */
export const FIN_BIT = 0x80;
export const RESERVED_BITS = 0x70;
export const OPCODE_BITS = 0x0f;
export const MASK_BIT = 0x80;
export const LENGTH_BITS = 0x7f;

export const LENGTH_IN_TWO_BYTES = 126;
export const LENGTH_IN_EIGHT_BYTES = 127;
export const MAX_LENGTH_IN_ONE_BYTE = 125;
export const MAX_LENGTH_IN_TWO_BYTES = 0xffff;
export const MASK_KEY_BYTES = 4;

export const FrameOpcode = {
  CONTINUATION: 0x0,
  TEXT: 0x1,
  BINARY: 0x2,
  CLOSE: 0x8,
  PING: 0x9,
  PONG: 0xa,
} as const;
export type FrameOpcode = (typeof FrameOpcode)[keyof typeof FrameOpcode];

/** Opcodes with this bit are control frames: short, whole, and allowed between the fragments of a message. */
export const CONTROL_BIT = 0x8;
export const MAX_CONTROL_BYTES = 125;
