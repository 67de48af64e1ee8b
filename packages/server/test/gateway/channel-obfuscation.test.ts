/** @see https://docs.discord.com/developers/resources/channel#channel-object-obfuscated-channels */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene, type Scene } from './support/scene.ts';
import type { ReadyClient } from './support/test-client.ts';

const CAPABLE = { capabilities: 1 << 15 };
const HIDDEN = '___hidden___';
const OBFUSCATED = 1 << 17;

interface SeenChannel {
  readonly id: string;
  readonly name: string;
  readonly flags: number;
  readonly topic?: string | null;
  readonly position: number;
  readonly permission_overwrites: readonly object[];
}

function hide({ guildhall, guild }: Scene, name = 'secret'): string {
  const overwrites = [{ id: guild.id, type: 0, allow: '0', deny: '1024' }] as const;
  return guildhall.world.channels.create(guild.id, { name, topic: 'plans', overwrites }).id;
}

async function channelsOf(client: ReadyClient): Promise<readonly SeenChannel[]> {
  return (await client.event('GUILD_CREATE')).d.channels as unknown as readonly SeenChannel[];
}

const next = async (client: ReadyClient, name: string) =>
  (await client.next(({ t }) => t === name)).d as SeenChannel;

test('what a bot does not see is obfuscated for the session that asks for it alone', async () => {
  await using scene = await openScene();
  const { guild } = scene;
  const secret = hide(scene);
  await scene.guildhall.world.committed();
  const capable = await scene.ready(CAPABLE);
  const usual = await scene.ready();
  const hidden = (await channelsOf(capable)).find(({ id }) => id === secret);
  const shown = (await channelsOf(usual)).find(({ id }) => id === secret);
  assert.deepEqual([shown?.name, shown?.topic], ['secret', 'plans']);
  assert.deepEqual(
    [hidden?.name, hidden?.topic, hidden?.flags, hidden?.position],
    [HIDDEN, null, OBFUSCATED, shown?.position],
  );
  assert.deepEqual(hidden?.permission_overwrites, [{ id: guild.id, type: 0, allow: '0', deny: '1024' }]);
});

test('events about hidden channels are obfuscated, those of others are not', async () => {
  await using scene = await openScene();
  const { world } = scene.guildhall;
  const capable = await scene.ready(CAPABLE);
  const usual = await scene.ready();
  await channelsOf(capable);
  const secret = hide(scene);
  const open = world.channels.create(scene.guild.id, { name: 'open' }).id;
  world.channels.update(secret, { name: 'renamed' });
  // Who sees a channel is asked when the event goes out.
  await world.committed();
  world.channels.delete(secret);
  world.channels.delete(open);
  const told = async (client: ReadyClient) => [
    (await next(client, 'CHANNEL_CREATE')).name,
    (await next(client, 'CHANNEL_CREATE')).name,
    (await next(client, 'CHANNEL_UPDATE')).name,
    (await next(client, 'CHANNEL_DELETE')).name,
    (await next(client, 'CHANNEL_DELETE')).name,
  ];
  assert.deepEqual(await told(capable), [HIDDEN, 'open', HIDDEN, HIDDEN, 'open']);
  assert.deepEqual(
    capable.events.filter((name) => name.startsWith('CHANNEL_')),
    ['CHANNEL_CREATE', 'CHANNEL_CREATE', 'CHANNEL_UPDATE', 'CHANNEL_DELETE', 'CHANNEL_DELETE'],
  );
  assert.deepEqual(await told(usual), ['secret', 'open', 'renamed', 'renamed', 'open']);
});

test('a channel that comes into sight is told of, and one that goes out of it', async () => {
  await using scene = await openScene();
  const { guildhall, guild, bot } = scene;
  const { world } = guildhall;
  const secret = hide(scene);
  const role = world.roles.create(guild.id, { name: 'insiders', permissions: 8n });
  await world.committed();
  const capable = await scene.ready(CAPABLE);
  await channelsOf(capable);
  world.members.addRole(guild.id, bot.botUserId, role.id);
  const gained = await next(capable, 'CHANNEL_UPDATE');
  assert.deepEqual([gained.id, gained.name, gained.topic], [secret, 'secret', 'plans']);
  world.members.removeRole(guild.id, bot.botUserId, role.id);
  const lost = await next(capable, 'CHANNEL_UPDATE');
  assert.deepEqual([lost.id, lost.name], [secret, HIDDEN]);
});

test('where it is always so, every session is told so, and REST lists only what the bot sees', async () => {
  await using scene = await openScene({}, { channelObfuscation: 'always' });
  const { guildhall, guild, bot, channelId } = scene;
  const secret = hide(scene);
  await guildhall.world.committed();
  const client = await scene.ready();
  assert.equal((await channelsOf(client)).find(({ id }) => id === secret)?.name, HIDDEN);
  const response = await fetch(`${guildhall.apiBase}/v10/guilds/${guild.id}/channels`, {
    headers: { authorization: `Bot ${bot.token}` },
  });
  const listed = (await response.json()) as { id: string }[];
  assert.deepEqual(
    listed.map(({ id }) => id),
    [channelId],
  );
});
