/** Discord as a client sees it until it is ready: `GET /gateway/bot`, HELLO, READY and its guilds, all made beforehand. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Compression } from './sync-codec.ts';
import { takeMaskedMessage, upgradeAnswer } from './websocket.ts';

/** What every connection with this compression is told, as it stands on the wire. */
export interface Script {
  readonly hello: Buffer;
  /** Sent upon the identify. */
  readonly greetings: Buffer;
  /** Answers each heartbeat, so it must be good at any place of a compressed stream. Without it none is answered. */
  readonly ack?: Buffer;
}

export interface Listener {
  readonly socket: Duplex;
  readonly compression: Compression;
}

export interface FakeDiscordOptions {
  /** Identifies at once. */
  readonly maxConcurrency: number;
  script(compression: Compression, gatewayUrl: string): Script;
  /** With it the addresses are `https:` and `wss:`. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Without the `Bot ` in front of it. */
  identified(token: string, listener: Listener): void;
}

export interface Addresses {
  /** `ws://127.0.0.1:PORT`, or `wss:` */
  readonly gatewayUrl: string;
  /** `http://127.0.0.1:PORT/api`, or `https:` */
  readonly apiBase: string;
}

export const BOT_ID = '912345678901234567';

const CLOSE = 8;
const HEARTBEAT = 1;
const IDENTIFY = 2;
const BACKLOG = 1_024;

export class FakeDiscord {
  readonly #options: FakeDiscordOptions;
  readonly #server: Server;
  readonly #scripts = new Map<Compression, Script>();
  #gatewayUrl = '';
  #heartbeats = 0;

  /** Heard so far. */
  get heartbeats(): number {
    return this.#heartbeats;
  }

  constructor(options: FakeDiscordOptions) {
    this.#options = options;
    const { tls } = options;
    this.#server = tls === undefined ? createServer() : createTlsServer(tls);
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(this.#answerTo(request.url ?? '')));
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      const compress = new URL(request.url ?? '/', this.#gatewayUrl).searchParams.get('compress');
      const compression = compress === null ? 'none' : (compress.replace('-stream', '') as Compression);
      socket.on('error', () => socket.destroy());
      socket.write(upgradeAnswer(request.headers['sec-websocket-key'] ?? ''));
      socket.write(this.#scriptFor(compression).hello);
      this.#listen({ socket, compression });
    });
  }

  async start(): Promise<Addresses> {
    this.#server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG });
    await once(this.#server, 'listening');
    const scheme = this.#options.tls === undefined ? 'ws' : 'wss';
    this.#gatewayUrl = `${scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return { gatewayUrl: this.#gatewayUrl, apiBase: `${this.#gatewayUrl.replace('ws', 'http')}/api` };
  }

  #scriptFor(compression: Compression): Script {
    let script = this.#scripts.get(compression);
    if (script === undefined) {
      script = this.#options.script(compression, this.#gatewayUrl);
      this.#scripts.set(compression, script);
    }
    return script;
  }

  /** Of what a client says only heartbeats and the identify count, and a close frame. */
  #listen(listener: Listener): void {
    let pending: Buffer = Buffer.alloc(0);
    listener.socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        const message = takeMaskedMessage(pending);
        if (message === null) return;
        pending = pending.subarray(message.bytes);
        if (message.opcode === CLOSE) listener.socket.destroy();
        else this.#hear(listener, message.payload.toString());
      }
    });
  }

  #hear(listener: Listener, text: string): void {
    const { op, d } = JSON.parse(text) as { readonly op: number; readonly d: { readonly token: string } };
    const script = this.#scriptFor(listener.compression);
    if (op === HEARTBEAT) {
      this.#heartbeats += 1;
      if (script.ack !== undefined) listener.socket.write(script.ack);
    }
    if (op !== IDENTIFY) return;
    this.#options.identified(d.token.replace(/^Bot /, ''), listener);
    listener.socket.write(script.greetings);
  }

  #answerTo(path: string): object {
    if (/\/gateway(\/bot)?$/.test(path)) {
      return {
        url: this.#gatewayUrl,
        shards: 1,
        session_start_limit: {
          total: 1_000,
          remaining: 1_000,
          reset_after: 0,
          max_concurrency: this.#options.maxConcurrency,
        },
      };
    }
    if (path.endsWith('/applications/@me')) {
      return { id: BOT_ID, name: 'bench', flags: 0, bot_public: true, bot_require_code_grant: false };
    }
    return { id: BOT_ID, username: 'bench', discriminator: '0', bot: true, avatar: null };
  }
}
