/** Discord as the clients see it: `GET /gateway/bot`, HELLO, READY, guilds, and then a recording, as fast as it is taken. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { serveParent } from '../harness/child.ts';
import type { Compression } from '../harness/sync-codec.ts';
import { upgradeAnswer } from '../harness/websocket.ts';
import { BOT_ID } from './payloads.ts';
import { type Expectation, type Hearing, Recording } from './recording.ts';

type Request =
  | { readonly type: 'start'; readonly events: number }
  /** The next events of the connection that identified with this token, in one go or one by one. */
  | {
      readonly type: 'play';
      readonly token: string;
      readonly events: number;
      readonly perSecond: number | null;
    }
  | {
      readonly type: 'expectation';
      readonly token: string;
      readonly events: number;
      readonly hearing: Hearing;
      readonly compression: Compression;
    }
  | { readonly type: 'look'; readonly compression: Compression };

interface Listener {
  readonly socket: Duplex;
  readonly compression: Compression;
  readonly recording: Recording;
  played: number;
}

const MS_PER_S = 1_000;
const OPCODE_MASK = 0x0f;
const CLOSE = 8;
const listeners = new Map<string, Listener>();
const recordings = new Map<Compression, Recording>();
let events = 0;
let gatewayUrl = '';

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answerTo(request.url ?? '')));
});

server.on('upgrade', (request, socket: Duplex) => {
  const url = new URL(request.url ?? '/', gatewayUrl);
  const compress = url.searchParams.get('compress');
  const compression = compress === null ? 'none' : (compress.replace('-stream', '') as Compression);
  const recording = recordingOf(compression);
  socket.on('error', () => socket.destroy());
  socket.write(upgradeAnswer(request.headers['sec-websocket-key'] ?? ''));
  socket.write(recording.hello);
  listenForIdentify(socket, compression);
});

serveParent(async (request: Request): Promise<object> => {
  switch (request.type) {
    case 'start':
      events = request.events;
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      gatewayUrl = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
      return { gatewayUrl, apiBase: `${gatewayUrl.replace('ws:', 'http:')}/api` };
    case 'look': {
      const { textBytes, wireBytes } = recordingOf(request.compression);
      return { textBytes, wireBytes };
    }
    case 'expectation': {
      const { compression, recording, played } = listenerOf(request.token);
      // Some go on without when they do not find their inflater.
      if (compression !== request.compression) throw new Error(`${request.token} asked for ${compression}`);
      return recording.expectation(played, request.events, request.hearing) satisfies Expectation;
    }
    case 'play': {
      const listener = listenerOf(request.token);
      const frames = listener.recording.frames(listener.played, request.events);
      listener.played += request.events;
      if (request.perSecond === null) await written(listener.socket, Buffer.concat(frames));
      else await pace(listener.socket, frames, MS_PER_S / request.perSecond);
      return {};
    }
  }
});

function listenerOf(token: string): Listener {
  const listener = listeners.get(token);
  if (listener === undefined) throw new Error(`nobody identified with ${token}`);
  return listener;
}

function recordingOf(compression: Compression): Recording {
  let recording = recordings.get(compression);
  if (recording === undefined) {
    recording = new Recording(compression, events, gatewayUrl);
    recordings.set(compression, recording);
  }
  return recording;
}

/** A client's frames are masked; of what it says only the identify counts, and a close frame. */
function listenForIdentify(socket: Duplex, compression: Compression): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const message = takeMasked(pending);
      if (message === null) return;
      pending = pending.subarray(message.bytes);
      if (message.opcode === CLOSE) socket.destroy();
      else greet(socket, compression, message.payload.toString());
    }
  });
}

function greet(socket: Duplex, compression: Compression, text: string): void {
  const { op, d } = JSON.parse(text) as { op: number; d: { readonly token: string } };
  if (op !== 2) return;
  const recording = recordingOf(compression);
  listeners.set(d.token.replace(/^Bot /, ''), { socket, compression, recording, played: 0 });
  socket.write(recording.greetings);
}

function takeMasked(data: Buffer): { bytes: number; opcode: number; payload: Buffer } | null {
  if (data.length < 2) return null;
  const short = (data[1] ?? 0) & 0x7f;
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

function written(socket: Duplex, data: Buffer): Promise<void> {
  return new Promise((resolve) => socket.write(data, () => resolve()));
}

/** One write each, at even distances: this process has a core of its own and may spin. */
async function pace(socket: Duplex, frames: readonly Buffer[], intervalMs: number): Promise<void> {
  const startedMs = performance.now();
  for (const [index, data] of frames.entries()) {
    while (performance.now() - startedMs < index * intervalMs) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(data);
  }
}

function answerTo(path: string): object {
  if (/\/gateway(\/bot)?$/.test(path)) {
    return {
      url: gatewayUrl,
      shards: 1,
      session_start_limit: { total: 1_000, remaining: 1_000, reset_after: 0, max_concurrency: 1 },
    };
  }
  if (/\/(applications\/@me|oauth2\/applications\/@me)$/.test(path)) {
    return { id: BOT_ID, name: 'bench', flags: 0, bot_public: true, bot_require_code_grant: false };
  }
  return { id: BOT_ID, username: 'bench', discriminator: '0', bot: true, avatar: null };
}
