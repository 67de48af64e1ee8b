/**
 * The frames of the simulated wire: a kind, a length, a payload. It stands for WebSocket framing, of which only one
 * thing matters here: a message exists once its last byte has arrived.
 */
export type Frame =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'close'; readonly code: number };

const HEADER_BYTES = 3;
const TEXT_KIND = 1;
const CLOSE_KIND = 8;

/** @param text ASCII, below 64 KiB */
export function encodeText(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + text.length);
  bytes[0] = TEXT_KIND;
  bytes.writeUInt16BE(text.length, 1);
  bytes.write(text, HEADER_BYTES, 'latin1');
  return bytes;
}

export function encodeClose(code: number): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + 2);
  bytes[0] = CLOSE_KIND;
  bytes.writeUInt16BE(2, 1);
  bytes.writeUInt16BE(code, HEADER_BYTES);
  return bytes;
}

/** Bytes in, whole frames out. */
export class FrameReader {
  #rest: Buffer | null = null;

  push(chunk: Buffer): Frame[] {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    let offset = 0;
    while (bytes.length - offset >= HEADER_BYTES) {
      const start = offset + HEADER_BYTES;
      const end = start + bytes.readUInt16BE(offset + 1);
      if (end > bytes.length) break;
      frames.push(
        bytes[offset] === CLOSE_KIND
          ? { kind: 'close', code: bytes.readUInt16BE(start) }
          : { kind: 'text', text: bytes.toString('latin1', start, end) },
      );
      offset = end;
    }
    this.#rest = offset === bytes.length ? null : bytes.subarray(offset);
    return frames;
  }
}
