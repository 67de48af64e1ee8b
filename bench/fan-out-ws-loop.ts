/** The peer: the plainest gateway on `ws`. One string per session and message, `send` in a loop. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { cpuMicros, serveParent } from './child.ts';

type Request =
  | { readonly type: 'start' }
  | { readonly type: 'publish'; readonly messages: number; readonly body: string }
  | { readonly type: 'cpu' };

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
let seq = 0;

serveParent(async (request: Request): Promise<object> => {
  if (request.type === 'start') {
    if (server.address() === null) await once(server, 'listening');
    server.on('connection', (socket) => socket.send('{"op":10}'));
    return { port: (server.address() as AddressInfo).port };
  }
  if (request.type === 'publish') {
    for (let sent = 0; sent < request.messages; sent += 1) {
      seq += 1;
      const prefix = `{"s":${String(seq).padStart(10)},`;
      for (const client of server.clients) client.send(prefix + request.body);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return { cpuMicros: cpuMicros() };
});
