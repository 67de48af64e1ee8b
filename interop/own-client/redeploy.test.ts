/** The example of a redeploy, in processes of its own, on our server, while the guild goes on talking. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type House, openHouse } from '../house.ts';

const DEADLINE = { timeout: 60_000, skip: process.platform === 'win32' && 'no SIGTERM to catch' };
const EXAMPLE = fileURLToPath(new URL('../../examples/redeploy.ts', import.meta.url));
const DEPLOYS = 3;
/** The server keeps 75 missed events for each guild of a session. */
const QUIET_GUILDS = 20;

/** One version of the bot, from its start to its end. */
class Deploy {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(house: House, snapshot: string) {
    const { hall, application } = house;
    const args = ['--conditions=guildhall-source', '--disable-warning=ExperimentalWarning', EXAMPLE];
    this.#child = spawn(process.execPath, args, {
      env: {
        ...process.env,
        GUILDHALL_API: hall.apiBase,
        DISCORD_TOKEN: application.token,
        GUILDHALL_SNAPSHOT: snapshot,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { stdout } = this.#child;
    assert.ok(stdout !== null);
    createInterface({ input: stdout }).on('line', (line) => this.lines.push(line));
    this.#ended = once(this.#child, 'close');
    house.leaving.push(async () => {
      this.#child.kill('SIGKILL');
      await this.#ended;
    });
  }

  /** Resolves when the bot has handled so many messages. */
  async handles(count: number, signal: AbortSignal): Promise<void> {
    await this.#until(() => this.handled.length >= count, signal);
  }

  /** Resolves when the bot has printed the line. */
  async says(line: string, signal: AbortSignal): Promise<void> {
    await this.#until(() => this.lines.includes(line), signal);
  }

  async #until(done: () => boolean, signal: AbortSignal): Promise<void> {
    while (!done()) {
      assert.equal(this.#child.exitCode, null, `it ended: ${this.lines.join('; ')}`);
      await sleep(10, undefined, { signal });
    }
  }

  get handled(): readonly string[] {
    return this.lines.filter((line) => line.startsWith('handled ')).map((line) => line.slice(8));
  }

  async terminate(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
    assert.equal(this.#child.exitCode, 0, this.lines.join('; '));
  }
}

test(
  'a bot that is restarted under load handles every message once, in one session',
  DEADLINE,
  async ({ signal }) => {
    await using house = await openHouse();
    const { hall, application, userId, channelId } = house;
    for (let number = 0; number < QUIET_GUILDS; number += 1) {
      await hall.createGuild({ name: `quiet ${number}`, bots: [application.id] });
    }
    const folder = await mkdtemp(join(tmpdir(), 'guildhall-redeploy-'));
    house.leaving.push(() => rm(folder, { recursive: true }));
    const snapshot = join(folder, 'snapshot.json');

    const first = new Deploy(house, snapshot);
    await first.says('new session', signal);
    const sessionId = hall.gateway.sessions(application.id)[0]?.id;

    let talking = true;
    const said: string[] = [];
    const talk = (async () => {
      while (talking) {
        said.push(String(said.length));
        await hall.say(userId, channelId, String(said.length - 1));
        await sleep(2, undefined, { signal });
      }
    })();
    talk.catch(() => {});

    const deploys = [first];
    for (let number = 0; number < DEPLOYS; number += 1) {
      const running = deploys.at(-1);
      await running?.handles(50, signal);
      await running?.terminate();
      // The guild goes on while nobody is connected.
      const before = said.length;
      while (said.length < before + 20) await sleep(1, undefined, { signal });
      deploys.push(new Deploy(house, snapshot));
    }
    await deploys.at(-1)?.handles(50, signal);
    talking = false;
    await talk;
    const handled = (): readonly string[] => deploys.flatMap((deploy) => deploy.handled);
    while (handled().length < said.length) await sleep(10, undefined, { signal });
    // RESUMED follows the replay: only who was there to its end has heard of it, and SIGTERM may have come before that.
    await deploys.at(-1)?.says('same session', signal);
    await deploys.at(-1)?.terminate();

    assert.deepEqual(handled(), said);
    for (const deploy of deploys.slice(1)) assert.ok(!deploy.lines.includes('new session'));
    const [session, ...others] = hall.gateway.sessions(application.id);
    assert.equal(session?.id, sessionId, 'four processes, one session');
    assert.deepEqual(others, []);
    assert.deepEqual(await readdir(folder), ['snapshot.json'], 'the last one has left its own');
  },
);
