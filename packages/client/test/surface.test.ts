import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EventContext, GatewayStopError, HandlerError, RawGoneError } from '@guildhall/client';
import { FakeGateway } from './support/fake-gateway.ts';
import { collect, goLive, quickClient } from './support/fixtures.ts';
import { recorder } from './support/recorder.ts';

const message = (channelId: string, number = 0) => ({
  id: String(number),
  channel_id: channelId,
  guild_id: '1',
});

describe('the context of an event', () => {
  test('copies the bytes for whoever asks during the call, and for nobody later', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { compression: 'zlib' });
    const { client, peer } = live;
    const kept: EventContext[] = [];
    client.on('GUILD_CREATE', (_guild, context) => {
      if (context.seq === 2) assert.equal(context.raw(), context.raw(), 'one copy');
      kept.push(context);
    });
    const texts = ['first', 'other', 'third'].map(
      (name, index) => `{"t":"GUILD_CREATE","s":${index + 2},"op":0,"d":{"name":"${name}"}}`,
    );
    for (const text of texts) peer.sendText(text);
    const last = collect(client, 'GUILD_DELETE');
    peer.dispatch('GUILD_DELETE', 5);
    await last.take();
    assert.equal(kept[0]?.raw().toString(), texts[0]);
    assert.throws(
      () => kept[1]?.raw(),
      (error) => error instanceof RawGoneError && error.seq === 3 && error.shardId === 0,
    );
  });
});

describe('a sequential handler', () => {
  test('gets the events of a channel one after the other, of others meanwhile', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const handler = async (data: { readonly channel_id: string }, { seq }: EventContext): Promise<void> => {
      seen.push(`begin ${data.channel_id}.${seq}`);
      if (seq === 2) await first.promise;
      seen.push(`end ${data.channel_id}.${seq}`);
    };
    client.on('MESSAGE_CREATE', handler, { order: 'sequential', key: 'channel', raw: true });
    const remove = client.on(
      'MESSAGE_DELETE',
      (data, context) => {
        assert.match(context.raw().toString(), /MESSAGE_DELETE/, 'kept for later');
        return handler(data, context);
      },
      { order: 'sequential', key: 'channel', raw: true },
    );
    peer.dispatch('MESSAGE_CREATE', 2, message('7'));
    peer.dispatch('MESSAGE_CREATE', 3, message('8'));
    peer.dispatch('MESSAGE_DELETE', 4, message('7'));
    const last = collect(client, 'GUILD_DELETE');
    peer.dispatch('GUILD_DELETE', 5);
    await last.take();
    assert.deepEqual(seen, ['begin 7.2', 'begin 8.3', 'end 8.3']);
    assert.equal(client.backlog.queued, 1);
    client.off('MESSAGE_CREATE', handler);
    remove();
    peer.dispatch('MESSAGE_CREATE', 6, message('9'));
    peer.dispatch('GUILD_DELETE', 7);
    await last.take();
    first.resolve();
    await new Promise(setImmediate);
    assert.deepEqual(seen.slice(3), ['end 7.2', 'begin 7.4', 'end 7.4']);
    assert.equal(client.backlog.queued, 0);
  });

  test('that fails is told of with name, shard and number, and the lane goes on', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const errors = collect(client, 'error');
    const seen: number[] = [];
    client.on(
      '*',
      async (_name, _data, { seq }) => {
        seen.push(seq);
        await Promise.resolve();
        throw new Error(`of ${seq}`);
      },
      { order: 'sequential', key: (name) => name },
    );
    client.once('GUILD_CREATE', () => {
      throw new Error('at once');
    });
    for (const seq of [2, 3]) peer.dispatch('GUILD_CREATE', seq);
    const told = [await errors.take(), await errors.take(), await errors.take()];
    assert.deepEqual(
      told.map((error) => error instanceof HandlerError && [error.event, error.shardId, error.seq]),
      [
        ['GUILD_CREATE', 0, 2],
        ['*', 0, 2],
        ['*', 0, 3],
      ],
    );
    assert.deepEqual(seen, [2, 3]);
  });

  test('has options that are checked', () => {
    const client = quickClient({ url: 'ws://127.0.0.1:1/' });
    for (const options of [{ order: 'parallel' }, { order: 'sequential', key: 'user' }]) {
      assert.throws(() => client.on('READY', () => {}, options as { order: 'sequential' }), {
        code: 'INVALID_OPTION',
      });
    }
  });
});

describe('iterations', () => {
  test('bring events until the signal, break or close ends them', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const over = new AbortController();
    const all = client.events('*', { signal: over.signal });
    const closed = client.events('GUILD_CREATE');
    for (const seq of [2, 3, 4]) peer.dispatch('GUILD_CREATE', seq, { id: String(seq) });
    const seen: unknown[] = [];
    for await (const [{ id }, { seq }] of client.events('GUILD_CREATE')) {
      seen.push([id, seq]);
      if (seq === 4) break;
    }
    assert.deepEqual(
      seen,
      [2, 3, 4].map((seq) => [String(seq), seq]),
    );
    over.abort();
    const names: string[] = [];
    for await (const [name] of all) names.push(name);
    assert.deepEqual(names, ['GUILD_CREATE', 'GUILD_CREATE', 'GUILD_CREATE']);
    await client.close();
    assert.equal((await closed.next()).value?.[1].seq, 2);
    await closed.return();
    assert.equal(client.backlog.queued, 0);
    assert.deepEqual(await client.events('READY', { signal: over.signal }).next(), {
      value: undefined,
      done: true,
    });
  });

  test('have options that are checked', () => {
    const client = quickClient({ url: 'ws://127.0.0.1:1/' });
    for (const options of [{ maxBuffered: 0 }, { overflow: 'grow' }]) {
      assert.throws(() => client.events('READY', options as object), { code: 'INVALID_OPTION' });
    }
  });
});

describe('waitFor', () => {
  test('resolves with the first event that fits', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const wanted = client.waitFor('MESSAGE_CREATE', ({ channel_id }) => channel_id === '8', {
      timeoutMs: 5_000,
    });
    const resumed = client.waitFor('shardResumed');
    for (const [seq, channelId] of ['7', '8', '8'].entries()) {
      peer.dispatch('MESSAGE_CREATE', seq + 2, message(channelId));
    }
    const [data, { seq }] = await wanted;
    assert.deepEqual([data.channel_id, seq], ['8', 3]);
    peer.send(7, null);
    await (await gateway.accept()).welcomeBack(5);
    assert.deepEqual(await resumed, [{ shard: 0 }]);
  });

  test('settles by time, signal, a predicate that throws, and close', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const over = new AbortController();
    const fail = (): never => {
      throw new Error('of the predicate');
    };
    const late = assert.rejects(client.waitFor('READY', undefined, { timeoutMs: 1 }), {
      code: 'WAIT_TIMEOUT',
    });
    const aborted = assert.rejects(client.waitFor('READY', undefined, { signal: over.signal }), {
      code: 'ABORTED',
    });
    const thrown = assert.rejects(client.waitFor('GUILD_CREATE', fail), /of the predicate/);
    const closed = assert.rejects(client.waitFor('READY'), { code: 'CLOSED' });
    over.abort();
    peer.dispatch('GUILD_CREATE', 2);
    await Promise.all([late, aborted, thrown]);
    await assert.rejects(client.waitFor('READY', undefined, { signal: over.signal }), { code: 'ABORTED' });
    await client.close();
    await closed;
    await assert.rejects(client.waitFor('READY', undefined, { timeoutMs: 0 }), { code: 'INVALID_OPTION' });
  });

  test('rejects with the refusal when the gateway stops the client', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const waiting = live.client.waitFor('MESSAGE_CREATE');
    const end = assert.rejects(
      waiting,
      (error) => error instanceof GatewayStopError && error.closeCode === 4004,
    );
    live.peer.close(4004);
    await end;
  });
});

test('an event that the intents cannot bring is warned of once, however it is listened to', () => {
  const { logger, lines } = recorder();
  const client = quickClient({ url: 'ws://127.0.0.1:1/' }, { logger, intents: ['GUILDS'] });
  client.on('GUILD_CREATE', () => {});
  client.on('READY', () => {});
  client.on('*', () => {});
  client.on('MESSAGE_CREATE', () => {});
  client.once('MESSAGE_CREATE', () => {});
  client.onRaw('GUILD_MEMBER_ADD', () => {});
  client.events('PRESENCE_UPDATE');
  assert.deepEqual(
    lines.map(([level, fields]) => [level, fields]),
    [
      ['warn', { event: 'MESSAGE_CREATE', missing: ['GUILD_MESSAGES', 'DIRECT_MESSAGES'] }],
      ['warn', { event: 'GUILD_MEMBER_ADD', missing: ['GUILD_MEMBERS'] }],
      ['warn', { event: 'PRESENCE_UPDATE', missing: ['GUILD_PRESENCES'] }],
    ],
  );
});
