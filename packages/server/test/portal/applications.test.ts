/** Applications, their tokens and intents, and the live sessions in the owner's hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SessionSnapshot } from '../../src/gateway/control.ts';
import { recordEvents } from '../support/events.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

function addSession(
  server: TestServer,
  id: string,
  state: SessionSnapshot['state'] = 'live',
): SessionSnapshot {
  const session: SessionSnapshot = {
    id,
    applicationId: server.application.id,
    shard: [0, 1],
    state,
    intents: ['GUILDS'],
    intentBits: 1,
    version: 10,
    encoding: 'json',
    compression: 'none',
    library: { os: 'linux', browser: 'test', device: 'test' },
    seq: 3,
    replayBuffer: { events: 3, bytes: 300, maxEvents: 1_000 },
    traffic: { sentBytes: 100, plainBytes: 300 },
    unsentBytes: 0,
    createdAt: '2026-01-15T12:00:00.000Z',
    connectedAt: null,
    lastHeartbeatAt: null,
    heartbeatLateMs: null,
    expiresAt: null,
    closes: [],
  };
  server.control.sessionsById.set(id, session);
  return session;
}

test('the last messages of a session are asked for with a cursor', async () => {
  await using server = await startTestServer();
  addSession(server, 'one');
  const page = (await server.owner('GET', '/sessions/one/frames?after=12-34&limit=7')).json();
  assert.deepEqual(page, { frames: [], cursor: '3-5' });
  assert.deepEqual(server.control.calls, [['frames', 'one', { seq: 12, count: 34 }, 7]]);
  assert.equal((await server.owner('GET', '/sessions/none/frames')).json().code, 10020);
  assert.equal((await server.owner('GET', '/sessions/one/frames?after=x')).json().code, 50035);
  assert.deepEqual((await server.owner('POST', '/sessions/one/ping')).json(), { roundTripMs: 12 });
  addSession(server, 'two', 'detached');
  assert.equal((await server.owner('POST', '/sessions/two/ping')).statusCode, 409);
});

describe('applications', () => {
  test('are made with a token that is shown once and works', async () => {
    await using server = await startTestServer();
    const created = await server.owner('POST', '/applications', {
      name: 'New bot',
      description: 'What it does',
      privilegedIntents: ['GUILD_MEMBERS'],
      botUsername: 'newbie',
    });
    assert.equal(created.statusCode, 201);
    const { application, token } = created.json();
    assert.equal(application.bot.username, 'newbie');
    assert.deepEqual(application.privilegedIntents, ['GUILD_MEMBERS']);
    const me = await server.app.inject({
      url: '/api/v10/users/@me',
      headers: { authorization: `Bot ${token}` },
    });
    assert.equal(me.json().id, application.bot.id);
    const shown = await server.owner('GET', `/applications/${application.id}`);
    assert.deepEqual(shown.json(), application);
    const all = (await server.owner('GET', '/applications')).body;
    const { tokenHash } = server.world.applications.require(application.id);
    assert.ok(!all.includes(token) && !all.includes(String(tokenHash)));
    assert.ok(!JSON.stringify(server.logs).includes(token));
  });

  test('are renamed, described and deleted', async () => {
    await using server = await startTestServer();
    const path = `/applications/${server.application.id}`;
    const patched = (await server.owner('PATCH', path, { name: 'Renamed', description: 'D' })).json();
    assert.deepEqual([patched.name, patched.description], ['Renamed', 'D']);
    assert.equal(
      (await server.owner('PATCH', path, { name: '' })).json().errors.name._errors[0].code,
      'BASE_TYPE_BAD_LENGTH',
    );
    assert.equal((await server.owner('DELETE', path)).statusCode, 204);
    assert.deepEqual((await server.owner('GET', path)).json(), {
      message: 'Unknown Application',
      code: 10002,
    });
    assert.equal((await server.bot('GET', '/users/@me')).statusCode, 401);
  });

  test('have their privileged intents switched, and say how many sessions that ended', async () => {
    await using server = await startTestServer();
    addSession(server, 's1');
    addSession(server, 's2', 'detached');
    const events = recordEvents(server);
    const revocations = () => events.filter((event) => event.kind === 'application-revoked');
    const path = `/applications/${server.application.id}/intents`;
    const outcome = async (method: 'PUT' | 'PATCH', body: object) => {
      const { application, sessionsClosed } = (await server.owner(method, path, body)).json();
      return [application.privilegedIntents, sessionsClosed];
    };
    const both = ['GUILD_MEMBERS', 'MESSAGE_CONTENT'];
    assert.deepEqual(await outcome('PUT', { privilegedIntents: both }), [both, 0]);
    assert.deepEqual(await outcome('PATCH', { GUILD_PRESENCES: true }), [
      ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'],
      0,
    ]);
    assert.equal(revocations().length, 0);
    assert.deepEqual(await outcome('PATCH', { GUILD_PRESENCES: false }), [both, 2]);
    assert.deepEqual(await outcome('PUT', { privilegedIntents: [] }), [[], 2]);
    assert.deepEqual(
      revocations().map(({ intents }) => intents),
      [['GUILD_PRESENCES'], both],
    );
    const unknown = await server.owner('PUT', path, { privilegedIntents: ['GUILDS'] });
    assert.equal(unknown.json().errors.privilegedIntents['0']._errors[0].code, 'BASE_TYPE_CHOICES');
  });

  test('get a new token in place of the old one', async () => {
    await using server = await startTestServer();
    addSession(server, 's1');
    const reset = (await server.owner('POST', `/applications/${server.application.id}/token`)).json();
    assert.equal(reset.sessionsClosed, 1);
    assert.equal((await server.bot('GET', '/users/@me')).statusCode, 401);
    const headers = { authorization: `Bot ${reset.token}` };
    assert.equal((await server.app.inject({ url: '/api/v10/users/@me', headers })).statusCode, 200);
  });

  test('show what is left of their session starts', async () => {
    await using server = await startTestServer();
    const { shards, session_start_limit } = (
      await server.owner('GET', `/applications/${server.application.id}/gateway`)
    ).json();
    assert.deepEqual([shards, session_start_limit.remaining], [1, 999]);
    assert.equal((await server.owner('GET', '/applications/1/gateway')).statusCode, 404);
  });
});

describe('sessions', () => {
  test('are listed by application and shown one by one', async () => {
    await using server = await startTestServer();
    const session = addSession(server, 's1');
    const list = await server.owner('GET', `/applications/${server.application.id}/sessions`);
    assert.deepEqual(list.json(), [session]);
    assert.deepEqual((await server.owner('GET', '/sessions/s1')).json(), session);
    assert.deepEqual((await server.owner('GET', '/sessions/s2')).json(), {
      message: 'Unknown Session',
      code: 10020,
    });
    assert.equal((await server.owner('GET', '/applications/1/sessions')).statusCode, 404);
  });

  test('are closed, asked to reconnect, invalidated and ended as told', async () => {
    await using server = await startTestServer();
    addSession(server, 's1');
    const act = async (action: string, body?: object) =>
      (await server.owner('POST', `/sessions/s1/${action}`, body)).statusCode;
    assert.equal(await act('close', { code: 4000, reason: 'because' }), 204);
    assert.equal(await act('close', { code: 1001 }), 204);
    assert.equal(await act('reconnect'), 204);
    assert.equal(await act('invalidate', { resumable: true }), 204);
    assert.equal((await server.owner('DELETE', '/sessions/s1')).statusCode, 204);
    assert.equal((await server.owner('DELETE', '/sessions/s1')).statusCode, 404);
    assert.deepEqual(server.control.calls.slice(0, 5), [
      ['closeConnection', 's1', 4000, 'because'],
      ['closeConnection', 's1', 1001, ''],
      ['requestReconnect', 's1'],
      ['invalidate', 's1', true],
      ['endSession', 's1'],
    ]);
  });

  test('without a connection refuse what needs one', async () => {
    await using server = await startTestServer();
    addSession(server, 's1', 'detached');
    for (const [action, body] of [
      ['close', { code: 4000 }],
      ['reconnect', undefined],
      ['invalidate', { resumable: false }],
    ] as const) {
      const response = await server.owner('POST', `/sessions/s1/${action}`, body);
      assert.deepEqual(
        [response.statusCode, response.json()],
        [409, { message: 'The session has no connection.', code: 0 }],
      );
    }
  });

  test('are closed only with codes and reasons that a close frame can carry', async () => {
    await using server = await startTestServer();
    addSession(server, 's1');
    const refused: readonly [body: object, field: string, code: string][] = [
      [{}, 'code', 'BASE_TYPE_REQUIRED'],
      [{ code: 999 }, 'code', 'NUMBER_TYPE_MIN'],
      [{ code: 5000 }, 'code', 'NUMBER_TYPE_MAX'],
      [{ code: 4000.5 }, 'code', 'NUMBER_TYPE_COERCE'],
      ...[1004, 1005, 1006, 1010, 1015, 1016, 2999].map(
        (code) => [{ code }, 'code', 'BASE_TYPE_CHOICES'] as [object, string, string],
      ),
      [{ code: 4000, reason: 'x'.repeat(124) }, 'reason', 'BASE_TYPE_MAX_LENGTH'],
      [{ code: 4000, reason: 'é'.repeat(62) }, 'reason', 'BASE_TYPE_MAX_LENGTH'],
    ];
    for (const [body, field, code] of refused) {
      const response = await server.owner('POST', '/sessions/s1/close', body);
      assert.equal(response.json().errors[field]._errors[0].code, code, JSON.stringify(body));
    }
    const invalidate = await server.owner('POST', '/sessions/s1/invalidate', {});
    assert.equal(invalidate.json().errors.resumable._errors[0].code, 'BASE_TYPE_REQUIRED');
    assert.equal(server.control.calls.length, 0);
  });
});
