import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AbortedError, type ExplainOptions, type Finding, GatewayClient } from '@guildhall/client';
import { FakeGateway } from '../support/fake-gateway.ts';
import { apiClient, goLive, TOKEN } from '../support/fixtures.ts';

const SETUP: ExplainOptions = { scope: 'setup' };

function codes(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ severity, code }) => `${severity} ${code}`);
}

/** HELLO to whoever knocks. */
async function greet(gateway: FakeGateway): Promise<number> {
  const peer = await gateway.accept();
  peer.hello();
  return peer.closed;
}

/** On which nobody listens: the port of a service that died out. */
const DEAD_PORT = 9;

describe('explain', () => {
  test('of a client that was never opened says so, after it has looked at all the rest', async () => {
    await using gateway = await FakeGateway.start();
    const client = apiClient(gateway, { intents: ['GUILDS'] });
    const greeted = greet(gateway);
    assert.deepEqual(codes(await client.explain()), [
      'error NO_HANDLERS',
      'error NOT_OPEN',
      'ok TOKEN_ACCEPTED',
      'ok GATEWAY_REACHABLE',
      'ok IDENTIFIES_LEFT',
    ]);
    // Closed as by one who comes no more, without Identify.
    assert.equal(await greeted, 1000);
    assert.deepEqual(
      gateway.infoRequests.map(({ url }) => url),
      ['/api/v10/gateway/bot', '/api/v10/applications/@me'],
    );
    assert.equal(client.state.name, 'idle');
  });

  test('of a live client does not knock', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    live.client.on('GUILD_CREATE', () => {});
    assert.deepEqual(codes(await live.client.explain()), [
      'info API_NOT_ASKED',
      'info EVENTS_SKIPPED',
      'ok IDENTIFIES_LEFT',
      'ok SHARDS_LIVE',
    ]);
    assert.equal(gateway.dials, 1);
  });

  test('tells a token that the API refuses, once the provider has no other', async () => {
    await using gateway = await FakeGateway.start();
    gateway.info = { status: 401, body: {} };
    let asked = 0;
    const tokenProvider = (): string => {
      asked += 1;
      return TOKEN;
    };
    const findings = await apiClient(gateway, { tokenProvider }).explain(SETUP);
    assert.deepEqual(codes(findings), ['error TOKEN_REJECTED', 'warning NO_INTENTS']);
    assert.equal(asked, 2);
    assert.ok(!JSON.stringify(findings).includes(TOKEN));
  });

  test('tells a token provider that fails', async () => {
    await using gateway = await FakeGateway.start();
    const tokenProvider = (): string => {
      throw new Error('the vault is sealed');
    };
    const findings = await apiClient(gateway, { tokenProvider }).explain(SETUP);
    assert.deepEqual(codes(findings), ['error TOKEN_PROVIDER', 'warning NO_INTENTS']);
  });

  const refusals: readonly (readonly [status: number, body: unknown, cure: RegExp])[] = [
    [429, { retry_after: 3 }, /Wait that long/],
    [404, {}, /apiBase/],
    [200, { url: 'no address' }, /apiBase/],
  ];
  for (const [status, body, cure] of refusals) {
    test(`tells what the API answers in place of an address: ${status}`, async () => {
      await using gateway = await FakeGateway.start();
      gateway.info = { status, body };
      const [finding] = await apiClient(gateway).explain(SETUP);
      assert.equal(finding?.code, 'API_REFUSED');
      assert.match(finding?.cure ?? '', cure);
    });
  }

  test('tells a dead API, and one that does not answer', async () => {
    const dead = new GatewayClient({
      token: TOKEN,
      intents: ['GUILDS'],
      apiBase: `http://127.0.0.1:${DEAD_PORT}/api`,
    });
    const [refused] = await dead.explain(SETUP);
    assert.equal(refused?.code, 'API_UNREACHABLE');
    assert.match(refused?.cure ?? '', /Nothing listens/);

    await using gateway = await FakeGateway.start();
    gateway.info = null;
    const [silent] = await apiClient(gateway).explain({ ...SETUP, deadlineMs: 30 });
    assert.equal(silent?.code, 'API_UNREACHABLE');
    assert.match(silent?.seen ?? '', /30 ms/);
  });

  const doors: readonly (readonly [what: string, prepare: (gateway: FakeGateway) => void, seen: RegExp])[] = [
    ['does not let in', (gateway) => gateway.turnAway({ status: 503 }), /\(upgrade\).*503/],
    ['does not answer', (gateway) => gateway.turnAway('hang'), /\(upgrade\): no answer within 60 ms/],
    ['does not greet', () => {}, /\(greeting\): no answer within 60 ms/],
    [
      'greets with nonsense',
      (gateway) => void gateway.accept().then((peer) => peer.sendText('nonsense')),
      /\(greeting\): what came is no gateway message/,
    ],
    [
      'closes at once',
      (gateway) => void gateway.accept().then((peer) => peer.close(4000, 'busy')),
      /\(greeting\): busy/,
    ],
  ];
  for (const [what, prepare, seen] of doors) {
    test(`tells a gateway that ${what}`, async () => {
      await using gateway = await FakeGateway.start();
      prepare(gateway);
      const client = apiClient(gateway, { intents: ['GUILDS'] });
      const [finding] = await client.explain({ ...SETUP, deadlineMs: 60 });
      assert.equal(finding?.code, 'GATEWAY_UNREACHABLE', JSON.stringify(finding));
      assert.match(finding?.seen ?? '', seen);
    });
  }

  const budgets: readonly (readonly [remaining: number, code: string])[] = [
    [50, 'error IDENTIFIES_USED_UP'],
    [51, 'warning IDENTIFIES_LOW'],
    [100, 'warning IDENTIFIES_LOW'],
    [101, 'ok IDENTIFIES_LEFT'],
  ];
  for (const [remaining, code] of budgets) {
    test(`with ${remaining} of 1000 session starts: ${code}`, async () => {
      await using gateway = await FakeGateway.start();
      gateway.info = { status: 200, body: gateway.botInfo({ remaining, reset_after: 3_600_000 }) };
      const client = apiClient(gateway, { intents: ['GUILDS'] });
      void greet(gateway);
      assert.ok(codes(await client.explain(SETUP)).includes(code));
    });
  }

  test('ends with its signal', async () => {
    await using gateway = await FakeGateway.start();
    gateway.info = null;
    const client = apiClient(gateway);
    await assert.rejects(client.explain({ signal: AbortSignal.timeout(20) }), AbortedError);
    await assert.rejects(client.explain({ deadlineMs: 0 }), { code: 'INVALID_OPTION' });
  });
});
