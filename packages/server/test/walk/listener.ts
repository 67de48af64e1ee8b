import assert from 'node:assert/strict';
import { TestClient } from '../gateway/support/test-client.ts';
import type { Dispatch, Replica } from './replica.ts';
import type { Wire } from './wire.ts';

const PATIENCE_MS = 30_000;
const HEARTBEAT = 1;
const RESUME = 6;
const ACKNOWLEDGED = 11;
const HELLO = 10;
/** Whose payload is the guild. */
const GUILD_ITSELF = ['GUILD_CREATE', 'GUILD_UPDATE', 'GUILD_DELETE'];

/** A session that listens, whatever becomes of its connections, and the guild as it knows it. */
export class Listener {
  readonly replica: Replica;
  readonly #gatewayUrl: string;
  readonly #token: string;
  readonly #query: string;
  #client: TestClient;
  #sessionId = '';
  #read = 0;
  #seq = 0;
  #heard: Dispatch[] = [];

  private constructor(
    replica: Replica,
    client: TestClient,
    gatewayUrl: string,
    token: string,
    query: string,
  ) {
    this.replica = replica;
    this.#client = client;
    this.#gatewayUrl = gatewayUrl;
    this.#token = token;
    this.#query = query;
  }

  /** Identifies, and knows the guild when this resolves. */
  static async start(
    replica: Replica,
    gatewayUrl: string,
    token: string,
    intents: number,
    query: string,
  ): Promise<Listener> {
    const client = new TestClient(gatewayUrl, { query });
    const listener = new Listener(replica, client, gatewayUrl, token, query);
    await client.next(({ op }) => op === HELLO, PATIENCE_MS);
    client.identify(token, { intents });
    const ready = await client.next(({ t }) => t === 'READY', PATIENCE_MS);
    listener.#sessionId = String((ready.d as { session_id: string }).session_id);
    await client.next(({ t }) => t === 'GUILD_CREATE', PATIENCE_MS);
    await listener.settle();
    listener.take();
    return listener;
  }

  /** Everything that has been sent up to now has been heard, over a new connection if the old one has broken. */
  async settle(): Promise<void> {
    if (!(await this.#acknowledged())) await this.#resume();
    for (const { t, d, s } of this.#client.received.slice(this.#read)) {
      if (t === null || s === null) continue;
      assert.equal(s, this.#seq + 1, `after ${this.#seq} comes the next number (${t})`);
      this.#seq = s;
      const dispatch = { t, d: d as Wire };
      if (!isOfGuild(dispatch, this.replica.guildId)) continue;
      this.#heard.push(dispatch);
      this.replica.hear(dispatch);
    }
    this.#read = this.#client.received.length;
  }

  /** What has been heard since it was last asked for. */
  take(): readonly Dispatch[] {
    return this.#heard.splice(0);
  }

  /** The line breaks; what comes meanwhile is missed. */
  async cut(): Promise<void> {
    await this.settle();
    this.#client.webSocket.terminate();
    await this.#client.closed;
  }

  async close(): Promise<void> {
    if (this.#client.webSocket.readyState === this.#client.webSocket.OPEN) await this.#client.close();
    else this.#client.webSocket.terminate();
  }

  /** False when the connection has gone. */
  async #acknowledged(): Promise<boolean> {
    const { webSocket } = this.#client;
    if (webSocket.readyState !== webSocket.OPEN) return false;
    this.#client.send(HEARTBEAT, null);
    const gone = this.#client.closed.then(() => false);
    const answered = this.#client
      .next(({ op }) => op === ACKNOWLEDGED, PATIENCE_MS)
      .then(
        () => true,
        (error: unknown) => {
          if (webSocket.readyState === webSocket.CLOSED) return false;
          throw error;
        },
      );
    return Promise.race([answered, gone]);
  }

  async #resume(): Promise<void> {
    await this.#client.closed;
    const missed = this.#client.received.slice(this.#read);
    const last = missed.reduce((seq, { s }) => Math.max(seq, s ?? 0), this.#seq);
    const client = new TestClient(this.#gatewayUrl, { query: this.#query });
    await client.next(({ op }) => op === HELLO, PATIENCE_MS);
    client.send(RESUME, { token: this.#token, session_id: this.#sessionId, seq: last });
    await client.next(({ t }) => t === 'RESUMED', PATIENCE_MS);
    this.#client = client;
    // What the old connection brought comes before what the new one brings.
    client.received.unshift(...missed);
    this.#read = 0;
    await this.#acknowledged();
  }
}

function isOfGuild({ t, d }: Dispatch, guildId: string): boolean {
  return GUILD_ITSELF.includes(t) ? d.id === guildId : d.guild_id === guildId;
}
