/** `examples/metrics.ts` as a user runs it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { OPEN_METRICS_CONTENT_TYPE } from '@guildhall/client';
import { BotLines } from '../bot-lines.ts';
import { openHouse } from '../house.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/metrics.ts', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

test('the example serves its metrics and its readiness, and says how a shard moves', {
  timeout: 60_000,
}, async (t) => {
  await using house = await openHouse();
  const { hall, application, userId, channelId } = house;
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-metrics-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'bot.token');
  await writeFile(file, application.token);
  const port = await freePort();
  const bot = new BotLines(process.execPath, ['--conditions=guildhall-source', EXAMPLE], {
    GUILDHALL_API: hall.apiBase,
    GUILDHALL_TOKEN_FILE: file,
    METRICS_PORT: String(port),
  });
  t.after(() => bot.stop());
  await bot.line('metrics bot: ready');
  await hall.say(userId, channelId, 'hello');
  await bot.line('metrics bot: a message in');
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.equal(metrics.headers.get('content-type'), OPEN_METRICS_CONTENT_TYPE);
  const text = await metrics.text();
  assert.match(text, /^guildhall_client_events_total\{event="MESSAGE_CREATE",handling="parsed"\} 1$/m);
  assert.match(text, /^guildhall_client_shard_live\{shard="0"\} 1$/m);
  assert.equal((await fetch(`http://127.0.0.1:${port}/ready`)).status, 200);
  const [session] = hall.gateway.sessions(application.id);
  hall.gateway.closeConnection(session?.id ?? '', 4000);
  await bot.line('metrics bot: shard 0 live -> waiting');
  assert.match(await bot.line('metrics bot: {'), /"by":"gateway".*"code":4000/);
  await bot.line('metrics bot: shard 0 resuming -> live');
});
