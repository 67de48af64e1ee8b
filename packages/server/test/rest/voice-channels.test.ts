import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dispatchNames, recordEvents } from '../support/events.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const CONNECT_AND_SPEAK = (1n << 20n) | (1n << 21n) | (1n << 42n);
const SET_VOICE_CHANNEL_STATUS = 1n << 48n;
const MANAGE_CHANNELS = 1n << 4n;

function makeVoice({ world, guild }: TestServer): string {
  return world.channels.create(guild.id, { name: 'voice', type: 2 }).id;
}

/** The bot may do what its role lets it, and nothing by being a member. */
function permit({ world, guild, botRole }: TestServer, bits: bigint): void {
  world.roles.update(guild.id, { permissions: 1024n });
  world.roles.update(botRole.id, { permissions: bits });
}

test('a status is for those who may set one, and outside the channel for its managers', async () => {
  await using server = await startTestServer();
  const { bot, world, application } = server;
  const id = makeVoice(server);
  const set = async (status: string | null) =>
    (await bot('PUT', `/channels/${id}/voice-status`, { status })).statusCode;
  permit(server, CONNECT_AND_SPEAK);
  assert.equal(await set('chess'), 403);
  permit(server, SET_VOICE_CHANNEL_STATUS);
  assert.equal(await set('chess'), 403);
  permit(server, SET_VOICE_CHANNEL_STATUS | MANAGE_CHANNELS);
  assert.equal(await set('chess'), 204);
  permit(server, SET_VOICE_CHANNEL_STATUS);
  world.voiceStates.join(id, application.botUserId);
  await world.committed();
  const events = recordEvents(server);
  assert.equal(await set(null), 204);
  assert.deepEqual(dispatchNames(events), ['VOICE_CHANNEL_STATUS_UPDATE', 'GUILD_AUDIT_LOG_ENTRY_CREATE']);
  assert.equal(await set('x'.repeat(501)), 400);
});

test('a status needs a voice channel', async () => {
  await using server = await startTestServer();
  permit(server, SET_VOICE_CHANNEL_STATUS | MANAGE_CHANNELS);
  const { statusCode, body } = await server.bot('PUT', `/channels/${server.channel.id}/voice-status`, {});
  assert.deepEqual([statusCode, JSON.parse(body).code], [400, 50_024]);
});

test('a sound is played by those who are in the channel and can be heard', async () => {
  await using server = await startTestServer();
  const { bot, world, guild, application, alice } = server;
  const id = makeVoice(server);
  const sound = world.soundboard.create(guild.id, {
    name: 'horn',
    volume: 0.5,
    emojiName: '📯',
    creatorId: alice.id,
  });
  const play = async (body: object) => {
    const answer = await bot('POST', `/channels/${id}/send-soundboard-sound`, body);
    return answer.statusCode === 204 ? 204 : answer.json().code;
  };
  permit(server, 0n);
  assert.equal(await play({ sound_id: sound.id }), 50_013);
  permit(server, CONNECT_AND_SPEAK);
  assert.equal(await play({ sound_id: sound.id }), 40_032);
  world.voiceStates.join(id, application.botUserId, { selfDeaf: true });
  assert.equal(await play({ sound_id: sound.id }), 50_013);
  world.voiceStates.join(id, application.botUserId, { selfDeaf: false });
  assert.equal(await play({ sound_id: '1' }), 10_097);
  const foreign = world.guilds.create({ name: 'Foreign', ownerId: alice.id });
  const theirs = world.soundboard.create(foreign.id, { name: 'bell', creatorId: alice.id });
  assert.equal(await play({ sound_id: theirs.id, source_guild_id: foreign.id }), 50_013);
  await world.committed();
  const events = recordEvents(server);
  assert.equal(await play({ sound_id: sound.id }), 204);
  const [effect] = events;
  assert.ok(effect?.kind === 'dispatch' && effect.name === 'VOICE_CHANNEL_EFFECT_SEND');
  assert.deepEqual(effect.d, {
    channel_id: id,
    guild_id: guild.id,
    user_id: application.botUserId,
    emoji: { id: null, name: '📯', animated: false },
    sound_id: sound.id,
    sound_volume: 0.5,
  });
  assert.deepEqual(effect.onlyUserIds, [application.botUserId]);
});
