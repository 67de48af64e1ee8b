import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BacklogStatus } from '@guildhall/client';
import { FakeGateway } from './support/fake-gateway.ts';
import { collect, goLive, quickClient } from './support/fixtures.ts';

/** A handler that does not end before it is let. */
function slowHandler() {
  const gate = Promise.withResolvers<void>();
  const seen: number[] = [];
  return {
    seen,
    open: () => gate.resolve(),
    handler: async (_data: unknown, { seq }: { readonly seq: number }): Promise<void> => {
      seen.push(seq);
      await gate.promise;
    },
  };
}

const SEQUENTIAL = { order: 'sequential' } as const;
/** More than the kernel and both ends together keep of what nobody reads. */
const FILLER = 'x'.repeat(200_000);
const BIG_EVENTS = 200;

describe('a bot that is behind', () => {
  test('reads nothing, beats on, is not taken for dead, and loses nothing', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, {
      handling: { highWaterMark: 3 },
      timing: { ackDeadlineMs: 20 },
    });
    const { handler, seen, open } = slowHandler();
    client.on('GUILD_CREATE', handler, SEQUENTIAL);
    const changes = collect(client, 'overload');
    const losses = collect(client, 'shardDisconnected');
    const opening = client.open();
    const peer = await gateway.accept();
    peer.hello(60);
    await peer.take(2);
    peer.ready();
    await opening;
    for (let seq = 2; seq < 2 + BIG_EVENTS; seq += 1) peer.dispatch('GUILD_CREATE', seq, { id: '1', FILLER });
    assert.equal((await changes.take()).state, 'paused');
    const beats = peer.heartbeats.length;
    while (peer.heartbeats.length < beats + 6) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(client.backlog.queued < 20, `${client.backlog.queued} events have been read`);
    assert.ok(peer.unsentBytes > 1_000_000, 'the rest waits at the other end');
    assert.deepEqual(seen, [2]);
    assert.deepEqual(losses.waiting, []);

    open();
    const last = client.waitFor('GUILD_DELETE');
    peer.dispatch('GUILD_DELETE', 2 + BIG_EVENTS);
    await last;
    while (client.backlog.queued > 0) await new Promise(setImmediate);
    assert.deepEqual(
      seen,
      Array.from({ length: BIG_EVENTS }, (_, index) => index + 2),
    );
    const { state, pauses, pausedMs, peak }: BacklogStatus = client.backlog;
    assert.equal(state, 'clear');
    assert.ok(pauses >= 1 && pausedMs > 0 && peak < 20);
    const metric = (name: string) =>
      client.metrics().find((family) => family.name === `guildhall_client_${name}`)?.samples[0]?.value;
    assert.deepEqual(
      [metric('backlog_events'), metric('backlog_pauses'), metric('backlog_paused_seconds')],
      [0, pauses, pausedMs / 1_000],
    );
    assert.equal(client.shards.get(0)?.phase, 'live');
    // It reads again: a dead gateway is found out as ever.
    peer.freeze();
    assert.equal((await losses.take()).cause, 'zombie');
  });

  test('leaves out what it may, and nothing else', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { handling: { highWaterMark: 2, shed: ['TYPING_START'] } });
    const { client, peer } = live;
    const { handler, open } = slowHandler();
    client.on('GUILD_CREATE', handler, SEQUENTIAL);
    const typing = collect(client, 'TYPING_START');
    const changes = collect(client, 'overload');
    let seq = 1;
    const dispatch = (name: string): void => {
      seq += 1;
      peer.dispatch(name, seq, { id: '1' });
    };
    dispatch('TYPING_START');
    await typing.take();
    for (let events = 0; events < 3; events += 1) dispatch('GUILD_CREATE');
    dispatch('TYPING_START');
    const last = client.waitFor('GUILD_DELETE');
    dispatch('GUILD_DELETE');
    await last;
    assert.equal((await changes.take()).state, 'shedding');
    assert.deepEqual(client.backlog.shed, { TYPING_START: 1 });
    assert.equal(client.shards.get(0)?.seq, seq, 'what was left out is not asked for again');
    open();
    assert.equal((await changes.take()).state, 'clear');
    dispatch('TYPING_START');
    await typing.take();
    const { parsed, skipped, shed } = client.state.events.find(({ name }) => name === 'TYPING_START') ?? {};
    assert.deepEqual({ parsed, skipped, shed }, { parsed: 2, skipped: 0, shed: 1 });
    assert.deepEqual(client.backlog.shed, { TYPING_START: 1 });
  });

  test('closes at once, and begins a new connection that reads', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const iterator = client.events('GUILD_CREATE', { maxBuffered: 1 });
    for (const seq of [2, 3]) peer.dispatch('GUILD_CREATE', seq);
    const changes = collect(client, 'overload');
    assert.equal((await changes.take()).state, 'paused');
    await client.close({ session: 'keep' });
    assert.equal(await peer.closed, 4900);
    assert.equal(client.backlog.state, 'clear', 'its iterations have ended');
    await iterator.return();
    const opening = client.open();
    await (await gateway.accept()).welcomeBack(4);
    await opening;
  });

  test('finds a lost connection out by its heartbeats, and stops reading again in the replay', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    peer.hello(40);
    await peer.take(2);
    peer.ready();
    await opening;
    const { handler, seen, open } = slowHandler();
    client.on('GUILD_CREATE', handler, SEQUENTIAL);
    const iterator = client.events('GUILD_CREATE', { maxBuffered: 1 });
    const changes = collect(client, 'overload');
    for (const seq of [2, 3]) peer.dispatch('GUILD_CREATE', seq);
    await changes.take();
    peer.cut();
    const next = await gateway.accept();
    next.hello();
    assert.equal((await next.take(6)).seq, 3);
    next.dispatch('GUILD_CREATE', 4);
    next.dispatch('RESUMED', 5);
    const resumed = client.waitFor('shardResumed');
    open();
    for (const seq of [2, 3]) assert.equal((await iterator.next()).value?.[1].seq, seq);
    await resumed;
    assert.equal((await iterator.next()).value?.[1].replayed, true);
    await new Promise(setImmediate);
    assert.deepEqual(seen, [2, 3, 4]);
  });
});

describe('a session that is kept', () => {
  test('goes on behind the last event whose handlers have finished, if asked for', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { handling: { resumeFrom: 'handled' } });
    const { client, peer } = live;
    const { handler } = slowHandler();
    const seen: [seq: number, replayed: boolean][] = [];
    client.on('GUILD_CREATE', (_guild, { seq, replayed }) => void seen.push([seq, replayed]));
    client.once('GUILD_UPDATE', handler);
    const iterator = client.events('GUILD_DELETE');
    const last = client.waitFor('CHANNEL_CREATE');
    for (const [seq, name] of ['GUILD_CREATE', 'GUILD_DELETE', 'GUILD_CREATE', 'GUILD_UPDATE'].entries()) {
      peer.dispatch(name, seq + 2, {});
    }
    peer.dispatch('CHANNEL_CREATE', 6);
    await last;
    // The iterator has given 3 and been asked for more; the handler of 5 is at work.
    await iterator.next();
    const ended = iterator.next();
    peer.send(7, null);
    const second = await gateway.accept();
    assert.equal((await second.welcomeBack(7)).seq, 6, 'of a connection that breaks, nothing is repeated');

    await client.close({ session: 'keep' });
    assert.equal((await ended).done, true);
    const reopening = client.open();
    const third = await gateway.accept();
    third.hello();
    assert.equal((await third.take(6)).seq, 4);
    third.dispatch('GUILD_CREATE', 5);
    third.dispatch('RESUMED', 8);
    await reopening;
    assert.deepEqual(seen, [
      [2, false],
      [4, false],
      [5, true],
    ]);
  });

  test('goes on behind the last event handed over otherwise', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const { handler, seen } = slowHandler();
    client.on('GUILD_CREATE', handler);
    const last = client.waitFor('GUILD_DELETE');
    peer.dispatch('GUILD_CREATE', 2);
    peer.dispatch('GUILD_DELETE', 3);
    await last;
    assert.deepEqual(seen, [2]);
    await client.close({ session: 'keep' });
    const reopening = client.open();
    const next = await gateway.accept();
    assert.equal((await next.welcomeBack(4)).seq, 3);
    await reopening;
  });
});

test('an interval of the bot’s own is kept where it is shorter', async () => {
  await using gateway = await FakeGateway.start();
  await using client = quickClient(gateway, {
    heartbeat: { intervalMs: 1_000 },
    timing: { ackDeadlineMs: 900 },
  });
  const opening = client.open();
  const peer = await gateway.accept();
  await peer.welcome();
  await opening;
  // The gateway asked for one beat in 45 s.
  while (peer.heartbeats.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
});
