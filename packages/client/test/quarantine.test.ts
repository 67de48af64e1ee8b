import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type GatewayClient, type GatewayCommand, GatewayStopError } from '@guildhall/client';
import { FakeGateway, type Peer } from './support/fake-gateway.ts';
import { collect, quickClient } from './support/fixtures.ts';

const TIMING = { quarantineKicks: 4, quarantineStarts: 3 };

/** Both shards are live, the first on `peers[0]`. */
async function openTwo(gateway: FakeGateway, client: GatewayClient): Promise<[first: Peer, second: Peer]> {
  const opening = client.open();
  const peers: Peer[] = [];
  for (let count = 0; count < 2; count += 1) {
    const peer = await gateway.accept();
    peer.hello();
    const { shard } = await peer.take(2);
    const [id] = shard as [number];
    peer.ready({ sessionId: `session-${id}` });
    peers[id] = peer;
  }
  await opening;
  const [first, second] = peers;
  assert.ok(first !== undefined && second !== undefined);
  return [first, second];
}

describe('a shard that is ended the same way each time', () => {
  test('is quarantined with an error that says what to look for; the other goes on, and it can be reopened', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { shards: 2, timing: TIMING, identify: { maxConcurrency: 2 } });
    const quarantined = collect(client, 'quarantined');
    const stopped = collect(client, 'stopped');
    const lost = collect(client, 'shardDisconnected');
    let [peer] = await openTwo(gateway, client);
    for (let turn = 1; turn < TIMING.quarantineKicks; turn += 1) {
      peer.close(4002, 'Error while decoding payload.');
      assert.equal((await lost.take()).times, turn);
      peer = await gateway.accept();
      await peer.welcomeBack(2);
    }
    peer.close(4002);
    const error = await quarantined.take();
    assert.ok(error instanceof GatewayStopError);
    assert.deepEqual(
      { code: error.code, closeCode: error.closeCode, shardId: error.shardId, scope: error.scope },
      { code: 'QUARANTINED', closeCode: 4002, shardId: 0, scope: 'shard' },
    );
    assert.match(error.message, /4 times in a row.*reopen\(shardId\)/);
    assert.deepEqual(
      [...client.shards.values()].map(({ phase }) => phase),
      ['stopped', 'live'],
    );
    assert.equal(stopped.waiting.length, 0);
    const command: GatewayCommand = {
      op: 3,
      d: { since: null, activities: [], status: 'idle' as never, afk: false },
    };
    await assert.rejects(client.send(0, command), { code: 'CLOSED', message: /quarantined/ });
    await client.send(1, command);
    assert.deepEqual(
      {
        ...client.shards.get(0)?.counters,
        losses: client.shards.get(0)?.counters.losses['closed-by-server'],
      },
      { dials: 4, identifies: 1, resumes: 3, losses: 4, sessionsLost: 0, closeDeadlines: 0 },
    );

    assert.equal(client.reopen(1), false);
    assert.equal(client.reopen(7), false);
    const resumed = collect(client, 'shardResumed');
    assert.equal(client.reopen(0), true);
    assert.equal((await (await gateway.accept()).welcomeBack(3)).session_id, 'session-0');
    await resumed.take();
    assert.equal(client.shards.get(0)?.phase, 'live');
    assert.equal(client.reopen(0), false);
  });

  test('stops the client when it is the only one', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { timing: TIMING });
    const stopped = collect(client, 'stopped');
    const opening = client.open();
    let peer = await gateway.accept();
    await peer.welcome();
    await opening;
    for (let turn = 1; turn < TIMING.quarantineStarts; turn += 1) {
      peer.send(9, false);
      peer = await gateway.accept();
      await peer.welcome();
    }
    peer.send(9, false);
    const error = await stopped.take();
    assert.equal(error.code, 'QUARANTINED');
    assert.equal(error.closeCode, null);
    assert.match(error.message, /was refused \(invalid-session\)/);
    const dials = gateway.dials;
    assert.equal(client.reopen(0), false, 'open() begins anew');
    const again = client.open();
    await (await gateway.accept()).welcome();
    await again;
    assert.equal(gateway.dials, dials + 1);
  });

  test('makes open reject when it happens meanwhile', async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway, { shards: 2, timing: TIMING, identify: { maxConcurrency: 2 } });
    const rejected = assert.rejects(client.open(), { code: 'QUARANTINED', closeCode: 4009 });
    for (let turns = 0; turns < TIMING.quarantineStarts; ) {
      const peer = await gateway.accept();
      peer.hello();
      const { shard } = await peer.take(2);
      // The second shard is never let in.
      if ((shard as number[])[0] !== 0) continue;
      peer.ready();
      peer.close(4009);
      turns += 1;
    }
    await rejected;
    await client.close();
    assert.equal(gateway.connections, 0);
  });
});

test('a dead gateway is dialled on and on', async () => {
  await using gateway = await FakeGateway.start();
  gateway.turnAway({ status: 503 });
  await using client = quickClient(gateway, { timing: { ...TIMING, backoffCapMs: 1, backoffBaseMs: 1 } });
  const lost = collect(client, 'shardDisconnected');
  const opening = client.open();
  for (let count = 0; count < 100; count += 1) assert.equal((await lost.take()).error.code, 'DIAL_FAILED');
  gateway.turnAway('accept');
  await (await gateway.accept()).welcome();
  await opening;
});
