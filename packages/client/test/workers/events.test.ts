/** Events that cross from workers to handlers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type GatewayClient, GatewayClientError, ProtocolError } from '@guildhall/client';
import { FakeGateway, type Peer } from '../support/fake-gateway.ts';
import { collect, goLive, quickClient } from '../support/fixtures.ts';
import { Threads } from '../support/threads.ts';

const DEADLINE = { timeout: 60_000 };

/** Brings all shards up. @returns their connections by shard id */
async function welcomeAll(gateway: FakeGateway, count: number): Promise<ReadonlyMap<number, Peer>> {
  const peers = new Map<number, Peer>();
  while (peers.size < count) {
    const peer = await gateway.accept();
    peer.hello();
    const { shard } = await peer.take(2);
    const [id] = shard as readonly [number, number];
    peer.ready({ sessionId: `session-${id}` });
    peers.set(id, peer);
  }
  return peers;
}

function crossed(client: GatewayClient): number {
  return client.state.workers.reduce((sum, { crossedEvents }) => sum + crossedEvents, 0);
}

describe('8 shards in 3 workers', () => {
  test(
    'give each shard its events in order, and let only those cross that somebody hears',
    DEADLINE,
    async () => {
      using threads = new Threads();
      await using gateway = await FakeGateway.start();
      await using client = quickClient(gateway, { shards: 8, workers: 3, identify: { maxConcurrency: 16 } });
      const heard = new Map<number, number[]>();
      const all = Promise.withResolvers<void>();
      let count = 0;
      client.on('MESSAGE_CREATE', ({ content }, { shard, seq }) => {
        heard.set(shard, [...(heard.get(shard) ?? []), seq]);
        assert.equal(content, `${shard}.${seq}`);
        count += 1;
        if (count === 8 * 100) all.resolve();
      });
      const opening = client.open();
      const peers = await welcomeAll(gateway, 8);
      await opening;
      assert.equal(threads.running, 3);
      assert.deepEqual(
        client.state.workers.map(({ shards }) => shards),
        [
          [0, 3, 6],
          [1, 4, 7],
          [2, 5],
        ],
      );
      for (let seq = 2; seq < 1_002; seq += 1) {
        for (const [id, peer] of peers) {
          if (seq % 10 === 0) peer.dispatch('MESSAGE_CREATE', seq, { content: `${id}.${seq}` });
          else peer.dispatch('TYPING_START', seq);
        }
      }
      await all.promise;
      const wanted = Array.from({ length: 100 }, (_, index) => 10 * (index + 1));
      for (let id = 0; id < 8; id += 1) assert.deepEqual(heard.get(id), wanted);
      assert.equal(crossed(client), 800, 'no event that nobody hears has crossed');
      await client.close();
      assert.equal(threads.running, 0);
      const typing = client.state.events.find(({ name }) => name === 'TYPING_START');
      assert.equal(typing?.skipped, 8 * 900, 'they were counted all the same');
      assert.equal(client.state.events.find(({ name }) => name === 'MESSAGE_CREATE')?.parsed, 800);
    },
  );
});

describe('handlers', () => {
  test('that come and go decide what crosses, from the next event on', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers: 1 });
    const { client, peer } = live;
    const guilds = collect(client, 'GUILD_CREATE');
    const marker = async (seq: number): Promise<number> => {
      peer.dispatch('GUILD_CREATE', seq, { id: String(seq) });
      await guilds.take();
      return crossed(client);
    };
    assert.equal(await marker(2), 1);
    peer.dispatch('TYPING_START', 3);
    assert.equal(await marker(4), 2);
    const typing = client.waitFor('TYPING_START');
    peer.dispatch('TYPING_START', 5, { user_id: '9' });
    assert.equal((await typing)[0].user_id, '9');
    peer.dispatch('TYPING_START', 6);
    assert.equal(await marker(7), 4, 'the wait is over');
    const any = collect(client, '*');
    peer.dispatch('MADE_UP', 8);
    assert.equal(await any.take(), 'MADE_UP');
  });

  test('of bytes get them as they came, and raw() keeps them', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers: 1, compression: 'zstd' });
    const { client, peer } = live;
    const raw: string[] = [];
    client.onRaw('TYPING_START', (message) => raw.push(message.toString()));
    const kept = new Promise<Buffer>((resolve) => client.on('GUILD_CREATE', (_, ctx) => resolve(ctx.raw())));
    const text = '{"t":"TYPING_START","s":2,"op":0,"d":{"is not":parsed}}';
    peer.sendText(text);
    peer.dispatch('GUILD_CREATE', 3, { name: 'ü'.repeat(100_000) });
    const bytes = await kept;
    assert.equal(JSON.parse(bytes.toString()).d.name.length, 100_000);
    assert.deepEqual(raw, [text]);
  });

  test('hear READY before open resolves', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { workers: 1 });
    const told: string[] = [];
    for (const name of ['shardReady', 'READY'] as const) client.on(name, () => told.push(name));
    const opening = client.open();
    await (await gateway.accept()).welcome();
    await opening;
    assert.deepEqual(told, ['shardReady', 'READY']);
  });

  test(
    'may close the client in the middle of a batch: what follows is kept for the resume',
    DEADLINE,
    async () => {
      await using gateway = await FakeGateway.start();
      const { client, peer } = await goLive(gateway, { workers: 1 });
      const seqs: number[] = [];
      const closed = new Promise<void>((resolve) => {
        client.on('GUILD_CREATE', (_, { seq }) => {
          seqs.push(seq);
          if (seq === 3) client.close({ session: 'keep' }).then(resolve);
        });
      });
      for (let seq = 2; seq < 20; seq += 1) peer.dispatch('GUILD_CREATE', seq);
      await closed;
      assert.deepEqual(seqs, [2, 3]);
      const opening = client.open();
      assert.equal((await (await gateway.accept()).welcomeBack(20)).seq, 3);
      await opening;
      await client.close();
    },
  );
});

describe('what cannot be read', () => {
  test('in the worker is an error of the right class, and the shard resumes', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers: 1 });
    const errors = collect(live.client, 'error');
    live.peer.sendText('{"t":"TYPING_START","s":2,"op":"zero"}');
    const error = await errors.take();
    assert.ok(error instanceof ProtocolError && error instanceof GatewayClientError);
    assert.equal(error.code, 'PROTOCOL');
    assert.equal(error.shardId, 0);
    assert.equal(await live.peer.closed, 4901);
    await (await gateway.accept()).welcomeBack(2);
  });

  test('in the main thread is asked for again, and nothing behind it is heard before', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers: 1 });
    const { client, peer } = live;
    const errors = collect(client, 'error');
    const seqs: number[] = [];
    client.on('GUILD_CREATE', (_, { seq }) => seqs.push(seq));
    peer.dispatch('GUILD_CREATE', 2);
    peer.sendText('{"t":"GUILD_CREATE","s":3,"op":0,"d":{"broken":nope}}');
    peer.dispatch('GUILD_CREATE', 4);
    assert.equal((await errors.take()).code, 'PROTOCOL');
    assert.equal(await peer.closed, 4901);
    const next = await gateway.accept();
    next.hello();
    assert.equal((await next.take(6)).seq, 2);
    next.dispatch('GUILD_CREATE', 3);
    next.dispatch('GUILD_CREATE', 4);
    const resumed = collect(client, 'shardResumed');
    next.dispatch('RESUMED', 5);
    await resumed.take();
    assert.deepEqual(seqs, [2, 3, 4]);
  });
});

describe('a main thread that is behind', () => {
  test('lets workers pause, and gets every event in order', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers: 1, handling: { highWaterMark: 10 } });
    const { client, peer } = live;
    const seqs: number[] = [];
    const done = Promise.withResolvers<void>();
    const last = 5_000;
    client.on('GUILD_CREATE', (_, { seq }) => {
      seqs.push(seq);
      if (seq === last) done.resolve();
    });
    for (let seq = 2; seq <= last; seq += 1) peer.dispatch('GUILD_CREATE', seq, { filler: 'x'.repeat(200) });
    await done.promise;
    assert.deepEqual(
      seqs,
      Array.from({ length: last - 1 }, (_, index) => index + 2),
    );
    const changes = client.state.workers[0]?.backlog;
    assert.ok(changes !== null && changes !== undefined && changes.pauses >= 1, 'reading was paused');
    // One read of a socket has 64 KiB, some 300 of these events.
    assert.ok(changes.peak < 1_000, `${changes.peak} events were under way`);
  });

  test('sheds in the worker what it may', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    const handling = { highWaterMark: 5, shed: ['TYPING_START'] as const };
    await using live = await goLive(gateway, { workers: 1, handling });
    const { client, peer } = live;
    let typing = 0;
    client.on('TYPING_START', () => {
      typing += 1;
    });
    const guilds = collect(client, 'GUILD_CREATE');
    const sent = 2_000;
    for (let seq = 2; seq < sent + 2; seq += 1) peer.dispatch('TYPING_START', seq);
    peer.dispatch('GUILD_CREATE', sent + 2);
    await guilds.take();
    await client.close();
    const shed = client.backlog.shed.TYPING_START ?? 0;
    assert.ok(shed > 0);
    assert.equal(typing + shed, sent, 'each was heard or counted');
  });
});
