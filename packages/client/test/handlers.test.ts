import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { HandlerError } from '@guildhall/client';
import { FakeGateway } from './support/fake-gateway.ts';
import { collect, goLive, quickClient, TOKEN } from './support/fixtures.ts';
import { recorder } from './support/recorder.ts';

describe('handlers', () => {
  test('that throw or reject are reported to error, and disturb neither shard nor others', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const errors = collect(client, 'error');
    client.on('MESSAGE_CREATE', () => {
      throw new Error('thrown');
    });
    client.on('MESSAGE_CREATE', async () => {
      throw new Error('rejected');
    });
    client.on('phase', () => {
      throw new Error('in a phase');
    });
    const seen = collect(client, 'MESSAGE_CREATE');
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    while (errors.waiting.length > 0)
      assert.equal((await errors.take()).message, 'A handler of phase failed: in a phase');
    peer.dispatch('MESSAGE_CREATE', 2, { content: 'hello' });
    assert.equal((await seen.take()).content, 'hello');
    client.once('GUILD_CREATE', () => {
      throw Object.create(null);
    });
    for (const message of ['thrown', 'rejected']) {
      const error = await errors.take();
      assert.ok(error instanceof HandlerError);
      assert.equal(error.event, 'MESSAGE_CREATE');
      assert.ok(error.cause instanceof Error);
      assert.equal(error.cause.message, message);
    }
    peer.dispatch('GUILD_CREATE', 3);
    assert.match((await errors.take()).message, /GUILD_CREATE failed: \[Object: null prototype\]/);
    assert.equal(client.shards.get(0)?.phase, 'live');
  });

  test('that fail without an error handler, or as one, are given to the logger', async () => {
    await using gateway = await FakeGateway.start();
    const { logger, lines } = recorder();
    await using client = quickClient(gateway, { logger });
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    const seen = collect(client, 'GUILD_CREATE');
    client.on('GUILD_CREATE', () => {
      throw new Error('first');
    });
    peer.dispatch('GUILD_CREATE', 2);
    await seen.take();
    client.on('error', () => {
      throw new Error('of the error handler');
    });
    peer.dispatch('GUILD_CREATE', 3);
    await seen.take();
    await new Promise(setImmediate);
    assert.deepEqual(
      lines.filter(([level]) => level === 'error').map(([, , message]) => message),
      ['A handler of GUILD_CREATE failed: first', 'A handler of error failed: of the error handler'],
    );
  });

  test('of different shards get events with the right shard', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, {
      shards: { ids: [1, 3], count: 4 },
      identify: { bucketMs: 0, maxConcurrency: 4 },
    });
    const seen: number[] = [];
    client.on('GUILD_CREATE', (_guild, { shard }) => seen.push(shard));
    const last = collect(client, 'GUILD_DELETE');
    const opening = client.open();
    for (let count = 0; count < 2; count += 1) {
      const peer = await gateway.accept();
      const { shard } = await peer.welcome();
      const [id = 0] = shard as readonly number[];
      peer.dispatch('GUILD_CREATE', 2);
      if (id === 3) peer.dispatch('GUILD_DELETE', 3);
    }
    await opening;
    await last.take();
    assert.deepEqual(seen.sort(), [1, 3]);
  });

  test('that come or go in the middle of an event count from the next one on', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const seen: string[] = [];
    const late = (_guild: unknown, { seq }: { readonly seq: number }): void => void seen.push(`late ${seq}`);
    const remove = client.on('GUILD_CREATE', (_guild, { seq }) => {
      seen.push(`first ${seq}`);
      if (seq === 2) client.on('GUILD_CREATE', late);
      if (seq === 3) client.onRaw('GUILD_CREATE', (_message, context) => seen.push(`raw ${context.seq}`));
      if (seq === 4) client.off('GUILD_CREATE', late);
      if (seq === 5) remove();
      if (seq === 5) client.on('*', (_name, _data, context) => seen.push(`all ${context.seq}`));
    });
    for (const seq of [2, 3, 4, 5, 6]) peer.dispatch('GUILD_CREATE', seq);
    const last = collect(client, 'GUILD_DELETE');
    peer.dispatch('GUILD_DELETE', 7);
    await last.take();
    assert.deepEqual(seen, [
      'first 2',
      'first 3',
      'late 3',
      'raw 4',
      'first 4',
      'late 4',
      'raw 5',
      'first 5',
      'raw 6',
      'all 6',
      'all 7',
    ]);
  });

  test('of a shard may close the client in the middle of an event', async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    const seen: number[] = [];
    client.on('GUILD_CREATE', (_guild, { seq }) => {
      seen.push(seq);
      client.close({ session: 'keep' });
    });
    peer.dispatch('GUILD_CREATE', 2);
    peer.dispatch('GUILD_CREATE', 3);
    assert.equal(await peer.closed, 4900);
    assert.deepEqual(seen, [2]);
    assert.equal(client.shards.get(0)?.seq, 2, 'the second is left for the resume');
    await client.close();
  });
});

describe('raw handlers', () => {
  for (const compression of ['none', 'zlib', 'zstd'] as const) {
    test(`get messages as they came, with compression ${compression}`, async () => {
      await using gateway = await FakeGateway.start();
      await using client = quickClient(gateway, { compression });
      const heard: unknown[] = [];
      client.onRaw('*', (name, message, { shard, seq, replayed }) =>
        heard.push([name, message.toString(), shard, seq, replayed]),
      );
      client.onRaw('GUILD_CREATE', (message, { seq }) => heard.push([message.toString(), seq]));
      const opening = client.open();
      const peer = await gateway.accept();
      await peer.welcome();
      await opening;
      assert.match(String(heard.splice(0)), /^READY,\{"t":"READY","s":1,"op":0,"d":\{.*\}\},0,1,false$/);
      const texts = [
        '{"t":"GUILD_CREATE","s":2,"op":0,"d":{"name":"ü"}}',
        '{"d":[1],"op":0,"t":"NOT_DOCUMENTED","s":3}',
        '{"t":"TYPING_START","s":4,"op":0,"d":{"is not":parsed}}',
      ];
      for (const text of texts) peer.sendText(text);
      const last = collect(client, 'GUILD_DELETE');
      peer.dispatch('GUILD_DELETE', 5);
      await last.take();
      assert.deepEqual(heard.slice(0, -1), [
        [texts[0], 2],
        ['GUILD_CREATE', texts[0], 0, 2, false],
        ['NOT_DOCUMENTED', texts[1], 0, 3, false],
        ['TYPING_START', texts[2], 0, 4, false],
      ]);
      assert.equal(client.shards.get(0)?.seq, 5);
    });
  }

  test('come before the others and cannot change what those get; their failures are reported', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const errors = collect(client, 'error');
    const seen = collect(client, 'MESSAGE_CREATE');
    client.onRaw('MESSAGE_CREATE', (message) => {
      assert.equal(seen.waiting.length, 0);
      message.fill('x');
      throw new Error('of a raw handler');
    });
    peer.dispatch('MESSAGE_CREATE', 2, { content: 'hello' });
    assert.match((await errors.take()).message, /MESSAGE_CREATE failed: of a raw handler/);
    assert.equal((await seen.take()).content, 'hello');
  });

  test('are taken away by their remover', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    let calls = 0;
    const remove = client.onRaw('READY', () => {
      calls += 1;
    });
    remove();
    const opening = client.open();
    await (await gateway.accept()).welcome();
    await opening;
    assert.equal(calls, 0);
  });
});

describe('the token', () => {
  test('is in no log line, event, error or inspection of the client', async () => {
    await using gateway = await FakeGateway.start();
    const { logger, lines } = recorder();
    const client = quickClient(gateway, { logger });
    const told: unknown[] = [];
    const tell = (value: unknown): void => void told.push(value);
    client.on('phase', tell);
    client.on('shardReady', tell);
    client.on('shardResumed', tell);
    client.on('shardDisconnected', tell);
    client.on('sessionLost', tell);
    client.on('error', tell);
    client.on('stopped', tell);
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    peer.send(7, null);
    const next = await gateway.accept();
    await next.welcomeBack(2);
    next.sendText('not json');
    const third = await gateway.accept();
    third.hello();
    third.close(4004);
    while (!told.some((value) => value instanceof Error && 'closeCode' in value))
      await new Promise(setImmediate);
    const everything = inspect([client, client.shards, lines, told], {
      depth: 20,
      showHidden: true,
      getters: true,
    });
    assert.ok(everything.includes('zombie') || everything.includes('reconnect-requested'));
    assert.ok(!everything.includes(TOKEN));
    await client.close();
  });
});
