/** `guildhall doctor` and `guildhall listen` as a user runs them, against the local Discord and against nobody. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Finding, GatewayClient } from '@guildhall/client';
import { type House, openHouse, switchMembersIntentOff } from '../house.ts';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const DEADLINE = { timeout: 60_000 };

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function start(t: TestContext, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=guildhall-source', MAIN, ...args]);
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function run(t: TestContext, args: readonly string[]): Promise<Ended> {
  const child = start(t, args);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = await once(child, 'close');
  return { code, output, errors };
}

async function tokenFile(t: TestContext, token: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-doctor-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'bot.token');
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return file;
}

/** The findings of a doctor, of whom nothing but the cause is wanted. */
async function findings(
  t: TestContext,
  { hall, application }: House,
  args: readonly string[],
  token = application.token,
): Promise<{ readonly code: number | null; readonly found: readonly Finding[] }> {
  const file = await tokenFile(t, token);
  const { code, output, errors } = await run(t, [
    'doctor',
    '--json',
    '--token-file',
    file,
    '--api-base',
    hall.apiBase,
    ...args,
  ]);
  assert.ok(!output.includes(token) && !errors.includes(token));
  return { code, found: JSON.parse(output).findings };
}

function worst(found: readonly Finding[]): string {
  const [finding] = found;
  return `${finding?.severity} ${finding?.code}`;
}

test('doctor: all is well, and no session start is spent', DEADLINE, async (t) => {
  await using house = await openHouse();
  const { code, found } = await findings(t, house, ['--intents', 'GUILDS,GUILD_MEMBERS']);
  assert.deepEqual(
    found.map(({ severity, code }) => `${severity} ${code}`),
    ['ok TOKEN_ACCEPTED', 'ok GATEWAY_REACHABLE', 'ok IDENTIFIES_LEFT', 'ok INTENTS_GRANTED'],
  );
  assert.equal(code, 0);
  assert.equal(house.hall.gateway.sessionStartLimit(house.application.id).remaining, 1_000);
});

test('doctor: a wrong token', DEADLINE, async (t) => {
  await using house = await openHouse();
  const { code, found } = await findings(t, house, [], `${house.application.token}x`);
  assert.equal(worst(found), 'error TOKEN_REJECTED');
  assert.equal(code, 1);
});

test('doctor: an intent that the owner has switched off', DEADLINE, async (t) => {
  await using house = await openHouse();
  await switchMembersIntentOff(house);
  const { code, found } = await findings(t, house, ['--intents', 'GUILDS,GUILD_MEMBERS,GUILD_PRESENCES']);
  assert.equal(worst(found), 'error INTENTS_NOT_GRANTED');
  assert.match(found[0]?.seen ?? '', /may not use GUILD_MEMBERS:/);
  assert.equal(code, 1);
});

test('doctor: a budget that is used up', DEADLINE, async (t) => {
  await using house = await openHouse({ limits: { startsPerWindow: 2 } });
  const { hall, application } = house;
  for (let start = 0; start < 2; start += 1) {
    await using client = new GatewayClient({
      token: application.token,
      apiBase: hall.apiBase,
      intents: ['GUILDS'],
    });
    await client.open();
  }
  const { code, found } = await findings(t, house, []);
  assert.equal(worst(found), 'error IDENTIFIES_USED_UP');
  assert.match(found[0]?.seen ?? '', /^0 of 2 /);
  assert.equal(code, 1);
});

test('doctor: a gateway that does not let in', DEADLINE, async (t) => {
  await using house = await openHouse();
  house.hall.gateway.faults.add({ fault: { kind: 'refuse-upgrade', status: 503 } });
  const { code, found } = await findings(t, house, []);
  assert.equal(worst(found), 'error GATEWAY_UNREACHABLE');
  assert.match(found[0]?.seen ?? '', /503/);
  assert.equal(code, 1);
});

test('doctor: a dead host, and events that the intents keep away', DEADLINE, async (t) => {
  const file = await tokenFile(t, 'any.token.at-all');
  const { code, output } = await run(t, [
    ...['doctor', '--token-file', file, '--api-base', 'http://127.0.0.1:9/api'],
    ...['--intents', 'GUILDS', '--events', 'MESSAGE_CREATE'],
  ]);
  assert.match(output, /^ERROR {4}API_UNREACHABLE: .*ECONNREFUSED.*\n +-> Nothing listens/m);
  assert.match(output, /^ERROR {4}EVENT_WITHOUT_INTENT: MESSAGE_CREATE .*GUILD_MESSAGES or DIRECT_MESSAGES/m);
  assert.match(output, /^2 error\(s\), 0 warning\(s\)$/m);
  assert.equal(code, 1);
});

test('doctor and listen: a wrong command line ends with 2', DEADLINE, async (t) => {
  const file = await tokenFile(t, 'any.token.at-all');
  const wrong: readonly (readonly [args: readonly string[], errors: RegExp])[] = [
    [['doctor'], /--token-file FILE is needed/],
    [['listen', '--token-file', `${file}.not`], /there is no token in/],
    [['doctor', '--token-file', file, '--events', 'MESSAGE'], /there is no event "MESSAGE"/],
    [
      ['listen', '--token-file', file, '--intents', 'MESSAGES'],
      /there is no intent "MESSAGES"; known are GUILDS/,
    ],
    [['listen', '--token-file', file, '--api-base', 'discord.com'], /--api-base: .*a URL of http/],
  ];
  for (const [args, errors] of wrong) {
    const ended = await run(t, args);
    assert.equal(ended.code, 2, args.join(' '));
    assert.match(ended.errors, errors);
  }
});

test('a client that hears nothing explains why: no handlers, then no MESSAGE_CONTENT', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall, application, userId, channelId } = house;
  const client = new GatewayClient({
    token: application.token,
    apiBase: hall.apiBase,
    intents: ['GUILDS', 'GUILD_MESSAGES'],
  });
  house.leaving.push(() => client.close());
  await client.open();
  await hall.say(userId, channelId, 'is anybody there?');
  while (!client.state.events.some(({ name }) => name === 'MESSAGE_CREATE'))
    await new Promise((resolve) => setTimeout(resolve, 5));
  const before = await client.explain();
  assert.equal(worst(before), 'error NO_HANDLERS');
  assert.match(before.find(({ code }) => code === 'EVENTS_SKIPPED')?.seen ?? '', /MESSAGE_CREATE \(1\)/);
  const contents: string[] = [];
  client.on('MESSAGE_CREATE', ({ content }) => contents.push(content));
  await hall.say(userId, channelId, 'and now?');
  while (contents.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(contents, ['']);
  assert.equal(worst(await client.explain()), 'warning MESSAGE_CONTENT_MISSING');
});

for (const json of [false, true]) {
  test(
    `listen${json ? ' --json' : ''}: events in lines until Ctrl-C, which ends the session`,
    DEADLINE,
    async (t) => {
      await using house = await openHouse();
      const { hall, application, userId, channelId } = house;
      const child = start(t, [
        ...['listen', '--token-file', await tokenFile(t, application.token), '--api-base', hall.apiBase],
        ...['--intents', 'GUILDS,GUILD_MESSAGES,MESSAGE_CONTENT', '--events', 'MESSAGE_CREATE'],
        ...(json ? ['--json'] : []),
      ]);
      assert.ok(child.stdout !== null && child.stderr !== null);
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const states = createInterface({ input: child.stderr });
      await once(states, 'line');
      if (!json) assert.match(String((await lines.next()).value), /^time \(UTC\) .* details/);
      await hall.say(userId, channelId, 'hello \u001b[2J');
      const line = String((await lines.next()).value);
      if (json) {
        const event = JSON.parse(line);
        assert.equal(event.name, 'MESSAGE_CREATE');
        assert.equal(event.data.content, 'hello \u001b[2J');
        assert.equal(event.shard, 0);
      } else {
        assert.match(line, /MESSAGE_CREATE .* channel=\d+ .* ada "hello ·\[2J"$/);
      }
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      assert.deepEqual(await ended, [0, null]);
      assert.deepEqual(hall.gateway.sessions(application.id), []);
    },
  );
}

test(
  'listen: a final refusal ends it with the cure, a reader that goes ends it well',
  DEADLINE,
  async (t) => {
    await using house = await openHouse();
    const { hall, application } = house;
    const file = await tokenFile(t, application.token);
    const address = ['--token-file', file, '--api-base', hall.apiBase];
    const child = start(t, ['listen', ...address, '--intents', 'GUILDS']);
    assert.ok(child.stdout !== null);
    const ended = once(child, 'exit');
    // As `head` does after some lines.
    await once(child.stdout, 'data');
    child.stdout.destroy();
    while (hall.gateway.sessions(application.id).length > 0 && child.exitCode === null) {
      await hall.createGuild({ name: 'more to say', bots: [application.botUserId] });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(await ended, [0, null]);

    await switchMembersIntentOff(house);
    const refused = await run(t, ['listen', ...address, '--intents', 'GUILD_MEMBERS']);
    assert.equal(refused.code, 1);
    assert.match(refused.errors, /GUILD_MEMBERS/);
  },
);
