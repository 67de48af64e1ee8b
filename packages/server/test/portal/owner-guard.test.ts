/** Who may use the owner's API. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { HostPolicy } from '../../src/http/host-policy.ts';
import { OwnerGuard } from '../../src/portal/owner-guard.ts';
import { OWNER_KEY, startTestServer, type TestServer } from '../support/test-server.ts';

const authorization = `Bearer ${OWNER_KEY}`;

describe('the door', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ hosts: ['guildhall.test'] });
  });
  after(() => server[Symbol.asyncDispose]());

  const cases: readonly [name: string, headers: Record<string, string>, status: number][] = [
    ['lets the owner in', { authorization }, 200],
    [
      'lets the owner in from its own page',
      { authorization, host: 'localhost:4000', origin: 'http://localhost:4000' },
      200,
    ],
    [
      'lets the owner in from its own page over TLS',
      { authorization, host: 'guildhall.test', origin: 'https://guildhall.test' },
      200,
    ],
    ['lets the owner in under an IPv6 address', { authorization, host: '[::1]:4000' }, 200],
    ['keeps everybody else out', {}, 401],
    ['keeps a wrong key out', { authorization: `${authorization}x` }, 401],
    ['keeps another scheme out', { authorization: `Basic ${OWNER_KEY}` }, 401],
    ['keeps out whoever comes under a foreign name', { authorization, host: 'evil.test' }, 403],
    ['keeps out a name that only begins well', { authorization, host: 'localhost.evil.test' }, 403],
    ['keeps other pages out', { authorization, origin: 'https://evil.test' }, 403],
    [
      'keeps out pages of another port',
      { authorization, host: 'localhost:4000', origin: 'http://localhost:5000' },
      403,
    ],
    ['keeps out pages without an origin', { authorization, origin: 'null' }, 403],
  ];
  for (const [name, headers, status] of cases) {
    test(name, async () => {
      const response = await server.app.inject({ url: '/owner/v1/users', headers });
      assert.equal(response.statusCode, status);
      const refusal = { 401: '401: Unauthorized', 403: '403: Forbidden' }[status];
      if (refusal !== undefined) assert.deepEqual(response.json(), { message: refusal, code: 0 });
    });
  }

  test('is not opened by a bot token, nor the bot API by the owner key', async () => {
    const bot = await server.app.inject({
      url: '/owner/v1/users',
      headers: { authorization: `Bearer ${server.token}` },
    });
    assert.equal(bot.statusCode, 401);
    const owner = await server.app.inject({ url: '/api/v10/users/@me', headers: { authorization } });
    assert.equal(owner.statusCode, 401);
  });

  test('answers a preflight without inviting anybody', async () => {
    const response = await server.app.inject({
      method: 'OPTIONS',
      url: '/owner/v1/users',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    });
    assert.equal(response.statusCode, 403);
    assert.deepEqual(
      Object.keys(response.headers).filter((name) => name.startsWith('access-control')),
      [],
    );
  });

  test('is not built with a key hash that is none', () => {
    for (const hash of ['', OWNER_KEY, 'F'.repeat(64)]) {
      assert.throws(() => new OwnerGuard(hash, new HostPolicy(), null), TypeError);
    }
  });
});
