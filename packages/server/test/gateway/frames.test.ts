/** What the owner sees of the messages of a session. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GatewayFrame } from '../../src/gateway/control.ts';
import { PING } from '../world/support.ts';
import { MESSAGE_CONTENT, openScene, type Scene, until } from './support/scene.ts';
import { ALL_UNPRIVILEGED } from './support/test-client.ts';

type Page = { readonly frames: readonly GatewayFrame[]; readonly cursor: string };

async function framesOf(scene: Scene, sessionId: string, query = ''): Promise<Page> {
  const { apiBase, ownerKey } = scene.guildhall;
  const response = await fetch(new URL(`/owner/v1/sessions/${sessionId}/frames${query}`, apiBase), {
    headers: { authorization: `Bearer ${ownerKey}` },
  });
  assert.equal(response.status, 200);
  return (await response.json()) as Page;
}

const told = ({ from, op, t, close }: GatewayFrame) => `${from} ${close?.code ?? t ?? `op ${op}`}`;

describe('the last messages of a session', () => {
  for (const query of ['v=10&encoding=json', 'v=10&encoding=etf&compress=zlib-stream']) {
    test(`are shown in their order, decoded and without tokens (${query})`, async () => {
      await using scene = await openScene();
      const client = await scene.ready({ intents: ALL_UNPRIVILEGED | MESSAGE_CONTENT }, { query });
      await client.event('GUILD_CREATE');
      await scene.say('one');
      await client.event('MESSAGE_CREATE');
      client.send(1, 3);
      await client.next(({ op }) => op === 11);
      await scene.say('two');
      await client.event('MESSAGE_CREATE');
      const id = client.ready.d.session_id;
      const { frames, cursor } = await framesOf(scene, id);
      assert.deepEqual(frames.map(told), [
        'server op 10',
        'client op 2',
        'server READY',
        'server GUILD_CREATE',
        'server MESSAGE_CREATE',
        'client op 1',
        'server op 11',
        'server MESSAGE_CREATE',
      ]);
      const [, identify, ready, , message, heartbeat] = frames;
      assert.ok(identify && ready && message && heartbeat);
      assert.equal((identify.d as { readonly token: string }).token, '[redacted]');
      assert.equal((ready.d as { readonly session_id: string }).session_id, id);
      assert.deepEqual([(message.d as { readonly content: string }).content, message.s], ['one', 3]);
      assert.ok(Number(message.bytes) > 100 && Number(message.wireBytes) > 50);
      assert.deepEqual([message.at, heartbeat.d], [null, 3]);
      assert.equal(JSON.stringify(frames).includes(scene.bot.token), false);

      const [{ sentBytes = 0, plainBytes = 0 } = {}] = scene.guildhall.gateway
        .sessions()
        .map(({ traffic }) => traffic);
      assert.ok(sentBytes > 500);
      if (query.includes('compress')) assert.ok(plainBytes > sentBytes);
      else assert.equal(plainBytes, sentBytes);

      assert.deepEqual((await framesOf(scene, id, `?after=${cursor}`)).frames, []);
      await scene.say('three');
      await client.event('MESSAGE_CREATE');
      const { frames: later } = await framesOf(scene, id, `?after=${cursor}`);
      assert.deepEqual(
        later.map(({ s }) => s),
        [5],
      );
      assert.deepEqual((await framesOf(scene, id, '?limit=1')).frames, later);
    });
  }

  test('go over the ends of connections, and hold no token of an interaction', async () => {
    await using scene = await openScene();
    const { guildhall, bot, humanId, channelId } = scene;
    const client = await scene.ready();
    const id = client.ready.d.session_id;
    guildhall.gateway.closeConnection(id, 4000, 'for the test');
    await client.closed;
    const resumer = await scene.open();
    resumer.resume(bot.token, id, 1);
    await resumer.event('RESUMED');
    const { world } = guildhall;
    const scope = { applicationId: bot.id, guildId: null };
    world.commands.put(scope, PING);
    world.clientActions.invokeCommand({ userId: humanId, channelId, command: PING.name });
    await resumer.event('INTERACTION_CREATE');
    const { frames } = await framesOf(scene, id);
    assert.deepEqual(
      frames.map(told).filter((line) => !line.includes('GUILD')),
      [
        'server op 10',
        'client op 2',
        'server READY',
        'server 4000',
        'server op 10',
        'client op 6',
        'server RESUMED',
        'server INTERACTION_CREATE',
      ],
    );
    const created = frames.at(-1)?.d as { readonly token: string };
    assert.equal(created.token, '[redacted]');
    assert.deepEqual(frames.find(({ close }) => close !== null)?.close, {
      code: 4000,
      by: 'server',
      reason: 'for the test',
    });
  });

  test('are few, and what is large is only measured', async () => {
    await using scene = await openScene();
    const client = await scene.ready();
    const id = client.ready.d.session_id;
    client.send(3, {
      since: null,
      status: 'online',
      afk: false,
      activities: [{ name: 'x'.repeat(2_000), type: 0 }],
    });
    for (let count = 0; count < 60; count += 1) client.send(31, { guild_ids: [] });
    for (let count = 0; count < 20; count += 1) client.send(1, null);
    await until(() => client.received.filter(({ op }) => op === 11).length === 20);
    const ops = (await framesOf(scene, id, '?limit=200')).frames
      .filter(({ at }) => at !== null)
      .map(({ op }) => op);
    // Heartbeats do not push out what else was said.
    assert.deepEqual([ops.length, ops.filter((op) => op === 31).length], [40, 32]);
    client.send(3, {
      since: null,
      status: 'online',
      afk: false,
      activities: [{ name: 'x'.repeat(2_000), type: 0 }],
    });
    client.send(1, null);
    await client.next(({ op }) => op === 11);
    const large = (await framesOf(scene, id)).frames.find(({ op }) => op === 3);
    assert.deepEqual([large?.d, Number(large?.bytes) > 2_000], [null, true]);
  });
});

test('sessions beyond the bound have their events only', async () => {
  await using scene = await openScene({ frameLogs: 1 });
  const first = await scene.ready({ shard: [0, 2] });
  const second = await scene.ready({ shard: [1, 2] });
  const [kept, others] = await Promise.all(
    [first, second].map(async (client) => (await framesOf(scene, client.ready.d.session_id)).frames),
  );
  assert.ok(kept?.some(({ op }) => op === 2));
  assert.ok(others?.every(({ op }) => op === 0));
});

test('a round trip is measured by the client’s pong, and the lateness of heartbeats by their coming', async () => {
  await using scene = await openScene();
  const { gateway, clock } = scene.guildhall;
  const client = await scene.ready();
  const id = client.ready.d.session_id;
  const roundTripMs = await gateway.roundTrip(id);
  assert.ok(roundTripMs !== null && roundTripMs >= 0);
  assert.equal(await gateway.roundTrip('nobody'), null);

  const late = () => gateway.session(id)?.heartbeatLateMs ?? null;
  const beat = async () => {
    client.send(1, null);
    await client.next(({ op }) => op === 11);
  };
  await beat();
  assert.equal(late(), null);
  clock.advance(41_250 + 5_000);
  await beat();
  // The clock of the machine goes on besides.
  assert.ok(Number(late()) >= 5_000 && Number(late()) < 30_000, String(late()));
});
