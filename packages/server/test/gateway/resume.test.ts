import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bodyOf } from '../../src/gateway/fan-out.ts';
import { missedDispatches } from '../../src/gateway/resume.ts';
import { Session, type SessionIdentity } from '../../src/gateway/session.ts';
import type { GatewayLimits } from '../../src/index.ts';
import { openScene, type Scene, until } from './support/scene.ts';
import type { TestClient } from './support/test-client.ts';

/** Loses a session's connection and says things that it misses. */
async function lose(scene: Scene, client: TestClient, missed: readonly string[] = []): Promise<void> {
  await client.close(4900);
  await detached(scene);
  for (const content of missed) await scene.say(content);
}

async function detached(scene: Scene): Promise<void> {
  await until(() =>
    scene.guildhall.gateway.sessions(scene.bot.id).every(({ state }) => state === 'detached'),
  );
}

test('a resume repeats what was missed, in order and in the same text, and then says RESUMED', async () => {
  await using scene = await openScene();
  const witness = await scene.ready();
  const client = await scene.ready();
  await client.event('GUILD_CREATE');
  await client.close(4900);
  for (const content of ['one', 'zwei — ü', 'three']) await scene.say(content);
  await witness.event('MESSAGE_CREATE');
  await witness.event('MESSAGE_CREATE');
  await witness.event('MESSAGE_CREATE');

  const again = await scene.open();
  again.resume(scene.bot.token, client.ready.d.session_id, 2);
  const resumed = await again.event('RESUMED');

  const messages = again.all('MESSAGE_CREATE');
  assert.deepEqual(again.events.at(-1), 'RESUMED');
  assert.deepEqual(
    messages.map(({ s }) => s),
    [3, 4, 5].map((s) => s + (messages[0]?.s ?? 0) - 3),
  );
  const bodies = (texts: readonly string[]) =>
    texts.filter((text) => text.includes('MESSAGE_CREATE')).map((text) => text.slice(text.indexOf(',')));
  assert.deepEqual(bodies(again.texts), bodies(witness.texts));
  assert.equal(bodies(again.texts).length, 3);
  assert.equal(typeof resumed.d, 'object');
  assert.equal(resumed.s, (messages.at(-1)?.s ?? 0) + 1);
});

test('RESUMED is not repeated by the next resume, and live events go on with the next number', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  await client.settle();
  const { session_id: id } = client.ready.d;
  await lose(scene, client);
  const second = await scene.open();
  second.resume(scene.bot.token, id, client.lastSeq);
  const resumed = await second.event('RESUMED');
  await scene.say('live');
  assert.equal((await second.event('MESSAGE_CREATE')).s, resumed.s + 1);
  await lose(scene, second);
  const third = await scene.open();
  third.resume(scene.bot.token, id, resumed.s);
  assert.equal((await third.event('MESSAGE_CREATE')).s, resumed.s + 1);
  await third.event('RESUMED');
  assert.equal(third.events.filter((name) => name === 'RESUMED').length, 1);
});

interface Refusal {
  readonly name: string;
  readonly limits?: Partial<GatewayLimits>;
  readonly resume: (
    scene: Scene,
    sessionId: string,
  ) => Promise<readonly [token: string, id: string, seq: unknown]>;
}

const REFUSED: readonly Refusal[] = [
  { name: 'an unknown session', resume: async ({ bot }) => [bot.token, 'f'.repeat(32), 1] },
  { name: 'a wrong token', resume: async (_, id) => ['a.b.c', id, 1] },
  {
    name: 'the token of another bot',
    resume: async ({ guildhall }, id) => [
      (await guildhall.createApplication({ name: 'Other' })).token,
      id,
      1,
    ],
  },
  { name: 'a seq above the last', resume: async ({ bot }, id) => [bot.token, id, 9_999] },
  { name: 'a negative seq', resume: async ({ bot }, id) => [bot.token, id, -1] },
  { name: 'a seq that is null', resume: async ({ bot }, id) => [bot.token, id, null] },
  { name: 'a seq that is a text', resume: async ({ bot }, id) => [bot.token, id, '1'] },
  {
    name: 'a seq that the replay buffer does not reach',
    limits: { replayBytes: 500 },
    resume: async (scene, id) => {
      for (let count = 0; count < 4; count += 1) await scene.say('long '.repeat(50));
      return [scene.bot.token, id, 1];
    },
  },
  {
    name: 'a token that was reset',
    resume: async ({ guildhall, bot }, id) => {
      await guildhall.resetToken(bot.id);
      return [bot.token, id, 1];
    },
  },
];

describe('a resume is answered with op 9, false, on an open connection, for', () => {
  for (const { name, limits, resume } of REFUSED) {
    test(name, async () => {
      await using scene = await openScene(limits);
      const client = await scene.ready();
      await client.settle();
      await lose(scene, client);
      const again = await scene.open();
      again.resume(...(await resume(scene, client.ready.d.session_id)));
      assert.equal((await again.op(9)).d, false);
      await again.settle();
    });
  }
});

test('after op 9 the same connection may identify', async () => {
  await using scene = await openScene();
  const client = await scene.open();
  client.resume(scene.bot.token, 'unknown', 1);
  await client.op(9);
  client.identify(scene.bot.token);
  assert.equal((await client.event('READY')).s, 1);
});

test('strictly, an impossible seq closes with 4007 and the session is gone', async () => {
  await using scene = await openScene({ strictSeq: true });
  const client = await scene.ready();
  await client.settle();
  await lose(scene, client);
  const again = await scene.open();
  again.resume(scene.bot.token, client.ready.d.session_id, 9_999);
  assert.equal((await again.closed).code, 4007);
  assert.equal(scene.guildhall.gateway.session(client.ready.d.session_id), undefined);
});

test('for discordgo a failed resume may be a close with 4009', async () => {
  await using scene = await openScene({ resumeFailure: 'close4009' });
  const client = await scene.open();
  client.resume(scene.bot.token, 'unknown', 1);
  assert.equal((await client.closed).code, 4009);
});

test('a resume while the old connection lives takes the session over', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  await client.settle();
  const again = await scene.open();
  again.resume(scene.bot.token, client.ready.d.session_id, client.lastSeq);
  await again.event('RESUMED');
  assert.equal((await client.closed).code, 4000);
  await scene.say('to the new one');
  await again.event('MESSAGE_CREATE');
  const session = scene.guildhall.gateway.session(client.ready.d.session_id);
  assert.equal(session?.state, 'live');
  assert.deepEqual(
    session.closes.map(({ code, by }) => ({ code, by })),
    [{ code: 4000, by: 'server' }],
  );
});

for (const { code, kept } of [
  { code: 1000, kept: false },
  { code: 1001, kept: false },
  { code: 1012, kept: true },
  { code: 4000, kept: true },
  { code: 4900, kept: true },
]) {
  test(`a client that closes with ${code} ${kept ? 'keeps' : 'ends'} its session`, async () => {
    await using scene = await openScene();
    const client = await scene.ready();
    await client.settle();
    await client.close(code);
    await detached(scene);
    assert.equal(scene.guildhall.gateway.session(client.ready.d.session_id) !== undefined, kept);
    const again = await scene.open();
    again.resume(scene.bot.token, client.ready.d.session_id, client.lastSeq);
    await (kept ? again.event('RESUMED') : again.op(9));
  });
}

test('a connection that breaks without a close frame keeps its session', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  await client.settle();
  client.webSocket.terminate();
  await detached(scene);
  const session = scene.guildhall.gateway.session(client.ready.d.session_id);
  assert.deepEqual(
    session?.closes.map(({ code, by }) => ({ code, by })),
    [{ code: null, by: 'client' }],
  );
});

test('a detached session ends after its retention, and its bot goes offline', async () => {
  await using scene = await openScene({ sessionRetentionMs: 150 });
  const { guildhall, bot, guild } = scene;
  const client = await scene.ready();
  await client.settle();
  await guildhall.world.committed();
  assert.equal(guildhall.world.presences.get(bot.botUserId)?.status, 'online');
  const offline = guildhall.waitFor(
    'PRESENCE_UPDATE',
    ({ status, guild_id: id }) => status === 'offline' && id === guild.id,
  );
  await lose(scene, client);
  assert.equal(guildhall.world.presences.get(bot.botUserId)?.status, 'online');
  await offline;
  assert.deepEqual(guildhall.gateway.sessions(bot.id), []);
});

test('a replay longer than the socket takes at once arrives whole, before what happens meanwhile', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  await client.settle();
  await lose(scene, client);
  const count = 80;
  const { world } = scene.guildhall;
  const embeds = Array.from({ length: 5 }, () => ({ title: 'x', description: 'y'.repeat(4_000) }));
  for (let index = 0; index < count; index += 1) {
    world.messages.create({
      channelId: scene.channelId,
      authorId: scene.bot.botUserId,
      content: `${index}`,
      embeds,
    });
  }
  await world.committed();
  const again = await scene.open();
  again.webSocket.pause();
  again.resume(scene.bot.token, client.ready.d.session_id, client.lastSeq);
  await until(() => scene.guildhall.gateway.session(client.ready.d.session_id)?.state === 'replaying');
  // The answer to a command in the middle of a replay, and an event, wait for its end.
  again.send(8, { guild_id: scene.guild.id, user_ids: [scene.humanId] });
  await scene.say('meanwhile');
  again.webSocket.resume();
  const chunk = await again.event('GUILD_MEMBERS_CHUNK');
  const contents = again.all('MESSAGE_CREATE').map(({ d }) => d.content);
  assert.deepEqual(
    contents.slice(0, count),
    Array.from({ length: count }, (_, index) => `${index}`),
  );
  assert.equal(contents.length, count + 1);
  const seqs = again.received.map(({ s }) => s).filter((s) => s !== null);
  assert.deepEqual(
    seqs,
    seqs.map((_, index) => client.lastSeq + 1 + index),
  );
  assert.deepEqual(again.events.slice(-3), ['MESSAGE_CREATE', 'RESUMED', 'GUILD_MEMBERS_CHUNK']);
  assert.equal(chunk.d.members.length, 1);
});

test('what happens between the resume and its first step is not left out', () => {
  const identity = {
    applicationId: '1',
    botUserId: '1',
    shard: [0, 1],
    intents: 0,
  } as unknown as SessionIdentity;
  const session = new Session(identity, new Set(), {
    replayBytes: 10_000,
    createdAtMs: 0,
    logsFrames: false,
  });
  const say = (content: string): void => session.dispatch(bodyOf('MESSAGE_CREATE', { content }));
  say('one');
  const missed = missedDispatches(session, session.replay.since(0) ?? []);
  say('two');
  const seqs = [missed.next(), missed.next()].map(({ value }) => (Array.isArray(value) ? value[0] : value));
  say('three');
  assert.deepEqual([...seqs, missed.next().value.at(0), missed.next().value], [1, 2, 3, 'complete']);
});

test('a session more than allowed drops the one that has been without a connection longest', async () => {
  await using scene = await openScene({ maxConnections: 2, maxSessions: 2 });
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const client = await scene.ready();
    ids.push(client.ready.d.session_id);
    await client.settle();
    await lose(scene, client);
  }
  assert.deepEqual(
    ids.map((id) => scene.guildhall.gateway.session(id)?.state),
    [undefined, 'detached', 'detached'],
  );
});
