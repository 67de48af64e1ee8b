/** The peers: gateways on `ws` that send in a loop over their clients, without sessions or checks. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { nextTurn, serveParent } from '../harness/child.ts';
import { SyncCodec } from '../harness/sync-codec.ts';

/**
 * How a message is made for each client: `string` puts the seq before a text that all share, `stringify` makes the whole
 * text from an object, `deflate` compresses the string in the client's own zlib context (level 6), as Discord does.
 */
export type LoopMode = 'string' | 'stringify' | 'deflate';

type Request =
  | { readonly type: 'start' }
  | {
      readonly type: 'publish';
      readonly mode: LoopMode;
      readonly texts: readonly string[];
      readonly events: number;
    };

interface Dispatch {
  readonly t: string;
  readonly d: object;
}

const SEQ_COLUMNS = 10;
const PREFIX_BYTES = '{"s":'.length + SEQ_COLUMNS + 1;

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 4_096 });
const contexts = new WeakMap<WebSocket, SyncCodec>();
let seq = 0;

serveParent(async (request: Request): Promise<object> => {
  if (request.type === 'start') {
    if (server.address() === null) await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port };
  }
  const { mode, texts } = request;
  const bodies = texts.map((text) => text.slice(PREFIX_BYTES));
  const events = texts.map((text) => JSON.parse(text) as Dispatch);
  for (let sent = 0; sent < request.events; sent += 1) {
    // Goes on where the last round ended: what is repeated too soon is cheap to compress.
    const index = seq % texts.length;
    seq += 1;
    send(mode, bodies[index] ?? '', events[index] ?? { t: '', d: {} });
    await nextTurn();
    await nextTurn();
  }
  return {};
});

function send(mode: LoopMode, body: string, { t, d }: Dispatch): void {
  if (mode === 'stringify') {
    for (const client of server.clients) client.send(JSON.stringify({ t, s: seq, op: 0, d }));
    return;
  }
  const text = `{"s":${String(seq).padStart(SEQ_COLUMNS)},${body}`;
  if (mode === 'string') {
    // A string of its own for each: in a real server each client has a seq of its own.
    for (const client of server.clients) client.send(`{"s":${String(seq).padStart(SEQ_COLUMNS)},${body}`);
    return;
  }
  const plain = Buffer.from(text);
  for (const client of server.clients) client.send(Buffer.from(contextOf(client).push(plain)));
}

function contextOf(client: WebSocket): SyncCodec {
  let context = contexts.get(client);
  if (context === undefined) {
    context = SyncCodec.compressor('zlib');
    contexts.set(client, context);
  }
  return context;
}
