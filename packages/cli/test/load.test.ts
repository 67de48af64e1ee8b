/** `guildhall load`: its pace, its mix and its reports. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { GatewayClient } from '@guildhall/client';
import { type Guildhall, startGuildhall } from '@guildhall/server';
import { UsageError } from '../src/arguments.ts';
import { parseLoadArguments } from '../src/load/load-arguments.ts';
import { LoadMix } from '../src/load/load-mix.ts';
import { LoadMeter, reportLines } from '../src/load/load-report.ts';
import { type Mix, USUAL_MIX } from '../src/load/mix.ts';
import { Pacer } from '../src/load/pacer.ts';

const DEADLINE = { timeout: 60_000 };
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** With a clock of its own. */
function pacerAt(perSecond: number, actMs = 0) {
  const clock = { nowMs: 0 };
  const errors: unknown[] = [];
  const act = { run: () => {} };
  const pacer = new Pacer({
    perSecond,
    act: () => {
      clock.nowMs += actMs;
      act.run();
    },
    onError: (error) => errors.push(error),
    now: () => clock.nowMs,
  });
  return { pacer, clock, errors, act };
}

describe('the pacer', () => {
  test('makes as many as are due, whenever it has its turn', () => {
    const { pacer, clock } = pacerAt(1_000);
    for (const [nowMs, made] of [
      [0, 1],
      [5, 6],
      [5, 6],
      [105, 106],
      [500, 501],
    ] as const) {
      clock.nowMs = nowMs;
      pacer.turn();
      assert.equal(pacer.made, made);
    }
    assert.equal(pacer.skipped, 0);
  });

  test('gives others their turn when acts take long', () => {
    const { pacer, clock } = pacerAt(1_000, 3);
    clock.nowMs = 500;
    pacer.turn();
    assert.equal(pacer.made, 7);
  });

  test('does not make up for what is more than a second late, and says how much that is', () => {
    const { pacer, clock } = pacerAt(100);
    clock.nowMs = 5_000;
    pacer.turn();
    assert.equal(pacer.skipped, 400);
    assert.equal(pacer.made, 101);
  });

  test('keeps a fraction of one a second', () => {
    const { pacer, clock } = pacerAt(0.5);
    for (clock.nowMs = 0; clock.nowMs <= 10_000; clock.nowMs += 100) pacer.turn();
    assert.equal(pacer.made, 6);
  });

  test('stops at an error, and tells it', () => {
    const { pacer, errors, act } = pacerAt(100);
    act.run = () => {
      throw new Error('of a test');
    };
    pacer.turn();
    assert.equal(errors.length, 1);
  });
});

async function openHall(mix: Mix, seed: number) {
  const hall: Guildhall = await startGuildhall({ log: 'silent', limits: { identifyBucketMs: 0 } });
  const bot = await hall.createApplication({
    name: 'load',
    privilegedIntents: ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'],
  });
  const load = await LoadMix.create(hall, bot.botUserId, { guilds: 5, members: 4, mix, seed });
  return { hall, load, token: bot.token };
}

/** Names of the events of so many acts. */
async function eventsOf(mix: Mix, seed: number, acts = 2_000): Promise<readonly string[]> {
  const { hall, load } = await openHall(mix, seed);
  const names: string[] = [];
  hall.world.bus.subscribe((event) => {
    if (event.kind === 'dispatch') names.push(event.name);
  });
  for (let count = 0; count < acts; count += 1) load.next();
  await hall.world.committed();
  await hall.close();
  return names;
}

describe('the mix', () => {
  test('is of everything that goes on, and the same for the same seed', DEADLINE, async () => {
    const names = await eventsOf(USUAL_MIX, 1);
    const expected = [
      'MESSAGE_CREATE',
      'TYPING_START',
      'PRESENCE_UPDATE',
      'MESSAGE_REACTION_ADD',
      'MESSAGE_UPDATE',
      'MESSAGE_DELETE',
      'VOICE_STATE_UPDATE',
      'GUILD_MEMBER_ADD',
      'GUILD_MEMBER_REMOVE',
    ];
    for (const name of expected) assert.ok(names.includes(name), name);
    const share = names.filter((name) => name === 'MESSAGE_CREATE').length / 2_000;
    assert.ok(share > 0.25 && share < 0.35, String(share));
    assert.deepEqual(await eventsOf(USUAL_MIX, 1), names);
    assert.notDeepEqual(await eventsOf(USUAL_MIX, 2), names);
  });

  test('leaves out what has no share', DEADLINE, async () => {
    const { mix } = parseLoadArguments(['--mix', 'typing=3,voice=1']);
    assert.deepEqual([...new Set(await eventsOf(mix, 1, 500))].sort(), [
      'TYPING_START',
      'VOICE_STATE_UPDATE',
    ]);
  });
});

test('a report tells of each session what it was given', DEADLINE, async (t) => {
  const { hall, load, token } = await openHall(USUAL_MIX, 1);
  t.after(() => hall.close());
  const client = new GatewayClient({ apiBase: hall.apiBase, token, intents: ['GUILDS', 'GUILD_MESSAGES'] });
  t.after(() => client.close());
  await client.open();
  const counts = { made: 0, skipped: 0 };
  const meter = new LoadMeter(hall.gateway, () => ({ ...counts }));
  t.after(() => meter.stop());
  meter.next();
  const heard = client.waitFor('MESSAGE_CREATE');
  for (; counts.made < 500; counts.made += 1) load.next();
  await heard;
  const report = meter.next();
  assert.ok(report.madePerSecond > 0);
  assert.equal(report.skipped, 0);
  const [session] = report.sessions;
  assert.ok(session !== undefined && session.eventsPerSecond > 0);
  assert.deepEqual([session.shard, session.state], [[0, 1], 'live']);
  assert.match(reportLines(report), /\/s made {2}CPU \d+ %/);
  assert.match(reportLines({ ...report, sessions: Array(12).fill(session) }), /and 2 more$/);
  assert.match(reportLines({ ...report, skipped: 3, sessions: [] }), /3 SKIPPED[\s\S]*no session$/);
});

test('the command runs as long as it was asked for', DEADLINE, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-load-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const args = ['load', '--guilds', '3', '--rate', '20', '--for', '6', '--port', '0', '--json'];
  const tokenFile = join(folder, 'load.token');
  const child = execFile(process.execPath, [
    '--conditions=guildhall-source',
    MAIN,
    ...args,
    '--token-file',
    tokenFile,
  ]);
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout?.on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  const [report] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(report.madePerSecond > 0);
  assert.deepEqual(report.sessions, []);
});

test('command lines', () => {
  assert.equal(parseLoadArguments([]).rate, 1);
  assert.equal(parseLoadArguments(['--guilds', '1000', '--rate', '0.25']).rate, 0.25);
  for (const args of [
    ['--rate', '0'],
    ['--rate', 'fast'],
    ['--guilds', '10000', '--rate', '100'],
    ['--guilds', '10000', '--members', '1000'],
    ['--mix', 'war=1'],
    ['--mix', 'message=0'],
  ]) {
    assert.throws(() => parseLoadArguments(args), UsageError, args.join(' '));
  }
});
