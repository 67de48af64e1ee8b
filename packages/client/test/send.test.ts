import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AbortedError, type GatewayCommand } from '@guildhall/client';
import type { GatewayUpdatePresence } from 'discord-api-types/v10';
import { FakeGateway } from './support/fake-gateway.ts';
import { quickClient } from './support/fixtures.ts';

function members(query: string): GatewayCommand {
  return { op: 8, d: { guild_id: '1', query, limit: 0 } };
}

function presence(status: 'dnd' | 'idle' | 'invisible') {
  return { op: 3, d: { since: null, activities: [], status, afk: false } } as GatewayUpdatePresence;
}

describe('send', () => {
  test('waits for the session, keeps the order, and sends all commands but presence as they are', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    const commands = [
      members('a'),
      { op: 4, d: { guild_id: '1', channel_id: null, self_mute: false, self_deaf: false } },
      { op: 31, d: { guild_ids: ['1'] } },
      { op: 43, d: { guild_id: '1', fields: ['status'] } },
    ] as const;
    const sent = Promise.all(commands.map((command) => client.send(0, command as GatewayCommand)));
    assert.equal(peer.untaken.length, 0);
    await peer.welcome();
    await opening;
    await sent;
    for (const { op, d } of commands) assert.deepEqual(await peer.take(op), d);
  });

  test('keeps what waits over a reconnect', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    client.once('shardDisconnected', () => {
      client.send(0, members('later')).catch(assert.fail);
    });
    peer.send(7, null);
    const next = await gateway.accept();
    await next.welcomeBack(2);
    assert.equal((await next.take(8)).query, 'later');
  });

  test('spends the limit, holds back the rest, and lets heartbeats pass', async () => {
    await using gateway = await FakeGateway.start();
    // Of 13 sends, 3 are kept for the unplanned and 5 for heartbeats.
    await using client = quickClient(gateway, { limits: { sendsPerWindow: 13, sendWindowMs: 250 } });
    const opening = client.open();
    const peer = await gateway.accept();
    peer.hello(50);
    await peer.take(2);
    peer.ready();
    await opening;
    const startedAtMs = performance.now();
    const sent = Promise.all(Array.from({ length: 11 }, (_, n) => client.send(0, members(String(n)))));
    for (let n = 0; n < 5; n += 1) assert.equal((await peer.take(8)).query, String(n));
    for (let n = 5; n < 10; n += 1) assert.equal((await peer.take(8)).query, String(n));
    assert.ok(performance.now() - startedAtMs >= 240, 'the second five waited for a window');
    assert.ok(peer.heartbeats.length >= 3, 'heartbeats did not wait');
    await sent;
    assert.equal((await peer.take(8)).query, '10');
    assert.ok(performance.now() - startedAtMs >= 490);
  });

  test('refuses what the gateway would close the connection for', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { limits: { maxQueuedSends: 2 } });
    await assert.rejects(client.send(0, members('early')), { code: 'NOT_OPEN' });
    const opening = client.open();
    const peer = await gateway.accept();
    peer.hello();
    await peer.take(2);

    const frame = JSON.stringify(members('')).length;
    const fits = client.send(0, members('x'.repeat(4_096 - frame)));
    await assert.rejects(client.send(0, members('x'.repeat(4_097 - frame))), { code: 'TOO_LARGE' });
    await assert.rejects(client.send(0, members('é'.repeat(2_100))), { code: 'TOO_LARGE' });
    await assert.rejects(client.send(7, members('')), { code: 'UNKNOWN_SHARD' });
    for (const op of [0, 1, 2, 6, 10, 14]) {
      await assert.rejects(client.send(0, { op, d: {} } as unknown as GatewayCommand), {
        code: 'NOT_A_COMMAND',
      });
    }
    const second = client.send(0, members('second'));
    await assert.rejects(client.send(0, members('third')), { code: 'QUEUE_FULL' });
    peer.ready();
    await opening;
    await Promise.all([fits, second]);
  });

  test('never leaves a command without an answer, whenever the client is closed', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    const early = client.send(0, members('early'));
    const closing = client.close();
    await assert.rejects(early, { code: 'CLOSED' });
    await assert.rejects(client.send(0, members('while it closes')), { code: 'CLOSED' });
    await assert.rejects(opening, { code: 'CLOSED' });
    await closing;
    await peer.closed;
    await assert.rejects(client.send(0, members('after')), { code: 'NOT_OPEN' });
    const guildId = '1';
    await assert.rejects(client.requestGuildMembers({ guildId, query: 'a' }), { code: 'NOT_OPEN' });
  });

  test('puts the presence into Identify, a waiting one and the last one sent', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { presence: presence('invisible').d });
    const opening = client.open();
    const peer = await gateway.accept();
    const early = client.send(0, presence('idle'));
    assert.deepEqual((await peer.welcome()).presence, presence('idle').d);
    await Promise.all([opening, early]);
    await client.send(0, presence('dnd'));
    assert.deepEqual(await peer.take(3), presence('dnd').d);
    assert.deepEqual(peer.untaken, []);

    client.once('shardDisconnected', () => void client.send(0, members('later')));
    peer.send(9, false);
    const next = await gateway.accept();
    assert.deepEqual((await next.welcome({ sessionId: 'session-2' })).presence, presence('dnd').d);
    assert.equal((await next.take(8)).query, 'later', 'the others follow READY');
  });

  test('takes a command back by its signal while it waits', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    const over = new AbortController();
    const taken = client.send(0, members('taken back'), { signal: over.signal });
    const sent = client.send(0, members('sent'));
    over.abort(new Error('no longer'));
    await assert.rejects(taken, (error) => {
      assert.ok(error instanceof AbortedError);
      assert.equal((error.cause as Error).message, 'no longer');
      return true;
    });
    await assert.rejects(client.send(0, members('never'), { signal: over.signal }), { code: 'ABORTED' });
    await peer.welcome();
    await Promise.all([opening, sent]);
    assert.equal((await peer.take(8)).query, 'sent');
  });
});
