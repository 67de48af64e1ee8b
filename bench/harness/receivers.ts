/**
 * N sockets that do as little as a receiver can: they speak just enough WebSocket to identify, then count bytes.
 * All of them get the same, so one of them, the probe, reads the frames and tells how many bytes the others must have.
 */
import { connect, type Socket } from 'node:net';
import { serveParent } from './child.ts';
import { Greeter } from './greeter.ts';
import { Probe } from './probe.ts';
import type { Compression } from './sync-codec.ts';
import { maskedText, upgradeRequest } from './websocket.ts';

export interface ConnectRequest {
  readonly type: 'connect';
  readonly port: number;
  readonly sockets: number;
  readonly compression: Compression;
  /** `raw` sends nothing, `websocket` upgrades, `gateway` also sends an authorization. */
  readonly handshake: 'raw' | 'websocket' | 'gateway';
  /** Messages of the server until the connection counts as made. */
  readonly greetings: number;
  /** The identify or resume of each socket in turn, one for all if it is only one. */
  readonly authorization: readonly string[];
}

type Request =
  | ConnectRequest
  /** Waits until each socket has so many messages more. */
  | { readonly type: 'expect'; readonly messages: number }
  /** The texts that the probe has had since the last time. */
  | { readonly type: 'texts' }
  /** The session ids that the sockets got; for plain connections only. */
  | { readonly type: 'session-ids' }
  /** The last sequence number that the probe has had. */
  | { readonly type: 'seq' }
  /** Heartbeats of the sockets in turn, at even distances. */
  | { readonly type: 'beat'; readonly perSecond: number; readonly seconds: number }
  /** `end`: with a close frame that ends the session; `keep`: as when a cable is pulled. */
  | { readonly type: 'close'; readonly session: 'end' | 'keep' };

const HOST = '127.0.0.1';
/** Dialled at once, so that no backlog runs over. */
const MAX_DIALLING = 100;
const QUIET_MS = 100;
const MS_PER_S = 1_000;
const HEARTBEAT = '{"op":1,"d":1}';
/** A masked close frame, with a mask of zeros. */
const CLOSE_1000 = Buffer.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8);
const SESSION_ID = /"session_id":"(\w+)"/;

let compression: Compression = 'none';
const sockets: Socket[] = [];
let sessionIds: string[] = [];
let probe: Probe | null = null;
/** Bytes of all sockets since the last settlement. */
let bytes = 0;
let greetingBytes = 0;
let wake: () => void = () => {};
/** Node reads into it; whoever counts bytes has no need of them. */
const sink = Buffer.allocUnsafeSlow(256 * 1024);

serveParent(async (request: Request): Promise<object> => {
  switch (request.type) {
    case 'connect':
      return { greetingBytes: await connectAll(request) };
    case 'expect':
      return await expect(request.messages);
    case 'texts':
      return { texts: probe?.takeTexts() ?? [] };
    case 'session-ids':
      return { sessionIds };
    case 'seq':
      return { seq: probe?.lastSeq() ?? 0 };
    case 'beat':
      await beat(request.perSecond, request.seconds);
      return {};
    case 'close':
      await closeAll(request.session);
      return {};
  }
});

/** @returns bytes of all greetings, on the wire */
async function connectAll(request: ConnectRequest): Promise<number> {
  compression = request.compression;
  greetingBytes = 0;
  for (let dialled = 0; dialled < request.sockets; dialled += MAX_DIALLING) {
    const count = Math.min(MAX_DIALLING, request.sockets - dialled);
    await Promise.all(Array.from({ length: count }, (_, index) => open(request, dialled + index)));
  }
  // A presence of the bot may follow its greetings.
  for (let before = -1; before !== bytes; ) {
    before = bytes;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
  probe?.settle();
  bytes = 0;
  return greetingBytes;
}

async function closeAll(session: 'end' | 'keep'): Promise<void> {
  const closing = sockets.splice(0);
  sessionIds = [];
  probe = null;
  const gone = closing.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of closing) {
    if (session === 'end') socket.end(CLOSE_1000);
    else socket.destroy();
  }
  await Promise.all(gone);
}

/** @returns wire bytes of one message on average */
async function expect(messages: number): Promise<{ bytesPerMessage: number }> {
  if (probe === null) throw new Error('no sockets');
  while (probe.messages < messages) await news();
  const each = probe.bytes;
  while (bytes < each * sockets.length) await news();
  const isWhole = probe.messages === messages && bytes === each * sockets.length;
  if (!isWhole) {
    throw new Error(
      `${probe.messages} messages came in place of ${messages}, ${bytes} bytes in place of ${each} on ${sockets.length} sockets`,
    );
  }
  probe.settle();
  bytes = 0;
  return { bytesPerMessage: each / messages };
}

function news(): Promise<void> {
  return new Promise((resolve) => {
    wake = resolve;
  });
}

/** Resolves when the socket is ready to count. */
function open(request: ConnectRequest, index: number): Promise<void> {
  const { port, handshake, greetings, authorization } = request;
  return new Promise((resolve) => {
    const own = probe === null ? new Probe(compression) : null;
    if (own !== null) probe = own;
    let greeter = handshake === 'raw' ? null : new Greeter(greetings);
    const socket = connect({
      port,
      host: HOST,
      noDelay: true,
      onread: {
        buffer: sink,
        callback: (length) => {
          if (greeter === null) {
            bytes += length;
            own?.read(sink, length);
          } else {
            greetingBytes += length;
            const ended = greeter.read(sink.subarray(0, length), {
              upgraded: () => {
                const text = authorization[index % authorization.length];
                if (text !== undefined) socket.write(maskedText(text));
              },
              message: (payload) => {
                own?.greet(payload);
                if (compression === 'none') noteSessionId(payload);
              },
            });
            if (ended !== null) {
              greeter = null;
              bytes += ended.length;
              own?.read(ended, ended.length);
              resolve();
            }
          }
          wake();
          return true;
        },
      },
    });
    socket.on('connect', () => {
      if (handshake === 'raw') resolve();
      else socket.write(upgradeRequest(HOST, port, query()));
    });
    socket.on('error', (error) => {
      process.stderr.write(`receiver: ${error.message}\n`);
      process.exit(1);
    });
    socket.on('close', () => {
      if (!sockets.includes(socket)) return;
      process.stderr.write('receiver: a connection was closed\n');
      process.exit(1);
    });
    sockets.push(socket);
  });
}

function noteSessionId(payload: Buffer): void {
  const text = payload.toString('latin1');
  const id = text.includes('"READY"') ? SESSION_ID.exec(text)?.[1] : undefined;
  if (id !== undefined) sessionIds.push(id);
}

async function beat(perSecond: number, seconds: number): Promise<void> {
  const startedMs = performance.now();
  const count = perSecond * seconds;
  for (let sent = 0; sent < count; sent += 1) {
    const dueMs = startedMs + (sent * MS_PER_S) / perSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    sockets[sent % sockets.length]?.write(maskedText(HEARTBEAT));
  }
}

function query(): string {
  return `v=10&encoding=json${compression === 'none' ? '' : `&compress=${compression}-stream`}`;
}
