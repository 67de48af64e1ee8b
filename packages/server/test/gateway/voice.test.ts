/** Commands about voice and sounds, as a client sends them, in both encodings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene, type Scene, until } from './support/scene.ts';
import type { ClientOptions, TestClient } from './support/test-client.ts';

const CONNECT = 1n << 20n;
const MOVE_MEMBERS = 1n << 24n;
const VOICE = 2;

async function voiceChannel({ guildhall, guild }: Scene, more: object = {}): Promise<string> {
  const { id } = guildhall.world.channels.create(guild.id, { name: 'voice', type: VOICE, ...more });
  await guildhall.world.committed();
  return id;
}

/** Where the bot is, as its own session hears it. */
async function placed(client: TestClient, channelId: string | null) {
  const { d } = await client.event('VOICE_STATE_UPDATE');
  assert.equal(d.channel_id, channelId);
  return d;
}

const ENCODINGS: readonly (readonly [name: string, options: ClientOptions])[] = [
  ['JSON', {}],
  ['ETF', { query: 'v=10&encoding=etf' }],
];

for (const [name, options] of ENCODINGS) {
  test(`a bot comes into voice, is told the server, changes what it says of itself, moves and leaves: ${name}`, async () => {
    await using scene = await openScene();
    const { guild, bot, guildhall } = scene;
    const [one, two] = [await voiceChannel(scene), await voiceChannel(scene)];
    const client = await scene.ready({}, options);
    const session = client.ready.d.session_id;
    const ask = (channelId: string | null, mute = false) =>
      client.send(4, { guild_id: guild.id, channel_id: channelId, self_mute: mute, self_deaf: false });

    ask(one);
    const joined = await placed(client, one);
    assert.deepEqual([joined.user_id, joined.session_id, joined.self_mute], [bot.botUserId, session, false]);
    const { d: server } = await client.event('VOICE_SERVER_UPDATE');
    assert.match(server.token, /^[0-9a-f]{16}$/);
    assert.deepEqual([server.guild_id, server.endpoint], [guild.id, null]);

    ask(one, true);
    assert.equal((await placed(client, one)).self_mute, true);
    ask(two, true);
    await placed(client, two);
    const { d: next } = await client.event('VOICE_SERVER_UPDATE');
    assert.notEqual(next.token, server.token);
    ask(null);
    await placed(client, null);
    await client.settle();
    assert.equal(client.all('VOICE_SERVER_UPDATE').length, 2);
    assert.equal(guildhall.world.voiceStates.get(guild.id, bot.botUserId), undefined);
  });

  test(`sounds come for each guild that the bot is in, once: ${name}`, async () => {
    await using scene = await openScene();
    const { guild, guildhall, humanId, bot } = scene;
    const other = await guildhall.createGuild({ name: 'Quiet', bots: [bot.botUserId] });
    const foreign = await guildhall.createGuild({ name: 'Foreign' });
    const sound = guildhall.world.soundboard.create(guild.id, { name: 'horn', creatorId: humanId });
    await guildhall.world.committed();
    const client = await scene.ready({}, options);
    client.send(31, { guild_ids: [guild.id, foreign.id, guild.id, other.id] });
    const { d } = await client.event('SOUNDBOARD_SOUNDS');
    assert.equal(d.guild_id, guild.id);
    assert.deepEqual(
      d.soundboard_sounds.map(({ sound_id, name: called }) => [sound_id, called]),
      [[sound.id, 'horn']],
    );
    const { d: none } = await client.event('SOUNDBOARD_SOUNDS');
    assert.deepEqual([none.guild_id, none.soundboard_sounds], [other.id, []]);
    await client.settle();
    assert.equal(client.all('SOUNDBOARD_SOUNDS').length, 2);
  });

  test(`channel info tells of the voice channels in which something goes on: ${name}`, async () => {
    await using scene = await openScene();
    const { guild, guildhall, humanId } = scene;
    const { world } = guildhall;
    const [full, noted] = [await voiceChannel(scene), await voiceChannel(scene)];
    await voiceChannel(scene);
    const hidden = await voiceChannel(scene, {
      overwrites: [{ id: guild.id, type: 0, allow: '0', deny: '1024' }],
    });
    world.voiceStates.join(full, humanId);
    world.voiceChannels.setStatus(noted, 'later');
    world.voiceChannels.setStatus(hidden, 'secret');
    await world.committed();
    const client = await scene.ready({}, options);
    client.send(43, { guild_id: guild.id, fields: ['status', 'voice_start_time', 'weather'] });
    const { d } = await client.next(({ t }) => t === 'CHANNEL_INFO');
    const { guild_id, channels } = d as { guild_id: string; channels: Record<string, unknown>[] };
    assert.equal(guild_id, guild.id);
    const startedAtS = Number(channels.find(({ id }) => id === full)?.voice_start_time);
    assert.ok(Math.abs(startedAtS - world.now() / 1_000) < 60);
    assert.deepEqual(channels, [
      { id: full, status: null, voice_start_time: startedAtS },
      { id: noted, status: 'later', voice_start_time: null },
    ]);
    client.send(43, { guild_id: guild.id, fields: ['status'] });
    const { d: statuses } = await client.next(({ t }) => t === 'CHANNEL_INFO');
    assert.deepEqual(statuses, { guild_id: guild.id, channels: [{ id: noted, status: 'later' }] });
  });
}

test('a channel that is full, closed, no voice channel or elsewhere is answered with silence', async () => {
  await using scene = await openScene();
  const { guild, guildhall, bot, channelId, humanId } = scene;
  const { world } = guildhall;
  const foreign = await guildhall.createGuild({ name: 'Foreign' });
  const elsewhere = world.channels.create(foreign.id, { name: 'voice', type: VOICE }).id;
  const full = await voiceChannel(scene, { userLimit: 1 });
  const closed = await voiceChannel(scene, {
    overwrites: [{ id: guild.id, type: 0, allow: '0', deny: String(CONNECT) }],
  });
  world.voiceStates.join(full, humanId);
  await world.committed();
  const client = await scene.ready();
  const ask = (guildId: string, id: string) =>
    client.send(4, { guild_id: guildId, channel_id: id, self_mute: false, self_deaf: false });
  for (const id of [full, closed, channelId, elsewhere, '1']) ask(guild.id, id);
  ask(foreign.id, elsewhere);
  await client.settle();
  assert.equal(world.voiceStates.get(guild.id, bot.botUserId), undefined);
  assert.equal(world.voiceStates.get(foreign.id, bot.botUserId), undefined);
  // Those who may move members come in nevertheless.
  const role = world.roles.create(guild.id, { name: 'movers', permissions: MOVE_MEMBERS });
  world.members.addRole(guild.id, bot.botUserId, role.id);
  await world.committed();
  ask(guild.id, full);
  await placed(client, full);
});

test('a moderator moves the bot, whose session is told the server again, and puts it out', async () => {
  await using scene = await openScene();
  const { guild, guildhall, bot } = scene;
  const { voiceStates } = guildhall.world;
  const [one, two] = [await voiceChannel(scene), await voiceChannel(scene)];
  const client = await scene.ready();
  client.send(4, { guild_id: guild.id, channel_id: one, self_mute: false, self_deaf: true });
  await client.event('VOICE_SERVER_UPDATE');
  voiceStates.move(guild.id, bot.botUserId, two);
  assert.equal((await placed(client, two)).session_id, client.ready.d.session_id);
  await client.event('VOICE_SERVER_UPDATE');
  voiceStates.move(guild.id, bot.botUserId, null);
  await placed(client, null);
});

test('voice passes to the session that asks last, and ends with that session alone', async () => {
  await using scene = await openScene({ sessionRetentionMs: 1_000 });
  const { guild, guildhall, bot } = scene;
  const { world } = guildhall;
  const channelId = await voiceChannel(scene);
  const request = { guild_id: guild.id, channel_id: channelId, self_mute: false, self_deaf: false };
  const first = await scene.ready();
  first.send(4, request);
  await first.event('VOICE_SERVER_UPDATE');
  const second = await scene.ready();
  second.send(4, request);
  await second.event('VOICE_SERVER_UPDATE');
  const isIn = () => world.voiceStates.get(guild.id, bot.botUserId) !== undefined;
  first.webSocket.close(1000);
  await until(() => guildhall.gateway.sessions().length === 1);
  assert.equal(isIn(), true);
  // A lost connection may be resumed: the bot stays until the session is over.
  second.webSocket.terminate();
  await until(() => guildhall.gateway.sessions()[0]?.state === 'detached');
  assert.equal(isIn(), true);
  await guildhall.clock.advance(1_001);
  await until(() => !isIn());
});

test('who is there without the intent hears of its own voice state and not of others', async () => {
  await using scene = await openScene();
  const { guild, guildhall, humanId } = scene;
  const channelId = await voiceChannel(scene);
  const client = await scene.ready({ intents: 0 });
  guildhall.world.voiceStates.join(channelId, humanId);
  client.send(4, { guild_id: guild.id, channel_id: channelId, self_mute: false, self_deaf: false });
  await client.event('VOICE_SERVER_UPDATE');
  assert.deepEqual(
    client.all('VOICE_STATE_UPDATE').map(({ d }) => d.user_id),
    [scene.bot.botUserId],
  );
});

test('a voice endpoint of the owner’s choice is handed out', async () => {
  await using scene = await openScene({}, { voiceEndpoint: '127.0.0.1:4500' });
  const channelId = await voiceChannel(scene);
  const client = await scene.ready();
  const request = { guild_id: scene.guild.id, channel_id: channelId, self_mute: false, self_deaf: false };
  client.send(4, request);
  assert.equal((await client.event('VOICE_SERVER_UPDATE')).d.endpoint, '127.0.0.1:4500');
});

const BAD: readonly (readonly [what: string, op: number, d: unknown])[] = [
  ['voice without channel_id', 4, { guild_id: '1', self_mute: false, self_deaf: false }],
  ['voice with a name for an id', 4, { guild_id: '1', channel_id: 'general', self_mute: false }],
  ['voice with a number for self_mute', 4, { guild_id: '1', channel_id: null, self_mute: 1 }],
  ['voice without a guild', 4, { channel_id: null, self_mute: false, self_deaf: false }],
  ['sounds of a guild that is no list', 31, { guild_ids: 'all' }],
  ['sounds of what is no id', 31, { guild_ids: ['x'] }],
  ['info without fields', 43, { guild_id: '1' }],
  ['info with fields that are no names', 43, { guild_id: '1', fields: [1] }],
];

for (const [what, op, d] of BAD) {
  test(`${what} closes with 4001`, async () => {
    await using scene = await openScene();
    const client = await scene.ready();
    client.send(op, d);
    assert.equal((await client.closed).code, 4001);
  });
}
