import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { IdentifyBudgetStatus } from '@guildhall/client';
import { IdentifyAllowance } from '../src/identify-allowance.ts';
import { FakeGateway } from './support/fake-gateway.ts';
import { apiClient, collect, quickClient } from './support/fixtures.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

describe('session starts', () => {
  test('are counted, and the last ones before the reserve are announced', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, {
      identify: { startLimit: { total: 100, remaining: 13, resetAfterMs: HOUR_MS } },
    });
    const low = collect(client, 'identifyBudgetLow');
    const opening = client.open();
    let peer = await gateway.accept();
    await peer.welcome();
    await opening;
    for (const remaining of [12, 11]) {
      assert.equal(client.identifyBudget.remaining, remaining);
      peer.send(9, false);
      peer = await gateway.accept();
      await peer.welcome();
    }
    const { resetAfterMs, ...status } = await low.take();
    assert.deepEqual(status, { total: 100, remaining: 10, reserve: 5, refused: false });
    assert.ok(resetAfterMs > HOUR_MS - 60_000 && resetAfterMs <= HOUR_MS);
  });

  test('that would touch the reserve are not spent: the shard waits without a connection, and says so', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, {
      identify: { startLimit: { total: 100, remaining: 6, resetAfterMs: HOUR_MS } },
    });
    const low = collect(client, 'identifyBudgetLow');
    const lost = collect(client, 'shardDisconnected');
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    assert.equal((await low.take()).refused, false);
    peer.send(9, false);
    assert.equal((await lost.take()).cause, 'invalid-session');
    const second = await gateway.accept();
    second.hello();
    const loss = await lost.take();
    assert.equal(loss.error.code, 'IDENTIFY_REFUSED');
    assert.equal((await low.take()).refused, true);
    assert.equal(await second.closed, 4900);
    assert.equal(client.shards.get(0)?.phase, 'waiting');
    assert.equal(client.identifyBudget.remaining, 5);
    assert.deepEqual(second.untaken, []);
  });

  test('are required for all shards at open; a session that is kept needs none', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, {
      shards: 2,
      identify: { startLimit: { total: 100, remaining: 8, resetAfterMs: HOUR_MS }, maxConcurrency: 2 },
    });
    const opening = client.open();
    for (const peer of [await gateway.accept(), await gateway.accept()]) await peer.welcome();
    await opening;
    await client.close({ session: 'keep' });
    const again = client.open();
    for (const peer of [await gateway.accept(), await gateway.accept()]) await peer.welcomeBack(2);
    await again;
    await client.close();
    await assert.rejects(client.open(), {
      code: 'SESSION_START_LIMIT',
      remaining: 6,
      needed: 2,
      reserve: 5,
      message: /lower the option "identify\.reserve"/,
    });
    assert.equal(gateway.dials, 4);
  });

  test('come from the API where there is one', async () => {
    await using gateway = await FakeGateway.start();
    const limit = { total: 2_000, remaining: 101, reset_after: 1_000 };
    gateway.info = { status: 200, body: gateway.botInfo(limit) };
    const client = apiClient(gateway);
    const opening = client.open();
    await (await gateway.accept()).welcome();
    await opening;
    await client.close();
    await assert.rejects(client.open(), { code: 'SESSION_START_LIMIT', remaining: 100, reserve: 100 });
  });
});

describe('the allowance of a process', () => {
  function allowance(startLimit: { total: number; remaining: number; resetAfterMs: number }) {
    const told: IdentifyBudgetStatus[] = [];
    const failures: unknown[] = [];
    const api = { answers: 0, limit: startLimit, down: false };
    const made = new IdentifyAllowance({
      startLimit,
      reserve: null,
      refresh: async () => {
        api.answers += 1;
        if (api.down) throw new Error('down');
        return api.limit;
      },
      onLow: (status) => told.push(status),
      onStale: (error) => failures.push(error),
    });
    made.observe(startLimit);
    return { made, api, told, failures };
  }

  test('asks the API once for all when its knowledge is old', async (context) => {
    context.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
    const { made, api } = allowance({ total: 100, remaining: 90, resetAfterMs: DAY_MS });
    await made.spend();
    assert.equal(api.answers, 0);
    context.mock.timers.tick(300_001);
    api.limit = { total: 100, remaining: 50, resetAfterMs: DAY_MS };
    await Promise.all([made.spend(), made.spend(), made.spend()]);
    assert.equal(api.answers, 1);
    assert.equal(made.status.remaining, 47);
  });

  test('asks the API before it sends a shard away, and believes it', async (context) => {
    context.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
    const { made, api, told } = allowance({ total: 100, remaining: 5, resetAfterMs: 20_000 });
    await assert.rejects(made.spend(), { code: 'IDENTIFY_BUDGET', retryAfterMs: 20_000 });
    assert.equal(api.answers, 0, 'it was asked a moment ago');
    context.mock.timers.tick(20_000);
    api.limit = { total: 100, remaining: 100, resetAfterMs: 0 };
    await made.spend();
    assert.equal(made.status.remaining, 99);
    assert.equal(made.status.refused, false);
    assert.equal(told.length, 1, 'told once');
  });

  test('counts on when the API is down', async (context) => {
    context.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
    const { made, api, failures } = allowance({ total: 100, remaining: 7, resetAfterMs: DAY_MS });
    context.mock.timers.tick(300_001);
    api.down = true;
    await made.spend();
    await made.spend();
    assert.equal(api.answers, 1);
    assert.equal(failures.length, 1);
    await assert.rejects(made.spend(), { code: 'IDENTIFY_BUDGET' });
  });

  test('lets no two shards count on the same start', async () => {
    const { made } = allowance({ total: 100, remaining: 7, resetAfterMs: DAY_MS });
    const results = await Promise.allSettled(Array.from({ length: 16 }, () => made.spend()));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 2);
  });
});
