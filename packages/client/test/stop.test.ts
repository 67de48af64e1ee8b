import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { GatewayStopError } from '@guildhall/client';
import { FakeGateway, type Peer } from './support/fake-gateway.ts';
import { collect, quickClient, TOKEN } from './support/fixtures.ts';

describe('a final refusal', () => {
  const verdicts: readonly (readonly [closeCode: number, code: string, advice: RegExp])[] = [
    [4004, 'AUTHENTICATION_FAILED', /bot token/],
    [4010, 'INVALID_SHARD', /option "shards"/],
    [4011, 'SHARDING_REQUIRED', /raise the option "shards"/],
    [4012, 'INVALID_API_VERSION', /API version 10/],
    [4013, 'INVALID_INTENTS', /intents 33283 \(GUILDS, GUILD_MEMBERS, GUILD_MESSAGES, MESSAGE_CONTENT\)/],
    [4014, 'DISALLOWED_INTENTS', /Requested: GUILD_MEMBERS, MESSAGE_CONTENT\. Switch them on/],
  ];
  for (const [closeCode, code, advice] of verdicts) {
    test(`with close code ${closeCode} makes open reject and is never retried`, async () => {
      await using gateway = await FakeGateway.start();
      const client = quickClient(gateway, {
        intents: ['GUILDS', 'GUILD_MEMBERS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'],
      });
      const stopped = collect(client, 'stopped');
      const opening = client.open();
      const peer = await gateway.accept();
      peer.hello();
      await peer.take(2);
      peer.close(closeCode);
      await assert.rejects(opening, (error) => {
        assert.ok(error instanceof GatewayStopError);
        assert.equal(error.code, code);
        assert.equal(error.closeCode, closeCode);
        assert.equal(error.shardId, 0);
        assert.match(error.message, advice);
        assert.ok(!inspect(error).includes(TOKEN));
        return true;
      });
      assert.equal(stopped.waiting.length, 1);
      assert.equal(client.shards.get(0)?.phase, 'stopped');
      assert.equal(gateway.dials, 1);
      await client.close();
    });
  }

  test('of one shard stops all of them once, and names the intents', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, {
      shards: 3,
      intents: ['GUILDS', 'GUILD_PRESENCES'],
      identify: { bucketMs: 0, maxConcurrency: 3 },
    });
    const stopped = collect(client, 'stopped');
    const opening = client.open();
    const peers: Peer[] = [];
    for (let count = 0; count < 3; count += 1) {
      const peer = await gateway.accept();
      peers.push(peer);
      await peer.welcome();
    }
    await opening;
    const [first, second, third] = peers;
    first?.close(4003);
    assert.equal(await first?.closed, 4003);
    const again = await gateway.accept();
    again.hello();
    await again.take(2);
    again.close(4014, 'Disallowed intent(s).');
    const error = await stopped.take();
    assert.match(error.message, /GUILD_PRESENCES/);
    assert.equal(await second?.closed, 4900);
    assert.equal(await third?.closed, 4900);
    assert.deepEqual(
      [...client.shards.values()].map((shard) => shard.phase),
      ['stopped', 'stopped', 'stopped'],
    );
    assert.equal(stopped.waiting.length, 0);
    assert.equal(gateway.dials, 4);
    await assert.rejects(
      client.send(1, { op: 3, d: { since: null, activities: [], status: 'idle' as never, afk: false } }),
      {
        code: 'CLOSED',
      },
    );
  });

  test('can be followed by another open when its cause is gone', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const refused = client.open();
    const peer = await gateway.accept();
    peer.hello();
    peer.close(4004);
    await assert.rejects(refused, { code: 'AUTHENTICATION_FAILED' });
    const opening = client.open();
    await (await gateway.accept()).welcome();
    await opening;
    assert.equal(client.shards.get(0)?.phase, 'live');
  });

  test('follows three 4003 before READY in a row', async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway);
    const opening = client.open();
    const rejected = assert.rejects(opening, { code: 'NOT_AUTHENTICATED', closeCode: 4003 });
    for (let count = 0; count < 3; count += 1) {
      const peer = await gateway.accept();
      peer.hello();
      await peer.take(2);
      peer.close(4003);
    }
    await rejected;
    assert.equal(gateway.dials, 3);
  });
});
