/** Each fault over a real socket, as a client meets it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { type FaultPlan, GuildhallOptionError } from '../../src/index.ts';
import { MESSAGE_CONTENT, openScene, type Scene, until } from './support/scene.ts';
import { ALL_UNPRIVILEGED, type ReadyClient, TestClient } from './support/test-client.ts';

function upgradeStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url);
    webSocket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    webSocket.once('open', () => reject(new Error('the upgrade was accepted')));
    webSocket.on('error', () => {});
  });
}

async function messages(scene: Scene, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await scene.guildhall.say(scene.bot.botUserId, scene.channelId, `message ${number}`);
  }
}

const contents = (client: TestClient) => client.all('MESSAGE_CREATE').map(({ d }) => d.content);

describe('before anybody knows whose connection it is', () => {
  test('an upgrade is refused with a status, as often as planned', async () => {
    await using scene = await openScene();
    const { faults } = scene.guildhall.gateway;
    faults.add({ fault: { kind: 'refuse-upgrade', status: 502 }, times: 2 });
    assert.equal(await upgradeStatus(scene.guildhall.gatewayUrl), 502);
    assert.equal(faults.list()[0]?.left, 1);
    assert.equal(await upgradeStatus(scene.guildhall.gatewayUrl), 502);
    assert.deepEqual(faults.list(), []);
    await scene.open();
  });

  test('an upgrade gets no answer', async () => {
    await using scene = await openScene();
    scene.guildhall.gateway.faults.add({ fault: { kind: 'ignore-upgrade' } });
    const webSocket = new WebSocket(scene.guildhall.gatewayUrl, { handshakeTimeout: 100 });
    const error = await new Promise<Error>((resolve) => webSocket.once('error', resolve));
    assert.match(error.message, /timed out/);
    await scene.open();
  });

  test('Hello does not come, comes late, or lies', async () => {
    await using scene = await openScene();
    const { faults } = scene.guildhall.gateway;
    faults.add({ fault: { kind: 'no-hello' } });
    const silent = new TestClient(scene.guildhall.gatewayUrl);
    await new Promise((resolve) => silent.webSocket.once('open', resolve));
    faults.add({ fault: { kind: 'late-hello', ms: 150 } });
    const startedAtMs = performance.now();
    await scene.open();
    assert.ok(performance.now() - startedAtMs >= 150);
    faults.add({ fault: { kind: 'heartbeat-interval', ms: 7 } });
    const lied = await scene.open();
    assert.deepEqual(lied.received[0]?.d, { heartbeat_interval: 7 });
    assert.deepEqual(silent.received, []);
    silent.webSocket.terminate();
  });
});

interface Row {
  readonly name: string;
  readonly plan: FaultPlan;
  readonly see: (client: ReadyClient, scene: Scene) => Promise<void>;
}

const ROWS: readonly Row[] = [
  {
    name: 'a close code after some events, which are sent before it',
    plan: { fault: { kind: 'close', code: 4000, reason: 'on purpose' }, afterEvents: 3 },
    see: async (client, scene) => {
      // GUILD_CREATE is the first.
      await messages(scene, 5);
      assert.deepEqual(await client.closed, { code: 4000, reason: 'on purpose' });
      assert.deepEqual(contents(client), ['message 1', 'message 2']);
    },
  },
  {
    name: 'a close code after some time',
    plan: { fault: { kind: 'close', code: 4900 }, afterMs: 50 },
    see: async (client) => assert.equal((await client.closed).code, 4900),
  },
  {
    name: 'op 7',
    plan: { fault: { kind: 'reconnect' }, afterEvents: 1 },
    see: async (client) => assert.equal((await client.op(7)).d, null),
  },
  {
    name: 'op 9 that ends the session',
    plan: { fault: { kind: 'invalid-session', resumable: false }, afterEvents: 1 },
    see: async (client, scene) => {
      assert.equal((await client.op(9)).d, false);
      assert.equal(scene.guildhall.gateway.session(client.ready.d.session_id), undefined);
    },
  },
  {
    name: 'heartbeats without acknowledgement',
    plan: { fault: { kind: 'drop-acks' } },
    see: async (client, scene) => {
      client.send(1, null);
      await messages(scene, 1);
      await client.event('MESSAGE_CREATE');
      assert.ok(client.received.every(({ op }) => op !== 11));
    },
  },
  {
    name: 'a frozen connection',
    plan: { fault: { kind: 'freeze' }, afterEvents: 1 },
    see: async (client, scene) => {
      await client.event('GUILD_CREATE');
      client.send(1, null);
      await messages(scene, 2);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.deepEqual(contents(client), []);
      assert.equal(client.webSocket.readyState, WebSocket.OPEN);
      client.webSocket.terminate();
    },
  },
  {
    name: 'a reset within a frame',
    plan: { fault: { kind: 'reset', bytes: 100 }, afterEvents: 1 },
    see: async (client, scene) => {
      await client.event('GUILD_CREATE');
      await messages(scene, 1);
      assert.equal((await client.closed).code, 1006);
      assert.deepEqual(contents(client), []);
      await until(() => scene.guildhall.gateway.session(client.ready.d.session_id)?.state === 'detached');
    },
  },
  {
    name: 'bytes that come in drops',
    plan: { fault: { kind: 'drip', bytesPerSecond: 4_000 }, afterEvents: 1 },
    see: async (client, scene) => {
      await client.event('GUILD_CREATE');
      const startedAtMs = performance.now();
      await messages(scene, 1);
      await client.event('MESSAGE_CREATE');
      assert.ok(performance.now() - startedAtMs > 100);
    },
  },
  {
    name: 'writes in pieces',
    plan: { fault: { kind: 'split', bytes: 3 } },
    see: async (client, scene) => {
      await messages(scene, 3);
      await client.event('MESSAGE_CREATE');
      await client.settle();
      assert.deepEqual(contents(client), ['message 1', 'message 2', 'message 3']);
    },
  },
  {
    name: 'a lost event, which a resume brings back',
    plan: { fault: { kind: 'lose-event' }, afterEvents: 2 },
    see: async (client, scene) => {
      await messages(scene, 3);
      await client.settle();
      assert.deepEqual(contents(client), ['message 1', 'message 3']);
      const seqs = client.all('MESSAGE_CREATE').map(({ s }) => s);
      assert.equal((seqs[1] ?? 0) - (seqs[0] ?? 0), 2);
    },
  },
  {
    name: 'an event twice',
    plan: { fault: { kind: 'repeat-event' }, afterEvents: 1 },
    see: async (client, scene) => {
      await messages(scene, 2);
      await client.settle();
      assert.deepEqual(contents(client), ['message 1', 'message 1', 'message 2']);
      const seqs = client.all('MESSAGE_CREATE').map(({ s }) => s);
      assert.equal(seqs[0], seqs[1]);
    },
  },
  {
    name: 'a wrong resume_gateway_url',
    plan: { fault: { kind: 'resume-url', url: 'ws://127.0.0.1:1/' } },
    see: async (client) => assert.equal(client.ready.d.resume_gateway_url, 'ws://127.0.0.1:1/'),
  },
  {
    name: 'a session that goes with its connection',
    plan: { fault: { kind: 'expire-session' } },
    see: async (client, scene) => {
      await client.close(4900);
      const again = await scene.open();
      again.resume(scene.bot.token, client.ready.d.session_id, client.lastSeq);
      assert.equal((await again.op(9)).d, false);
    },
  },
  {
    name: 'a replay buffer that has run over',
    plan: { fault: { kind: 'lose-replay' }, afterEvents: 3 },
    see: async (client, scene) => {
      await messages(scene, 2);
      await client.settle();
      await client.close(4900);
      const again = await scene.open();
      again.resume(scene.bot.token, client.ready.d.session_id, 1);
      assert.equal((await again.op(9)).d, false);
    },
  },
];

describe('a session meets', () => {
  for (const { name, plan, see } of ROWS) {
    test(name, async () => {
      await using scene = await openScene({ closeTimeoutMs: 300 });
      scene.guildhall.gateway.faults.add({ applicationId: scene.bot.id, ...plan });
      const client = await scene.ready();
      await see(client, scene);
      assert.deepEqual(scene.guildhall.gateway.faults.list(), [], 'it is used up');
    });
  }

  test('what is planned while it is live, if it is meant', async () => {
    await using scene = await openScene();
    const { faults } = scene.guildhall.gateway;
    const client = await scene.ready({ shard: [0, 1] });
    faults.add({ fault: { kind: 'close', code: 4000 }, shard: 1 });
    faults.add({ fault: { kind: 'close', code: 4000 }, applicationId: '1' });
    faults.add({ fault: { kind: 'close', code: 4000 }, sessionId: 'another' });
    await client.settle();
    assert.equal(faults.list().length, 3);
    faults.clear();
    faults.add({ fault: { kind: 'close', code: 4001 }, sessionId: client.ready.d.session_id });
    assert.equal((await client.closed).code, 4001);
  });
});

for (const [fault, left] of [
  [{ kind: 'close', code: 4000 }, ['detached']],
  [{ kind: 'invalid-session', resumable: true }, ['detached']],
  [{ kind: 'invalid-session', resumable: false }, []],
] as const) {
  const name = fault.kind === 'close' ? 'a close' : `op 9 ${fault.resumable}`;
  const states = ({ guildhall, bot }: Scene) => guildhall.gateway.sessions(bot.id).map(({ state }) => state);
  const gone = (client: TestClient) => (fault.kind === 'close' ? client.closed : client.op(9));

  test(`${name} that strikes at once takes the session from the connection, at Identify`, async () => {
    await using scene = await openScene();
    scene.guildhall.gateway.faults.add({ fault });
    const client = await scene.open();
    client.identify(scene.bot.token);
    await gone(client);
    await scene.say('unheard');
    if (fault.kind !== 'close') await client.settle();
    assert.deepEqual(client.events, []);
    assert.deepEqual(states(scene), left);
  });

  test(`${name} that strikes at once takes the session from the connection, at a resume`, async () => {
    await using scene = await openScene();
    const client = await scene.ready();
    await client.settle();
    await client.close(4900);
    await until(() => states(scene).includes('detached'));
    scene.guildhall.gateway.faults.add({ fault });
    const again = await scene.open();
    again.resume(scene.bot.token, client.ready.d.session_id, client.lastSeq);
    await gone(again);
    await scene.say('unheard');
    if (fault.kind !== 'close') await again.settle();
    assert.deepEqual(again.events, []);
    assert.deepEqual(states(scene), left);
  });
}

for (const fault of [
  { kind: 'split', bytes: 3 },
  { kind: 'drip', bytesPerSecond: 2_000 },
] as const) {
  test(`${fault.kind}: the answer to a close comes before the connection ends`, async () => {
    await using scene = await openScene();
    const client = await scene.ready();
    await client.event('GUILD_CREATE');
    scene.guildhall.gateway.faults.add({ fault });
    await scene.say('one');
    await client.event('MESSAGE_CREATE');
    client.webSocket.close(4900);
    assert.equal((await client.closed).code, 4900);
  });
}

test('drip: a long replay goes on when the drops have come', async () => {
  await using scene = await openScene();
  const intents = ALL_UNPRIVILEGED | MESSAGE_CONTENT;
  const client = await scene.ready({ intents });
  await client.settle();
  await client.close(4900);
  // More than the replay leaves waiting at a time.
  for (let number = 0; number < 95; number += 1) await scene.say('ä'.repeat(2_000));
  scene.guildhall.gateway.faults.add({ fault: { kind: 'drip', bytesPerSecond: 2_000_000 } });
  const again = await scene.open();
  again.resume(scene.bot.token, client.ready.d.session_id, client.lastSeq);
  await again.event('RESUMED');
  assert.equal(contents(again).length, 95);
});

test('a session that goes with its connection is gone, too, when it is resumed over that', async () => {
  await using scene = await openScene();
  scene.guildhall.gateway.faults.add({ fault: { kind: 'expire-session' } });
  const client = await scene.ready();
  await client.settle();
  const again = await scene.open();
  again.resume(scene.bot.token, client.ready.d.session_id, client.lastSeq);
  assert.equal((await again.op(9)).d, false);
  assert.equal((await client.closed).code, 4000);
  assert.deepEqual(scene.guildhall.gateway.sessions(scene.bot.id), []);
});

test('what the client did then is on record', async () => {
  await using scene = await openScene();
  const { faults } = scene.guildhall.gateway;
  faults.add({ fault: { kind: 'close', code: 4000 }, afterEvents: 1 });
  const client = await scene.ready();
  await client.closed;
  const again = await scene.open();
  again.resume(scene.bot.token, client.ready.d.session_id, 1);
  await again.event('RESUMED');
  await again.close(1000);
  const other = await scene.open();
  other.identify(scene.bot.token, { intents: 1 << 30 });
  await other.closed;
  const [record] = faults.records;
  assert.deepEqual(
    [record?.fault.kind, record?.applicationId, record?.sessionId],
    ['close', scene.bot.id, client.ready.d.session_id],
  );
  assert.deepEqual(
    record?.afterwards.map(({ what }) => what),
    ['closed 4000 by server', 'resumed', 'closed 1000 by client', 'identified, refused with 4013'],
  );
});

test('a request meets a status or waits, if it is meant', async () => {
  await using scene = await openScene();
  const { guildhall, bot, channelId } = scene;
  const request = (path: string, method = 'GET') =>
    fetch(`${guildhall.apiBase}/v10${path}`, {
      method,
      headers: { authorization: `Bot ${bot.token}`, 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: JSON.stringify({ content: 'hello' }) } : {}),
    });
  const { faults } = guildhall.gateway;
  faults.add({ fault: { kind: 'rest-status', status: 503 }, method: 'POST', path: '/channels/' });
  assert.equal((await request('/users/@me')).status, 200);
  assert.equal((await request(`/channels/${channelId}/messages`, 'POST')).status, 503);
  assert.equal((await request(`/channels/${channelId}/messages`, 'POST')).status, 200);
  faults.add({ fault: { kind: 'rest-status', status: 429, retryAfterMs: 250 }, applicationId: bot.id });
  const limited = await request('/users/@me');
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get('retry-after'), '1');
  assert.equal(limited.headers.get('x-ratelimit-scope'), 'shared');
  assert.equal(limited.headers.get('x-ratelimit-remaining'), '0');
  assert.equal(limited.headers.get('x-ratelimit-reset-after'), '0.250');
  assert.match(limited.headers.get('x-ratelimit-bucket') ?? '', /^[0-9a-f]{32}$/);
  assert.equal(((await limited.json()) as { retry_after: number }).retry_after, 0.25);
  faults.add({ fault: { kind: 'rest-delay', ms: 120 } });
  const startedAtMs = performance.now();
  assert.equal((await request('/users/@me')).status, 200);
  assert.ok(performance.now() - startedAtMs >= 115);
});

test('a bad plan is refused with the place of what is wrong', async () => {
  await using scene = await openScene();
  const bad: readonly (readonly [plan: unknown, option: string])[] = [
    [null, 'plan'],
    [{}, 'fault'],
    [{ fault: { kind: 'break' } }, 'fault.kind'],
    [{ fault: { kind: 'close', code: 1006 } }, 'fault.code'],
    [{ fault: { kind: 'refuse-upgrade', status: 200 } }, 'fault.status'],
    [{ fault: { kind: 'drip', bytesPerSecond: 0 } }, 'fault.bytesPerSecond'],
    [{ fault: { kind: 'no-hello' }, applicationId: '1' }, 'applicationId'],
    [{ fault: { kind: 'rest-status', status: 500 }, afterMs: 1 }, 'afterMs'],
    [{ fault: { kind: 'freeze' }, afterEvents: 0 }, 'afterEvents'],
    [{ fault: { kind: 'freeze' }, times: 1.5 }, 'times'],
    [{ fault: { kind: 'freeze' }, when: 1 }, 'when'],
  ];
  for (const [plan, option] of bad) {
    assert.throws(
      () => scene.guildhall.gateway.faults.add(plan as FaultPlan),
      (error) => error instanceof GuildhallOptionError && error.option === option,
      option,
    );
  }
  assert.deepEqual(scene.guildhall.gateway.faults.list(), []);
});
