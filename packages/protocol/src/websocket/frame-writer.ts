import {
  FIN_BIT,
  type FrameOpcode,
  LENGTH_IN_EIGHT_BYTES,
  LENGTH_IN_TWO_BYTES,
  MASK_BIT,
  MASK_KEY_BYTES,
  MAX_LENGTH_IN_ONE_BYTE,
  MAX_LENGTH_IN_TWO_BYTES,
} from './frame-format.ts';
import { applyMask, newMaskKey } from './mask.ts';

/** Length of the head of a frame without mask whose payload has `byteLength` bytes. */
export function frameHeadBytes(byteLength: number): number {
  if (byteLength <= MAX_LENGTH_IN_ONE_BYTE) return 2;
  return byteLength <= MAX_LENGTH_IN_TWO_BYTES ? 4 : 10;
}

/**
 * Writes the head of a server's frame in front of `byteLength` bytes of payload. Every frame of ours is a whole message.
 * @returns where the payload begins
 */
export function writeFrameHead(
  target: Buffer,
  offset: number,
  opcode: FrameOpcode,
  byteLength: number,
): number {
  return writeHead(target, offset, opcode, byteLength, 0);
}

/** A server's frame in one piece, for payloads that nobody else is sent. */
export function serverFrame(opcode: FrameOpcode, payload: string | Uint8Array): Buffer {
  const byteLength = byteLengthOf(payload);
  const frame = Buffer.allocUnsafe(frameHeadBytes(byteLength) + byteLength);
  writePayload(frame, writeHead(frame, 0, opcode, byteLength, 0), payload);
  return frame;
}

/** A client's frame in one piece, masked with a fresh key; the payload itself stays as it is. */
export function clientFrame(opcode: FrameOpcode, payload: string | Uint8Array): Buffer {
  const byteLength = byteLengthOf(payload);
  const key = newMaskKey();
  const frame = Buffer.allocUnsafe(frameHeadBytes(byteLength) + MASK_KEY_BYTES + byteLength);
  const at = frame.writeInt32BE(key, writeHead(frame, 0, opcode, byteLength, MASK_BIT));
  writePayload(frame, at, payload);
  applyMask(frame, at, frame.length, key);
  return frame;
}

function byteLengthOf(payload: string | Uint8Array): number {
  return typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
}

/** Returns where the head ends, in front of a masking key. */
function writeHead(
  target: Buffer,
  offset: number,
  opcode: FrameOpcode,
  byteLength: number,
  maskBit: number,
): number {
  target[offset] = FIN_BIT | opcode;
  if (byteLength <= MAX_LENGTH_IN_ONE_BYTE) {
    target[offset + 1] = maskBit | byteLength;
    return offset + 2;
  }
  if (byteLength <= MAX_LENGTH_IN_TWO_BYTES) {
    target[offset + 1] = maskBit | LENGTH_IN_TWO_BYTES;
    return target.writeUInt16BE(byteLength, offset + 2);
  }
  target[offset + 1] = maskBit | LENGTH_IN_EIGHT_BYTES;
  // No Buffer is as long as 2^48.
  target.writeUInt16BE(0, offset + 2);
  return target.writeUIntBE(byteLength, offset + 4, 6);
}

function writePayload(target: Buffer, at: number, payload: string | Uint8Array): void {
  if (typeof payload === 'string') target.write(payload, at);
  else target.set(payload, at);
}
