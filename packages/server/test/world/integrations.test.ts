import assert from 'node:assert/strict';
import { test } from 'node:test';
import { names, only, openTown } from './support.ts';

test('a bot is an integration of each guild: added, renamed and taken away with it', async () => {
  const { world, guild, take } = await openTown();
  const { application } = world.applications.create({ name: 'Second' });
  const { id, botUserId } = application;
  await take();
  world.members.add({ guildId: guild.id, userId: botUserId });
  let events = await take();
  const created = only(events, 'INTEGRATION_CREATE').d as { id: string; guild_id: string; user?: object };
  assert.deepEqual([created.id, created.guild_id, created.user], [id, guild.id, undefined]);
  assert.deepEqual(only(events, 'GUILD_INTEGRATIONS_UPDATE').d, { guild_id: guild.id });

  world.applications.update(id, { name: 'Third' });
  events = await take();
  assert.equal((only(events, 'INTEGRATION_UPDATE').d as { name: string }).name, 'Third');

  world.applications.delete(id);
  events = await take();
  const gone = { id, guild_id: guild.id, application_id: id };
  assert.deepEqual(only(events, 'INTEGRATION_DELETE').d, gone);
  assert.ok(names(events).indexOf('guild-left') < names(events).indexOf('INTEGRATION_DELETE'));
});

test('a member who is no bot is no integration', async () => {
  const { world, guild, take } = await openTown();
  const { id } = world.users.create({ username: 'nina' });
  world.members.add({ guildId: guild.id, userId: id });
  assert.ok(!names(await take()).includes('GUILD_INTEGRATIONS_UPDATE'));
});
