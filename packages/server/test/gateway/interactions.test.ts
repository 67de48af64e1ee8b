import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shardOfGuild } from '@guildhall/protocol';
import { PING } from '../world/support.ts';
import { openScene, type Scene } from './support/scene.ts';

const DIRECT_MESSAGES = 1 << 12;

function putPing({ guildhall, bot }: Scene): void {
  guildhall.world.commands.put({ applicationId: bot.id, guildId: null }, PING);
}

function invoke({ guildhall, humanId, channelId }: Scene, inChannel = channelId) {
  return guildhall.clients.invokeCommand({ userId: humanId, channelId: inChannel, command: 'ping' });
}

test('INTERACTION_CREATE needs no intent, and comes on the shard of the guild alone', async () => {
  await using scene = await openScene();
  putPing(scene);
  const home = shardOfGuild(scene.guild.id, 2);
  const here = await scene.ready({ shard: [home, 2], intents: 0 });
  const elsewhere = await scene.ready({ shard: [1 - home, 2], intents: 0 });
  const { id } = await invoke(scene);
  assert.equal((await here.event('INTERACTION_CREATE')).d.id, id);
  await elsewhere.settle();
  assert.ok(!elsewhere.events.includes('INTERACTION_CREATE'));
});

test('one in a direct message comes on shard 0 alone', async () => {
  await using scene = await openScene();
  putPing(scene);
  const [first, second] = [await scene.ready({ shard: [0, 2] }), await scene.ready({ shard: [1, 2] })];
  const dm = scene.guildhall.world.channels.openDm(scene.humanId, scene.bot.botUserId);
  await invoke(scene, dm.id);
  assert.equal((await first.event('INTERACTION_CREATE')).d.channel?.id, dm.id);
  await second.settle();
  assert.ok(!second.events.includes('INTERACTION_CREATE'));
});

test('no other bot hears of it, nor of what is ephemeral; its own needs DIRECT_MESSAGES for that', async () => {
  await using scene = await openScene();
  putPing(scene);
  const { guildhall, guild } = scene;
  const other = await guildhall.createApplication({ name: 'Other' });
  await guildhall.joinGuild(guild.id, other.botUserId);
  const own = await scene.ready({ intents: DIRECT_MESSAGES });
  const deaf = await scene.ready({ intents: 0 });
  const stranger = await scene.open();
  stranger.identify(other.token);
  await stranger.event('READY');
  const { id, token } = await invoke(scene);
  guildhall.world.interactions.respond(id, token, { type: 4, input: { content: 'psst', ephemeral: true } });
  assert.equal((await own.event('MESSAGE_CREATE')).d.content, 'psst');
  for (const client of [deaf, stranger]) {
    await client.settle();
    assert.ok(!client.events.includes('MESSAGE_CREATE'));
  }
  assert.ok(!stranger.events.includes('INTERACTION_CREATE'));
});
