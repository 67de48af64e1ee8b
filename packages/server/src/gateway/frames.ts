/**
 * WebSocket framing of what the server sends: one unfragmented, unmasked frame per message (RFC 6455, section 5.2).
 *
 *   82 │ 7E 05 12 │ payload
 *   │    └ length: 1 byte up to 125, 126 and 2 bytes, or 127 and 8 bytes
 *   └ FIN and opcode: 1 text, 2 binary
 */
import type { Writable } from 'node:stream';
import type { EncodedMessage } from '@guildhall/protocol';

const FIN = 0x80;
const TEXT = 0x01;
const BINARY = 0x02;
const MAX_LENGTH_IN_ONE_BYTE = 125;
const MAX_LENGTH_IN_TWO_BYTES = 0xffff;
const LENGTH_IN_TWO_BYTES = 126;
const LENGTH_IN_EIGHT_BYTES = 127;

/** The header of a message of `byteLength` bytes, which is sent before its payload. */
export function frameHeader(byteLength: number, binary: boolean): Buffer {
  const first = FIN | (binary ? BINARY : TEXT);
  if (byteLength <= MAX_LENGTH_IN_ONE_BYTE) return Buffer.of(first, byteLength);
  if (byteLength <= MAX_LENGTH_IN_TWO_BYTES) {
    return Buffer.of(first, LENGTH_IN_TWO_BYTES, byteLength >>> 8, byteLength & 0xff);
  }
  const header = Buffer.alloc(10);
  header[0] = first;
  header[1] = LENGTH_IN_EIGHT_BYTES;
  // The upper two of the eight bytes stay 0: no Buffer is as long as 2^48.
  header.writeUIntBE(byteLength, 4, 6);
  return header;
}

/** Writes one message in one go. The chunks must not be changed afterwards. */
export function writeFrame(socket: Writable, message: EncodedMessage): void {
  let byteLength = 0;
  for (const chunk of message.chunks) byteLength += chunk.length;
  socket.cork();
  socket.write(frameHeader(byteLength, message.binary));
  for (const chunk of message.chunks) socket.write(chunk);
  socket.uncork();
}
