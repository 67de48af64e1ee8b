/** What happens to threads: they end, are stopped, and leave nothing behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { GatewayStopError, SendError, WorkerLostError } from '@guildhall/client';
import { FakeGateway, type Peer } from '../support/fake-gateway.ts';
import { collect, goLive, quickClient } from '../support/fixtures.ts';
import { Threads } from '../support/threads.ts';

const DEADLINE = { timeout: 60_000 };
const CLOSE_IN_PHASE = fileURLToPath(new URL('../support/close-in-phase.ts', import.meta.url));

/** @returns the connections of shard 0 and shard 1 */
async function twoShards(gateway: FakeGateway): Promise<readonly Peer[]> {
  const peers: Peer[] = [];
  for (let connections = 0; connections < 2; connections += 1) {
    const peer = await gateway.accept();
    peer.hello();
    const [id = 0] = (await peer.take(2)).shard as readonly number[];
    peer.ready({ sessionId: `session-${id}` });
    peers[id] = peer;
  }
  return peers;
}

describe('a worker that ends', () => {
  test('is replaced, and its shards resume behind the last event that was heard', DEADLINE, async () => {
    using threads = new Threads();
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers: 1 });
    const { client, peer } = live;
    const errors = collect(client, 'error');
    const lost = collect(client, 'shardDisconnected');
    const guilds = collect(client, 'GUILD_CREATE');
    await client.send(0, { op: 3, d: { since: null, activities: [], status: 'idle', afk: false } } as never);
    peer.dispatch('GUILD_CREATE', 2);
    await guilds.take();
    await threads.last.terminate();
    const error = await errors.take();
    assert.ok(error instanceof WorkerLostError);
    assert.deepEqual(
      [error.code, error.worker, error.shardIds, error.restarts],
      ['WORKER_LOST', 0, [0], true],
    );
    const { cause, next, reason } = await lost.take();
    assert.deepEqual([cause, next], ['connection-lost', 'resume']);
    assert.match(String(reason), /^Worker 0 with 1 shard\(s\) ended with exit code 1/);

    const second = await gateway.accept();
    second.hello();
    assert.equal((await second.take(6)).seq, 2);
    second.dispatch('GUILD_CREATE', 3, { id: 'missed' });
    second.dispatch('RESUMED', 4);
    assert.equal((await guilds.take()).id, 'missed');
    assert.equal(client.state.workers[0]?.restarts, 1);
    assert.equal(threads.running, 1);

    // The presence that was sent is that of the next session, too.
    second.send(9, false);
    await second.closed;
    const third = await gateway.accept();
    assert.deepEqual((await third.welcome()).presence, {
      since: null,
      activities: [],
      status: 'idle',
      afk: false,
    });
  });

  test('by an error says which one', DEADLINE, async () => {
    using threads = new Threads();
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers: 1 });
    const errors = collect(live.client, 'error');
    // No message of ours is null: what reads it throws.
    threads.last.postMessage(null);
    const error = await errors.take();
    assert.ok(error instanceof WorkerLostError);
    assert.match(error.message, /ended by an error: .*null/);
    assert.ok(error.cause instanceof TypeError);
    await (await gateway.accept()).welcomeBack(2);
  });

  test(
    'takes with it the commands that wait in it, and those that come meanwhile go to the next',
    DEADLINE,
    async () => {
      using threads = new Threads();
      await using gateway = await FakeGateway.start();
      await using live = await goLive(gateway, { workers: 1, limits: { sendsPerWindow: 4 } });
      const { client } = live;
      const voice = {
        op: 4,
        d: { guild_id: '1', channel_id: null, self_mute: false, self_deaf: false },
      } as const;
      const sends = Array.from({ length: 6 }, () => client.send(0, voice));
      await sends[0];
      const lost = collect(client, 'shardDisconnected');
      const results = Promise.allSettled(sends);
      await threads.last.terminate();
      await lost.take();
      const late = client.send(0, voice);
      const refused = (await results).filter((result) => result.status === 'rejected');
      assert.ok(refused.length > 0);
      for (const { reason } of refused) {
        assert.ok(reason instanceof SendError);
        assert.equal(reason.code, 'WORKER_LOST');
      }
      const next = await gateway.accept();
      await next.welcomeBack(2);
      await late;
      assert.equal((await next.take(4)).guild_id, '1');
    },
  );

  test(
    'again and again is given up: its shards are quarantined, and may be opened again',
    DEADLINE,
    async () => {
      using threads = new Threads();
      await using gateway = await FakeGateway.start();
      await using client = quickClient(gateway, { shards: 2, workers: 2 });
      const opening = client.open();
      await twoShards(gateway);
      await opening;
      const errors = collect(client, 'error');
      const quarantined = collect(client, 'quarantined');
      await threads.started[1]?.terminate();
      for (let ends = 1; ends <= 5; ends += 1) {
        assert.ok((await errors.take()) instanceof WorkerLostError);
        while (threads.started.length < 2 + ends) await new Promise((resolve) => setTimeout(resolve, 10));
        await threads.last.terminate();
      }
      const last = await errors.take();
      assert.ok(last instanceof WorkerLostError && !last.restarts);
      const stop = await quarantined.take();
      assert.ok(stop instanceof GatewayStopError);
      assert.deepEqual([stop.code, stop.shardId], ['WORKER_LOST', 1]);
      assert.deepEqual(
        [...client.shards.values()].map(({ phase }) => phase),
        ['live', 'stopped'],
      );
      await assert.rejects(client.send(1, { op: 8, d: { guild_id: '1', query: '', limit: 0 } }), {
        code: 'CLOSED',
      });

      const resumed = collect(client, 'shardResumed');
      assert.ok(client.reopen(1));
      for (;;) {
        const peer = await gateway.accept();
        peer.hello();
        const resume = await Promise.race([peer.take(6), peer.closed]);
        if (typeof resume === 'number') continue;
        peer.dispatch('RESUMED', 2);
        break;
      }
      assert.equal((await resumed.take()).shard, 1);
    },
  );
});

describe('a verdict', () => {
  test('for the application stops the shards of all workers, once', DEADLINE, async () => {
    using threads = new Threads();
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway, { shards: 2, workers: 2 });
    const stops: GatewayStopError[] = [];
    client.on('stopped', (error) => stops.push(error));
    const opening = client.open();
    const peers = await twoShards(gateway);
    await opening;
    const stopped = new Promise<void>((resolve) => client.once('stopped', () => resolve()));
    peers[0]?.close(4014);
    await stopped;
    await peers[1]?.closed;
    assert.deepEqual(
      [...client.shards.values()].map(({ phase }) => phase),
      ['stopped', 'stopped'],
    );
    assert.equal(client.state.name, 'stopped');
    await client.close();
    assert.equal(stops.length, 1);
    assert.ok(stops[0] instanceof GatewayStopError);
    assert.deepEqual([stops[0].code, stops[0].closeCode, stops[0].shardId], ['DISALLOWED_INTENTS', 4014, 0]);
    assert.match(stops[0].message, /Privileged Gateway Intents/);
    assert.equal(threads.running, 0);
    assert.equal(gateway.dials, 2);
  });
});

describe('no thread is left', () => {
  for (const phase of ['dialing', 'greeting', 'identifying'] as const) {
    test(`when open is aborted in phase ${phase}`, DEADLINE, async () => {
      using threads = new Threads();
      await using gateway = await FakeGateway.start();
      const client = quickClient(gateway, { shards: 2, workers: 2, identify: { maxConcurrency: 2 } });
      const controller = new AbortController();
      client.on('phase', (event) => {
        if (event.phase === phase) controller.abort('enough');
      });
      const opening = assert.rejects(client.open({ signal: controller.signal }), {
        code: 'ABORTED',
        cause: 'enough',
      });
      // Who is first aborts: the other may never come.
      const greet = (peer: Peer): void => peer.hello();
      if (phase === 'identifying') {
        for (let shard = 0; shard < 2; shard += 1) gateway.accept().then(greet, () => {});
      }
      await opening;
      assert.equal(threads.started.length, 2);
      assert.equal(threads.running, 0);
      assert.equal(client.state.name, 'idle');
    });
  }

  test('when close finds one that does not answer', DEADLINE, async () => {
    using threads = new Threads();
    await using gateway = await FakeGateway.start();
    const { client, peer } = await goLive(gateway, { workers: 1 });
    peer.freeze();
    await client.close({ session: 'keep', deadlineMs: 20 });
    assert.equal(threads.running, 0);
  });

  for (const [phase, session] of [
    ['dialing', 'end'],
    ['identifying', 'end'],
    ['live', 'keep'],
    ['live', 'end'],
  ] as const) {
    test(
      `and no handle, when a handler closes the client in phase ${phase} (${session})`,
      DEADLINE,
      async () => {
        await using gateway = await FakeGateway.start();
        const child = spawn(
          process.execPath,
          ['--conditions=guildhall-source', CLOSE_IN_PHASE, gateway.url, phase, session, '1'],
          { stdio: ['ignore', 'pipe', 'inherit'], timeout: 30_000 },
        );
        let output = '';
        child.stdout.on('data', (chunk) => {
          output += String(chunk);
        });
        const exited = once(child, 'exit');
        if (phase !== 'dialing') {
          const peer = await gateway.accept();
          if (phase === 'live') await peer.welcome();
          else peer.hello();
        }
        assert.deepEqual(await exited, [0, null], output);
        assert.match(output, /^closed after \d+ ms, handles: \[\]$/m);
      },
    );
  }
});
