import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { GatewayClient, type GatewayClientOptions, type TokenProvider } from '@guildhall/client';
import { FakeGateway } from './support/fake-gateway.ts';
import { apiClient, collect, QUICK } from './support/fixtures.ts';

const OLD = 'old.token.secret-part-of-it';
const NEW = 'new.token.secret-part-of-it';

/** Answers with these in turn, the last one from then on. */
function provider(...answers: (string | Error)[]): {
  readonly ask: TokenProvider;
  readonly asked: () => number;
} {
  let asked = 0;
  return {
    asked: () => asked,
    ask: async () => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      if (answer instanceof Error) throw answer;
      return answer ?? '';
    },
  };
}

function providedClient(
  gateway: FakeGateway,
  tokenProvider: TokenProvider,
  options: Partial<GatewayClientOptions> = {},
): GatewayClient {
  return new GatewayClient({
    tokenProvider,
    intents: 0,
    gatewayUrl: gateway.url,
    compression: 'none',
    ...options,
    timing: { ...QUICK, ...options.timing },
    identify: { bucketMs: 0, maxConcurrency: 8 },
  });
}

describe('a token provider', () => {
  test('is asked at open, and once for all shards after 4004; handlers stay', async () => {
    const { ask, asked } = provider(`Bot ${OLD}`, NEW);
    await using gateway = await FakeGateway.start();
    await using client = providedClient(gateway, ask, { shards: 2 });
    const lost = collect(client, 'shardDisconnected');
    const sessionLost = collect(client, 'sessionLost');
    const typing = collect(client, 'TYPING_START');
    const opening = client.open();
    const first = [await gateway.accept(), await gateway.accept()];
    for (const peer of first) assert.equal((await peer.welcome()).token, OLD);
    await opening;
    assert.equal(asked(), 1);
    for (const peer of first) peer.close(4004);
    for (const _ of first) {
      const loss = await lost.take();
      assert.equal(loss.cause, 'token-rejected');
      assert.equal(loss.error.code, 'TOKEN_REJECTED');
      await sessionLost.take();
    }
    const second = [await gateway.accept(), await gateway.accept()];
    for (const peer of second) assert.equal((await peer.welcome()).token, NEW);
    second[0]?.dispatch('TYPING_START', 2);
    await typing.take();
    assert.equal(asked(), 2);
  });

  const ends: readonly (readonly [what: string, answers: (string | Error)[], refusals: number])[] = [
    ['knows no other', [OLD, OLD], 1],
    ['fails', [OLD, new Error('the store is down')], 1],
    ['answers with nonsense', [OLD, 'two words'], 1],
    ['knows another that is refused as well', [OLD, NEW, 'third.token.secret'], 2],
  ];
  for (const [what, answers, refusals] of ends) {
    test(`that ${what} stops the client, and no error quotes a token`, async () => {
      const { ask, asked } = provider(...answers);
      await using gateway = await FakeGateway.start();
      const client = providedClient(gateway, ask);
      const problems = collect(client, 'error');
      const opening = client.open();
      const rejected = assert.rejects(opening, (error: Error & { code?: string }) => {
        assert.equal(error.code, 'AUTHENTICATION_FAILED');
        assert.match(error.message, /"tokenProvider" had no other/);
        assert.ok(!inspect(error).includes('secret'));
        return true;
      });
      for (let count = 0; count < refusals; count += 1) {
        const peer = await gateway.accept();
        peer.hello();
        await peer.take(2);
        peer.close(4004);
      }
      await rejected;
      assert.equal(gateway.dials, refusals);
      assert.equal(asked(), 2);
      for (const problem of problems.waiting) {
        assert.equal(problem.code, 'TOKEN_PROVIDER');
        assert.ok(!inspect(problem).includes('secret'));
      }
    });
  }

  test('that does not answer in time stops the client', async () => {
    let asked = 0;
    const ask: TokenProvider = () => {
      asked += 1;
      return asked === 1 ? OLD : new Promise(() => {});
    };
    await using gateway = await FakeGateway.start();
    const client = providedClient(gateway, ask, { timing: { tokenDeadlineMs: 30 } });
    const rejected = assert.rejects(client.open(), { code: 'AUTHENTICATION_FAILED' });
    const peer = await gateway.accept();
    peer.close(4004);
    await rejected;
  });

  test('that fails at open makes it reject, also when it never answers', async () => {
    await using gateway = await FakeGateway.start();
    const failing = providedClient(gateway, provider(new Error('the store is down')).ask);
    await assert.rejects(failing.open(), { code: 'TOKEN_PROVIDER', message: 'The token provider failed' });
    const never: TokenProvider = () => new Promise(() => {});
    const silent = providedClient(gateway, never, { timing: { tokenDeadlineMs: 20 } });
    await assert.rejects(silent.open(), { code: 'TOKEN_PROVIDER', message: /within 20 ms/ });
    const aborted = providedClient(gateway, never);
    await assert.rejects(aborted.open({ signal: AbortSignal.timeout(10) }), { code: 'ABORTED' });
    assert.equal(gateway.dials, 0);
  });

  test('may be closed while it is asked', async () => {
    let asked = 0;
    const ask: TokenProvider = () => {
      asked += 1;
      return asked === 1 ? OLD : new Promise(() => {});
    };
    await using gateway = await FakeGateway.start();
    const client = providedClient(gateway, ask);
    const rejected = assert.rejects(client.open(), { code: 'CLOSED' });
    const lost = collect(client, 'shardDisconnected');
    const stopped = collect(client, 'stopped');
    (await gateway.accept()).close(4004);
    await lost.take();
    assert.equal(client.shards.get(0)?.phase, 'renewing');
    await client.close();
    await rejected;
    assert.equal(stopped.waiting.length, 0);
    assert.equal(client.shards.get(0)?.phase, 'idle');
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    assert.ok(
      !process.getActiveResourcesInfo().includes('Timeout'),
      'nobody waits for the provider any more',
    );
  });
});

describe('a 401 of the API', () => {
  test('is answered with the next token of the provider, once', async () => {
    const { ask, asked } = provider(OLD, NEW);
    await using gateway = await FakeGateway.start();
    const { info } = gateway;
    gateway.info = { status: 401, body: {} };
    const tokens: unknown[] = [];
    const client = apiClient(gateway, {
      tokenProvider: async () => {
        const token = await ask();
        if (asked() === 2) gateway.info = info;
        return token;
      },
    });
    const opening = client.open();
    await (await gateway.accept()).welcome();
    await opening;
    for (const { headers } of gateway.infoRequests) tokens.push(headers.authorization);
    assert.deepEqual(tokens, [`Bot ${OLD}`, `Bot ${NEW}`]);
    assert.equal(asked(), 2);
    await client.close();

    gateway.info = { status: 401, body: {} };
    await assert.rejects(client.open(), { code: 'TOKEN_REJECTED' });
  });
});
