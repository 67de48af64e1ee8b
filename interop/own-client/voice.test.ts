/** `@guildhall/client` asks about voice and sounds by its typed commands, in both encodings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayClient } from '@guildhall/client';
import { openHouse } from '../house.ts';

for (const encoding of ['json', 'etf'] as const) {
  test(`voice, sounds and channel info: ${encoding}`, { timeout: 60_000 }, async () => {
    await using house = await openHouse();
    const { hall, application, guildId, userId } = house;
    const { world } = hall;
    const voice = world.channels.create(guildId, { name: 'voice', type: 2 });
    const sound = world.soundboard.create(guildId, { name: 'horn', creatorId: userId });
    await world.committed();
    const client = new GatewayClient({
      token: application.token,
      apiBase: hall.apiBase,
      intents: ['GUILDS', 'GUILD_VOICE_STATES'],
      identify: { bucketMs: 0 },
      encoding,
    });
    client.on('error', assert.fail);
    house.leaving.push(() => client.close());
    await client.open();

    const placed = client.waitFor('VOICE_STATE_UPDATE');
    const server = client.waitFor('VOICE_SERVER_UPDATE');
    await client.send(0, {
      op: 4,
      d: { guild_id: guildId, channel_id: voice.id, self_mute: true, self_deaf: false },
    });
    const [state] = await placed;
    assert.deepEqual([state.channel_id, state.user_id], [voice.id, application.botUserId]);
    assert.deepEqual([(await server)[0].guild_id, (await server)[0].endpoint], [guildId, null]);

    const sounds = client.waitFor('SOUNDBOARD_SOUNDS');
    await client.send(0, { op: 31, d: { guild_ids: [guildId] } });
    assert.equal((await sounds)[0].soundboard_sounds[0]?.sound_id, sound.id);

    const info = client.waitFor('CHANNEL_INFO');
    await client.send(0, { op: 43, d: { guild_id: guildId, fields: ['status', 'voice_start_time'] } });
    const { channels } = (await info)[0];
    assert.deepEqual(
      channels.map(({ id, status }) => [id, status]),
      [[voice.id, null]],
    );
    assert.equal(typeof channels[0]?.voice_start_time, 'number');

    const gone = client.waitFor('VOICE_STATE_UPDATE', ({ channel_id }) => channel_id === null);
    await client.send(0, {
      op: 4,
      d: { guild_id: guildId, channel_id: null, self_mute: false, self_deaf: false },
    });
    await gone;
  });
}
