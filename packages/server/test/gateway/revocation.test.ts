import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene } from './support/scene.ts';
import { ALL_UNPRIVILEGED, TestClient } from './support/test-client.ts';

const MESSAGE_CONTENT = 1 << 15;

test('a privileged intent that is switched off ends every session of the application: both shards and a detached one', async () => {
  await using scene = await openScene();
  const { guildhall, bot } = scene;
  const stranger = await guildhall.createApplication({ name: 'Stranger' });
  const other = await TestClient.ready(guildhall.gatewayUrl, stranger.token);
  const intents = ALL_UNPRIVILEGED | MESSAGE_CONTENT;
  const shards = [
    await scene.ready({ intents, shard: [0, 2] }),
    // No check is made of which intents a session uses.
    await scene.ready({ intents: 1, shard: [1, 2] }),
  ];
  const lost = await scene.ready({ intents });
  await lost.settle();
  await lost.close(4900);
  assert.equal(guildhall.gateway.sessions(bot.id).length, 3);

  await guildhall.setIntents(bot.id, ['GUILD_MEMBERS', 'GUILD_PRESENCES']);

  for (const shard of shards) {
    assert.deepEqual(await shard.closed, { code: 4003, reason: 'Not authenticated.' });
    assert.deepEqual(
      shard.received.filter(({ op }) => op === 7 || op === 9),
      [],
    );
  }
  assert.deepEqual(guildhall.gateway.sessions(bot.id), []);
  const resumer = await scene.open();
  resumer.resume(bot.token, lost.ready.d.session_id, 1);
  assert.equal((await resumer.op(9)).d, false);

  resumer.identify(bot.token, { intents });
  assert.deepEqual(await resumer.closed, { code: 4014, reason: 'Disallowed intent(s).' });
  const without = await scene.ready({ intents: ALL_UNPRIVILEGED });
  assert.equal(without.ready.s, 1);
  await other.settle();
});

test('switching an intent on leaves live sessions alone', async () => {
  await using scene = await openScene();
  await scene.guildhall.setIntents(scene.bot.id, []);
  const client = await scene.ready();
  await scene.guildhall.setIntents(scene.bot.id, ['MESSAGE_CONTENT']);
  await client.settle();
});

test('a token reset ends the sessions with 4003; the old token gets 4004, or op 9 on a resume, the new one READY', async () => {
  await using scene = await openScene();
  const { guildhall, bot } = scene;
  const client = await scene.ready();
  const token = await guildhall.resetToken(bot.id);
  assert.equal((await client.closed).code, 4003);
  const old = await scene.open();
  old.resume(bot.token, client.ready.d.session_id, 1);
  assert.equal((await old.op(9)).d, false);
  old.identify(bot.token);
  assert.equal((await old.closed).code, 4004);
  await TestClient.ready(guildhall.gatewayUrl, token);
});

test('the start after the last of the day resets the token and ends every session', async () => {
  await using scene = await openScene({ startsPerWindow: 2 });
  const { guildhall, bot } = scene;
  const first = await scene.ready();
  const { reset_after: _passes, ...limit } = guildhall.gateway.sessionStartLimit(bot.id);
  assert.deepEqual(limit, { total: 2, remaining: 1, max_concurrency: 1 });
  await scene.ready();
  const last = await scene.open();
  last.identify(bot.token);
  assert.equal((await last.closed).code, 4004);
  assert.equal((await first.closed).code, 4003);
  const late = await scene.open();
  late.identify(bot.token);
  assert.equal((await late.closed).code, 4004);
});

test('a deleted application has no session any more', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  scene.guildhall.world.applications.delete(scene.bot.id);
  assert.equal((await client.closed).code, 4003);
});

test('the owner may close, end, invalidate and reconnect a session', async () => {
  await using scene = await openScene({ reconnectGraceMs: 50 });
  const { gateway } = scene.guildhall;
  const client = await scene.ready();
  const id: string = client.ready.d.session_id;
  assert.ok(gateway.requestReconnect(id));
  assert.equal((await client.op(7)).d, null);
  assert.equal((await client.closed).code, 4000);
  assert.equal(gateway.requestReconnect(id), false);

  const second = await scene.open();
  second.resume(scene.bot.token, id, 1);
  await second.event('RESUMED');
  assert.ok(gateway.invalidate(id, true));
  assert.equal((await second.op(9)).d, true);
  // The session is kept, and the same connection may resume it.
  second.resume(scene.bot.token, id, 1);
  await second.event('RESUMED');
  assert.ok(gateway.closeConnection(id, 4008, 'a test'));
  assert.deepEqual(await second.closed, { code: 4008, reason: 'a test' });
  assert.equal(gateway.session(id)?.state, 'detached');

  const third = await scene.open();
  third.resume(scene.bot.token, id, 1);
  await third.event('RESUMED');
  assert.ok(gateway.invalidate(id, false));
  assert.equal((await third.op(9)).d, false);
  assert.equal(gateway.session(id), undefined);
  third.identify(scene.bot.token);
  const { session_id: next } = (await third.event('READY')).d;
  assert.ok(gateway.endSession(next));
  assert.equal((await third.closed).code, 4009);
  assert.equal(gateway.endSession(next), false);
  assert.throws(() => gateway.closeConnection(next, 1006), RangeError);
});
