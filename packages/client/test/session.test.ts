import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeGateway } from './support/fake-gateway.ts';
import { collect, quickClient, TOKEN } from './support/fixtures.ts';

describe('a session', () => {
  test('begins with Hello, Identify and READY, and ends with close code 1000', async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway, {
      intents: 513,
      largeThreshold: 250,
      presence: { since: null, activities: [], status: 'idle', afk: false } as never,
    });
    const ready = collect(client, 'READY');
    const opening = client.open();
    const peer = await gateway.accept();
    assert.deepEqual(Object.fromEntries(peer.query), { v: '10', encoding: 'json' });
    assert.equal(peer.untaken.length, 0, 'nothing is sent before Hello');
    const identify = await peer.welcome();
    await opening;

    assert.equal(identify.token, TOKEN);
    assert.equal(identify.intents, 513);
    assert.deepEqual(identify.shard, [0, 1]);
    assert.equal(identify.large_threshold, 250);
    assert.deepEqual(identify.presence, { since: null, activities: [], status: 'idle', afk: false });
    assert.deepEqual(Object.keys(identify.properties as object), ['os', 'browser', 'device']);
    assert.equal((await ready.take()).session_id, 'session-1');
    assert.equal(client.shards.get(0)?.phase, 'live');

    await client.close();
    assert.equal(await peer.closed, 1000);
    assert.equal(client.shards.get(0)?.phase, 'idle');
  });

  test('hands over events in order, and tells what is known about each', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const seen: unknown[] = [];
    client.on('*', (name, _data, { shard, seq, replayed, receivedAtMs }) => {
      assert.ok(Math.abs(Date.now() - receivedAtMs) < 1_000);
      seen.push([name, shard, seq, replayed]);
    });
    const messages = collect(client, 'MESSAGE_CREATE');
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    peer.dispatch('GUILD_CREATE', 2, { id: '5' });
    peer.dispatch('SOMETHING_NEW', 3, null);
    peer.dispatch('MESSAGE_CREATE', 4, { content: 'hällo' });
    assert.equal((await messages.take()).content, 'hällo');
    assert.deepEqual(seen, [
      ['READY', 0, 1, false],
      ['GUILD_CREATE', 0, 2, false],
      ['SOMETHING_NEW', 0, 3, false],
      ['MESSAGE_CREATE', 0, 4, false],
    ]);
    assert.equal(client.shards.get(0)?.seq, 4);
  });

  test('does not parse what nobody listens to, and parses it for a listener', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const errors = collect(client, 'error');
    const wanted = collect(client, 'TYPING_START');
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    const broken = (name: string, seq: number) => `{"t":"${name}","s":${seq},"op":0,"d":{"broken":nope}}`;
    peer.sendText(broken('PRESENCE_UPDATE', 2));
    peer.dispatch('TYPING_START', 3);
    await wanted.take();
    assert.equal(errors.waiting.length, 0);
    peer.sendText(broken('TYPING_START', 4));
    assert.equal((await errors.take()).code, 'PROTOCOL');
    assert.equal(await peer.closed, 4901);
    const next = await gateway.accept();
    assert.equal((await next.welcomeBack(4)).seq, 3, 'the event that could not be read is asked for again');
  });

  for (const compression of ['zlib', 'zstd'] as const) {
    test(`reads ${compression}-stream, with fresh contexts after a reconnect`, async () => {
      await using gateway = await FakeGateway.start();
      await using client = quickClient(gateway, { compression });
      const messages = collect(client, 'MESSAGE_CREATE');
      const opening = client.open();
      const peer = await gateway.accept();
      assert.equal(peer.query.get('compress'), `${compression}-stream`);
      await peer.welcome();
      await opening;
      const long = 'long text with some repetition '.repeat(10_000);
      peer.dispatch('MESSAGE_CREATE', 2, { content: long });
      peer.dispatch('MESSAGE_CREATE', 3, { content: 'short' });
      assert.equal((await messages.take()).content, long);
      assert.equal((await messages.take()).content, 'short');

      peer.send(7, null);
      const next = await gateway.accept();
      await next.welcomeBack(4);
      next.dispatch('MESSAGE_CREATE', 5, { content: 'after' });
      assert.equal((await messages.take()).content, 'after');
    });
  }

  test('drops a connection whose compressed stream is corrupt, and resumes', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { compression: 'zlib' });
    const errors = collect(client, 'error');
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    peer.sendBytes(Buffer.from('ffffffff0000ffff', 'hex'));
    assert.equal((await errors.take()).code, 'PROTOCOL');
    assert.equal(await peer.closed, 4901);
    await (await gateway.accept()).welcomeBack(2);
  });

  test('refuses a message above the limit', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { limits: { maxMessageBytes: 65_536 } });
    const lost = collect(client, 'shardDisconnected');
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    peer.dispatch('MESSAGE_CREATE', 2, { content: 'x'.repeat(70_000) });
    assert.equal((await lost.take()).next, 'resume');
    await (await gateway.accept()).welcomeBack(2);
  });

  for (const [what, d] of [
    ['no interval', {}],
    ['an interval of zero', { heartbeat_interval: 0 }],
    ['a negative interval', { heartbeat_interval: -5 }],
    ['an interval no timer can keep', { heartbeat_interval: 2 ** 31 }],
    ['no data', null],
  ] as const) {
    test(`is not begun on a HELLO with ${what}`, async () => {
      await using gateway = await FakeGateway.start();
      await using client = quickClient(gateway);
      const errors = collect(client, 'error');
      const opening = client.open();
      const peer = await gateway.accept();
      peer.send(10, d);
      assert.equal((await errors.take()).code, 'PROTOCOL');
      assert.equal(await peer.closed, 4901);
      await (await gateway.accept()).welcome();
      await opening;
    });
  }

  test('survives close keep, and is resumed by the next open of the same client', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    peer.dispatch('GUILD_CREATE', 2);
    const guilds = collect(client, 'GUILD_CREATE');
    await guilds.take();
    await client.close({ session: 'keep' });
    assert.equal(await peer.closed, 4900);

    const again = client.open();
    const next = await gateway.accept();
    assert.deepEqual(await next.welcomeBack(3), { token: TOKEN, session_id: 'session-1', seq: 2 });
    await again;
  });

  test('of one client is nothing to another in the same process', async () => {
    await using gateway = await FakeGateway.start();
    await using first = quickClient(gateway, { token: 'first' });
    await using second = quickClient(gateway, { token: 'second' });
    const seen: string[] = [];
    first.on('GUILD_CREATE', () => seen.push('first'));
    second.on('GUILD_CREATE', () => seen.push('second'));
    const firstReady = collect(first, 'shardReady');
    const openings = [first.open()];
    const peer1 = await gateway.accept();
    await peer1.welcome({ sessionId: 'of-first' });
    await firstReady.take();
    openings.push(second.open());
    const peer2 = await gateway.accept();
    assert.equal((await peer2.welcome({ sessionId: 'of-second' })).token, 'second');
    await Promise.all(openings);

    peer2.send(7, null);
    const next = await gateway.accept();
    assert.deepEqual(await next.welcomeBack(2), { token: 'second', session_id: 'of-second', seq: 1 });
    next.dispatch('GUILD_CREATE', 3);
    const resumed = collect(second, 'GUILD_UPDATE');
    next.dispatch('GUILD_UPDATE', 4);
    await resumed.take();
    assert.deepEqual(seen, ['second']);
    assert.equal(first.shards.get(0)?.seq, 1);
  });
});
