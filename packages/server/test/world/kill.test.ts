/** kill -9 in the middle of a load of writes: whatever an answer has confirmed is there, and the file is sound. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { multipart } from '../support/multipart.ts';

const SERVED = fileURLToPath(new URL('fixtures/served.ts', import.meta.url));
const ROUNDS = 3;
const CONFIRMED_BEFORE_KILL = 120;
const WRITERS = 8;
const SERVER_DEADLINE_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'guildhall-kill-'));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Town {
  readonly token: string;
  readonly guildId: string;
  readonly channelId: string;
}
interface Written {
  /** The path under which it is read again. */
  readonly path: string;
  /** What may be there, the last of it confirmed; null for nothing. One for which no answer came may have been done or not. */
  readonly allowed: (string | null)[];
  readonly of: (body: Record<string, unknown>) => unknown;
}

const contentOf = ({ content }: Record<string, unknown>) => content;
const nameOf = ({ name }: Record<string, unknown>) => name;

test('kill -9 over and over while bots write by HTTP', { timeout: SERVER_DEADLINE_MS }, async () => {
  const file = join(folder, 'world.sqlite');
  let town: Town | null = null;
  const written: Written[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { child, ...address } = await serve(file);
    town ??= address as unknown as Town;
    await assertAllThere(address.apiBase, town, written);
    const load = new Load(address.apiBase, town, written, () => child.kill('SIGKILL'));
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => load.write(round, writer)));
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.equal(child.signalCode, 'SIGKILL');
    assertSound(file);
  }
  const { child, apiBase } = await serve(file);
  assert.ok(town !== null && written.length > ROUNDS * WRITERS);
  await assertAllThere(apiBase, town, written);
  child.kill('SIGKILL');
  await once(child, 'exit');
});

/** What many writers do at once, until the server is no more. */
class Load {
  readonly #apiBase: string;
  readonly #town: Town;
  readonly #written: Written[];
  readonly #kill: () => void;
  #confirmed = 0;

  constructor(apiBase: string, town: Town, written: Written[], kill: () => void) {
    this.#apiBase = apiBase;
    this.#town = town;
    this.#written = written;
    this.#kill = kill;
  }

  /** Creates, changes and takes away, and notes what was confirmed. Ends with the first call that has no answer. */
  async write(round: number, writer: number): Promise<void> {
    const { guildId, channelId } = this.#town;
    const messages = `/channels/${channelId}/messages`;
    for (let turn = 0; ; turn += 1) {
      const text = `round ${round}, writer ${writer}, turn ${turn}`;
      const message = await this.#create(messages, contentOf, text, { content: text });
      const role = message && (await this.#create(`/guilds/${guildId}/roles`, nameOf, text, { name: text }));
      const file = role && (await this.#upload(messages, text));
      const isAlive =
        file &&
        (await this.#change(message, 'PATCH', `${text}, edited`, { content: `${text}, edited` })) &&
        (await this.#change(role, 'PATCH', `${text}, named`, { name: `${text}, named` })) &&
        (turn % 2 === 0 || (await this.#change(message, 'DELETE', null))) &&
        (turn % 2 === 1 || (await this.#change(role, 'DELETE', null)));
      if (!isAlive) return;
    }
  }

  async #create(path: string, of: Written['of'], value: string, body: object): Promise<Written | null> {
    const answer = await this.#call('POST', path, body);
    return answer && this.#note({ path: `${path}/${String(answer.id)}`, allowed: [value], of });
  }

  /** A message with a file, whose bytes are what is read again. */
  async #upload(path: string, text: string): Promise<Written | null> {
    const form = multipart({ content: 'a file' }, [{ field: 'files[0]', filename: 'a.txt', bytes: text }]);
    const answer = await this.#call('POST', path, form.payload, form.headers);
    const [attachment] = (answer?.attachments ?? []) as readonly { readonly url: string }[];
    if (attachment === undefined) return null;
    const { pathname } = new URL(attachment.url);
    return this.#note({ path: pathname, allowed: [text], of: (body) => body });
  }

  async #change(target: Written, method: 'PATCH' | 'DELETE', value: string | null, body?: object) {
    target.allowed.push(value);
    const answer = await this.#call(method, target.path, body);
    if (answer !== null) target.allowed.splice(0, target.allowed.length, value);
    return answer !== null;
  }

  #note(one: Written): Written {
    this.#written.push(one);
    return one;
  }

  /** Null when no answer came, as the server was killed. */
  async #call(method: string, path: string, body?: object | Buffer, headers: Record<string, string> = {}) {
    try {
      const isForm = body instanceof Buffer;
      const response = await fetch(`${this.#apiBase}/v10${path}`, {
        method,
        headers: {
          authorization: `Bot ${this.#town.token}`,
          ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isForm ? new Uint8Array(body) : JSON.stringify(body) }),
      });
      const text = await response.text();
      assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
      this.#confirmed += 1;
      if (this.#confirmed === CONFIRMED_BEFORE_KILL) this.#kill();
      return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return null;
    }
  }
}

async function serve(file: string): Promise<{ child: ChildProcess; apiBase: string }> {
  const child = spawn(process.execPath, ['--conditions=guildhall-source', SERVED, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: SERVER_DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, ...(JSON.parse(line) as { apiBase: string }) };
  }
  throw new Error('the server has ended without a word');
}

async function assertAllThere(apiBase: string, { token }: Town, written: readonly Written[]): Promise<void> {
  const read = async ({ path, allowed, of }: Written) => {
    const isFile = path.startsWith('/attachments/');
    const base = isFile ? new URL(apiBase).origin : `${apiBase}/v10`;
    const response = await fetch(`${base}${path}`, { headers: { authorization: `Bot ${token}` } });
    const body = isFile ? await response.text() : await response.json();
    const found = response.status === 404 ? null : of(body as Record<string, unknown>);
    assert.ok(
      allowed.includes(found as string | null),
      `${path}: ${String(found)} is none of ${allowed.join(' | ')}`,
    );
  };
  await Promise.all(written.map(read));
}

function assertSound(file: string): void {
  const database = new DatabaseSync(file);
  try {
    assert.deepEqual(
      database
        .prepare('PRAGMA integrity_check')
        .all()
        .map((row) => ({ ...row })),
      [{ integrity_check: 'ok' }],
    );
    assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), []);
  } finally {
    database.close();
  }
}
