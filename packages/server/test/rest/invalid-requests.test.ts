import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidRequests } from '../../src/rest/invalid-requests.ts';
import { startTestServer } from '../support/test-server.ts';

const ADDRESS = '192.0.2.1';
const OTHER = '192.0.2.2';

describe('InvalidRequests', () => {
  function at(settings = {}) {
    const clock = { nowMs: 1_000 };
    return { clock, requests: new InvalidRequests(settings, () => clock.nowMs) };
  }

  test('ban an address at its ten thousandth in ten minutes, for an hour', () => {
    const { clock, requests } = at();
    for (let count = 1; count < 10_000; count += 1) assert.equal(requests.count(ADDRESS), false);
    assert.equal(requests.bannedForMs(ADDRESS), 0);
    assert.equal(requests.count(ADDRESS), true);
    assert.equal(requests.count(ADDRESS), false);
    assert.deepEqual([requests.bannedForMs(ADDRESS), requests.bannedForMs(OTHER)], [3_600_000, 0]);
    clock.nowMs += 3_600_000;
    assert.equal(requests.bannedForMs(ADDRESS), 0);
    assert.equal(requests.count(ADDRESS), false);
  });

  test('are forgotten with their window', () => {
    const { clock, requests } = at({ limit: 2, windowMs: 1_000 });
    requests.count(ADDRESS);
    clock.nowMs += 1_000;
    assert.equal(requests.count(ADDRESS), false);
    assert.equal(requests.count(ADDRESS), true);
  });

  test('are remembered of no more addresses than allowed, and only as long as they count', () => {
    const { clock, requests } = at({ limit: 2, windowMs: 1_000, maxAddresses: 2 });
    for (const address of [ADDRESS, OTHER, '192.0.2.3']) requests.count(address);
    assert.equal(requests.size, 2);
    assert.equal(requests.count(ADDRESS), false);
    clock.nowMs += 1_000;
    requests.count('192.0.2.4');
    assert.equal(requests.size, 1);
  });

  for (const settings of [{ limit: 0 }, { banMs: 1.5 }, { maxAddresses: -1 }]) {
    test(`refuse the settings ${JSON.stringify(settings)}`, () => {
      assert.throws(() => at(settings), /invalidRequests\./);
    });
  }
});

describe('an address whose requests are invalid', () => {
  const invalidRequests = { limit: 3, windowMs: 60_000, banMs: 90_500 };

  test('is banned from every route of the API until its time is over, by what is not the API', async () => {
    await using server = await startTestServer({ invalidRequests });
    const { bot, clock, channel } = server;
    const unauthorized = { headers: { authorization: 'Bot no.such.token' } };
    assert.equal((await bot('GET', '/users/@me', undefined, unauthorized)).statusCode, 401);
    assert.equal((await bot('GET', '/channels/1')).statusCode, 404);
    assert.equal((await bot('DELETE', `/channels/${channel.id}`)).statusCode, 403);
    assert.equal((await bot('GET', '/users/@me')).statusCode, 200);
    assert.equal((await bot('GET', '/users/@me', undefined, unauthorized)).statusCode, 401);
    for (const path of ['/users/@me', '/gateway']) {
      const banned = await bot('GET', path);
      assert.equal(banned.statusCode, 429);
      assert.equal(banned.headers['retry-after'], '91');
      assert.equal(banned.headers.via, undefined);
      assert.match(String(banned.headers['content-type']), /^text\/html/);
      assert.match(banned.body, /error code: 1015/);
    }
    assert.equal((await bot('GET', '/users/@me', undefined, { remoteAddress: OTHER })).statusCode, 200);
    assert.equal((await server.owner('GET', '/applications')).statusCode, 200);
    assert.ok(server.logs.some(({ msg }) => msg === 'an address is banned for its invalid requests'));
    clock.nowMs += 90_500;
    assert.equal((await bot('GET', '/users/@me')).statusCode, 200);
  });

  test('is not counted for limits that are shared, nor by the owner’s API', async () => {
    await using server = await startTestServer({ invalidRequests });
    const { bot, control, application } = server;
    const fault = { kind: 'rest-status', status: 429, retryAfterMs: 1 } as const;
    control.faults.add({ fault, applicationId: application.id, times: 5 });
    for (let count = 0; count < 5; count += 1) assert.equal((await bot('GET', '/users/@me')).statusCode, 429);
    const wrongKey = { headers: { authorization: 'Bearer nonsense-nonsense' } };
    for (let count = 0; count < 5; count += 1) {
      assert.equal((await server.owner('GET', '/applications', undefined, wrongKey)).statusCode, 401);
    }
    assert.equal((await bot('GET', '/users/@me')).statusCode, 200);
  });

  test('is not banned where nobody is', async () => {
    await using server = await startTestServer({ invalidRequests: 'off' });
    const unauthorized = { headers: { authorization: 'Bot x' } };
    for (let count = 0; count < 5; count += 1) await server.bot('GET', '/users/@me', undefined, unauthorized);
    assert.equal((await server.bot('GET', '/users/@me')).statusCode, 200);
  });
});
