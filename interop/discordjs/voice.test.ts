/** discord.js 14 in voice channels, by the adapter that `@discordjs/voice` takes: who is where is told; nothing is heard. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { describe, test } from 'node:test';
import {
  ChannelType,
  Events,
  GatewayIntentBits,
  GatewayOpcodes,
  type Guild,
  type VoiceChannelEffect,
  type VoiceState,
} from 'discord.js';
import { asOwner } from '../house.ts';
import { openAdministratorScene } from './administrator.ts';

const DEADLINE = { timeout: 60_000 };
const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildVoiceStates,
  GatewayIntentBits.GuildExpressions,
];

/** What a voice connection is told by the adapter: `state` and `server`, each with its payload. */
function adapt(guild: Guild, own: { readonly self_deaf: boolean } = { self_deaf: true }) {
  const told = new EventEmitter();
  const adapter = guild.voiceAdapterCreator({
    onVoiceStateUpdate: (state) => told.emit('state', state),
    onVoiceServerUpdate: (server) => told.emit('server', server),
    destroy: () => {},
  });
  const ask = async (channelId: string | null) => {
    const d = { guild_id: guild.id, channel_id: channelId, self_mute: false, ...own };
    const state = once(told, 'state');
    assert.equal(adapter.sendPayload({ op: GatewayOpcodes.VoiceStateUpdate, d }), true);
    return (await state)[0];
  };
  return { told, ask };
}

describe('discord.js', DEADLINE, () => {
  test('comes into voice, is moved and put out by a moderator, and sees itself there', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild } = scene;
    const one = await guild.channels.create({ name: 'one', type: ChannelType.GuildVoice });
    const two = await guild.channels.create({ name: 'two', type: ChannelType.GuildVoice });
    const { told, ask } = adapt(guild);
    const server = once(told, 'server');
    const state = await ask(one.id);
    assert.deepEqual([state.channel_id, state.self_deaf, state.self_mute], [one.id, true, false]);
    const [{ token, guild_id, endpoint }] = await server;
    assert.match(token, /^\S+$/);
    assert.deepEqual([guild_id, endpoint], [guild.id, null]);
    const me = await guild.members.fetchMe();
    assert.equal(me.voice.channelId, one.id);
    assert.equal(me.voice.sessionId, state.session_id);

    const again = once(told, 'server');
    const moved = once(client, Events.VoiceStateUpdate);
    await me.voice.setChannel(two);
    const [before, after]: VoiceState[] = await moved;
    assert.deepEqual([before?.channelId, after?.channelId], [one.id, two.id]);
    assert.notEqual((await again)[0].token, token);
    const out = once(told, 'state');
    await me.voice.disconnect();
    assert.equal((await out)[0].channel_id, null);
    await ask(one.id);
    assert.equal((await ask(null)).channel_id, null);
    assert.equal(one.members.size, 0);
  });

  test('plays a sound where it is, and sees what others send', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild, house } = scene;
    const channel = await guild.channels.create({ name: 'one', type: ChannelType.GuildVoice });
    const sound = await guild.soundboardSounds.create({
      file: Buffer.from('OggS'),
      name: 'horn',
      contentType: 'audio/ogg',
    });
    await adapt(guild, { self_deaf: false }).ask(channel.id);
    const heard = once(client, Events.VoiceChannelEffectSend);
    await channel.sendSoundboardSound(sound);
    const [effect]: VoiceChannelEffect[] = await heard;
    assert.deepEqual([effect?.soundId, effect?.userId], [sound.soundId, client.user.id]);
    const { world } = house.hall;
    world.voiceStates.join(channel.id, house.userId);
    const seen = once(client, Events.VoiceChannelEffectSend);
    const path = `/guilds/${guild.id}/voice-states/${house.userId}/effects`;
    assert.equal((await asOwner(house, 'POST', path, { emoji: '🎉' })).status, 204);
    const [party]: VoiceChannelEffect[] = await seen;
    assert.deepEqual([party?.emoji?.name, party?.userId, party?.animationType], ['🎉', house.userId, 1]);
  });

  test('asks for the sounds of its guilds', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild } = scene;
    const sound = await guild.soundboardSounds.create({
      file: Buffer.from('OggS'),
      name: 'horn',
      contentType: 'audio/ogg',
    });
    const sounds = await client.guilds.fetchSoundboardSounds({ guildIds: [guild.id] });
    assert.equal(sounds.get(guild.id)?.get(sound.soundId)?.name, 'horn');
  });
});
