/** `guildhall serve` as a user runs it: a process of its own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const BOT = fileURLToPath(new URL('./fixtures/bot.ts', import.meta.url));
const DEADLINE = { timeout: 30_000 };

class Served {
  readonly child: ChildProcess;
  output = '';
  #grown = Promise.withResolvers<void>();

  constructor(t: TestContext, args: readonly string[]) {
    this.child = spawn(process.execPath, [
      '--conditions=guildhall-source',
      MAIN,
      'serve',
      '--port',
      '0',
      ...args,
    ]);
    t.after(() => this.child.kill('SIGKILL'));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        this.#wake();
      });
    }
    this.child.once('exit', () => this.#wake());
  }

  /** The first group of the pattern, once the output has it. */
  async find(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found[1] ?? found[0];
      assert.equal(this.child.exitCode, null, `it ended before it said ${pattern}:\n${this.output}`);
      await this.#grown.promise;
    }
  }

  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    return (await ended)[0];
  }

  #wake(): void {
    this.#grown.resolve();
    this.#grown = Promise.withResolvers<void>();
  }
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-cli-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test(
  'first start, second start: the same world, secrets in closed files and never in the output',
  DEADLINE,
  async (t) => {
    const data = join(await temporaryFolder(t), 'deep', 'data');
    const first = new Served(t, ['--data', data, '--rate', '600', '--bot', BOT]);
    await first.find(/Guildhall is ready/);
    const application = await first.find(/application "[^"]+" (\d+)/);
    const api = await first.find(/REST +(\S+)/);
    assert.equal(await first.find(/bot \| (api .*)/), `api ${api} file true`);
    await first.find(/bot \| and on the other stream/);
    assert.ok((await first.find(/^[\s\S]*Guildhall is ready/)).split('\n').length <= 25, first.output);

    const token = (await readFile(join(data, 'bot.token'), 'utf8')).trim();
    const ownerKey = (await readFile(join(data, 'owner.key'), 'utf8')).trim();
    for (const name of ['bot.token', 'owner.key']) {
      if (process.platform !== 'win32')
        assert.equal((await stat(join(data, name))).mode & 0o777, 0o600, name);
    }
    const me = await fetch(`${api}/v10/users/@me`, { headers: { authorization: `Bot ${token}` } });
    assert.equal(me.status, 200);
    const owned = await fetch(new URL(`/owner/v1/applications/${application}`, api), {
      headers: { authorization: `Bearer ${ownerKey}` },
    });
    assert.equal(owned.status, 200);
    assert.equal(await first.stop('SIGINT'), 0);
    assert.ok(!first.output.includes(token) && !first.output.includes(ownerKey));

    const second = new Served(t, ['--data', data, '--quiet']);
    await second.find(/Guildhall is ready/);
    assert.equal(await second.find(/application "[^"]+" (\d+)/), application);
    assert.equal((await readFile(join(data, 'bot.token'), 'utf8')).trim(), token);
    assert.equal(await second.stop('SIGTERM'), 0);
  },
);

test(
  'a token file that was lost is made anew, one that holds another token is left alone',
  DEADLINE,
  async (t) => {
    const data = await temporaryFolder(t);
    const first = new Served(t, ['--data', data, '--quiet']);
    await first.find(/Guildhall is ready/);
    await first.stop('SIGINT');
    const file = join(data, 'bot.token');
    const token = await readFile(file, 'utf8');
    await rm(file);

    const second = new Served(t, ['--data', data, '--quiet']);
    await second.find(/Guildhall is ready/);
    await second.stop('SIGINT');
    assert.notEqual(await readFile(file, 'utf8'), token);

    await writeFile(file, token);
    const third = new Served(t, ['--data', data, '--quiet', '--bot', BOT]);
    await third.find(/no longer valid/);
    await third.find(/Guildhall is ready/);
    await third.stop('SIGINT');
    assert.equal(await readFile(file, 'utf8'), token);
    assert.doesNotMatch(third.output, /bot \|/);
  },
);

test(
  '--tls keeps one certificate in the data folder, its key closed, and says what to trust',
  DEADLINE,
  async (t) => {
    const data = await temporaryFolder(t);
    const first = new Served(t, ['--data', data, '--quiet', '--tls-port', '0']);
    await first.find(/Guildhall is ready/);
    const api = await first.find(/TLS +(https:\S+)/);
    const ca = await readFile(await first.find(/certificate to trust: (\S+)/), 'utf8');
    const status = await new Promise((resolve, reject) => {
      get(`${api}/v10/gateway`, { ca, agent: false }, (answer) => resolve(answer.statusCode)).on(
        'error',
        reject,
      );
    });
    assert.equal(status, 200);
    if (process.platform !== 'win32') assert.equal((await stat(join(data, 'tls.key'))).mode & 0o777, 0o600);
    await first.stop('SIGINT');

    const second = new Served(t, ['--data', data, '--quiet', '--tls-port', '0']);
    await second.find(/Guildhall is ready/);
    assert.equal(await readFile(join(data, 'tls-ca.crt'), 'utf8'), ca);
    await second.stop('SIGINT');
  },
);

test(
  'the owner’s key is kept where one says, and the page is left out when one says so',
  DEADLINE,
  async (t) => {
    const folder = await temporaryFolder(t);
    const keyFile = join(folder, 'my.key');
    const served = new Served(t, ['--memory', '--quiet', '--no-portal', '--owner-key-file', keyFile]);
    await served.find(/Guildhall is ready/);
    assert.doesNotMatch(served.output, /^Portal/m);
    const api = await served.find(/REST +(\S+)/);
    const authorization = `Bearer ${(await readFile(keyFile, 'utf8')).trim()}`;
    const users = await fetch(new URL('/owner/v1/users', api), { headers: { authorization } });
    assert.equal(users.status, 200);
    assert.equal((await fetch(new URL('/', api))).status, 404);
    const login = await fetch(new URL('/owner/v1/login', api), { method: 'POST' });
    assert.equal(login.status, 404);
    await served.stop('SIGINT');
  },
);

test('--memory leaves nothing behind', DEADLINE, async (t) => {
  const served = new Served(t, ['--memory', '--quiet']);
  await served.find(/Guildhall is ready/);
  const file = await served.find(/Bot token +in (\S+)/);
  assert.ok(existsSync(file));
  assert.equal(await served.stop('SIGINT'), 0);
  assert.ok(!existsSync(file));
});

test(
  'a port that is taken, a folder in use and a wrong option each end with one clear line',
  DEADLINE,
  async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await once(other, 'listening');
    const address = other.address();
    assert.ok(address !== null && typeof address === 'object');
    const taken = new Served(t, ['--memory', '--port', String(address.port)]);
    assert.equal((await once(taken.child, 'close'))[0], 1);
    assert.equal(taken.output, `guildhall: port ${address.port} is taken; choose another with --port\n`);

    // An address of RFC 5737, which no machine has.
    const elsewhere = new Served(t, ['--memory', '--host', '192.0.2.1']);
    assert.equal((await once(elsewhere.child, 'close'))[0], 1);
    assert.equal(
      elsewhere.output,
      'guildhall: 192.0.2.1 is no address of this machine; choose another with --host\n',
    );

    const data = await temporaryFolder(t);
    const holder = new Served(t, ['--data', data, '--quiet']);
    await holder.find(/Guildhall is ready/);
    const refused = new Served(t, ['--data', data]);
    assert.equal((await once(refused.child, 'close'))[0], 1);
    assert.match(refused.output, /^guildhall: .*in use.*\n$/);

    const wrong = new Served(t, ['--rate', 'fast']);
    assert.equal((await once(wrong.child, 'close'))[0], 2);
    assert.match(wrong.output, /^guildhall: --rate takes a whole number/);
  },
);
