import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { FrameOpcode, FrameReader, serverFrame, upgradeResponse } from '@guildhall/protocol';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';
import { Mailbox } from './mailbox.ts';

export type Frame = readonly [opcode: FrameOpcode, payload: string];

/** The server's end of a connection: raw bytes out, frames in. */
export class Wire {
  readonly socket: Socket;
  readonly request: string;
  readonly frames = new Mailbox<Frame>('a frame of the client');
  /** Resolves when the client has sent its FIN, or is gone. */
  readonly ended: Promise<void>;

  constructor(socket: Socket, request: string) {
    this.socket = socket;
    this.request = request;
    this.ended = new Promise((resolve) => socket.on('end', resolve).on('close', () => resolve()));
    const put = (opcode: FrameOpcode, payload: Buffer | string): void =>
      this.frames.put([opcode, payload.toString()]);
    const reader = new FrameReader(
      { role: 'server', maxMessageBytes: 2 ** 20 },
      {
        message: (payload, binary) => put(binary ? FrameOpcode.BINARY : FrameOpcode.TEXT, payload),
        ping: (payload) => put(FrameOpcode.PING, payload),
        pong: (payload) => put(FrameOpcode.PONG, payload),
        close: (code, reason) => put(FrameOpcode.CLOSE, code === null ? '' : `${code} ${reason}`.trim()),
      },
    );
    socket.on('data', (chunk: Buffer) => reader.push(chunk));
  }

  get serverName(): string | false | null {
    return this.socket instanceof TLSSocket ? this.socket.servername : null;
  }

  /** What a willing server says first. */
  get acceptance(): string {
    return upgradeResponse(/sec-websocket-key: (.*)\r\n/i.exec(this.request)?.[1] ?? '');
  }

  accept(): void {
    this.socket.write(this.acceptance);
  }

  send(opcode: FrameOpcode, payload: string | Uint8Array): void {
    this.socket.write(serverFrame(opcode, payload));
  }
}

/** Takes connections and does nothing else, not even the handshake. */
export class WireServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #wires = new Mailbox<Wire>('an upgrade request');
  readonly url: string;

  private constructor(server: Server, scheme: 'ws' | 'wss') {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.url = `${scheme}://127.0.0.1:${port}/?v=10`;
    // With TLS both: the raw socket as long as the handshake lasts, then the one on top of it.
    const keep = (socket: Socket): void => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
    };
    server.on('connection', keep);
    server.on('secureConnection', keep);
    server.on(scheme === 'wss' ? 'secureConnection' : 'connection', (socket: Socket) => {
      socket.once('data', (request: Buffer) => this.#wires.put(new Wire(socket, request.toString())));
    });
  }

  static async start(scheme: 'ws' | 'wss' = 'ws'): Promise<WireServer> {
    // Half-open, so that a test sees what comes after the client's FIN and before its own.
    const options = { allowHalfOpen: true, key: PRIVATE_KEY, cert: CERTIFICATE };
    const server = scheme === 'wss' ? createTlsServer(options) : createServer(options);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WireServer(server, scheme);
  }

  /** The next connection, its request read and not answered. */
  wire(): Promise<Wire> {
    return this.#wires.take();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
