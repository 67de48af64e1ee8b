import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, test } from 'node:test';
import type { ClientTraces } from '@guildhall/client';
import { FakeGateway } from '../support/fake-gateway.ts';
import { collect, quickClient, TOKEN } from '../support/fixtures.ts';

type Name = keyof ClientTraces;

/** All messages of these channels, in order. */
function record(names: readonly Name[]): Disposable & { readonly seen: [name: string, message: object][] } {
  const seen: [string, object][] = [];
  const note = (message: unknown, name: string | symbol): void =>
    void seen.push([String(name).replace('guildhall:client:', ''), message as object]);
  for (const name of names) subscribe(name, note);
  return {
    seen,
    [Symbol.dispose]: () => {
      for (const name of names) unsubscribe(name, note);
    },
  };
}

describe('the diagnostics channels', () => {
  test('tell how a shard comes up, hears, is lost and comes back', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    using traces = record([
      'guildhall:client:connect',
      'guildhall:client:identify',
      'guildhall:client:resume',
      'guildhall:client:live',
      'guildhall:client:close',
      'guildhall:client:dispatch',
    ]);
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    const resumed = collect(client, 'shardResumed');
    peer.dispatch('GUILD_CREATE', 2);
    peer.close(4000, 'Unknown error.');
    await (await gateway.accept()).welcomeBack(3);
    await resumed.take();
    const seen = traces.seen.map(([name, message]) => {
      const { url, bytes, atMs, ...rest } = message as Record<string, unknown>;
      if (name === 'connect') assert.equal(url, gateway.url);
      if (name === 'dispatch') assert.ok(Number(bytes) > 20);
      if (name === 'close') assert.equal(typeof atMs, 'number');
      return [name, rest];
    });
    const closed = { by: 'gateway', cause: 'closed-by-server', code: 4000, reason: 'Unknown error.' };
    assert.deepEqual(seen, [
      ['connect', { shard: 0 }],
      ['identify', { shard: 0 }],
      ['dispatch', { shard: 0, seq: 1, name: 'READY' }],
      ['live', { shard: 0, resumed: false }],
      ['dispatch', { shard: 0, seq: 2, name: 'GUILD_CREATE' }],
      ['close', { shard: 0, ...closed }],
      ['connect', { shard: 0 }],
      ['resume', { shard: 0, seq: 2 }],
      ['dispatch', { shard: 0, seq: 3, name: 'RESUMED' }],
      ['live', { shard: 0, resumed: true }],
    ]);
    assert.ok(!JSON.stringify(traces.seen).includes(TOKEN));
    assert.ok(!JSON.stringify(traces.seen).includes('session-1'));
  });
});
