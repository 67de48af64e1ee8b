import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { ClientReport, CloseRecord, EventReport, ShardReport, StateChange } from '@guildhall/client';
import { FakeGateway, type Peer } from '../support/fake-gateway.ts';
import { collect, goLive, quickClient, TOKEN } from '../support/fixtures.ts';

function shardOf({ shards }: ClientReport): ShardReport {
  const [shard] = shards;
  assert.ok(shard !== undefined);
  return shard;
}

function countsOf(events: readonly EventReport[]): Record<string, readonly number[]> {
  return Object.fromEntries(events.map(({ name, parsed, raw, skipped }) => [name, [parsed, raw, skipped]]));
}

describe('the state of a client', () => {
  test('names what it does, and has its shards from open on', async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway, { shards: { ids: [1], count: 3 } });
    assert.equal(client.state.name, 'idle');
    assert.deepEqual(client.state.shards, []);
    assert.equal(client.state.shardCount, null);
    const opening = client.open();
    assert.equal(client.state.name, 'opening');
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    const { name, shardCount, shards } = client.state;
    assert.deepEqual(
      { name, shardCount, ids: shards.map(({ id, phase }) => [id, phase]) },
      { name: 'open', shardCount: 3, ids: [[1, 'live']] },
    );
    const closing = client.close();
    assert.equal(client.state.name, 'closing');
    await closing;
    assert.equal(client.state.name, 'idle');
    assert.equal(shardOf(client.state).lastClose?.by, 'user');
  });

  test('shows a live shard in numbers, without token and session id', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, {}, { sessionId: 'hidden-session', seq: 7 });
    const { client, peer } = live;
    peer.send(1, null);
    const ack = collect(client, 'GUILD_CREATE');
    client.onRaw('TYPING_START', () => {});
    peer.dispatch('TYPING_START', 8);
    peer.dispatch('PRESENCE_UPDATE', 9);
    peer.dispatch('MADE_UP', 10);
    peer.dispatch('GUILD_CREATE', 11);
    await ack.take();
    const shard = shardOf(client.state);
    assert.equal(shard.seq, 11);
    assert.equal(shard.heartbeatIntervalMs, 45_000);
    assert.equal(shard.attempts, 0);
    assert.equal(shard.retryInMs, null);
    assert.equal(shard.lastClose, null);
    assert.equal(shard.queuedSends, 0);
    assert.ok(shard.sessionAgeMs !== null && shard.sessionAgeMs < 5_000);
    assert.ok(shard.lastDispatchAgeMs !== null && shard.lastDispatchAgeMs < 5_000);
    assert.ok(shard.lastFrameAgeMs !== null && shard.lastFrameAgeMs <= shard.lastDispatchAgeMs);
    // READY, TYPING_START, PRESENCE_UPDATE, MADE_UP and GUILD_CREATE.
    assert.equal(shard.traffic.heard, 2);
    assert.equal(shard.traffic.skipped, 3);
    assert.ok(shard.traffic.sentBytes > 0 && shard.traffic.receivedBytes > shard.traffic.eventBytes);
    assert.deepEqual(countsOf(client.state.events), {
      READY: [0, 0, 1],
      TYPING_START: [0, 1, 0],
      PRESENCE_UPDATE: [0, 0, 1],
      GUILD_CREATE: [1, 0, 0],
      '': [0, 0, 1],
    });
    const shown = inspect([client.state, client.metrics()], { depth: null }) + client.openMetrics();
    assert.ok(!shown.includes(TOKEN) && !shown.includes('hidden-session'));
    const { shards } = client.state;
    assert.deepEqual(structuredClone(shards), shards);
  });

  test('counts an event by who hears it when it comes', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const last = collect(client, 'GUILD_DELETE');
    const seen = async (seq: number): Promise<readonly number[] | undefined> => {
      peer.dispatch('GUILD_CREATE', seq);
      peer.dispatch('GUILD_DELETE', seq + 1);
      await last.take();
      return countsOf(client.state.events).GUILD_CREATE;
    };
    assert.deepEqual(await seen(2), [0, 0, 1]);
    const raw = client.onRaw('*', () => {});
    assert.deepEqual(await seen(4), [0, 1, 1]);
    const parsed = client.on('*', () => {});
    assert.deepEqual(await seen(6), [1, 1, 1]);
    raw();
    parsed();
    assert.deepEqual(await seen(8), [1, 1, 2]);
  });

  test('takes the time of the first handler call and of every 16th', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const last = collect(client, 'GUILD_DELETE');
    client.on('GUILD_CREATE', (_guild, { seq }) => {
      const untilMs = performance.now() + (seq === 2 ? 30 : 0);
      while (performance.now() < untilMs);
    });
    for (let seq = 2; seq < 20; seq += 1) peer.dispatch('GUILD_CREATE', seq);
    peer.dispatch('GUILD_DELETE', 20);
    await last.take();
    const event = client.state.events.find(({ name }) => name === 'GUILD_CREATE');
    assert.ok(event !== undefined);
    assert.equal(event.parsed, 18);
    assert.equal(event.timed, 2);
    assert.ok(event.slowestMs >= 30 && event.timedMs >= event.slowestMs);
  });

  test('has the latency of acknowledged heartbeats', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    peer.hello(40);
    await peer.take(2);
    peer.ready();
    await opening;
    while (shardOf(client.state).latency.count < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    const { lastMs, meanMs, p99Ms, count, sumMs } = shardOf(client.state).latency;
    assert.ok(lastMs !== null && meanMs !== null && p99Ms !== null);
    assert.ok(lastMs >= 0 && p99Ms >= meanMs && sumMs >= p99Ms && count >= 3);
    assert.ok((shardOf(client.state).lastHeartbeatAckAgeMs ?? Number.NaN) < 5_000);
  });

  const ends: readonly (readonly [
    what: string,
    end: (peer: Peer) => void,
    record: Omit<CloseRecord, 'atMs'>,
  ])[] = [
    [
      'a close of the gateway',
      (peer) => peer.close(4000, 'Unknown error.'),
      { by: 'gateway', cause: 'closed-by-server', code: 4000, reason: 'Unknown error.' },
    ],
    [
      'op 7',
      (peer) => peer.send(7, null),
      { by: 'gateway', cause: 'reconnect-requested', code: null, reason: null },
    ],
    [
      'nonsense',
      (peer) => peer.sendText('{'),
      {
        by: 'client',
        cause: 'undecodable',
        code: null,
        reason: 'Shard 0: a frame could not be decoded',
      },
    ],
  ];
  for (const [what, end, record] of ends) {
    test(`says who ended the last connection: ${what}`, async () => {
      await using gateway = await FakeGateway.start();
      await using live = await goLive(gateway, { timing: { backoffBaseMs: 60_000, backoffCapMs: 60_000 } });
      const { client, peer } = live;
      const lost = collect(client, 'stateChange');
      end(peer);
      const { from, to, report } = await lost.take();
      assert.equal(from, 'live');
      assert.ok(to === 'waiting');
      assert.ok(report.lastClose !== null);
      const { atMs, ...rest } = report.lastClose;
      assert.ok(Math.abs(Date.now() - atMs) < 5_000);
      assert.deepEqual(rest, record);
      assert.equal(report.attempts, 1);
      assert.ok(report.retryInMs !== null && report.retryInMs >= 0 && report.retryInMs <= 60_000);
    });
  }

  test('keeps a lost connection’s counts, and ends the session’s age with the session', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const changes = collect(client, 'stateChange');
    const before = shardOf(client.state).traffic.receivedBytes;
    peer.send(9, false);
    const { report } = await changes.take();
    assert.equal(report.lastClose?.cause, 'invalid-session');
    assert.equal(report.sessionAgeMs, null);
    assert.equal(report.seq, null);
    assert.ok(report.traffic.receivedBytes > before);
  });
});

describe('stateChange', () => {
  test('tells every phase once, from one to the next', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const changes = collect(client, 'stateChange');
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    const seen = changes.waiting.map(({ shard, from, to, report }) => [shard, from, to, report.phase]);
    assert.deepEqual(seen, [
      [0, 'idle', 'dialing', 'dialing'],
      [0, 'dialing', 'greeting', 'greeting'],
      [0, 'greeting', 'queued', 'queued'],
      [0, 'queued', 'identifying', 'identifying'],
      [0, 'identifying', 'live', 'live'],
    ]);
  });

  test('is a loop as well, which ends with its signal and leaves no handler', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const ending = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { to } of client.stateChanges({ signal: ending.signal })) {
        seen.push(to);
        if (to === 'live') setImmediate(() => ending.abort());
      }
    })();
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    await watching;
    assert.deepEqual(seen, ['dialing', 'greeting', 'queued', 'identifying', 'live']);
  });

  test('as a loop keeps the newest changes for a slow reader', async () => {
    const { stateChanges } = await import('../../src/watching/state-changes.ts');
    let tell = (_change: StateChange): void => {};
    let removed = 0;
    const remove = (): void => {
      removed += 1;
    };
    const remover = Object.assign(remove, { [Symbol.dispose]: remove });
    const changes = stateChanges((handler) => {
      tell = handler;
      return remover;
    }, undefined);
    const change = (shard: number) => ({ shard, from: 'idle', to: 'dialing' }) as StateChange;
    const first = changes.next();
    await new Promise(setImmediate);
    tell(change(0));
    assert.equal((await first).value?.shard, 0);
    for (let shard = 1; shard <= 1_500; shard += 1) tell(change(shard));
    assert.equal((await changes.next()).value?.shard, 1_500 - 1_024 + 1);
    await changes.return();
    assert.equal(removed, 1);
  });
});
