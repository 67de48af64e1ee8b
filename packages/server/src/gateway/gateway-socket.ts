import { CloseCode, verdictOf } from '@guildhall/protocol';
import { WebSocket } from 'ws';

const INVALID_UTF8 = 1007;
const MESSAGE_TOO_BIG = 1009;
/** What fits into a control frame beside the code. */
const MAX_REASON_BYTES = 123;

/** Of `ws` for its handshake and receiver; it speaks the gateway's close codes where ws would use its own. */
export class GatewaySocket extends WebSocket {
  /** ws itself calls this when it cannot read a frame, and to answer a close frame. */
  override close(code?: number, reason?: string | Buffer): void {
    if (code === INVALID_UTF8 || code === MESSAGE_TOO_BIG) {
      super.close(CloseCode.DECODE_ERROR, verdictOf(CloseCode.DECODE_ERROR).reason);
    } else {
      super.close(code, reason);
    }
  }
}

/** Cuts a close reason to what a close frame can carry, never within a character. */
export function closeReason(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_REASON_BYTES) return bytes;
  let end = MAX_REASON_BYTES;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
