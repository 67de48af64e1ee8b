/** The floor: `socket.write` of one constant Buffer per delivery, and nothing else. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { nextTurn, serveParent } from '../harness/child.ts';
import { frameHeader } from '../harness/websocket.ts';

type Request =
  | { readonly type: 'start' }
  /** `bytes`: of one message on the wire, frame header included. */
  | { readonly type: 'publish'; readonly bytes: number; readonly events: number };

const sockets = new Set<Socket>();
const server = createServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => socket.destroy());
});

serveParent(async (request: Request): Promise<object> => {
  if (request.type === 'start') {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port };
  }
  const constant = constantFrame(request.bytes);
  for (let sent = 0; sent < request.events; sent += 1) {
    for (const socket of sockets) socket.write(constant);
    await nextTurn();
    await nextTurn();
  }
  return {};
});

function constantFrame(bytes: number): Buffer {
  const headerBytes = bytes < 128 ? 2 : bytes < 0x1_0000 ? 4 : 10;
  const header = frameHeader(bytes - headerBytes, true);
  return Buffer.concat([header, Buffer.alloc(bytes - header.length, 'x')]);
}
