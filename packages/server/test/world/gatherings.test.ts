/** Where people meet: voice channels, stages, and what is planned. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WorldError, type WorldErrorCode } from '../../src/world/errors.ts';
import type { ScheduledEventInput } from '../../src/world/scheduled-events.ts';
import { dispatches, names, only, openTown, planEvent, START_MS } from './support.ts';

const refused = (code: WorldErrorCode) => (error: unknown) =>
  error instanceof WorldError && error.code === code;
const at = (ms: number) => new Date(START_MS + ms).toISOString();

describe('a voice state', () => {
  test('is one for each member: joining elsewhere moves it, removal ends it', async () => {
    const { world, guild, human, take } = await openTown();
    const [one, two] = ['one', 'two'].map((name) => world.channels.create(guild.id, { name, type: 2 }).id);
    await take();
    world.voiceStates.join(one ?? '', human.id, { selfMute: true });
    world.voiceStates.join(two ?? '', human.id);
    world.members.remove(guild.id, human.id);
    const events = await take();
    assert.deepEqual(
      dispatches(events)
        .filter(({ name }) => name === 'VOICE_STATE_UPDATE')
        .map(({ d }) => {
          const state = d as { channel_id: string | null; self_mute: boolean };
          return [state.channel_id, state.self_mute];
        }),
      [
        [one, true],
        [two, true],
        [null, true],
      ],
    );
    assert.equal(world.voiceStates.get(guild.id, human.id), undefined);
  });

  test('is heard by the bot itself whatever its intents', async () => {
    const { world, guild, bot, take } = await openTown();
    const voice = world.channels.create(guild.id, { name: 'voice', type: 2 });
    await take();
    world.voiceStates.join(voice.id, bot.id);
    assert.deepEqual(only(await take(), 'VOICE_STATE_UPDATE').ungatedUserIds, [bot.id]);
  });

  test('on a stage is of the audience, except for moderators', async () => {
    const { world, guild, human, owner } = await openTown();
    const stage = world.channels.create(guild.id, { name: 'stage', type: 13 });
    assert.equal(world.voiceStates.join(stage.id, human.id).suppress, true);
    assert.equal(world.voiceStates.join(stage.id, owner.id).suppress, false);
    const wish = { requestToSpeakTimestamp: at(0) };
    assert.notEqual(world.voiceStates.updateStage(guild.id, human.id, wish).request_to_speak_timestamp, null);
    const speaking = world.voiceStates.updateStage(guild.id, human.id, { suppress: false });
    assert.deepEqual([speaking.suppress, speaking.request_to_speak_timestamp], [false, null]);
  });

  test('ends with its channel, and what is on stage with it', async () => {
    const { world, guild, human, take } = await openTown();
    const stage = world.channels.create(guild.id, { name: 'stage', type: 13 });
    world.voiceStates.join(stage.id, human.id);
    world.stageInstances.create({ channelId: stage.id, topic: 'talk' });
    assert.throws(
      () => world.stageInstances.create({ channelId: stage.id, topic: 'again' }),
      refused('STAGE_ALREADY_OPEN'),
    );
    await take();
    world.channels.delete(stage.id);
    assert.deepEqual(names(await take()), [
      'VOICE_STATE_UPDATE',
      'VOICE_CHANNEL_START_TIME_UPDATE',
      'STAGE_INSTANCE_DELETE',
      'guild-permissions',
      'CHANNEL_DELETE',
    ]);
  });

  test('needs a voice channel', async () => {
    const { world, channel, human } = await openTown();
    assert.throws(() => world.voiceStates.join(channel.id, human.id), refused('WRONG_CHANNEL_TYPE'));
  });
});

describe('a voice channel', () => {
  test('has a start time while somebody is in it, and a status that goes with the last', async () => {
    const { world, guild, human, owner, take } = await openTown();
    const voice = world.channels.create(guild.id, { name: 'voice', type: 2 });
    const other = world.channels.create(guild.id, { name: 'other', type: 2 });
    await take();
    world.voiceStates.join(voice.id, human.id);
    world.voiceStates.join(voice.id, owner.id);
    world.voiceChannels.setStatus(voice.id, 'chess', { userId: owner.id, reason: null });
    world.voiceChannels.setStatus(voice.id, 'chess');
    const startedAtS = Math.floor(START_MS / 1_000);
    const events = dispatches(await take()).filter(({ name }) => name.startsWith('VOICE_CHANNEL_'));
    const place = { id: voice.id, guild_id: guild.id };
    assert.deepEqual(
      events.map(({ name, d, channelId, permission }) => [name, d, channelId, permission]),
      [
        ['VOICE_CHANNEL_START_TIME_UPDATE', { ...place, voice_start_time: startedAtS }, voice.id, 1024n],
        ['VOICE_CHANNEL_STATUS_UPDATE', { ...place, status: 'chess' }, voice.id, 1024n],
      ],
    );
    const [entry] = world.auditLog.list(guild.id, { limit: 1 });
    assert.deepEqual([entry?.action_type, entry?.options], [192, { status: 'chess' }]);

    world.voiceStates.leave(guild.id, owner.id);
    assert.deepEqual(names(await take()), ['VOICE_STATE_UPDATE']);
    world.voiceStates.join(other.id, human.id);
    assert.deepEqual(
      dispatches(await take()).map(({ name, d }) => [name, 'id' in d && d.id]),
      [
        ['VOICE_STATE_UPDATE', false],
        ['VOICE_CHANNEL_STATUS_UPDATE', voice.id],
        ['VOICE_CHANNEL_START_TIME_UPDATE', voice.id],
        ['VOICE_CHANNEL_START_TIME_UPDATE', other.id],
      ],
    );
    assert.deepEqual(
      [world.voiceChannels.status(voice), world.voiceChannels.startedAtS(voice)],
      [null, null],
    );
  });

  test('takes no status that is too long, and a stage takes none', async () => {
    const { world, guild } = await openTown();
    const voice = world.channels.create(guild.id, { name: 'voice', type: 2 });
    const stage = world.channels.create(guild.id, { name: 'stage', type: 13 });
    assert.throws(() => world.voiceChannels.setStatus(voice.id, 'x'.repeat(501)), refused('INVALID_VALUE'));
    assert.throws(() => world.voiceChannels.setStatus(stage.id, 'x'), refused('WRONG_CHANNEL_TYPE'));
  });
});

describe('a scheduled event', () => {
  const bad: readonly [name: string, input: Partial<ScheduledEventInput>, code: WorldErrorCode][] = [
    ['in the past', { startTime: at(-1) }, 'INVALID_VALUE'],
    ['that ends before it starts', { endTime: at(500) }, 'INVALID_VALUE'],
    ['elsewhere without an end', { endTime: null }, 'INVALID_VALUE'],
    ['elsewhere at no place', { location: null }, 'INVALID_VALUE'],
    ['in voice without a channel', { entityType: 2 }, 'UNKNOWN_CHANNEL'],
  ];
  for (const [name, input, code] of bad) {
    test(`${name} is refused`, async () => {
      const town = await openTown();
      assert.throws(() => planEvent(town, input), refused(code));
    });
  }

  test('starts, ends, and then does not change', async () => {
    const town = await openTown();
    const { world, guild } = town;
    const { id } = planEvent(town);
    assert.throws(() => world.scheduledEvents.update(guild.id, id, { status: 3 }), refused('INVALID_VALUE'));
    world.scheduledEvents.update(guild.id, id, { status: 2 });
    world.scheduledEvents.update(guild.id, id, { status: 3 });
    assert.throws(() => world.scheduledEvents.update(guild.id, id, { name: 'x' }), refused('EVENT_IS_OVER'));
    assert.deepEqual(world.scheduledEvents.openOfGuild(guild.id), []);
  });

  test('in a hidden channel is heard of only by those who see the channel', async () => {
    const town = await openTown();
    const { world, guild, bot, take } = town;
    const voice = world.channels.create(guild.id, { name: 'voice', type: 2 });
    world.channels.setOverwrite(voice.id, { id: guild.id, type: 0, allow: '0', deny: '1024' });
    await take();
    planEvent(town, { entityType: 2, channelId: voice.id, location: null });
    const event = only(await take(), 'GUILD_SCHEDULED_EVENT_CREATE');
    assert.deepEqual([event.channelId, event.permission], [voice.id, 1024n]);
    const options = { forUserId: bot.id, presences: false, largeThreshold: 50, lazy: true };
    const created = world.views.guildCreate(guild.id, options) as { guild_scheduled_events: unknown[] };
    assert.deepEqual(created.guild_scheduled_events, []);
  });

  test('counts each who is interested once', async () => {
    const town = await openTown();
    const { world, guild, human, take } = town;
    const { id } = planEvent(town);
    await take();
    for (const interested of [true, true, false, false]) {
      world.scheduledEvents.setInterested(guild.id, id, human.id, interested);
    }
    assert.deepEqual(names(await take()), [
      'GUILD_SCHEDULED_EVENT_USER_ADD',
      'GUILD_SCHEDULED_EVENT_USER_REMOVE',
    ]);
  });
});
