import type { InjectOptions } from 'fastify';

export interface FilePart {
  readonly field: string;
  readonly filename: string;
  readonly bytes: Buffer | string;
}

const BOUNDARY = 'guildhall-boundary';

/** A request's payload and headers as a client writes multipart/form-data. */
export function multipart(payload: object | null, files: readonly FilePart[], boundary = BOUNDARY) {
  const parts: (Buffer | string)[] = [];
  if (payload !== null) {
    parts.push(
      `--${boundary}\r\nContent-Disposition: form-data; name="payload_json"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(payload)}\r\n`,
    );
  }
  for (const { field, filename, bytes } of files) {
    parts.push(
      `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
      bytes,
      '\r\n',
    );
  }
  parts.push(`--${boundary}--\r\n`);
  return {
    payload: Buffer.concat(parts.map((part) => Buffer.from(part as string))),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  } satisfies InjectOptions;
}

/** A PNG's first bytes: all that is looked at. */
export function pngHead(width: number, height: number): Buffer {
  const head = Buffer.alloc(33);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(head);
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}
