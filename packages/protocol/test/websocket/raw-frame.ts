/** A frame made by hand, so that it may break any rule. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload?: Buffer | string;
  /** Default true. */
  readonly fin?: boolean;
  /** The three reserved bits as a number 0..7. */
  readonly reserved?: number;
  /** How many bytes the length takes: 1, 3 or 9. Default: the shortest form. */
  readonly lengthBytes?: 1 | 3 | 9;
  /** Instead of the payload's own. */
  readonly length?: bigint;
  /** Default: no mask. */
  readonly mask?: Buffer;
}

export const MASK = Buffer.of(0x37, 0xfa, 0x21, 0x3d);

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

export function rawFrame({
  opcode,
  payload = '',
  fin = true,
  reserved = 0,
  mask,
  ...rest
}: RawFrame): Buffer {
  const bytes = Buffer.from(payload);
  const length = rest.length ?? BigInt(bytes.length);
  const lengthBytes = rest.lengthBytes ?? (length < 126 ? 1 : length < 65_536 ? 3 : 9);
  const head = Buffer.alloc(1 + lengthBytes);
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  if (lengthBytes === 1) head[1] = Number(length);
  if (lengthBytes === 3) {
    head[1] = 126;
    head.writeUInt16BE(Number(length), 2);
  }
  if (lengthBytes === 9) {
    head[1] = 127;
    head.writeBigUInt64BE(length, 2);
  }
  if (mask === undefined) return Buffer.concat([head, bytes]);
  head[1] = (head[1] ?? 0) | 0x80;
  return Buffer.concat([head, mask, bytes.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

/** A close payload. */
export function closeWith(code: number, reason: Buffer | string = ''): Buffer {
  return Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)]);
}
