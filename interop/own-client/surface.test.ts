/** The surface of `@guildhall/client` on `@guildhall/server`: encodings, members, handlers that cannot keep up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayClient, type GatewayClientOptions } from '@guildhall/client';
import { type House, openHouse } from '../house.ts';

const DEADLINE = { timeout: 60_000 };
const INTENTS = [
  'GUILDS',
  'GUILD_MEMBERS',
  'GUILD_PRESENCES',
  'GUILD_MESSAGES',
  'GUILD_MESSAGE_TYPING',
  'MESSAGE_CONTENT',
] as const;

function clientOf(house: House, options: Partial<GatewayClientOptions> = {}): GatewayClient {
  const client = new GatewayClient({
    token: house.application.token,
    apiBase: house.hall.apiBase,
    intents: INTENTS,
    identify: { bucketMs: 0 },
    timing: { backoffBaseMs: 50 },
    ...options,
  });
  client.on('error', assert.fail);
  house.leaving.push(() => client.close());
  return client;
}

for (const compression of ['none', 'zlib', 'zstd'] as const) {
  test(`a client that speaks ETF is understood both ways, compression ${compression}`, DEADLINE, async () => {
    await using house = await openHouse();
    const { hall, application, userId, channelId, guildId } = house;
    const client = clientOf(house, { compression, encoding: 'etf' });
    const heard: string[] = [];
    client.on('MESSAGE_CREATE', ({ content, guild_id, author }, { raw }) => {
      heard.push(content);
      assert.equal(guild_id, guildId, 'ids are text');
      assert.equal(author.id, userId);
      assert.equal(typeof raw, 'function');
    });
    client.on('MESSAGE_CREATE', (_message, context) => assert.equal(context.raw()[0], 131));
    const created = client.waitFor('GUILD_CREATE');
    await client.open();
    assert.equal((await created)[0].id, guildId);
    assert.equal(hall.gateway.sessions(application.id)[0]?.encoding, 'etf');

    const wanted: string[] = [];
    const say = async (count: number): Promise<void> => {
      for (let number = 0; number < count; number += 1) {
        const content = `${wanted.length} ${'aé漢😀}'.repeat((number * 7) % 90)}`;
        wanted.push(content);
        await hall.say(userId, channelId, content);
      }
    };
    await say(60);
    const resumed = client.waitFor('shardResumed');
    const session = hall.gateway.sessions(application.id)[0];
    assert.ok(session !== undefined && hall.gateway.closeConnection(session.id, 4000));
    await say(20);
    await resumed;
    const { members } = await client.requestGuildMembers({ guildId, query: '', presences: true });
    const ids = members.map(({ user }) => user.id);
    assert.ok(ids.includes(userId) && ids.includes(application.botUserId) && ids.length === 3);
    const news = client.waitFor('PRESENCE_UPDATE', ({ status }) => status === 'dnd');
    await client.send(0, { op: 3, d: { since: null, activities: [], status: 'dnd' as never, afk: false } });
    assert.equal((await news)[0].user.id, application.botUserId);
    while (heard.length < wanted.length) await client.waitFor('MESSAGE_CREATE');
    assert.deepEqual(heard, wanted);
  });
}

test(
  'all members of a guild come in chunks, and a request that comes too soon is repeated',
  DEADLINE,
  async () => {
    await using house = await openHouse({ limits: { memberRequestIntervalMs: 600 } });
    const { hall, guildId } = house;
    const names = new Set<string>();
    for (let number = 0; number < 1_100; number += 1) {
      const user = await hall.createUser({ username: `user${number}` });
      await hall.joinGuild(guildId, user.id);
      names.add(user.id);
    }
    const client = clientOf(house);
    const other = clientOf(house);
    await client.open();
    await other.open();
    let chunks = 0;
    client.on('GUILD_MEMBERS_CHUNK', () => {
      chunks += 1;
    });
    const first = await client.requestGuildMembers({ guildId, query: '' });
    assert.equal(chunks, 2);
    for (const { user } of first.members) names.delete(user.id);
    assert.equal(names.size, 0);
    assert.equal(first.members.length, 1_103);
    // Another process of the same bot, whose own count knows nothing of the first request.
    const limited = other.waitFor('RATE_LIMITED');
    const second = other.requestGuildMembers({ guildId, query: '' });
    assert.equal((await limited)[0].opcode, 8);
    assert.equal((await second).members.length, 1_103);
    const some = await client.requestGuildMembers({ guildId, userIds: [house.userId, '1'] });
    assert.deepEqual([some.members.length, some.notFound], [1, ['1']]);
  },
);

test(
  'a handler that cannot keep up loses nothing, whatever happens to the connection',
  DEADLINE,
  async () => {
    await using house = await openHouse({ limits: { heartbeatIntervalMs: 200 } });
    const { hall, application, userId, channelId } = house;
    const client = clientOf(house, { handling: { highWaterMark: 5, lowWaterMark: 1 } });
    const heard: string[] = [];
    client.on(
      'MESSAGE_CREATE',
      async ({ content }) => {
        heard.push(content);
        await new Promise((resolve) => setTimeout(resolve, 4));
      },
      { order: 'sequential', key: 'channel' },
    );
    await client.open();
    const session = hall.gateway.sessions(application.id)[0];
    assert.ok(session !== undefined);
    const wanted: string[] = [];
    for (const disturb of [
      () => hall.gateway.closeConnection(session.id, 4000),
      () => hall.gateway.faults.add({ fault: { kind: 'reset' }, afterEvents: 5 }),
      () => hall.gateway.faults.add({ fault: { kind: 'repeat-event' }, afterEvents: 3 }),
      () => hall.gateway.faults.add({ fault: { kind: 'split', bytes: 7 }, afterEvents: 3 }),
      () => hall.gateway.requestReconnect(session.id),
    ]) {
      disturb();
      for (let number = 0; number < 40; number += 1) {
        wanted.push(String(wanted.length));
        await hall.say(userId, channelId, wanted.at(-1) ?? '');
      }
      while (heard.length < wanted.length) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.deepEqual(heard, wanted);
    assert.ok(client.backlog.pauses > 0);
    assert.equal(client.backlog.state, 'clear');
    assert.equal(client.shards.get(0)?.counters.losses.zombie, 0);
    assert.equal(client.shards.get(0)?.counters.identifies, 1);
  },
);

test('an interval of the bot’s own beats more often than the gateway asks', DEADLINE, async () => {
  await using house = await openHouse({ limits: { heartbeatIntervalMs: 60_000 } });
  const client = clientOf(house, { heartbeat: { intervalMs: 1_000 } });
  await client.open();
  while ((client.shards.get(0)?.lastHeartbeatAckAtMs ?? null) === null) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(client.shards.get(0)?.phase, 'live');
});
