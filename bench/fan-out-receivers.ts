/** N plain TCP sockets that speak just enough WebSocket to identify and to count the messages that arrive. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { serveParent } from './child.ts';

interface ConnectRequest {
  readonly type: 'connect';
  readonly host: string;
  readonly port: number;
  readonly sockets: number;
  /** Sent once after the upgrade; null sends nothing. */
  readonly hello: string | null;
  /** Messages that each socket gets before it counts as connected. */
  readonly greetings: number;
}
type Request =
  | ConnectRequest
  | { readonly type: 'expect'; readonly messages: number }
  | { readonly type: 'close' };

/** Messages counted and not yet asked for. */
let arrived = 0;
let awaited: { readonly messages: number; readonly done: () => void } | null = null;
let sockets: Socket[] = [];
let lastText = '';

serveParent(async (request: Request): Promise<object> => {
  switch (request.type) {
    case 'connect':
      sockets = Array.from({ length: request.sockets }, () => open(request));
      await messages(request.sockets * request.greetings);
      return { connected: sockets.length };
    case 'expect':
      await messages(request.messages);
      return { lastText };
    case 'close':
      for (const socket of sockets) socket.destroy();
      sockets = [];
      arrived = 0;
      return {};
  }
});

/** Resolves when so many have arrived, perhaps before the question, and takes them off the count. */
async function messages(wanted: number): Promise<void> {
  if (arrived < wanted) {
    await new Promise<void>((done) => {
      awaited = { messages: wanted, done };
    });
    awaited = null;
  }
  arrived -= wanted;
}

function count(): void {
  arrived += 1;
  if (awaited !== null && arrived >= awaited.messages) awaited.done();
}

function open({ host, port, hello }: ConnectRequest): Socket {
  const socket = connect(port, host);
  socket.setNoDelay(true);
  socket.write(
    `GET /?v=10&encoding=json HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  let head = '';
  let pending: Buffer = Buffer.alloc(0);
  let skip = 0;
  socket.on('data', (chunk: Buffer) => {
    let data = chunk;
    if (!head.endsWith('\r\n\r\n')) {
      const text = head + data.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) {
        head = text;
        return;
      }
      data = data.subarray(end + 4 - head.length);
      head = text.slice(0, end + 4);
      if (hello !== null) socket.write(maskedText(hello));
    }
    if (skip >= data.length) {
      skip -= data.length;
      return;
    }
    data = data.subarray(skip);
    skip = 0;
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    let at = 0;
    for (;;) {
      const size = frameSize(pending, at);
      if (size === null) break;
      count();
      if (at + size.header + size.payload > pending.length) {
        skip = at + size.header + size.payload - pending.length;
        at = pending.length;
        break;
      }
      if (socket === sockets[0])
        lastText = pending.toString('utf8', at + size.header, at + size.header + size.payload);
      at += size.header + size.payload;
    }
    pending = pending.subarray(at);
  });
  socket.on('error', (error) => {
    process.stderr.write(`receiver: ${error.message}\n`);
    process.exit(1);
  });
  return socket;
}

function frameSize(data: Buffer, at: number): { readonly header: number; readonly payload: number } | null {
  if (data.length - at < 2) return null;
  const short = (data[at + 1] ?? 0) & 0x7f;
  if (short < 126) return { header: 2, payload: short };
  if (short === 126) return data.length - at < 4 ? null : { header: 4, payload: data.readUInt16BE(at + 2) };
  return data.length - at < 10 ? null : { header: 10, payload: Number(data.readBigUInt64BE(at + 2)) };
}

function maskedText(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const header = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff, ...mask]);
  return Buffer.concat([header, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}
