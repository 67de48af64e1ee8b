/** Handlers that run in the workers themselves. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GatewayStopError, HandlerError, OptionError, WorkerLostError } from '@guildhall/client';
import { FakeGateway } from '../support/fake-gateway.ts';
import { collect, goLive, quickClient } from '../support/fixtures.ts';
import { Mailbox } from '../support/mailbox.ts';
import { Threads } from '../support/threads.ts';

const DEADLINE = { timeout: 60_000 };
const handlers = new URL('../support/worker-handlers.ts', import.meta.url);
const workers = { count: 1, handlers };

describe('handlers in a worker', () => {
  test('hear events that never cross, and tell the main thread what they like', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway, { workers });
    const told = new Mailbox<unknown>('a message of a worker');
    client.on('workerMessage', ({ worker, message }) => told.put([worker, message]));
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    peer.dispatch('GUILD_CREATE', 2, { id: '7' });
    assert.deepEqual(await told.take(), [0, 'loaded']);
    assert.deepEqual(await told.take(), [0, { ready: 0 }]);
    assert.deepEqual(await told.take(), [0, { guild: '7', shard: 0, seq: 2, worker: 0 }]);
    assert.equal(client.state.workers[0]?.crossedEvents, 0);
    await client.close();
    const [count] = client.state.events.filter(({ name }) => name === 'GUILD_CREATE');
    assert.equal(count?.parsed, 1);
  });

  test('share an event with those of the main thread', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers });
    const told = collect(live.client, 'workerMessage');
    const guilds = collect(live.client, 'GUILD_CREATE');
    live.peer.dispatch('GUILD_CREATE', 2, { id: '7' });
    assert.equal((await guilds.take()).id, '7');
    assert.deepEqual((await told.take()).message, { guild: '7', shard: 0, seq: 2, worker: 0 });
  });

  test('fail as the event "error" of the client', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers });
    const errors = collect(live.client, 'error');
    live.peer.dispatch('GUILD_DELETE', 2, { id: '8' });
    const error = await errors.take();
    assert.ok(error instanceof HandlerError && error.cause instanceof Error);
    assert.deepEqual([error.event, error.shardId, error.seq], ['GUILD_DELETE', 0, 2]);
    assert.equal(error.cause.message, 'no guild 8');
    assert.equal(live.client.state.handlerFailures, 1);
  });

  test('send through the shards of their worker, and ask for members', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers });
    const told = collect(live.client, 'workerMessage');
    const { peer } = live;
    peer.dispatch('TYPING_START', 2);
    await peer.take(4);
    const { nonce } = await peer.take(8);
    const chunk = { guild_id: '1', nonce, chunk_index: 0, chunk_count: 1, members: [{ user: { id: '5' } }] };
    peer.dispatch('GUILD_MEMBERS_CHUNK', 3, chunk);
    assert.deepEqual((await told.take()).message, { members: ['5'], refusal: 'UNKNOWN_SHARD' });
  });

  test('are there again in the thread that takes the place of another', DEADLINE, async () => {
    using threads = new Threads();
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers });
    const told = collect(live.client, 'workerMessage');
    live.client.on('error', () => {});
    await threads.last.terminate();
    assert.equal((await told.take()).message, 'loaded');
    const next = await gateway.accept();
    next.hello();
    const { seq } = await next.take(6);
    assert.equal(seq, 1);
    next.dispatch('GUILD_CREATE', 2, { id: 'missed' });
    next.dispatch('RESUMED', 3);
    assert.deepEqual((await told.take()).message, { guild: 'missed', shard: 0, seq: 2, worker: 0 });
  });

  test('of a module that cannot be used make open fail, and an error says why', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    const notHandlers = new URL('../support/threads.ts', import.meta.url);
    const client = quickClient(gateway, { workers: { count: 1, handlers: notHandlers.href } });
    const errors = collect(client, 'error');
    await assert.rejects(
      client.open(),
      (error) => error instanceof GatewayStopError && error.code === 'WORKER_LOST',
    );
    const error = await errors.take();
    assert.ok(error instanceof WorkerLostError);
    assert.match(error.message, /threads\.ts must export a function "handlers"/);
    assert.equal(gateway.dials, 0);
    await client.close();
  });

  test('cannot be shared by two sets of shards', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers });
    await assert.rejects(
      live.client.reshard(2),
      (error) => error instanceof OptionError && error.option === 'workers.handlers',
    );
  });

  test('are named by a file: URL', () => {
    for (const bad of ['./handlers.js', 'https://example.com/handlers.js', 7, null]) {
      assert.throws(
        () => quickClient({ url: 'ws://127.0.0.1/' }, { workers: { handlers: bad as never } }),
        (error) => error instanceof OptionError && error.option === 'workers.handlers',
      );
    }
    assert.throws(
      () => quickClient({ url: 'ws://127.0.0.1/' }, { workers: { count: 0, handlers } }),
      OptionError,
    );
  });
});
