import { isUtf8 } from 'node:buffer';
import { isSendableCloseCode } from '../close-codes.ts';
import { WebSocketError } from '../errors.ts';
import { MAX_CONTROL_BYTES } from './frame-format.ts';

/** The payload of a close frame. */
export interface CloseReason {
  /** Null: the frame was empty. */
  readonly code: number | null;
  readonly reason: string;
}

const CODE_BYTES = 2;
/** "Mandatory extension": a client's code, so the one that {@link isSendableCloseCode} leaves out. */
const MANDATORY_EXTENSION = 1010;
const CONTINUATION_BYTE_BITS = 0xc0;
const CONTINUATION_BYTE = 0x80;

/** @param reason cut to the 123 bytes that fit, never within a character */
export function closePayload(code: number, reason = ''): Buffer {
  const text = Buffer.from(reason);
  let end = Math.min(text.length, MAX_CONTROL_BYTES - CODE_BYTES);
  if (end < text.length) {
    while (end > 0 && ((text[end] ?? 0) & CONTINUATION_BYTE_BITS) === CONTINUATION_BYTE) end -= 1;
  }
  const payload = Buffer.allocUnsafe(CODE_BYTES + end);
  payload.writeUInt16BE(code, 0);
  text.copy(payload, CODE_BYTES, 0, end);
  return payload;
}

/**
 * @throws WebSocketError for half a code, a code that must not be sent, and a reason that is not UTF-8
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-7.4
 */
export function readClosePayload(payload: Buffer): CloseReason {
  if (payload.length === 0) return { code: null, reason: '' };
  if (payload.length < CODE_BYTES) throw new WebSocketError('CLOSE_TOO_SHORT', 'A close frame of one byte');
  const code = payload.readUInt16BE(0);
  if (!isSendableCloseCode(code) && code !== MANDATORY_EXTENSION) {
    throw new WebSocketError('INVALID_CLOSE_CODE', `A close frame with code ${code}`);
  }
  const reason = payload.subarray(CODE_BYTES);
  if (!isUtf8(reason)) throw new WebSocketError('INVALID_UTF8', 'A close reason that is not UTF-8');
  return { code, reason: reason.toString('utf8') };
}
