/** How any request is judged before a route sees it, and what every answer has. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { WorldBrokenError } from '../../src/world/errors.ts';
import { startTestServer } from '../support/test-server.ts';

const UNAUTHORIZED = { message: '401: Unauthorized', code: 0 };
const NOT_FOUND = { message: '404: Not Found', code: 0 };

describe('authentication', () => {
  test('takes exactly "Bot" and the token', async () => {
    await using server = await startTestServer();
    const { token } = server;
    for (const authorization of [
      token,
      `Bearer ${token}`,
      `bot ${token}`,
      `Bot  ${token}`,
      'Bot ',
      `Bot ${token.slice(0, -1)}`,
      'Bot x.y.z',
    ]) {
      const { app } = server;
      const response = await app.inject({ url: '/api/v10/users/@me', headers: { authorization } });
      assert.deepEqual([response.statusCode, response.json()], [401, UNAUTHORIZED]);
    }
    assert.equal((await server.bot('GET', '/users/@me')).json().id, server.application.botUserId);
  });

  test('comes before the look at the path, the query, the body and the entities', async () => {
    await using server = await startTestServer();
    for (const [method, url, payload] of [
      ['GET', '/api/v10/channels/1', undefined],
      ['GET', '/api/v10/channels/x', undefined],
      ['GET', `/api/v10/channels/${server.channel.id}/messages?limit=0`, undefined],
      ['POST', `/api/v10/channels/${server.channel.id}/messages`, '{'],
    ] as const) {
      const response = await server.app.inject({
        method,
        url,
        ...(payload === undefined ? {} : { payload, headers: { 'content-type': 'application/json' } }),
      });
      assert.deepEqual(response.json(), UNAUTHORIZED, `${method} ${url}`);
    }
  });

  test('stops taking a token that was reset, or whose application is gone', async () => {
    await using server = await startTestServer();
    const { token } = server.world.applications.resetToken(server.application.id);
    assert.equal((await server.bot('GET', '/users/@me')).statusCode, 401);
    const headers = { authorization: `Bot ${token}` };
    assert.equal((await server.app.inject({ url: '/api/v10/users/@me', headers })).statusCode, 200);
    server.world.applications.delete(server.application.id);
    assert.equal((await server.app.inject({ url: '/api/v10/users/@me', headers })).statusCode, 401);
  });

  test('is not asked of GET /gateway', async () => {
    await using server = await startTestServer();
    const response = await server.app.inject({
      url: '/api/v10/gateway',
      headers: { host: '127.0.0.1:4711' },
    });
    assert.deepEqual(response.json(), { url: 'ws://127.0.0.1:4711/' });
  });
});

describe('authentication of a slow request', () => {
  test('fails when the token was reset before the body had come', async () => {
    await using server = await startTestServer();
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.app.server.address() as AddressInfo;
    const headers = { authorization: `Bot ${server.token}`, 'content-type': 'application/json' };
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'PATCH',
      path: '/api/v10/users/@me',
      headers,
    });
    const status = new Promise((resolve) => {
      request.on('response', (response) => resolve(response.resume().statusCode));
    });
    const begun = once(server.app.server, 'request');
    request.write('{"username":');
    await begun;
    server.world.applications.resetToken(server.application.id);
    request.end('"late"}');
    assert.equal(await status, 401);
    assert.equal(server.world.users.require(server.application.botUserId).username, 'Test bot');
  });
});

describe('routing', () => {
  test('serves v10, v9 and the bare path, and refuses other versions', async () => {
    await using server = await startTestServer();
    const headers = { authorization: `Bot ${server.token}` };
    for (const prefix of ['/api/v10', '/api/v9', '/api']) {
      const response = await server.app.inject({ url: `${prefix}/users/@me`, headers });
      assert.equal(response.statusCode, 200, prefix);
    }
    for (const prefix of ['/api/v8', '/api/v6', '/api/v11', '/api/v100']) {
      const response = await server.app.inject({ url: `${prefix}/users/@me`, headers });
      assert.deepEqual(
        [response.statusCode, response.json()],
        [400, { message: 'Invalid API version provided', code: 50041 }],
        prefix,
      );
    }
  });

  test('answers 404 to an unknown path and logs method, path and user agent, but no token', async () => {
    await using server = await startTestServer();
    const secret = 'aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTA';
    const response = await server.bot(
      'POST',
      `/interactions/1/${secret}/nothing?wait=${secret}`,
      { type: 4 },
      {
        headers: { 'user-agent': 'DiscordBot (https://example.test, 1)' },
      },
    );
    assert.deepEqual([response.statusCode, response.json()], [404, NOT_FOUND]);
    const warning = server.logs.find((line) => line.level === 40);
    assert.equal(warning?.path, '/api/v10/interactions/1/[redacted]/nothing');
    assert.equal(warning?.method, 'POST');
    assert.equal(warning?.userAgent, 'DiscordBot (https://example.test, 1)');
    const log = JSON.stringify(server.logs);
    assert.ok(!log.includes(secret) && !log.includes(server.token));
  });

  test('is logged at debug, without query, headers and body', async () => {
    await using server = await startTestServer();
    const path = `/channels/${server.channel.id}/messages`;
    await server.bot('POST', `${path}?secret=1`, { content: 'private' });
    const line = server.logs.find(({ msg }) => msg === 'request');
    assert.deepEqual(
      [line?.level, line?.method, line?.path, line?.status],
      [20, 'POST', `/api/v10${path}`, 200],
    );
    const log = JSON.stringify(server.logs);
    for (const hidden of ['secret', 'private', server.token]) assert.ok(!log.includes(hidden));
  });

  test('answers 404 to a path that is not served', async () => {
    await using server = await startTestServer();
    const response = await server.bot('GET', `/guilds/${server.guild.id}/new-member-welcome`);
    assert.deepEqual([response.statusCode, response.json()], [404, NOT_FOUND]);
    assert.equal(server.logs.find((line) => line.level === 40)?.msg, 'unknown route');
  });

  test('answers 405 to a method that a known path does not have', async () => {
    await using server = await startTestServer();
    const response = await server.bot('PUT', '/users/@me');
    assert.deepEqual(
      [response.statusCode, response.json()],
      [405, { message: '405: Method Not Allowed', code: 0 }],
    );
    assert.equal(response.headers.allow, 'GET, PATCH');
    assert.equal((await server.owner('PUT', '/users')).statusCode, 405);
  });

  test('answers a path that cannot be decoded in the usual shape', async () => {
    await using server = await startTestServer();
    const response = await server.bot('GET', '/channels/%zz');
    assert.equal(response.statusCode, 400);
    assert.equal(response.json().code, 0);
    assert.equal(response.headers['content-type'], 'application/json');
  });
});

describe('every answer', () => {
  test('is exactly application/json and names a proxy in Via', async () => {
    await using server = await startTestServer();
    const responses = [
      await server.bot('GET', '/users/@me'),
      await server.bot('GET', '/channels/1'),
      await server.bot('GET', '/nothing'),
      await server.bot('POST', `/channels/${server.channel.id}/messages`, {}),
      await server.app.inject({ url: '/api/v10/users/@me' }),
      await server.app.inject({ url: '/owner/v1/users' }),
      await server.owner('GET', '/users'),
    ];
    for (const { headers, statusCode } of responses) {
      assert.equal(headers['content-type'], 'application/json', String(statusCode));
      assert.equal(headers.via, '1.1 guildhall');
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
    const empty = await server.bot('POST', `/channels/${server.channel.id}/typing`);
    assert.deepEqual([empty.statusCode, empty.body, empty.headers['content-type']], [204, '', undefined]);
  });

  test('to a change waits until the world has committed it', async () => {
    await using server = await startTestServer();
    const { world } = server;
    let commits = 0;
    const committed = world.committed.bind(world);
    world.committed = async () => {
      await committed();
      commits += 1;
    };
    await server.bot('GET', '/users/@me');
    assert.equal(commits, 0);
    await server.bot('PATCH', '/users/@me', { username: 'other' });
    assert.equal(commits, 1);
  });

  test('is a 503 when the world is closed, or when the change could not be committed', async () => {
    await using server = await startTestServer();
    const expected = { message: '503: Service Unavailable', code: 0 };
    const committed = server.world.committed;
    server.world.committed = async () => {
      throw new WorldBrokenError(new Error('disk full'));
    };
    const uncommitted = await server.bot('PATCH', '/users/@me', { username: 'other' });
    assert.deepEqual([uncommitted.statusCode, uncommitted.json()], [503, expected]);
    assert.equal(uncommitted.headers['content-type'], 'application/json');
    server.world.committed = committed;
    await server.world.close();
    const closed = await server.bot('PATCH', '/users/@me', { username: 'third' });
    assert.deepEqual([closed.statusCode, closed.json()], [503, expected]);
  });
});

describe('bodies', () => {
  const post = (server: Awaited<ReturnType<typeof startTestServer>>, type: string, payload: string) =>
    server.bot('POST', '/users/@me/channels', undefined, { payload, headers: { 'content-type': type } });

  test('may have ids as bare integers without losing digits', async () => {
    await using server = await startTestServer();
    const response = await post(server, 'application/json', `{"recipient_id":${server.alice.id}}`);
    assert.equal(response.statusCode, 200);
    assert.equal(response.json().recipients[0].id, server.alice.id);
  });

  test('that are no JSON are refused with 50109', async () => {
    await using server = await startTestServer();
    const response = await post(server, 'application/json', '{"recipient_id":');
    assert.deepEqual(
      [response.statusCode, response.json()],
      [400, { message: 'The request body contains invalid JSON.', code: 50109 }],
    );
  });

  test('that are missing lack their required fields', async () => {
    await using server = await startTestServer();
    for (const response of [
      await server.bot('POST', '/users/@me/channels'),
      await post(server, 'application/json', ''),
      await post(server, 'application/json', '{}'),
    ]) {
      assert.deepEqual(response.json().errors, {
        recipient_id: { _errors: [{ code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }] },
      });
    }
  });

  for (const type of ['multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'text/plain']) {
    test(`of ${type} are refused with a 50035 that says what is read`, async () => {
      await using server = await startTestServer();
      const response = await post(server, type, 'recipient_id=1');
      assert.equal(response.statusCode, 400);
      const { code, errors } = response.json();
      assert.equal(code, 50035);
      assert.equal(errors._errors[0].code, 'CONTENT_TYPE_INVALID');
      assert.match(errors._errors[0].message, /application\/json/);
    });
  }

  test('larger than the bound are refused with 413', async () => {
    await using server = await startTestServer({ maxBodyBytes: 1_000 });
    const response = await post(server, 'application/json', JSON.stringify({ x: 'x'.repeat(1_000) }));
    assert.deepEqual([response.statusCode, response.json().code], [413, 40005]);
  });
});

describe('rate limits', () => {
  test('show their headers on success and on refusals alike, and after that answer 429', async () => {
    await using server = await startTestServer({
      rateLimits: { other: { limit: 2, windowMs: 5_000 } },
    });
    const path = `/channels/${server.channel.id}`;
    const first = await server.bot('GET', path);
    assert.equal(first.headers['x-ratelimit-limit'], '2');
    assert.equal(first.headers['x-ratelimit-remaining'], '1');
    assert.equal(first.headers['x-ratelimit-reset-after'], '5.000');
    assert.equal(first.headers['x-ratelimit-reset'], ((server.clock.nowMs + 5_000) / 1_000).toFixed(3));
    server.world.channels.delete(server.channel.id);
    const missing = await server.bot('GET', path);
    assert.equal(missing.statusCode, 404);
    assert.equal(missing.headers['x-ratelimit-remaining'], '0');
    assert.equal(missing.headers['x-ratelimit-bucket'], first.headers['x-ratelimit-bucket']);
    const refused = await server.bot('GET', path);
    assert.equal(refused.statusCode, 429);
    assert.deepEqual(refused.json(), {
      message: 'You are being rate limited.',
      retry_after: 5,
      global: false,
    });
    assert.equal(refused.headers['retry-after'], '5');
    assert.equal(refused.headers['x-ratelimit-scope'], 'user');
    assert.equal(refused.headers['content-type'], 'application/json');
    server.clock.nowMs += 5_000;
    assert.equal((await server.bot('GET', path)).statusCode, 404);
  });

  test('are shared by all versions of the API and by all ids that are none', async () => {
    await using server = await startTestServer({ rateLimits: { other: { limit: 1, windowMs: 5_000 } } });
    const headers = { authorization: `Bot ${server.token}` };
    const call = async (url: string) => (await server.app.inject({ url, headers })).statusCode;
    assert.equal(await call('/api/v10/users/@me'), 200);
    assert.equal(await call('/api/v9/users/@me'), 429);
    assert.equal(await call('/api/v10/channels/x'), 400);
    assert.equal(await call('/api/v10/channels/y'), 429);
    assert.equal(await call('/api/v10/channels/1'), 404);
  });

  test('stop a bot as a whole at fifty requests a second', async () => {
    await using server = await startTestServer({ rateLimits: { other: { limit: 1_000, windowMs: 1_000 } } });
    for (let count = 0; count < 50; count++) await server.bot('GET', '/users/@me');
    const refused = await server.bot('GET', '/channels/1');
    assert.equal(refused.statusCode, 429);
    assert.equal(refused.json().global, true);
    assert.equal(refused.headers['x-ratelimit-global'], 'true');
    assert.equal(refused.headers['x-ratelimit-scope'], 'global');
  });

  test('do not count requests that are not authenticated', async () => {
    await using server = await startTestServer({ rateLimits: { other: { limit: 1, windowMs: 5_000 } } });
    for (let count = 0; count < 3; count++) {
      const response = await server.app.inject({ url: '/api/v10/users/@me' });
      assert.equal(response.statusCode, 401);
      assert.equal(response.headers['x-ratelimit-limit'], undefined);
    }
  });
});

describe('the server on a socket', () => {
  test('hands upgrades to a listener, and answers bytes that are no HTTP with 400', async () => {
    await using server = await startTestServer();
    const { app } = server;
    app.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 418 Upgraded\r\n\r\n'));
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    httpRequest({ port, host: '127.0.0.1', headers: { connection: 'Upgrade', upgrade: 'websocket' } })
      .on('response', (response) => resolve(response.resume().statusCode))
      .end();
    assert.equal(await promise, 418);

    const socket = connect(port, '127.0.0.1');
    socket.write('NONSENSE\r\n\r\n');
    const answer = await text(socket);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /\r\n\r\n\{"message":"400: Bad Request","code":0\}$/);
  });
});
