/** The recorder between a client and a server, and its recordings played again. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { GatewayClient, type GatewayClientOptions } from '@guildhall/client';
import { clientFrame, FrameOpcode, newHandshakeKey, upgradeRequest } from '@guildhall/protocol';
import { type Guildhall, startGuildhall } from '@guildhall/server';
import { UsageError } from '../src/arguments.ts';
import { parseRecordArguments } from '../src/record/record-arguments.ts';
import { Recorder } from '../src/record/recorder.ts';
import { type Blanking, RECORDING_VERSION, type RecordingLine } from '../src/record/recording.ts';
import { readRecording } from '../src/record/recording-reader.ts';
import { RecordingWriter } from '../src/record/recording-writer.ts';
import { Redaction } from '../src/record/redaction.ts';
import { playTo } from '../src/replay/playing.ts';
import { parseReplayArguments } from '../src/replay/replay-arguments.ts';
import { ReplaySource } from '../src/replay/replay-source.ts';

const DEADLINE = { timeout: 60_000 };
const INTENTS = ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'] as const;
const GREETING = 'grüß dich, 世界 🌍 "\\/"';

interface Studio extends AsyncDisposable {
  readonly hall: Guildhall;
  readonly recorder: Recorder;
  readonly apiBase: string;
  readonly token: string;
  readonly file: string;
  say(content: string): Promise<void>;
  /** Closes the recorder. */
  lines(): Promise<readonly RecordingLine[]>;
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-recording-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function makeParts(file: string, blanked: readonly Blanking[], upstream: string) {
  const startedAt = new Date().toISOString();
  const header = {
    guildhall: 'recording',
    version: RECORDING_VERSION,
    startedAt,
    upstream,
    blanked,
  } as const;
  return { writer: new RecordingWriter(file, header), redaction: new Redaction(blanked) };
}

/** A server, and the recorder before it. */
async function openStudio(
  t: TestContext,
  { name = 'a.jsonl', blanked = [] as readonly Blanking[] } = {},
): Promise<Studio> {
  const file = join(await temporaryFolder(t), name);
  const hall = await startGuildhall({ log: 'silent', limits: { identifyBucketMs: 0, maxConcurrency: 16 } });
  const bot = await hall.createApplication({ name: 'bot', privilegedIntents: ['MESSAGE_CONTENT'] });
  const user = await hall.createUser({ username: 'ada' });
  const guild = await hall.createGuild({ name: 'Test', bots: [bot.botUserId] });
  await hall.joinGuild(guild.id, user.id);
  const { writer, redaction } = makeParts(file, blanked, hall.gatewayUrl);
  const recorder = new Recorder({
    host: '127.0.0.1',
    port: 0,
    apiBase: hall.apiBase,
    upstream: null,
    writer,
    redaction,
  });
  await recorder.listen();
  return {
    hall,
    recorder,
    apiBase: `http://${recorder.authority}/api`,
    token: bot.token,
    file,
    say: async (content) => void (await hall.say(user.id, guild.channels[0]?.id ?? '', content)),
    lines: async () => {
      await recorder[Symbol.asyncDispose]();
      await writer.close();
      const lines: RecordingLine[] = [];
      for await (const line of readRecording(file)) lines.push(line);
      return lines;
    },
    [Symbol.asyncDispose]: async () => {
      await recorder[Symbol.asyncDispose]();
      await hall.close();
    },
  };
}

async function openClient(
  t: TestContext,
  apiBase: string,
  token: string,
  more: Partial<GatewayClientOptions> = {},
): Promise<GatewayClient> {
  const client = new GatewayClient({ apiBase, token, intents: INTENTS, ...more });
  t.after(() => client.close());
  client.on('error', () => {});
  await client.open();
  return client;
}

const received = (lines: readonly RecordingLine[], name: string) =>
  lines.flatMap((line) => (line.kind === 'received' && line.t === name ? [line] : []));

const contentOf = (line: { readonly d: unknown } | undefined): unknown =>
  (line?.d as { readonly content?: unknown } | undefined)?.content;

describe('a client through the recorder hears what it would hear, whatever it speaks', () => {
  for (const encoding of ['json', 'etf'] as const) {
    for (const compression of ['none', 'zlib', 'zstd'] as const) {
      test(`${encoding}, ${compression}`, DEADLINE, async (t) => {
        await using studio = await openStudio(t);
        const { apiBase, token } = studio;
        const client = await openClient(t, apiBase, token, { encoding, compression });
        const heard = client.waitFor('MESSAGE_CREATE');
        await studio.say(GREETING);
        assert.equal((await heard)[0].content, GREETING);
        const lines = await studio.lines();
        const opened = lines.find(({ kind }) => kind === 'opened');
        assert.ok(opened?.kind === 'opened');
        assert.equal(opened.encoding, encoding);
        assert.equal(opened.compression, compression === 'none' ? 'none' : `${compression}-stream`);
        assert.equal(contentOf(received(lines, 'MESSAGE_CREATE')[0]), GREETING);
      });
    }
  }
});

test('a lost connection is resumed through the recorder, and nothing is missed', DEADLINE, async (t) => {
  await using studio = await openStudio(t);
  const { hall, apiBase, token } = studio;
  const client = await openClient(t, apiBase, token);
  const resumed = client.waitFor('RESUMED');
  const [session] = hall.gateway.sessions();
  hall.gateway.closeConnection(session?.id ?? '', 4_000, 'of a test');
  await resumed;
  const heard = client.waitFor('MESSAGE_CREATE');
  await studio.say('after');
  await heard;
  const lines = await studio.lines();
  const closed = lines.find(({ kind }) => kind === 'closed');
  assert.ok(closed?.kind === 'closed');
  assert.deepEqual([closed.by, closed.code, closed.reason], ['gateway', 4_000, 'of a test']);
  const [ready] = received(lines, 'READY');
  const resume = lines.find((line) => line.kind === 'sent' && line.op === 6);
  assert.ok(resume?.kind === 'sent');
  assert.ok(ready !== undefined);
  const { session_id: sessionId } = ready.d as { session_id: string };
  assert.deepEqual(resume.d, {
    token: '[redacted]',
    session_id: sessionId,
    seq: (resume.d as { seq: number }).seq,
  });
  assert.equal(sessionId, 'session-1');
  assert.equal(resume.connection, 2);
});

test('a gateway that refuses refuses the bot, with its status', DEADLINE, async (t) => {
  await using studio = await openStudio(t);
  const { hall, apiBase, token } = studio;
  hall.gateway.faults.add({ fault: { kind: 'refuse-upgrade', status: 503 } });
  await openClient(t, apiBase, token);
  const lines = await studio.lines();
  const [refused] = lines;
  assert.ok(refused?.kind === 'refused');
  assert.equal(refused.status, 503);
});

test(
  'no token, session id or resume URL is in a recording, and what is to be blank is',
  DEADLINE,
  async (t) => {
    await using studio = await openStudio(t, { blanked: ['content', 'names'] });
    const { apiBase, token, hall, file } = studio;
    const client = await openClient(t, apiBase, token);
    const heard = client.waitFor('MESSAGE_CREATE');
    await studio.say(`a secret, and ${token}`);
    await heard;
    const [session] = hall.gateway.sessions();
    await studio.lines();
    const text = await readFile(file, 'utf8');
    for (const secret of [token, session?.id ?? '-', 'secret', '"ada"', hall.gatewayUrl.slice(5, -1)]) {
      const where = text
        .split('\n')
        .slice(1)
        .find((line) => line.includes(secret));
      assert.equal(where, undefined, secret);
    }
  },
);

test('a bot that does not read makes the gateway wait, and not the memory fill', DEADLINE, async (t) => {
  await using studio = await openStudio(t);
  const { hall, recorder, token } = studio;
  const { hostname, port } = new URL(`http://${recorder.authority}`);
  const bot = connect(Number(port), hostname);
  t.after(() => bot.destroy());
  bot.write(upgradeRequest(new URL(`ws://${recorder.authority}/?v=10&encoding=json`), newHandshakeKey()));
  await once(bot, 'data');
  bot.pause();
  const properties = { os: 'linux', browser: 'test', device: 'test' };
  bot.write(
    clientFrame(FrameOpcode.TEXT, JSON.stringify({ op: 2, d: { token, intents: 513 | 32_768, properties } })),
  );
  const waits = () =>
    hall.gateway.sessions().some(({ unsentBytes, state }) => unsentBytes > 0 || state === 'detached');
  for (let count = 0; count < 100_000 && !waits(); count += 1) {
    await studio.say(randomBytes(1_400).toString('base64'));
    if (count % 50 === 0) await setImmediate();
  }
  assert.ok(waits());
});

test('an API that is not there is said at the start', async (t) => {
  const studio = await openStudio(t);
  await studio[Symbol.asyncDispose]();
  const { writer, redaction } = makeParts(join(await temporaryFolder(t), 'b.jsonl'), [], '');
  const options = {
    host: '127.0.0.1',
    port: 0,
    apiBase: studio.hall.apiBase,
    upstream: null,
    writer,
    redaction,
  };
  await assert.rejects(new Recorder(options).listen(), /\/v10\/gateway does not say where the gateway is/);
  await writer.close();
});

test('all of REST passes through', DEADLINE, async (t) => {
  await using studio = await openStudio(t);
  const { apiBase, token } = studio;
  const authorization = `Bot ${token}`;
  const me = await fetch(`${apiBase}/v10/users/@me`, { headers: { authorization } });
  assert.equal(((await me.json()) as { bot: boolean }).bot, true);
  const gateway = await fetch(`${apiBase}/v10/gateway`);
  assert.deepEqual(await gateway.json(), { url: apiBase.replace('http', 'ws').replace('/api', '') });
  assert.equal((await fetch(`${apiBase}/v10/users/@me`)).status, 401);
});

describe('played again', () => {
  /** A recording of some messages, and a server that plays it. */
  async function replayed(t: TestContext, messages: number, speed: number, name?: string) {
    const studio = await openStudio(t, name === undefined ? {} : { name });
    const client = await openClient(t, studio.apiBase, studio.token);
    const heard = client.waitFor('MESSAGE_CREATE', ({ content }) => content === `message ${messages}`);
    for (let number = 1; number <= messages; number += 1) await studio.say(`message ${number}`);
    await heard;
    await client.close();
    await studio.lines();
    await studio[Symbol.asyncDispose]();
    const hall = await startGuildhall({ log: 'silent', limits: { identifyBucketMs: 0 } });
    t.after(() => hall.close());
    const { token } = await hall.createApplication({
      name: 'replay',
      privilegedIntents: ['MESSAGE_CONTENT'],
    });
    const stop = playTo(hall, await ReplaySource.open(studio.file), speed, () => {});
    t.after(stop);
    return { hall, token };
  }

  for (const [encoding, compression, name] of [
    ['json', 'zstd', 'a.jsonl'],
    ['etf', 'zlib', 'a.jsonl.gz'],
  ] as const) {
    test(
      `${encoding} and ${compression} from ${name}: READY, guilds and messages, in order`,
      DEADLINE,
      async (t) => {
        const { hall, token } = await replayed(t, 2_500, 0, name);
        const contents: string[] = [];
        const seqs: number[] = [];
        const client = new GatewayClient({
          apiBase: hall.apiBase,
          token,
          intents: INTENTS,
          encoding,
          compression,
        });
        t.after(() => client.close());
        client.on('MESSAGE_CREATE', ({ content }, { seq }) => {
          contents.push(content);
          seqs.push(seq);
        });
        const guild = client.waitFor('GUILD_CREATE');
        const last = client.waitFor('MESSAGE_CREATE', ({ content }) => content === 'message 2500', {
          timeoutMs: 30_000,
        });
        await client.open();
        assert.equal((await guild)[0].id.length > 0, true);
        await last;
        assert.deepEqual(
          contents,
          Array.from({ length: 2_500 }, (_, index) => `message ${index + 1}`),
        );
        assert.ok(seqs.every((seq, index) => index === 0 || seq > (seqs[index - 1] ?? 0)));
      },
    );
  }

  test('a session that is cut off in between is resumed, and misses nothing', DEADLINE, async (t) => {
    const { hall, token } = await replayed(t, 2_500, 0);
    const contents: string[] = [];
    const client = new GatewayClient({ apiBase: hall.apiBase, token, intents: INTENTS });
    t.after(() => client.close());
    client.on('error', () => {});
    client.on('MESSAGE_CREATE', ({ content }) => {
      contents.push(content);
      if (contents.length === 500) {
        const [session] = hall.gateway.sessions();
        hall.gateway.closeConnection(session?.id ?? '', 4_000);
      }
    });
    const resumed = client.waitFor('RESUMED', () => true, { timeoutMs: 30_000 });
    const last = client.waitFor('MESSAGE_CREATE', ({ content }) => content === 'message 2500', {
      timeoutMs: 30_000,
    });
    await client.open();
    await Promise.all([resumed, last]);
    assert.equal(new Set(contents).size, 2_500);
    assert.equal(contents.length, 2_500);
  });

  test('at its pace: later by the speed', DEADLINE, async (t) => {
    const file = join(await temporaryFolder(t), 'slow.jsonl');
    const at = (ms: number, name: string, s: number, d: object) =>
      JSON.stringify({ at: ms, connection: 1, kind: 'received', op: 0, s, t: name, d });
    await writeFile(
      file,
      [
        JSON.stringify({ guildhall: 'recording', version: 1, startedAt: '', upstream: '', blanked: [] }),
        at(0, 'READY', 1, { session_id: 'session-1', guilds: [] }),
        JSON.stringify({ at: 5, connection: 1, kind: 'what comes later' }),
        at(60_000, 'MESSAGE_CREATE', 2, { content: 'a minute later' }),
        '{"at": 70000, "connec',
      ].join('\n'),
    );
    const hall = await startGuildhall({ log: 'silent' });
    t.after(() => hall.close());
    const { token } = await hall.createApplication({
      name: 'replay',
      privilegedIntents: ['MESSAGE_CONTENT'],
    });
    t.after(playTo(hall, await ReplaySource.open(file), 100, () => {}));
    const startedMs = performance.now();
    const client = new GatewayClient({ apiBase: hall.apiBase, token, intents: INTENTS });
    t.after(() => client.close());
    const heard = client.waitFor('MESSAGE_CREATE', () => true, { timeoutMs: 30_000 });
    await client.open();
    assert.equal((await heard)[0].content, 'a minute later');
    assert.ok(performance.now() - startedMs >= 590);
  });
});

describe('a file that is no recording says so', () => {
  const cases = [
    ['empty', '', /is empty/],
    ['no header', '{"at": 1}\n', /:1: is not the header of a recording/],
    ['of a later version', '{"guildhall":"recording","version":99}\n', /:1: version 99 is not known here/],
    ['no JSON', '{"guildhall":"recording","version":1}\nat: 1\n', /:2: is no JSON/],
    ['without READY', '{"guildhall":"recording","version":1}\n', /nobody got READY in it/],
  ] as const;
  for (const [title, text, message] of cases) {
    test(title, async (t) => {
      const file = join(await temporaryFolder(t), 'a.jsonl');
      await writeFile(file, text);
      await assert.rejects(ReplaySource.open(file), { name: 'RecordingError', message });
    });
  }
});

test('what is redacted, wherever it stands', () => {
  const redaction = new Redaction(['content']);
  redaction.hide('the.bot.token');
  assert.deepEqual(
    redaction.redact({
      token: 'a',
      user: { email: 'ada@example.org', username: 'ada' },
      list: [{ session_id: 'x' }, { session_id: 'y' }, { session_id: 'x' }],
      note: 'see the.bot.token here',
      content: 'two words',
      attachments: [{ url: 'https://cdn.example/a.png?ex=1&hm=2' }],
      count: 3,
      gone: null,
    }),
    {
      token: '[redacted]',
      user: { email: '[redacted]', username: 'ada' },
      list: [{ session_id: 'session-1' }, { session_id: 'session-2' }, { session_id: 'session-1' }],
      note: '[redacted]',
      content: 'xxx xxxxx',
      attachments: [{ url: 'https://cdn.example/a.png' }],
      count: 3,
      gone: null,
    },
  );
});

test('command lines', () => {
  const api = ['--api-base', 'http://127.0.0.1:1/api/'];
  assert.equal(parseRecordArguments(['a.jsonl', ...api]).apiBase, 'http://127.0.0.1:1/api');
  assert.deepEqual(parseRecordArguments(['a', ...api, '--blank', 'content,names']).blanked, [
    'content',
    'names',
  ]);
  assert.throws(() => parseRecordArguments(['a.jsonl']), UsageError);
  assert.throws(() => parseRecordArguments(['a', ...api, '--upstream', 'http://x']), UsageError);
  assert.throws(() => parseRecordArguments(['a', ...api, '--blank', 'all']), UsageError);
  assert.equal(parseReplayArguments(['a', '--speed', '0']).speed, 0);
  assert.throws(() => parseReplayArguments(['a', '--speed', 'fast']), UsageError);
});
