/** An attack on a server that others use meanwhile: they must not notice, and it must not grow. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TestClient } from '../gateway/support/test-client.ts';

const HOUSE = fileURLToPath(new URL('house.ts', import.meta.url));
const PATIENCE_MS = 30_000;
const LIFETIME_MS = 180_000;
const MIB = 1_048_576;

interface Memory {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
}

export class Siege implements AsyncDisposable {
  readonly apiBase: string;
  readonly gatewayUrl: string;
  readonly token: string;
  readonly channelId: string;
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #witness: TestClient;
  readonly #sockets = new Set<Socket>();
  #said = 0;

  private constructor(
    child: ChildProcess,
    lines: AsyncIterator<string>,
    address: Siege,
    witness: TestClient,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.#witness = witness;
    this.apiBase = address.apiBase;
    this.gatewayUrl = address.gatewayUrl;
    this.token = address.token;
    this.channelId = address.channelId;
    this.port = Number(new URL(address.apiBase).port);
  }

  static async begin(): Promise<Siege> {
    const child = spawn(process.execPath, ['--expose-gc', '--conditions=guildhall-source', HOUSE], {
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: LIFETIME_MS,
      killSignal: 'SIGKILL',
    });
    const input: Interface = createInterface({ input: child.stdout });
    const lines = input[Symbol.asyncIterator]();
    const address = JSON.parse((await lines.next()).value ?? '') as Siege;
    const witness = await TestClient.ready(address.gatewayUrl, address.token, {
      intents: (1 << 9) | (1 << 15),
    });
    return new Siege(child, lines, address, witness);
  }

  /** A bare connection, on which one may say what one likes. */
  async open(): Promise<Socket> {
    const socket = connect(this.port, '127.0.0.1');
    this.#sockets.add(socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  /** What comes back for some bytes, until the server hangs up or has answered in full. */
  async answerTo(bytes: string | Buffer): Promise<string> {
    const socket = await this.open();
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
      // The body of a refusal is short and comes at once.
      if (answer.includes('\r\n\r\n') && answer.endsWith('}')) socket.destroy();
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(bytes);
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
    await closed;
    clearTimeout(timer);
    return answer;
  }

  /** A bot speaks by REST, and another one's session hears it. */
  async isUndisturbed(): Promise<void> {
    this.#said += 1;
    const content = `all is well ${this.#said}`;
    const response = await fetch(`${this.apiBase}/v10/channels/${this.channelId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ content }),
    });
    assert.equal(response.status, 200, await response.text());
    const isIt = ({ t, d }: { t: string | null; d: unknown }) =>
      t === 'MESSAGE_CREATE' && (d as { content: string }).content === content;
    await this.#witness.next(isIt, PATIENCE_MS);
  }

  /** Runs the attack, speaking all the while, and looks at what the server has grown by, while it goes on and afterwards. */
  async withstands(attack: () => Promise<unknown>, maxMib: number): Promise<void> {
    await this.isUndisturbed();
    const before = await this.#memory();
    let isOver = false;
    const attacked = attack().finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await this.isUndisturbed();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await attacked;
    const during = await this.#memory();
    const grown = (now: Memory) => (now.heapUsed + now.external - before.heapUsed - before.external) / MIB;
    assert.ok(grown(during) < maxMib, `${grown(during)} MiB held`);
    const rss = (during.rss - before.rss) / MIB;
    assert.ok(rss < maxMib + RSS_SLACK_MIB, `${rss} MiB resident`);
    await this.isUndisturbed();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#witness.webSocket.terminate();
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async #memory(): Promise<Memory> {
    this.#child.stdin?.write('\n');
    return JSON.parse((await this.#lines.next()).value ?? '') as Memory;
  }
}

/** What V8 and the allocator keep for themselves after some work. */
const RSS_SLACK_MIB = 128;
