/** Another number of shards, on our server, while its guilds talk. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayClient, type GatewayClientOptions, MemorySessionStore } from '@guildhall/client';
import { type House, openHouse } from '../house.ts';
import { buildTown, type Town } from './town.ts';

const DEADLINE = { timeout: 60_000 };
const GUILDS = 6;
const LAG_MS = 300;

function clientOf(house: House, options: Partial<GatewayClientOptions> = {}): GatewayClient {
  const client = new GatewayClient({
    token: house.application.token,
    apiBase: house.hall.apiBase,
    shards: 2,
    intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'],
    identify: { bucketMs: 0 },
    ...options,
  });
  house.leaving.push(() => client.close());
  return client;
}

/** Somebody says something in each guild, again and again. `stop` resolves with what was said. */
function talkIn({ house, channels }: Town, signal: AbortSignal): { stop(): Promise<readonly string[]> } {
  const said: string[] = [];
  let talking = true;
  const done = (async () => {
    for (let number = 0; talking; number += 1) {
      for (const [guild, channel] of channels.entries()) {
        said.push(`${guild}.${number}`);
        await house.hall.say(house.userId, channel, `${guild}.${number}`);
      }
      await sleep(2, undefined, { signal });
    }
  })();
  done.catch(() => {});
  return {
    stop: async () => {
      talking = false;
      await done;
      return said;
    },
  };
}

function shardCounts({ hall, application }: House): readonly number[] {
  return hall.gateway.sessions(application.id).map(({ shard }) => shard[1]);
}

function ofGuild(list: readonly string[], guild: number): readonly string[] {
  return list.filter((content) => content.startsWith(`${guild}.`));
}

for (const [from, to, encoding] of [
  [2, 3, 'json'],
  [3, 1, 'json'],
  [1, 2, 'etf'],
] as const) {
  test(
    `from ${from} shards to ${to} in ${encoding}, every event is heard once, in the order of its guild`,
    DEADLINE,
    async ({ signal }) => {
      await using house = await openHouse();
      const town = await buildTown(house, GUILDS);
      const sessionStore = new MemorySessionStore();
      const client = clientOf(house, { shards: from, encoding, sessionStore });
      const heard: string[] = [];
      const guilds: string[] = [];
      const shards = new Set<number>();
      let resharded: unknown = null;
      client.on('GUILD_CREATE', ({ id }) => guilds.push(id));
      client.on('MESSAGE_CREATE', ({ content }, { shard }) => {
        heard.push(content);
        if (resharded !== null) shards.add(shard);
      });
      client.on('resharded', (event) => {
        resharded = event;
      });
      await client.open();
      const talk = talkIn(town, signal);
      await sleep(50, undefined, { signal });

      await client.reshard(to, { lagMs: LAG_MS });

      assert.deepEqual(resharded, { from, to });
      const said = await talk.stop();
      while (heard.length < said.length) await sleep(5, undefined, { signal });
      for (let guild = 0; guild < GUILDS; guild += 1) {
        assert.deepEqual(ofGuild(heard, guild), ofGuild(said, guild));
      }
      assert.equal(heard.length, said.length);
      assert.equal(new Set(guilds).size, guilds.length, 'no guild was told twice');
      assert.equal(shards.size, to);
      assert.equal(client.shards.size, to);
      assert.deepEqual(
        shardCounts(house),
        Array.from({ length: to }, () => to),
        'the old sessions are over',
      );

      // What was chosen lasts: for the store, and for the next open.
      await client.close({ session: 'keep' });
      assert.equal(sessionStore.load()?.shardCount, to);
      await client.open();
      assert.equal(client.shardCount, to);
    },
  );
}

test('a bot that is behind puts the switch off, and hears each event once', DEADLINE, async ({ signal }) => {
  await using house = await openHouse();
  const town = await buildTown(house, GUILDS);
  const client = clientOf(house, {
    handling: { highWaterMark: 4, lowWaterMark: 0, resumeFrom: 'handled' },
  });
  const heard: string[] = [];
  const free = Promise.withResolvers<void>();
  const hear = async ({ content }: { readonly content: string }): Promise<void> => {
    heard.push(content);
    await free.promise;
  };
  client.on('MESSAGE_CREATE', hear, { order: 'sequential' });
  await client.open();
  const talk = talkIn(town, signal);
  const change = client.reshard(3, { lagMs: LAG_MS });
  while (shardCounts(house).length < 5 || client.backlog.state !== 'paused')
    await sleep(5, undefined, { signal });
  await sleep(2 * LAG_MS, undefined, { signal });
  const said = await talk.stop();
  assert.equal(client.shardCount, 2, 'what has not been read cannot be compared');
  free.resolve();
  await change;
  assert.equal(client.shardCount, 3);
  while (heard.length < said.length) await sleep(5, undefined, { signal });
  await sleep(LAG_MS, undefined, { signal });
  for (let guild = 0; guild < GUILDS; guild += 1) {
    assert.deepEqual(ofGuild(heard, guild), ofGuild(said, guild));
  }
  assert.equal(heard.length, said.length);
});

test('a request for members that waits goes on with the new shards', DEADLINE, async () => {
  await using house = await openHouse({ limits: { memberRequestIntervalMs: 50 } });
  await buildTown(house, GUILDS);
  const client = clientOf(house, { intents: ['GUILDS', 'GUILD_MEMBERS'] });
  await client.open();
  const request = { guildId: house.guildId, query: '' };
  const { members } = await client.requestGuildMembers(request);
  // The next one has to wait for half a minute: too long for the shard that it was given to.
  const waiting = client.requestGuildMembers(request);
  await client.reshard(3, { lagMs: LAG_MS });
  assert.equal((await waiting).members.length, members.length);
});

test('a connection that breaks on either side meanwhile costs no event', DEADLINE, async ({ signal }) => {
  await using house = await openHouse();
  const town = await buildTown(house, GUILDS);
  const { hall, application } = house;
  const client = clientOf(house, { timing: { backoffBaseMs: 20 } });
  const heard: string[] = [];
  client.on('MESSAGE_CREATE', ({ content }) => heard.push(content));
  await client.open();
  const talk = talkIn(town, signal);
  const change = client.reshard(3, { lagMs: LAG_MS });
  while (shardCounts(house).filter((count) => count === 3).length < 3) await sleep(5, undefined, { signal });
  for (const { id } of hall.gateway.sessions(application.id)) hall.gateway.closeConnection(id, 4000);
  await change;
  const said = await talk.stop();
  while (heard.length < said.length) await sleep(5, undefined, { signal });
  await sleep(LAG_MS, undefined, { signal });
  assert.deepEqual([...heard].sort(), [...said].sort());
});

test('what cannot be is rolled back, and the old shards miss nothing', DEADLINE, async ({ signal }) => {
  await using house = await openHouse();
  const town = await buildTown(house, GUILDS);
  const client = clientOf(house);
  const heard: string[] = [];
  client.on('MESSAGE_CREATE', ({ content }) => heard.push(content));
  await assert.rejects(client.reshard(3), { code: 'NOT_OPEN' });
  await client.open();
  await assert.rejects(client.reshard(0), { code: 'INVALID_OPTION' });
  await assert.rejects(client.reshard(2_000), { code: 'SESSION_START_LIMIT' });
  const before = [...client.shards.values()];
  const talk = talkIn(town, signal);
  const late = client.reshard(3, { deadlineMs: 20, lagMs: 5_000 });
  await assert.rejects(client.reshard(4), { code: 'RESHARDING' });
  await assert.rejects(late, { code: 'RESHARD_FAILED', message: /not ready within 20 ms/ });
  await assert.rejects(client.reshard(3, { signal: AbortSignal.abort() }), { code: 'RESHARD_FAILED' });
  assert.deepEqual(shardCounts(house), [2, 2]);
  const said = await talk.stop();
  while (heard.length < said.length) await sleep(5, undefined, { signal });
  assert.deepEqual(heard, said);
  assert.deepEqual([...client.shards.values()], before);
});

test('close ends both sets, before and after the switch', DEADLINE, async ({ signal }) => {
  await using house = await openHouse();
  for (const moment of ['before', 'after'] as const) {
    const client = clientOf(house);
    await client.open();
    const switched = new Promise<void>((resolve) => client.once('resharded', () => resolve()));
    const change = client.reshard(3, { lagMs: moment === 'before' ? 5_000 : LAG_MS });
    if (moment === 'after') await switched;
    while (!shardCounts(house).includes(3)) await sleep(5, undefined, { signal });
    const outcome = moment === 'before' ? assert.rejects(change, { code: 'RESHARD_FAILED' }) : change;
    await client.close();
    await outcome;
    assert.deepEqual(house.hall.gateway.sessions(house.application.id), []);
  }
});
