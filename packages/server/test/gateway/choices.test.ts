/** What of Discord's is not known is the owner's choice. The defaults are held to by the other tests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveOptions } from '../../src/options.ts';
import { openScene, until } from './support/scene.ts';
import { TestClient } from './support/test-client.ts';

test('heartbeats that do not come can cost the session', async () => {
  await using scene = await openScene({
    missedHeartbeatCode: 4_009,
    heartbeatIntervalMs: 1_000,
    firstHeartbeatDeadlineMs: 2_000,
  });
  const client = await scene.ready();
  scene.guildhall.clock.advance(2_100);
  assert.equal((await client.closed).code, 4_009);
  await until(() => scene.guildhall.gateway.sessions().length === 0);
});

test('a reset token can close with 4004, and leave sessions without a connection to be resumed', async () => {
  await using scene = await openScene({
    revocationCode: 4_004,
    revokesDetached: false,
    revokedResume: 'close4004',
  });
  const { guildhall, bot } = scene;
  const kept = await scene.ready();
  kept.webSocket.terminate();
  await until(() => guildhall.gateway.sessions()[0]?.state === 'detached');
  const attached = await scene.ready();
  const token = await guildhall.resetToken(bot.id);
  assert.equal((await attached.closed).code, 4_004);
  const { session_id: sessionId } = kept.ready.d;
  const stale = await scene.open();
  stale.resume(bot.token, sessionId, 1);
  assert.equal((await stale.closed).code, 4_004);
  const fresh = await scene.open();
  fresh.resume(token, sessionId, 1);
  await fresh.event('RESUMED');
});

test('a deleted application leaves no session behind', async () => {
  await using scene = await openScene({ revokesDetached: false });
  const { guildhall, bot } = scene;
  const client = await scene.ready();
  client.webSocket.terminate();
  await until(() => guildhall.gateway.sessions()[0]?.state === 'detached');
  guildhall.world.applications.delete(bot.id);
  await until(() => guildhall.gateway.sessions().length === 0);
});

test('a resume whose events are gone can close with 4007', async () => {
  await using scene = await openScene({ lostReplay: 'close4007', replayBytes: 0 });
  const client = await scene.ready();
  await scene.say('lost');
  client.webSocket.terminate();
  await until(() => scene.guildhall.gateway.sessions()[0]?.state === 'detached');
  const next = await scene.open();
  next.resume(scene.bot.token, client.ready.d.session_id, 1);
  assert.equal((await next.closed).code, 4_007);
});

test('an encoding that nobody knows can be taken for JSON', async () => {
  await using scene = await openScene({ unknownEncoding: 'json' });
  await scene.ready({}, { query: 'v=10&encoding=bson' });
});

test('a compression that nobody knows is none, or ends the connection', async () => {
  const query = 'v=10&encoding=json&compress=brotli-stream';
  await using lenient = await openScene();
  await lenient.ready({}, { query });
  await using strict = await openScene({ unknownCompression: 'close4002' });
  const refused = new TestClient(strict.guildhall.gatewayUrl, { query });
  assert.equal((await refused.closed).code, 4_002);
});

for (const [name, value] of [
  ['missedHeartbeatCode', 1_000],
  ['revocationCode', 4_014],
  ['revokesDetached', 'yes'],
  ['unknownEncoding', 'etf'],
  ['unknownCompression', 'zlib'],
  ['lostReplay', null],
] as const) {
  test(`limits.${name} is one of its choices`, () => {
    const limits = { [name]: value };
    assert.throws(() => resolveOptions({ limits }), new RegExp(`limits.${name}.*one of`));
  });
}
