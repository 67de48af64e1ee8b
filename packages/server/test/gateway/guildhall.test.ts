import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { ServerClosedError, startGuildhall, WaitTimeoutError } from '../../src/index.ts';
import { openScene } from './support/scene.ts';
import { TestClient } from './support/test-client.ts';

test('a process in which a server was used and closed ends by itself', async () => {
  const script = new URL('./support/use-and-close.ts', import.meta.url);
  const child = spawn(process.execPath, ['--conditions=guildhall-source', script.pathname], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(20_000) });
  assert.equal(code, 0);
  assert.match(output, /^closed after READY\n$/);
});

test('two servers of a process share nothing', async () => {
  await using one = await openScene();
  await using two = await openScene();
  const client = await one.ready();
  const stranger = await two.open();
  stranger.identify(one.bot.token);
  assert.equal((await stranger.closed).code, 4004);
  await two.say('elsewhere');
  await client.settle();
  assert.ok(!client.events.includes('MESSAGE_CREATE'));
});

test('both APIs are there under the base, and tell the gateway URL', async () => {
  await using scene = await openScene();
  const { guildhall, bot } = scene;
  const response = await fetch(`${guildhall.apiBase}/v10/gateway/bot`, {
    headers: { authorization: `Bot ${bot.token}` },
  });
  assert.deepEqual(await response.json(), {
    url: guildhall.gatewayUrl,
    shards: 1,
    session_start_limit: { total: 1_000, remaining: 1_000, reset_after: 0, max_concurrency: 1 },
  });
  const owner = await fetch(new URL('/owner/v1/applications', guildhall.apiBase), {
    headers: { authorization: `Bearer ${guildhall.ownerKey}` },
  });
  assert.equal(owner.status, 200);
});

test('edits, deletions and reactions reach a bot as they are made', async () => {
  await using scene = await openScene();
  const { guildhall, channelId, humanId } = scene;
  const client = await scene.ready();
  const id = await scene.say('first');
  await guildhall.edit(channelId, id, 'second');
  await guildhall.react(humanId, channelId, id, '👍');
  await guildhall.deleteMessage(channelId, id);
  await client.event('MESSAGE_CREATE');
  await client.event('MESSAGE_UPDATE');
  assert.equal((await client.event('MESSAGE_REACTION_ADD')).d.emoji.name, '👍');
  assert.equal((await client.event('MESSAGE_DELETE')).d.id, id);
});

test('waitFor resolves with the next event that matches, with full content', async () => {
  await using scene = await openScene();
  const waiting = scene.guildhall.waitFor('MESSAGE_CREATE', ({ content }) => content.startsWith('pong'));
  await scene.say('ping');
  await scene.say('pong!');
  assert.equal((await waiting).content, 'pong!');
});

test('waitFor settles by time, by its signal, by a predicate that throws and by the end of the server', async () => {
  const scene = await openScene();
  const { guildhall } = scene;
  await assert.rejects(guildhall.waitFor('MESSAGE_CREATE', undefined, { timeoutMs: 50 }), WaitTimeoutError);
  const controller = new AbortController();
  const aborted = guildhall.waitFor('MESSAGE_CREATE', undefined, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await assert.rejects(aborted, /enough/);
  await assert.rejects(
    guildhall.waitFor('MESSAGE_CREATE', undefined, { signal: controller.signal }),
    /enough/,
  );
  const faulty = guildhall.waitFor('MESSAGE_CREATE', () => {
    throw new Error('faulty');
  });
  const rejected = assert.rejects(faulty, /faulty/);
  await scene.say('hello');
  await rejected;
  const ended = assert.rejects(guildhall.waitFor('MESSAGE_CREATE'), ServerClosedError);
  await guildhall.close();
  await ended;
});

test('a shutdown with a grace asks to reconnect, refuses newcomers, then closes with 1001', async () => {
  const scene = await openScene();
  const client = await scene.ready();
  const closing = scene.guildhall.close({ graceMs: 100 });
  await client.op(7);
  const late = new TestClient(scene.guildhall.gatewayUrl);
  assert.equal((await late.closed).code, 1006);
  assert.equal((await client.closed).code, 1001);
  await closing;
  assert.equal(scene.guildhall.close(), scene.guildhall.close());
});

test('no token and no owner key is logged, at any level', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const guildhall = await startGuildhall({ log, limits: { identifyBucketMs: 0 } });
  const bot = await guildhall.createApplication({ name: 'Bot' });
  const client = await TestClient.ready(guildhall.gatewayUrl, bot.token);
  const other = await TestClient.open(guildhall.gatewayUrl);
  other.resume(bot.token, 'unknown', 1);
  await other.op(9);
  other.identify(`${bot.token}x`);
  await other.closed;
  const headers = { authorization: `Bot ${bot.token}` };
  await fetch(`${guildhall.apiBase}/v10/users/@me`, { headers });
  await fetch(`${guildhall.apiBase}/v10/unknown`, { headers });
  await fetch(new URL('/owner/v1/applications', guildhall.apiBase), {
    headers: { authorization: `Bearer ${guildhall.ownerKey}` },
  });
  const reset = await guildhall.resetToken(bot.id);
  await client.closed;
  await guildhall.close();
  const text = lines.join('');
  assert.match(text, /a session begins/);
  for (const secret of [bot.token, reset, guildhall.ownerKey]) assert.ok(!text.includes(secret));
});

test('a world in a file is there again after a restart, and the token still opens a session', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-'));
  const options = { log: 'silent', store: { file: join(folder, 'world.db') } } as const;
  try {
    const first = await startGuildhall(options);
    const bot = await first.createApplication({ name: 'Bot' });
    const guild = await first.createGuild({ name: 'Kept', bots: [bot.botUserId] });
    await first.close();
    await using second = await startGuildhall(options);
    const client = await TestClient.ready(second.gatewayUrl, bot.token);
    assert.equal((await client.event('GUILD_CREATE')).d.id, guild.id);
  } finally {
    await rm(folder, { recursive: true });
  }
});
