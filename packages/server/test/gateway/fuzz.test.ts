/** Whatever clients send, in whatever order: a connection may end, the server goes on and has nothing to report. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { verdictOf } from '@guildhall/protocol';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { startGuildhall } from '../../src/index.ts';
import { TestClient } from './support/test-client.ts';

const CLIENTS = 600;
const AT_ONCE = 20;
const MAX_LIFE_MS = 25;
/** What a client may be told here, beside the codes it chose itself: no internal fault (1011), and none of its peers'. */
const CHOSEN = [1000, 1001, 4900];
const DROPPED = [1005, 1006];

/** A linear congruential generator. Who draws next depends on timing, so runs differ a little; all are bounded. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
}

test('600 clients that send anything leave a server that works and has logged no fault', {
  timeout: 60_000,
}, async () => {
  const faults: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      faults.push(chunk.toString());
      done();
    },
  });
  await using hall = await startGuildhall({
    log: pino({ level: 'error' }, sink),
    limits: { identifyBucketMs: 0, startsPerWindow: 100_000 },
  });
  const everything = ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'] as const;
  const bot = await hall.createApplication({ name: 'Fuzz', privilegedIntents: everything });
  const user = await hall.createUser({ username: 'ada' });
  const guild = await hall.createGuild({ name: 'Fuzz', bots: [bot.botUserId] });
  await hall.joinGuild(guild.id, user.id);
  const channelId = guild.channels[0]?.id ?? '';
  const port = Number(new URL(hall.gatewayUrl).port);

  const random = generator(1);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly [T, ...T[]]): T => items[below(items.length)] ?? items[0];
  const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => below(256)));
  const sessionIds: [string, ...string[]] = ['none'];

  function value(depth = 0): unknown {
    if (random() < 0.2) return null;
    const leaf = pick<unknown>([
      null,
      true,
      below(1e6),
      -1,
      1e308,
      'x'.repeat(below(60)),
      guild.id,
      user.id,
      [],
    ]);
    if (depth > 3 || random() < 0.4) return leaf;
    if (random() < 0.3) return [value(depth + 1), value(depth + 1)];
    const key = pick([
      '__proto__',
      'guild_id',
      'user_ids',
      'status',
      'activities',
      'since',
      'channel_id',
      'fields',
    ]);
    return { guild_id: guild.id, query: '', limit: below(3), [key]: value(depth + 1) };
  }
  function frame(): string | Buffer {
    const choice = random();
    if (choice < 0.02) return bytes(20);
    if (choice < 0.04) return `{${'x'.repeat(below(6_000))}`;
    if (choice < 0.06) return JSON.stringify(value());
    return JSON.stringify({
      op: random() < 0.1 ? pick([0, 2, 6, 9, 99]) : pick([1, 3, 4, 8, 8, 31, 40, 41, 43]),
      d: value(),
    });
  }
  function opening(): object {
    const token = pick([bot.token, bot.token, bot.token, 'wrong']);
    if (random() < 0.3) {
      return {
        op: 6,
        d: { token, session_id: pick(sessionIds), seq: pick<unknown>([0, 1, 2, 999, -1, 'x', null]) },
      };
    }
    const isRight = random() < 0.7;
    const intents = isRight ? 53_608_447 : pick<unknown>([0, 513, -1, 1 << 30, 'x', undefined]);
    const shard = isRight ? undefined : pick<unknown>([[0, 1], [1, 2], [5, 2], 'x']);
    return {
      op: 2,
      d: { token, intents, shard, properties: {}, compress: random() < 0.3, presence: value() },
    };
  }

  const codes = new Set<number>();
  async function live(): Promise<void> {
    const query = `v=${pick(['10', '10', '10', '9', '7', 'x'])}&encoding=${pick(['json', 'json', 'json', 'etf'])}`;
    const socket = new WebSocket(
      `${hall.gatewayUrl}?${query}&compress=${pick(['', 'zlib-stream', 'zstd-stream', 'x'])}`,
    );
    socket.on('error', () => {});
    socket.on('message', (data, binary) => {
      const id = binary ? undefined : /"session_id":"([0-9a-f]+)"/.exec(data.toString())?.[1];
      if (id !== undefined) sessionIds.push(id);
    });
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.once('open', () => {
      if (random() < 0.8) socket.send(JSON.stringify(opening()));
      for (let left = below(12); left > 0; left -= 1) socket.send(frame());
      setTimeout(
        () => (random() < 0.3 ? socket.terminate() : socket.close(pick([1000, 1001, 4900]))),
        below(MAX_LIFE_MS),
      );
    });
    codes.add(await closed);
  }
  async function noise(): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(bytes(200));
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
  }
  async function clients(): Promise<void> {
    for (let left = CLIENTS / AT_ONCE; left > 0; left -= 1) {
      await live();
      if (random() < 0.3) await hall.say(user.id, channelId, 'meanwhile');
      if (random() < 0.1) await noise();
      if (random() < 0.05) await hall.setIntents(bot.id, []).then(() => hall.setIntents(bot.id, everything));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, clients));

  assert.deepEqual(faults, []);
  const strange = [...codes].filter(
    (code) => ![...CHOSEN, ...DROPPED].includes(code) && verdictOf(code).reason === '',
  );
  assert.deepEqual(strange, []);
  assert.ok(codes.has(4002) && codes.has(4003) && codes.has(4012), `the fuzz has met ${[...codes]}`);
  const client = await TestClient.ready(hall.gatewayUrl, bot.token, { intents: 53_608_447 });
  await hall.say(user.id, channelId, 'still here');
  assert.equal((await client.event('MESSAGE_CREATE')).d.content, 'still here');
});
