/** As much of RFC 6455 as the harness's own ends need. */
import { createHash, randomBytes } from 'node:crypto';

const FIN = 0x80;
const MASKED = 0x80;
const TEXT = 1;
const BINARY = 2;
const LENGTH_MASK = 0x7f;
const OPCODE_MASK = 0x0f;
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The head of an unmasked message. */
export function frameHeader(byteLength: number, binary: boolean): Buffer {
  const first = FIN | (binary ? BINARY : TEXT);
  if (byteLength < 126) return Buffer.of(first, byteLength);
  if (byteLength < 0x1_0000) return Buffer.of(first, 126, byteLength >> 8, byteLength & 0xff);
  const header = Buffer.alloc(10);
  header[0] = first;
  header[1] = 127;
  header.writeUIntBE(byteLength, 4, 6);
  return header;
}

export function frame(payload: Buffer, binary: boolean): Buffer {
  return Buffer.concat([frameHeader(payload.length, binary), payload]);
}

/** A text of the client's side. */
export function maskedText(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head = frameHeader(payload.length, false);
  head[1] = (head[1] ?? 0) | MASKED;
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0))]);
}

export interface FrameSize {
  readonly header: number;
  readonly payload: number;
}

/** Of the unmasked frame that begins at `at`; null when its header is not whole yet. */
export function frameSize(data: Buffer, at: number, end: number = data.length): FrameSize | null {
  if (end - at < 2) return null;
  const short = (data[at + 1] ?? 0) & LENGTH_MASK;
  if (short < 126) return { header: 2, payload: short };
  if (short === 126) return end - at < 4 ? null : { header: 4, payload: data.readUInt16BE(at + 2) };
  return end - at < 10 ? null : { header: 10, payload: data.readUIntBE(at + 4, 6) };
}

export function upgradeRequest(host: string, port: number, query: string): string {
  return (
    `GET /?${query} HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`
  );
}

export function upgradeAnswer(key: string): string {
  const accept = createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64');
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`
  );
}

export interface MaskedMessage {
  /** Of the whole frame. */
  readonly bytes: number;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The first frame of a client, up to 64 kB long; null when it is not whole yet. */
export function takeMaskedMessage(data: Buffer): MaskedMessage | null {
  if (data.length < 2) return null;
  const short = (data[1] ?? 0) & LENGTH_MASK;
  const maskAt = short === 126 ? 4 : 2;
  if (data.length < maskAt + 4) return null;
  const length = short === 126 ? data.readUInt16BE(2) : short;
  const bytes = maskAt + 4 + length;
  if (data.length < bytes) return null;
  const payload = Buffer.from(data.subarray(maskAt + 4, bytes));
  for (let index = 0; index < length; index += 1) {
    payload[index] = (payload[index] ?? 0) ^ (data[maskAt + (index & 3)] ?? 0);
  }
  return { bytes, opcode: (data[0] ?? 0) & OPCODE_MASK, payload };
}
