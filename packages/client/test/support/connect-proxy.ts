import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';

/** An HTTP proxy that opens tunnels, or answers as it is told. */
export class ConnectProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly port: number;
  readonly requests: IncomingMessage[] = [];
  /** Instead of opening a tunnel; null: no answer at all. */
  answer: string | null | undefined = undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connect', (request, socket) => this.#onConnect(request, socket));
  }

  /** @param scheme `https`: TLS to the proxy itself */
  static async start(scheme: 'http' | 'https' = 'http'): Promise<ConnectProxy> {
    const server =
      scheme === 'http' ? createServer() : createTlsServer({ key: PRIVATE_KEY, cert: CERTIFICATE });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ConnectProxy(server);
  }

  get openSockets(): number {
    return [...this.#sockets].filter((socket) => !socket.destroyed).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #onConnect(request: IncomingMessage, socket: Duplex): void {
    this.requests.push(request);
    this.#keep(socket);
    if (this.answer !== undefined) {
      // Without a reader nobody hears that the other end has left, and an HTTP server waits for more than that.
      socket.resume().on('end', () => socket.destroy());
      if (this.answer !== null) socket.end(this.answer);
      return;
    }
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? [];
    const far: Socket = connect(Number(port), host, () => {
      // In two pieces: a head may be cut anywhere.
      socket.write('HTTP/1.1 200 Connection ');
      setImmediate(() => {
        socket.write('established\r\nVia: test\r\n\r\n');
        socket.pipe(far).pipe(socket);
      });
    });
    this.#keep(far);
    far.on('close', () => socket.destroy());
    socket.on('close', () => far.destroy());
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
  }
}
