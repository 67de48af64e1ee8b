/** Each close code from the act of a client, or of the owner, that earns it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GatewayLimits } from '../../src/index.ts';
import { openScene, type Scene } from './support/scene.ts';
import { ALL_UNPRIVILEGED, type ClientOptions, TestClient } from './support/test-client.ts';

interface Row {
  readonly name: string;
  readonly code: number;
  readonly limits?: Partial<GatewayLimits>;
  readonly query?: string;
  readonly act: (client: TestClient, scene: Scene) => void | Promise<void>;
}

const identifyAnd = (act: (client: TestClient) => void) => async (client: TestClient, scene: Scene) => {
  client.identify(scene.bot.token);
  await client.event('READY');
  act(client);
};
const identifyWith = (extra: Readonly<Record<string, unknown>>) => (client: TestClient, scene: Scene) =>
  client.identify(scene.bot.token, extra);

const AFTER_HELLO: readonly Row[] = [
  { name: 'an unknown opcode', code: 4001, act: (client) => client.send(99, null) },
  { name: 'an opcode that only the server sends', code: 4001, act: (client) => client.send(11, null) },
  {
    name: 'an Identify without token',
    code: 4001,
    act: (client) => client.send(2, { intents: 0, properties: {} }),
  },
  {
    name: 'a Resume without token',
    code: 4001,
    act: (client) => client.send(6, { session_id: 'x', seq: 1 }),
  },
  {
    name: 'a presence without since',
    code: 4001,
    act: identifyAnd((client) => client.send(3, { activities: [], status: 'online', afk: false })),
  },
  {
    name: 'a presence whose activities are null',
    code: 4001,
    act: identifyAnd((client) =>
      client.send(3, { since: null, activities: null, status: 'online', afk: false }),
    ),
  },
  {
    name: 'a member request with neither query nor user_ids',
    code: 4001,
    act: identifyAnd((client) => client.send(8, { guild_id: '1', limit: 0 })),
  },
  {
    name: 'a member request for two guilds',
    code: 4001,
    act: identifyAnd((client) => client.send(8, { guild_id: ['1', '2'], query: '', limit: 0 })),
  },
  {
    name: 'a voice state without channel_id',
    code: 4001,
    act: identifyAnd((client) => client.send(4, { guild_id: '1', self_mute: false, self_deaf: false })),
  },
  { name: 'invalid JSON', code: 4002, act: (client) => client.raw('{"op":1,') },
  { name: 'JSON that is no object', code: 4002, act: (client) => client.raw('[1]') },
  { name: 'an op that is no integer', code: 4002, act: (client) => client.raw('{"op":"1"}') },
  {
    name: 'compressed input',
    code: 4002,
    act: (client) => client.raw(Buffer.from([0x78, 0x9c, 0xff, 0x00])),
  },
  {
    name: 'a binary frame that is not UTF-8',
    code: 4002,
    act: (client) =>
      client.raw(Buffer.concat([Buffer.from('{"op":1,"d":"'), Buffer.of(0xff), Buffer.from('"}')])),
  },
  { name: 'a message above 4096 bytes', code: 4002, act: (client) => client.send(1, 'x'.repeat(4_096)) },
  {
    name: 'a message above a limit of its own',
    code: 4002,
    limits: { maxPayloadBytes: 256 },
    act: (client) => client.send(1, 'x'.repeat(256)),
  },
  {
    name: 'a command before Identify',
    code: 4003,
    act: (client) => client.send(3, { since: null, activities: [], status: 'online', afk: false }),
  },
  {
    name: 'a command in the gap after op 9',
    code: 4003,
    act: async (client, scene) => {
      client.resume(scene.bot.token, 'unknown', 1);
      assert.equal((await client.op(9)).d, false);
      client.send(8, { guild_id: scene.guild.id, query: '', limit: 0 });
    },
  },
  { name: 'a wrong token', code: 4004, act: (client) => client.identify('a.b.c') },
  {
    name: 'a second Identify',
    code: 4005,
    act: async (client, scene) => {
      client.identify(scene.bot.token);
      await client.event('READY');
      client.identify(scene.bot.token);
    },
  },
  {
    name: 'a Resume on an identified connection',
    code: 4005,
    act: async (client, scene) => {
      client.identify(scene.bot.token);
      client.resume(scene.bot.token, (await client.event('READY')).d.session_id, 1);
    },
  },
  {
    name: 'one message more than the window allows',
    code: 4008,
    limits: { sendsPerWindow: 5 },
    act: (client) => {
      for (let sent = 0; sent < 6; sent += 1) client.send(1, null);
    },
  },
  { name: 'a shard id that is not below the count', code: 4010, act: identifyWith({ shard: [2, 2] }) },
  { name: 'a shard that is no pair of integers', code: 4010, act: identifyWith({ shard: ['0', 1] }) },
  {
    name: 'more guilds than a session may hold',
    code: 4011,
    limits: { guildsPerShard: 1 },
    act: async (client, scene) => {
      await scene.guildhall.createGuild({ name: 'Second', bots: [scene.bot.botUserId] });
      client.identify(scene.bot.token);
    },
  },
  { name: 'intents that were left out', code: 4013, act: identifyWith({ intents: undefined }) },
  { name: 'an unknown intent bit', code: 4013, act: identifyWith({ intents: 2 ** 30 }) },
  {
    name: 'a privileged intent that is switched off',
    code: 4014,
    act: async (client, scene) => {
      await scene.guildhall.setIntents(scene.bot.id, []);
      client.identify(scene.bot.token, { intents: ALL_UNPRIVILEGED | 2 });
    },
  },
  {
    name: 'JSON on a connection that speaks ETF',
    code: 4002,
    query: 'v=10&encoding=etf',
    act: (client) => client.raw('{"op":1,"d":null}'),
  },
  {
    name: 'an ETF map with atoms for keys',
    code: 4002,
    query: 'v=10&encoding=etf',
    // #{op => 1}
    act: (client) => client.raw(Buffer.from([131, 116, 0, 0, 0, 1, 119, 2, 111, 112, 97, 1])),
  },
  {
    name: 'no first heartbeat',
    code: 4000,
    limits: { heartbeatIntervalMs: 50, firstHeartbeatDeadlineMs: 100 },
    act: () => {},
  },
  {
    name: 'no heartbeat after the first',
    code: 4000,
    limits: { heartbeatIntervalMs: 50, firstHeartbeatDeadlineMs: 2_000, heartbeatDeadlineMs: 100 },
    act: (client) => client.send(1, null),
  },
];

describe('a close code follows', () => {
  for (const { name, code, limits, query, act } of AFTER_HELLO) {
    test(`${name}: ${code}`, async () => {
      await using scene = await openScene(limits);
      const client = await scene.open(query === undefined ? {} : { query });
      await act(client, scene);
      assert.equal((await client.closed).code, code);
    });
  }
});

const ON_OPENING: readonly (ClientOptions & { readonly name: string; readonly code: number })[] = [
  { name: 'an unsupported version', query: 'v=5&encoding=json', code: 4012 },
  { name: 'a version that is no number', query: 'v=ten', code: 4012 },
  { name: 'an unknown encoding', query: 'v=10&encoding=xml', code: 4002 },
];

describe('a connection is closed at once for', () => {
  for (const { name, code, query = '' } of ON_OPENING) {
    test(`${name}: ${code}`, async () => {
      await using scene = await openScene();
      const client = new TestClient(scene.guildhall.gatewayUrl, { query });
      assert.equal((await client.closed).code, code);
      assert.deepEqual(client.received, []);
    });
  }
});

test('the reasons are the ones that Discord gives', async () => {
  await using scene = await openScene();
  const client = await scene.open();
  client.identify('a.b.c');
  assert.deepEqual(await client.closed, { code: 4004, reason: 'Authentication failed.' });
});

test('heartbeats before Identify are answered with all four keys of the envelope', async () => {
  await using scene = await openScene();
  const client = await scene.open();
  client.send(1, 0);
  assert.deepEqual(await client.op(11), { t: null, s: null, op: 11, d: null });
  assert.deepEqual(client.received[0], { t: null, s: null, op: 10, d: { heartbeat_interval: 41_250 } });
});
