/** How the portal's page gets in, and how nobody else does. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PortalDoor } from '../../src/portal/portal-door.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const HASH = 'a'.repeat(64);
const host = 'localhost:4400';
const origin = `http://${host}`;

describe('the login', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const login = (ticket: unknown, headers: Record<string, string> = { host, origin }) =>
    server.app.inject({ method: 'POST', url: '/owner/v1/login', payload: { ticket }, headers });

  test('gives a cookie for the ticket, which no script can read and no other site can send', async () => {
    const response = await login(server.door.ticket);
    assert.equal(response.statusCode, 204);
    assert.match(
      String(response.headers['set-cookie']),
      /^guildhall-[0-9a-f]{8}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    assert.equal((await login(server.door.ticket)).statusCode, 204);
  });

  test('gives none for anything else, or to another page', async () => {
    assert.equal((await login(`${server.door.ticket}x`)).statusCode, 401);
    assert.equal((await login(undefined)).json().code, 50035);
    const foreign = await login(server.door.ticket, { host, origin: 'http://localhost:3000' });
    assert.equal(foreign.statusCode, 403);
    const rebound = await login(server.door.ticket, { host: 'evil.test', origin: 'http://evil.test' });
    assert.equal(rebound.statusCode, 403);
  });

  const own = { host, origin, 'sec-fetch-site': 'same-origin' };
  const cases: readonly [
    name: string,
    method: 'GET' | 'POST',
    headers: Record<string, string>,
    status: number,
  ][] = [
    ['opens a page of ours', 'GET', { host, 'sec-fetch-site': 'same-origin' }, 200],
    ['lets a page of ours change something', 'POST', own, 201],
    ['changes nothing without an origin', 'POST', { host }, 401],
    ['changes nothing for a page of another port', 'POST', { host, origin: 'http://localhost:3000' }, 403],
    ['changes nothing for another site', 'POST', { host, origin: 'https://evil.test' }, 403],
    ['is not read by a page of another port', 'GET', { host, 'sec-fetch-site': 'same-site' }, 401],
    ['is not read by another site', 'GET', { host, 'sec-fetch-site': 'cross-site' }, 401],
    ['is not read under a foreign name', 'GET', { host: 'evil.test' }, 403],
  ];
  for (const [name, method, headers, status] of cases) {
    test(`the cookie ${name}`, async () => {
      const [cookie = ''] = String((await login(server.door.ticket)).headers['set-cookie']).split(';');
      const response = await server.app.inject({
        method,
        url: '/owner/v1/users',
        headers: { ...headers, cookie: `other=1; ${cookie}` },
        ...(method === 'POST' ? { payload: { username: 'carol' } } : {}),
      });
      assert.equal(response.statusCode, status);
    });
  }
});

describe('the door', () => {
  const cookieOf = (door: PortalDoor) => door.admit(door.ticket)?.split(';')[0];

  test('has another ticket each time, and the same cookie for the same key', () => {
    const first = new PortalDoor(HASH);
    const second = new PortalDoor(HASH);
    assert.notEqual(first.ticket, second.ticket);
    assert.equal(first.admit(second.ticket), null);
    assert.equal(second.knows(cookieOf(first)), true);
  });

  test('knows no cookie of another key, and none that is altered, missing or endless', () => {
    const door = new PortalDoor(HASH);
    const other = new PortalDoor('b'.repeat(64));
    assert.equal(other.knows(cookieOf(door)), false);
    for (const header of [undefined, '', `${cookieOf(door)}x`, `${'x'.repeat(16_384)}; ${cookieOf(door)}`]) {
      assert.equal(door.knows(header), false);
    }
  });
});
