import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GUILD_MEMBERS, GUILD_PRESENCES, openScene } from './support/scene.ts';
import { ALL_UNPRIVILEGED } from './support/test-client.ts';

const idsOf = (members: readonly { readonly user: { readonly id: string } }[]) =>
  members.map(({ user }) => user.id);

test('a presence update is seen by others, invisible as offline, and the sixth in 20 s is dropped', async () => {
  await using scene = await openScene();
  const { bot } = scene;
  const watcher = await scene.ready({ intents: 1 | GUILD_PRESENCES });
  const client = await scene.ready();
  const update = (status: string) =>
    client.send(3, {
      since: null,
      activities: [{ name: 'chess', type: 0, secret: 'x' }],
      status,
      afk: false,
    });
  update('dnd');
  const seen = await watcher.next(
    ({ t, d }) => t === 'PRESENCE_UPDATE' && (d as { status: string }).status === 'dnd',
  );
  const {
    user,
    activities,
    client_status: clientStatus,
  } = seen.d as {
    user: object;
    activities: readonly object[];
    client_status: object;
  };
  assert.deepEqual(user, { id: bot.botUserId });
  assert.deepEqual(clientStatus, { web: 'dnd' });
  assert.deepEqual(
    activities.map((activity) => ({ ...activity, created_at: 0 })),
    [{ id: '0', name: 'chess', type: 0, created_at: 0 }],
  );
  for (const status of ['online', 'idle', 'online', 'invisible', 'dnd']) {
    update(status);
    await client.settle();
    await scene.guildhall.world.committed();
  }
  await watcher.settle();
  assert.equal(watcher.all('PRESENCE_UPDATE').at(-1)?.d.status, 'offline');
  assert.equal(scene.guildhall.world.presences.get(bot.botUserId), undefined);
});

test('all members come in chunks of 1000, numbered, with the nonce', async () => {
  await using scene = await openScene();
  const { guildhall, guild } = scene;
  for (let count = 0; count < 2_100; count += 1) {
    const { id } = guildhall.world.users.create({ username: `user ${count}` });
    guildhall.world.members.add({ guildId: guild.id, userId: id });
  }
  await guildhall.world.committed();
  const client = await scene.ready({ intents: ALL_UNPRIVILEGED | GUILD_MEMBERS });
  // As discordgo sends it: the guild in an array.
  client.send(8, { guild_id: [guild.id], query: '', limit: 0, nonce: 'abc' });
  const ids = new Set<string>();
  for (const index of [0, 1, 2]) {
    const { d } = await client.event('GUILD_MEMBERS_CHUNK');
    assert.deepEqual([d.guild_id, d.chunk_index, d.chunk_count, d.nonce], [guild.id, index, 3, 'abc']);
    assert.equal(d.not_found, undefined);
    assert.equal(d.presences, undefined);
    for (const id of idsOf(d.members)) ids.add(id);
  }
  assert.equal(ids.size, 2_103);
});

test('all members of a guild may be asked for once in 30 s by a bot, whichever session asks', async () => {
  await using scene = await openScene();
  const request = { guild_id: scene.guild.id, query: '', limit: 0, nonce: 'again' };
  const intents = ALL_UNPRIVILEGED | GUILD_MEMBERS;
  const client = await scene.ready({ intents });
  client.send(8, request);
  await client.event('GUILD_MEMBERS_CHUNK');
  const other = await scene.ready({ intents });
  other.send(8, request);
  const { d } = (await other.event('RATE_LIMITED')) as {
    d: { opcode: number; retry_after: number; meta: object };
  };
  assert.equal(d.opcode, 8);
  assert.ok(d.retry_after > 25 && d.retry_after <= 30);
  assert.deepEqual(d.meta, { guild_id: scene.guild.id, nonce: 'again' });
  const next = await scene.guildhall.createGuild({ name: 'Another', bots: [scene.bot.botUserId] });
  other.send(8, { ...request, guild_id: next.id });
  await other.event('GUILD_MEMBERS_CHUNK');
});

test('all members are for sessions with GUILD_MEMBERS: the others hear nothing', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  client.send(8, { guild_id: scene.guild.id, query: '', limit: 0 });
  client.send(8, { guild_id: scene.guild.id, query: '', limit: 50 });
  await client.settle();
  await client.settle();
  assert.ok(!client.events.includes('GUILD_MEMBERS_CHUNK'));
});

test('members by id need no intent; those that are none are not_found; ids may be bare integers', async () => {
  await using scene = await openScene();
  const { guild, humanId } = scene;
  const client = await scene.ready();
  client.raw(`{"op":8,"d":{"guild_id":${guild.id},"user_ids":[${humanId},1],"limit":0}}`);
  const { d } = await client.event('GUILD_MEMBERS_CHUNK');
  assert.deepEqual(idsOf(d.members), [humanId]);
  assert.deepEqual(d.not_found, ['1']);
  assert.deepEqual([d.chunk_index, d.chunk_count], [0, 1]);
  client.send(8, { guild_id: guild.id, user_ids: humanId });
  assert.deepEqual((await client.event('GUILD_MEMBERS_CHUNK')).d.not_found, []);
});

test('members by the beginning of their name need no intent; nobody found is one empty chunk', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  client.send(8, { guild_id: scene.guild.id, query: 'AD', limit: 10 });
  assert.deepEqual(idsOf((await client.event('GUILD_MEMBERS_CHUNK')).d.members), [scene.humanId]);
  client.send(8, { guild_id: scene.guild.id, query: 'nobody', limit: 10, nonce: '' });
  const { d } = await client.event('GUILD_MEMBERS_CHUNK');
  assert.deepEqual([d.members, d.chunk_count, 'nonce' in d], [[], 1, false]);
});

test('presences come on request with GUILD_PRESENCES; a nonce above 32 bytes is ignored', async () => {
  await using scene = await openScene();
  const { guild, humanId, guildhall } = scene;
  guildhall.world.presences.set(humanId, { status: 'idle' });
  await guildhall.world.committed();
  const client = await scene.ready({ intents: 1 | GUILD_PRESENCES });
  client.send(8, { guild_id: guild.id, user_ids: [humanId], presences: true, nonce: 'ü'.repeat(17) });
  const { d } = await client.event('GUILD_MEMBERS_CHUNK');
  assert.deepEqual(
    d.presences?.map(({ status }) => status),
    ['idle'],
  );
  assert.equal('nonce' in d, false);
  const without = await scene.ready();
  without.send(8, { guild_id: guild.id, user_ids: [humanId], presences: true });
  assert.equal('presences' in (await without.event('GUILD_MEMBERS_CHUNK')).d, false);
});

test('a guild that the session does not know, or that is away, is answered with silence', async () => {
  await using scene = await openScene();
  const { guildhall, guild, humanId } = scene;
  const foreign = await guildhall.createGuild({ name: 'Foreign' });
  const client = await scene.ready();
  guildhall.world.guilds.setOutage(guild.id, true);
  await guildhall.world.committed();
  for (const id of [foreign.id, '1', guild.id]) client.send(8, { guild_id: id, user_ids: [humanId] });
  await client.settle();
  assert.ok(!client.events.includes('GUILD_MEMBERS_CHUNK'));
});

test('reports of user clients are taken and passed over', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  client.send(40, { seq: 1, qos: {} });
  client.send(41, {});
  await client.settle();
  assert.equal(client.webSocket.readyState, 1);
});
