/**
 * The first five minutes of a new user, on a clean clone: `npm start` with whatever Node is on the PATH, a bot that
 * receives events, Ctrl-C, and a second start that finds its data again. Run by `npm run smoke` (and CI), with commits
 * only: what is not committed is not cloned.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_READY_MS = 180_000;
const NEXT_READY_MS = 15_000;
const FIRST_EVENT_MS = 3_000;
const STOP_MS = 10_000;
const MAX_LINES_BEFORE_EVENT = 25;
/** The sample bot says what it receives: a line of it that names an event, such as GUILD_CREATE. */
const EVENT = /^\s*bot \| .*\b(?:[A-Z]+(?:_[A-Z]+)+|messages?)\b/;

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'guildhall-smoke-'));
const clone = join(folder, 'clone');
const tokenFile = join(clone, 'data', 'bot.token');
const running = new Set<ChildProcess>();

before(() => {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone]);
});

after(async () => {
  for (const child of running) kill(child, 'SIGKILL');
  // What SIGKILL orphaned ends by itself a moment later and may still write.
  if (running.size > 0) await sleep(1_000);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

let firstApplication = '';

test('a first npm start installs, is ready, and its bot receives events at once', async () => {
  const hall = startHall();
  await hall.line(/^Guildhall is ready\./, FIRST_READY_MS);
  firstApplication = await inspect(hall);
  const event = await hall.line(EVENT, FIRST_EVENT_MS);
  assert.ok(
    event.number <= MAX_LINES_BEFORE_EVENT,
    `the first event is line ${event.number}:\n${hall.output()}`,
  );
  if (process.platform !== 'win32') assert.equal(statSync(tokenFile).mode & 0o777, 0o600);
  await stop(hall);
});

test('a second npm start does not install again and finds its data again', async () => {
  const hall = startHall();
  await hall.line(/^Guildhall is ready\./, NEXT_READY_MS);
  assert.doesNotMatch(hall.output(), /installing/);
  assert.equal(await inspect(hall), firstApplication);
  await hall.line(EVENT, FIRST_EVENT_MS);
  await stop(hall);
});

/** What must hold of every start, once it is ready. @returns the sample application's id */
async function inspect(hall: Hall): Promise<string> {
  const rest = hall.find(/^REST\s+(http:\/\/127\.0\.0\.1:\d+\/api)$/m);
  const gateway = hall.find(/^Gateway\s+(ws:\/\/127\.0\.0\.1:\d+\/)$/m);
  const token = readFileSync(tokenFile, 'utf8').trim();
  const headers = { authorization: `Bot ${token}` };
  const info = (await (await fetch(`${rest}/v10/gateway/bot`, { headers })).json()) as { url?: string };
  assert.equal(info.url && new URL(info.url).href, gateway);
  const application = (await (await fetch(`${rest}/v10/applications/@me`, { headers })).json()) as {
    id?: string;
  };
  assert.match(application.id ?? '', /^\d+$/);
  return application.id ?? '';
}

async function stop(hall: Hall): Promise<void> {
  kill(hall.child, 'SIGINT');
  assert.deepEqual(
    await within(STOP_MS, hall.exit, 'end after Ctrl-C'),
    { code: 0, signal: null },
    hall.output(),
  );
  const token = readFileSync(tokenFile, 'utf8').trim();
  assert.ok(token.length > 20 && !hall.output().includes(token), 'the token is in the output');
}

interface Line {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
}

interface Hall {
  readonly child: ChildProcess;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  output(): string;
  /** The first line that matches, printed already or within the time. */
  line(pattern: RegExp, deadlineMs: number): Promise<Line>;
  /** The pattern's first group in what has been printed. */
  find(pattern: RegExp): string;
}

function startHall(): Hall {
  const child = spawn('npm', ['start', '--', '--port', '0'], {
    cwd: clone,
    env: userEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group, as a terminal gives it to a command: the target of its Ctrl-C.
    detached: process.platform !== 'win32',
    shell: process.platform === 'win32',
  });
  running.add(child);
  const lines: string[] = [];
  let changed = Promise.withResolvers<void>();
  const wake = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      // npm's remarks on the user's own configuration are not ours.
      if (!/^npm warn .*\bconfig\b/.test(line)) lines.push(line);
      wake();
    });
  }
  let ended = false;
  const { promise: exit, resolve, reject } = Promise.withResolvers<Awaited<Hall['exit']>>();
  child.on('error', reject);
  child.on('close', (code, signal) => {
    ended = true;
    running.delete(child);
    resolve({ code, signal });
    wake();
  });
  const output = () => lines.join('\n');
  const search = async (pattern: RegExp): Promise<Line> => {
    for (;;) {
      const index = lines.findIndex((line) => pattern.test(line));
      if (index >= 0) return { number: index + 1, text: lines[index] ?? '' };
      assert.ok(!ended, `npm start ended without a line ${pattern}:\n${output()}`);
      await changed.promise;
    }
  };
  return {
    child,
    exit,
    output,
    line: (pattern, deadlineMs) => within(deadlineMs, search(pattern), `print ${pattern}`, output),
    find: (pattern) => {
      const found = pattern.exec(output())?.[1];
      assert.ok(found !== undefined, `no line ${pattern} in:\n${output()}`);
      return found;
    },
  };
}

/** As in a user's shell: nothing of the npm and the Node that run this test. */
function userEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(?!config_(?:cache|registry|userconfig)$)/i.test(name) && !/^(INIT_CWD|NODE_.*)$/.test(name),
  );
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !part.includes('node_modules'));
  return { ...Object.fromEntries(own), PATH: path.join(delimiter) };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
}

async function within<T>(
  deadlineMs: number,
  wanted: Promise<T>,
  what: string,
  output = () => '',
): Promise<T> {
  const timer = new AbortController();
  const late = sleep(deadlineMs, undefined, { signal: timer.signal }).then(() =>
    assert.fail(`npm start did not ${what} within ${deadlineMs} ms:\n${output()}`),
  );
  try {
    return await Promise.race([wanted, late]);
  } finally {
    late.catch(() => {});
    timer.abort();
  }
}
