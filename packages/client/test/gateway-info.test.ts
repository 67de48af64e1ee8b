import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { GatewayClient, GatewayInfoError, SessionStartLimitError } from '@guildhall/client';
import { fetchGatewayInfo } from '../src/gateway-info.ts';
import { FakeGateway } from './support/fake-gateway.ts';
import { QUICK, TOKEN } from './support/fixtures.ts';

const NEVER = new AbortController().signal;

describe('the address of the gateway', () => {
  test('is asked for with the token, and used', async () => {
    await using gateway = await FakeGateway.start();
    gateway.info = { status: 200, body: { ...gateway.botInfo(), shards: 2 } };
    await using client = new GatewayClient({
      token: `Bot ${TOKEN}`,
      intents: 1,
      apiBase: gateway.apiBase,
      compression: 'none',
      timing: QUICK,
    });
    const opening = client.open();
    for (let count = 0; count < 2; count += 1) {
      const { shard } = await (await gateway.accept()).welcome();
      assert.deepEqual((shard as readonly number[])[1], 2, 'as many shards as recommended');
    }
    await opening;
    const [request] = gateway.infoRequests;
    assert.equal(request?.url, '/api/v10/gateway/bot');
    assert.equal(request?.headers.authorization, `Bot ${TOKEN}`);
    assert.match(request?.headers['user-agent'] ?? '', /^DiscordBot \(/);
    assert.deepEqual([...client.shards.keys()], [0, 1]);
  });

  const failures: readonly (readonly [what: string, status: number, body: unknown, code: string])[] = [
    ['a refused token', 401, { message: '401: Unauthorized', code: 0 }, 'TOKEN_REJECTED'],
    ['a rate limit', 429, { retry_after: 1.5 }, 'RATE_LIMITED'],
    ['a failing API', 503, {}, 'HTTP_STATUS'],
    ['a redirect', 302, {}, 'HTTP_STATUS'],
    ['an empty answer', 200, {}, 'MALFORMED'],
    ['no object', 200, null, 'MALFORMED'],
    ['an address that is no gateway', 200, { url: 'https://127.0.0.1/', shards: 1 }, 'MALFORMED'],
    ['an answer without end', 200, 'x'.repeat(70_000), 'MALFORMED'],
  ];
  for (const [what, status, body, code] of failures) {
    test(`is not taken from ${what}`, async () => {
      await using gateway = await FakeGateway.start();
      gateway.info = { status, body };
      const client = new GatewayClient({ token: TOKEN, intents: 1, apiBase: gateway.apiBase });
      await assert.rejects(client.open(), (error) => {
        assert.ok(error instanceof GatewayInfoError);
        assert.equal(error.code, code);
        assert.equal(error.status, status);
        assert.ok(!inspect(error, { depth: 10 }).includes(TOKEN));
        return true;
      });
      assert.equal(gateway.dials, 0);
      // Nothing stands in the way of another try.
      await assert.rejects(client.open(), { code });
    });
  }

  test('is not waited for longer than the deadline', async () => {
    await using gateway = await FakeGateway.start();
    gateway.info = null;
    const request = {
      apiBase: `${gateway.apiBase}/v10`,
      token: TOKEN,
      signal: NEVER,
      proxy: null,
      deadlineMs: 30,
    };
    await assert.rejects(fetchGatewayInfo(request), { code: 'UNREACHABLE', message: /within 30 ms/ });
  });

  test('is not waited for after an abort', async () => {
    await using gateway = await FakeGateway.start();
    gateway.info = null;
    const client = new GatewayClient({ token: TOKEN, intents: 1, apiBase: gateway.apiBase });
    const controller = new AbortController();
    const rejected = assert.rejects(client.open({ signal: controller.signal }), { code: 'ABORTED' });
    while (gateway.infoRequests.length === 0) await new Promise(setImmediate);
    controller.abort();
    await rejected;
  });

  test('says what happened where nobody listens', async () => {
    const gateway = await FakeGateway.start();
    await gateway[Symbol.asyncDispose]();
    const request = { apiBase: `${gateway.apiBase}/v10`, token: TOKEN, signal: NEVER, proxy: null };
    await assert.rejects(fetchGatewayInfo(request), { code: 'UNREACHABLE', message: /ECONNREFUSED/ });
  });

  test('is of no use when fewer session starts are left than shards have to start', async () => {
    await using gateway = await FakeGateway.start();
    gateway.info = { status: 200, body: gateway.botInfo({ remaining: 2, reset_after: 14_400_000 }) };
    const client = new GatewayClient({ token: TOKEN, intents: 1, apiBase: gateway.apiBase, shards: 3 });
    await assert.rejects(client.open(), (error) => {
      assert.ok(error instanceof SessionStartLimitError);
      const { code, remaining, needed, resetAfterMs } = error;
      assert.deepEqual([code, remaining, needed], ['SESSION_START_LIMIT', 2, 3]);
      // Some of it may have passed.
      assert.ok(resetAfterMs > 14_300_000 && resetAfterMs <= 14_400_000);
      assert.match(error.message, /reset_after: 14[34]\d{5} ms/);
      return true;
    });
    assert.equal(gateway.dials, 0);
  });

  test('does not count sessions that will be resumed as starts', async () => {
    await using gateway = await FakeGateway.start();
    await using client = new GatewayClient({
      token: TOKEN,
      intents: 1,
      apiBase: gateway.apiBase,
      compression: 'none',
      timing: QUICK,
    });
    const opening = client.open();
    await (await gateway.accept()).welcome();
    await opening;
    await client.close({ session: 'keep' });
    gateway.info = { status: 200, body: gateway.botInfo({ remaining: 0 }) };
    const again = client.open();
    await (await gateway.accept()).welcomeBack(2);
    await again;
  });
});
