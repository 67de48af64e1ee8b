/** Shards in worker threads, on our server, while its guilds talk and connections break. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { GatewayClient, type GatewayClientOptions, GatewayStopError } from '@guildhall/client';
import type { Fault } from '@guildhall/server';
import { type House, openHouse, switchMembersIntentOff } from '../house.ts';
import { buildTown, type Town } from './town.ts';

const DEADLINE = { timeout: 120_000 };
const SHARDS = 8;

function clientOf(house: House, options: Partial<GatewayClientOptions> = {}): GatewayClient {
  const client = new GatewayClient({
    token: house.application.token,
    apiBase: house.hall.apiBase,
    shards: SHARDS,
    workers: 3,
    intents: ['GUILDS', 'GUILD_MESSAGES', 'GUILD_MESSAGE_TYPING', 'MESSAGE_CONTENT'],
    identify: { bucketMs: 0 },
    timing: { backoffBaseMs: 20, backoffCapMs: 100 },
    ...options,
  });
  house.leaving.push(() => client.close());
  return client;
}

/** What was said in each guild, as handlers heard it. Each must come once, in order, on its own shard. */
function listen(client: GatewayClient): { readonly heard: string[]; check(said: readonly string[]): void } {
  const heard: string[] = [];
  client.on('MESSAGE_CREATE', ({ content }, { shard }) => {
    heard.push(content);
    assert.equal(content.split('.')[0], String(shard));
  });
  return {
    heard,
    check: (said) => {
      for (let guild = 0; guild < SHARDS; guild += 1) {
        const ofGuild = (content: string): boolean => content.startsWith(`${guild}.`);
        assert.deepEqual(heard.filter(ofGuild), said.filter(ofGuild));
      }
      assert.equal(heard.length, said.length);
    },
  };
}

/** One round in each guild. */
async function talk({ house, channels }: Town, said: string[], round: number): Promise<void> {
  for (const [guild, channel] of channels.entries()) {
    said.push(`${guild}.${round}`);
    await house.hall.say(house.userId, channel, `${guild}.${round}`);
  }
}

function sessionIds({ hall, application }: House): readonly string[] {
  return hall.gateway
    .sessions(application.id)
    .map(({ id }) => id)
    .sort();
}

function identifies(client: GatewayClient): number {
  return client.state.shards.reduce((sum, { counters }) => sum + counters.identifies, 0);
}

for (const encoding of ['json', 'etf'] as const) {
  test(
    `faults of every kind lose nothing and cost no session, in ${encoding}`,
    DEADLINE,
    async ({ signal }) => {
      await using house = await openHouse();
      const town = await buildTown(house, SHARDS);
      const client = clientOf(house, { encoding });
      const { heard, check } = listen(client);
      await client.open();
      const before = sessionIds(house);
      assert.equal(before.length, SHARDS);
      const faults: readonly Fault[] = [
        { kind: 'close', code: 4000 },
        { kind: 'reconnect' },
        { kind: 'invalid-session', resumable: true },
        { kind: 'reset', bytes: 100 },
        { kind: 'split', bytes: 7 },
      ];
      const said: string[] = [];
      for (const [index, fault] of faults.entries()) {
        house.hall.gateway.faults.add({ fault, shard: index + 1, afterEvents: 2 });
        for (let round = 0; round < 10; round += 1) await talk(town, said, index * 10 + round);
      }
      while (heard.length < said.length) await sleep(5, undefined, { signal });
      check(said);
      assert.deepEqual(sessionIds(house), before);
      assert.equal(house.hall.gateway.faults.records.length, faults.length, 'each of them has happened');
    },
  );
}

test('a worker that crashes under load costs no event and no session start', DEADLINE, async ({ signal }) => {
  const threads: Worker[] = [];
  const onWorker = (worker: Worker): void => void threads.push(worker);
  process.on('worker', onWorker);
  await using house = await openHouse();
  const town = await buildTown(house, SHARDS);
  const client = clientOf(house);
  const { heard, check } = listen(client);
  const lost: string[] = [];
  client.on('error', ({ code }) => lost.push(code));
  await client.open();
  const before = sessionIds(house);
  const left = client.identifyBudget.remaining;
  const said: string[] = [];
  for (let round = 0; round < 60; round += 1) {
    if (round === 20) void threads[0]?.terminate();
    if (round === 40) threads[1]?.postMessage(null);
    await talk(town, said, round);
  }
  while (heard.length < said.length) await sleep(5, undefined, { signal });
  process.off('worker', onWorker);
  check(said);
  assert.deepEqual(sessionIds(house), before);
  assert.equal(client.identifyBudget.remaining, left);
  assert.deepEqual(lost, ['WORKER_LOST', 'WORKER_LOST']);
  assert.equal(threads.length, 5);
});

test('an intent that is switched off stops the shards of all workers, once', DEADLINE, async () => {
  await using house = await openHouse();
  const client = clientOf(house, { intents: ['GUILDS', 'GUILD_MEMBERS'] });
  const stops: GatewayStopError[] = [];
  const stopped = new Promise<void>((resolve) => {
    client.on('stopped', (error) => {
      stops.push(error);
      resolve();
    });
  });
  await client.open();
  assert.equal(await switchMembersIntentOff(house), SHARDS);
  await stopped;
  await client.close();
  assert.equal(stops.length, 1);
  assert.ok(stops[0] instanceof GatewayStopError);
  assert.deepEqual([stops[0].code, stops[0].closeCode], ['DISALLOWED_INTENTS', 4014]);
  assert.match(stops[0].message, /GUILD_MEMBERS/);
});

test('another number of shards, in the same workers', DEADLINE, async ({ signal }) => {
  await using house = await openHouse();
  const town = await buildTown(house, SHARDS);
  const client = clientOf(house, { shards: 2, workers: 2 });
  const heard: string[] = [];
  client.on('MESSAGE_CREATE', ({ content }) => heard.push(content));
  await client.open();
  const said: string[] = [];
  let changing = true;
  const change = client.reshard(SHARDS, { lagMs: 300 }).finally(() => {
    changing = false;
  });
  for (let round = 0; changing; round += 1) await talk(town, said, round);
  await change;
  await talk(town, said, 999_999);
  while (heard.length < said.length) await sleep(5, undefined, { signal });
  for (let guild = 0; guild < SHARDS; guild += 1) {
    const ofGuild = (content: string): boolean => content.startsWith(`${guild}.`);
    assert.deepEqual(heard.filter(ofGuild), said.filter(ofGuild));
  }
  assert.equal(client.shards.size, SHARDS);
  assert.equal(sessionIds(house).length, SHARDS);
  assert.equal(client.state.workers.length, 2);
});

test('members and presences go through the worker of the right shard', DEADLINE, async () => {
  await using house = await openHouse({ moreMembers: 1_500 });
  const { hall, application, guildId } = house;
  const client = clientOf(house, { intents: ['GUILDS', 'GUILD_MEMBERS'] });
  await client.open();
  const { members } = await client.requestGuildMembers({ guildId, query: '' });
  assert.equal(members.length, house.memberCount);
  await client.send(3, {
    op: 3,
    d: { since: null, activities: [], status: 'idle' as never, afk: false },
  });
  assert.equal(identifies(client), SHARDS);
  assert.equal(hall.gateway.sessions(application.id).length, SHARDS);
});
