import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GuildhallOptionError } from '../../src/index.ts';
import { openScene, until } from './support/scene.ts';

const DAY_MS = 86_400_000;

test('a connection without heartbeats is closed when their time has passed', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  scene.guildhall.clock.advance(200_000);
  assert.deepEqual(await client.closed, { code: 4000, reason: 'Heartbeat timeout.' });
});

test('a session that is not resumed is gone when its time has passed, and not before', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  await client.settle();
  await client.close(4900);
  const { gateway, clock } = scene.guildhall;
  const id = client.ready.d.session_id;
  await until(() => gateway.session(id)?.state === 'detached');
  clock.advance(175_000);
  assert.equal(gateway.session(id)?.state, 'detached');
  clock.advance(10_000);
  assert.equal(gateway.session(id), undefined);
});

test('session starts are whole again after a day', async () => {
  await using scene = await openScene();
  await (await scene.ready()).close();
  const { gateway, clock } = scene.guildhall;
  assert.equal(gateway.sessionStartLimit(scene.bot.id).remaining, 999);
  clock.advance(DAY_MS);
  assert.equal(gateway.sessionStartLimit(scene.bot.id).remaining, 1_000);
});

test('what is made afterwards is of that time', async () => {
  await using scene = await openScene();
  scene.guildhall.clock.advance(DAY_MS);
  const message = await scene.guildhall.say(scene.humanId, scene.channelId, 'tomorrow');
  assert.ok(Date.parse(message.timestamp) > Date.now() + DAY_MS - 60_000);
  assert.equal(scene.guildhall.clock.aheadMs, DAY_MS);
});

test('those who wait for an event wait in real time', async () => {
  await using scene = await openScene();
  const heard = scene.guildhall.waitFor('MESSAGE_CREATE');
  scene.guildhall.clock.advance(DAY_MS);
  await scene.say('late');
  assert.equal((await heard).content, 'late');
});

test('it does not go back', async () => {
  await using scene = await openScene();
  for (const ms of [0, -1, 1.5, Number.NaN, 400 * DAY_MS]) {
    assert.throws(() => scene.guildhall.clock.advance(ms), GuildhallOptionError);
  }
});
