import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GUILD_PRESENCES, openScene, until } from './support/scene.ts';
import { TestClient } from './support/test-client.ts';

test('READY has every field that bots read, and the guilds of the shard as unavailable', async () => {
  await using scene = await openScene();
  const client = await scene.ready({ shard: [0, 1] });
  const { d, s } = client.ready;
  assert.equal(s, 1);
  assert.equal(d.v, 10);
  assert.equal(d.user.id, scene.bot.botUserId);
  assert.equal(d.user.bot, true);
  assert.equal(d.user.mfa_enabled, false);
  assert.match(d.session_id, /^[0-9a-f]{32}$/);
  assert.equal(d.resume_gateway_url, scene.guildhall.gatewayUrl);
  assert.deepEqual(d.shard, [0, 1]);
  assert.deepEqual(d.guilds, [{ id: scene.guild.id, unavailable: true }]);
  assert.deepEqual(d.application, { id: scene.bot.id, flags: (1 << 13) | (1 << 15) | (1 << 19) });
  assert.deepEqual('private_channels' in d && d.private_channels, []);
});

test('the shard is not echoed to a client that has sent none', async () => {
  await using scene = await openScene();
  assert.equal('shard' in (await scene.ready()).ready.d, false);
});

test('the resume URL has the name by which the client came', async () => {
  await using scene = await openScene();
  const url = scene.guildhall.gatewayUrl.replace('127.0.0.1', 'localhost');
  const client = await TestClient.ready(url, scene.bot.token);
  assert.equal(client.ready.d.resume_gateway_url, url);
});

test('guilds of other shards are neither named nor loaded, and send nothing', async () => {
  await using scene = await openScene();
  const { guildhall, bot } = scene;
  const on0 = await guildhall.createGuild({ name: 'On 0', bots: [bot.botUserId], id: String(2n << 22n) });
  const on1 = await guildhall.createGuild({ name: 'On 1', bots: [bot.botUserId], id: String(3n << 22n) });
  const client = await scene.ready({ shard: [1, 2] });
  const ids = client.ready.d.guilds.map(({ id }) => id);
  assert.ok(ids.includes(on1.id) && !ids.includes(on0.id));
  await guildhall.say(bot.botUserId, on0.channels[0]?.id ?? '', 'elsewhere');
  await guildhall.say(bot.botUserId, on1.channels[0]?.id ?? '', 'here');
  assert.equal((await client.event('MESSAGE_CREATE')).d.content, 'here');
});

test('without the intent GUILDS no guild is loaded', async () => {
  await using scene = await openScene();
  const client = await scene.ready({ intents: 512 });
  assert.equal(client.ready.d.guilds.length, 1);
  await client.settle();
  assert.deepEqual(client.events, ['READY']);
});

test('a guild in an outage is said to be unavailable, and comes back with unavailable: false', async () => {
  await using scene = await openScene();
  const { guildhall, guild } = scene;
  guildhall.world.guilds.setOutage(guild.id, true);
  await guildhall.world.committed();
  const client = await scene.ready();
  assert.deepEqual((await client.event('GUILD_DELETE')).d, { id: guild.id, unavailable: true });
  await scene.say('nobody hears this');
  guildhall.world.guilds.setOutage(guild.id, false);
  const back = await client.event('GUILD_CREATE');
  assert.equal(back.d.unavailable, false);
  const heard = await scene.say('heard again');
  assert.equal((await client.event('MESSAGE_CREATE')).d.id, heard);
  guildhall.world.guilds.setOutage(guild.id, true);
  assert.deepEqual((await client.event('GUILD_DELETE')).d, { id: guild.id, unavailable: true });
  await scene.say('nobody hears this either');
  await client.settle();
  assert.equal(client.all('MESSAGE_CREATE').length, 1);
});

test('a bot that joins gets GUILD_CREATE without unavailable, and GUILD_DELETE without it when it leaves', async () => {
  await using scene = await openScene();
  const { guildhall, bot } = scene;
  const client = await scene.ready();
  const created = await client.event('GUILD_CREATE');
  assert.equal(created.d.unavailable, false);
  const fresh = await guildhall.createGuild({ name: 'Fresh' });
  await guildhall.joinGuild(fresh.id, bot.botUserId);
  const joined = await client.event('GUILD_CREATE');
  assert.equal(joined.d.id, fresh.id);
  assert.equal('unavailable' in joined.d, false);
  await guildhall.say(fresh.ownerId, fresh.channels[0]?.id ?? '', 'welcome');
  await client.event('MESSAGE_CREATE');
  guildhall.world.members.remove(fresh.id, bot.botUserId);
  assert.deepEqual((await client.event('GUILD_DELETE')).d, { id: fresh.id });
  await guildhall.say(fresh.ownerId, fresh.channels[0]?.id ?? '', 'gone');
  await client.settle();
  assert.equal(client.events.filter((name) => name === 'MESSAGE_CREATE').length, 1);
});

test('a deleted guild is GUILD_DELETE without unavailable', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  await client.event('GUILD_CREATE');
  scene.guildhall.world.guilds.delete(scene.guild.id);
  assert.deepEqual((await client.event('GUILD_DELETE')).d, { id: scene.guild.id });
});

test('an identify in a taken bucket gets op 9 on an open connection, and may be repeated there', async () => {
  await using scene = await openScene({ identifyBucketMs: 300, identifyRefusalDelayMs: 20 });
  await scene.ready();
  const client = await scene.open();
  client.identify(scene.bot.token);
  assert.equal((await client.op(9)).d, false);
  await new Promise((resolve) => setTimeout(resolve, 300));
  client.identify(scene.bot.token);
  await client.event('READY');
});

test('shards of different buckets identify at once', async () => {
  await using scene = await openScene({ identifyBucketMs: 60_000, maxConcurrency: 2 });
  await scene.ready({ shard: [0, 4] });
  await scene.ready({ shard: [1, 4] });
  const third = await scene.open();
  third.identify(scene.bot.token, { shard: [2, 4] });
  assert.equal((await third.op(9)).d, false);
});

interface Shape {
  readonly name: string;
  readonly query: string;
  readonly identify: (token: string) => Readonly<Record<string, unknown>>;
  readonly status: string;
  readonly activities?: readonly string[];
}

const SHAPES: readonly Shape[] = [
  {
    name: 'discordgo: $-properties, the word Bot in the token, zero values in the presence',
    query: 'v=9&encoding=json',
    identify: (token) => ({
      token: `Bot ${token}`,
      properties: {
        $os: 'linux',
        $browser: 'DiscordGo v0.29.0',
        $device: '',
        $referer: '',
        $referring_domain: '',
      },
      compress: true,
      large_threshold: 250,
      shard: [0, 1],
      presence: { since: 0, status: '', afk: false, game: { name: '', type: 0 } },
      intents: 53_575_421,
    }),
    status: 'online',
  },
  {
    name: 'discord.py: compress always, nulls and the old key game in the presence',
    query: 'v=10&encoding=json&compress=zlib-stream',
    identify: (token) => ({
      token,
      properties: { os: 'linux', browser: 'discord.py', device: 'discord.py' },
      compress: true,
      large_threshold: 250,
      intents: 53_575_421,
      presence: { status: 'idle', game: { name: 'chess', type: 0 }, since: null, afk: false },
    }),
    status: 'idle',
    activities: ['chess'],
  },
  {
    name: 'serenity: since as an object',
    query: 'v=10',
    identify: (token) => ({
      token,
      properties: { os: 'linux', browser: 'serenity', device: 'serenity' },
      compress: true,
      large_threshold: 250,
      shard: [0, 1],
      intents: 53_575_421,
      presence: {
        afk: false,
        status: 'dnd',
        since: { secs_since_epoch: 1_700_000_000, nanos_since_epoch: 5 },
        activities: [{ name: 'live', type: 1, url: 'https://twitch.tv/x' }],
      },
    }),
    status: 'dnd',
    activities: ['live'],
  },
  {
    name: 'eris: the fields of old',
    query: '',
    identify: (token) => ({
      token,
      v: 10,
      compress: false,
      large_threshold: 250,
      guild_subscriptions: true,
      intents: 53_575_421,
      properties: { os: 'linux', browser: 'Eris', device: 'Eris' },
    }),
    status: 'online',
  },
];

describe('Identify is understood in the shape of', () => {
  for (const { name, query, identify, status, activities = [] } of SHAPES) {
    test(name, async () => {
      await using scene = await openScene();
      const { guildhall, bot } = scene;
      const client = await scene.open({ query });
      client.send(2, identify(bot.token));
      await client.event('READY');
      await client.event('GUILD_CREATE');
      const presence = guildhall.world.presences.get(bot.botUserId);
      assert.equal(presence?.status, status);
      assert.deepEqual(
        presence.activities.map((activity) => activity.name),
        activities,
      );
    });
  }
});

test('members and presences of GUILD_CREATE hang on GUILD_PRESENCES', async () => {
  await using scene = await openScene();
  const without = await scene.ready();
  const bare = (await without.event('GUILD_CREATE')).d;
  assert.deepEqual(
    bare.members.map(({ user }) => user.id),
    [scene.bot.botUserId],
  );
  const withPresences = await scene.ready({ intents: 1 | GUILD_PRESENCES });
  assert.equal((await withPresences.event('GUILD_CREATE')).d.members.length, 3);
});

test('guilds that were not loaded when a connection was lost are loaded after the resume, each once', async () => {
  await using scene = await openScene({ replayBytes: 67_108_864 });
  const { guildhall, bot } = scene;
  const { channels } = guildhall.world;
  const guildIds = [scene.guild.id];
  for (let count = 0; count < 40; count += 1) {
    const guild = await guildhall.createGuild({ name: `Guild ${count}`, bots: [bot.botUserId] });
    for (let more = 0; more < 400; more += 1)
      channels.create(guild.id, { name: `c${more}`, topic: 'x'.repeat(1_000) });
    guildIds.push(guild.id);
  }
  await guildhall.world.committed();
  const client = await scene.open();
  client.identify(bot.token);
  const { session_id: id } = (await client.event('READY')).d;
  // More than the kernel's buffers hold is still to come.
  client.webSocket.pause();
  await until(() => (guildhall.gateway.session(id)?.replayBuffer.events ?? 0) > 2);
  client.webSocket.terminate();
  await until(() => guildhall.gateway.session(id)?.state === 'detached');
  const sentBefore = guildhall.gateway.session(id)?.seq ?? 0;
  assert.ok(sentBefore < guildIds.length, 'the socket must have been full before all guilds were loaded');

  const again = await scene.open();
  again.resume(bot.token, id, client.lastSeq);
  await until(() => again.all('GUILD_CREATE').length + client.all('GUILD_CREATE').length >= guildIds.length);
  await again.settle();
  const loaded = [...client.all('GUILD_CREATE'), ...again.all('GUILD_CREATE')].map(({ d }) => d.id);
  assert.deepEqual(loaded.sort(), guildIds.sort());
});

test('a second session without a presence leaves the one that the bot has', async () => {
  await using scene = await openScene();
  const { guildhall, bot } = scene;
  await scene.ready({ presence: { since: null, activities: [], status: 'dnd', afk: false } });
  await scene.ready();
  assert.equal(guildhall.world.presences.get(bot.botUserId)?.status, 'dnd');
});
