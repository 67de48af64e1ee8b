import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addCrowd } from '../../src/world/crowd.ts';
import { ensureSample } from '../../src/world/sample.ts';
import { dispatches, names, openTestWorld } from './support.ts';

const ONLY_REACTIONS = { reply: 0, react: 1, edit: 0, command: 0 };

describe('chatter of a guild', () => {
  test('is off at first, and is steered while it goes on', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { world, take } = await openTestWorld();
    const { guild } = ensureSample(world);
    const told: unknown[] = [];
    world.chatters.watch((guildId, { isOn, perMinute }) => told.push([guildId, isOn, perMinute]));
    const { mix, ...first } = world.chatters.of(guild.id);
    assert.deepEqual(first, { isOn: false, perMinute: 20 });
    const passMinutes = (minutes: number) => {
      // In small steps: a timer that is set within a tick counts from the tick's end.
      for (let step = 0; step < minutes * 600; step += 1) t.mock.timers.tick(100);
    };

    world.chatters.set(guild.id, { isOn: true, perMinute: 10 });
    passMinutes(3);
    const slow = names(await take()).filter((name) => name === 'MESSAGE_CREATE').length;
    assert.ok(slow > 10 && slow < 45, String(slow));
    world.chatters.set(guild.id, { perMinute: 60 });
    passMinutes(3);
    const fast = names(await take()).filter((name) => name === 'MESSAGE_CREATE').length;
    assert.ok(fast > slow * 2, `${slow}, then ${fast}`);

    world.chatters.set(guild.id, { mix: ONLY_REACTIONS });
    // What was being written is finished.
    passMinutes(1);
    await take();
    passMinutes(2);
    const only = new Set(dispatches(await take()).map(({ name }) => name));
    assert.deepEqual([...only], ['MESSAGE_REACTION_ADD']);
    assert.deepEqual(world.chatters.of(guild.id), { isOn: true, perMinute: 60, mix: ONLY_REACTIONS });

    world.chatters.set(guild.id, { isOn: false });
    passMinutes(1);
    assert.deepEqual(await take(), []);
    assert.equal(told.length, 4);
    assert.deepEqual(told.at(-1), [guild.id, false, 60]);
    assert.equal(mix.reply, 0.15);
  });

  test('refuses a rate and a mix outside their range, and changes nothing then', async () => {
    const { world } = await openTestWorld();
    const { guild } = ensureSample(world);
    for (const perMinute of [0, 6_001]) {
      assert.throws(() => world.chatters.set(guild.id, { perMinute, isOn: true }), RangeError);
    }
    for (const mix of [
      { ...ONLY_REACTIONS, edit: 0.1 },
      { ...ONLY_REACTIONS, reply: -1 },
    ]) {
      assert.throws(() => world.chatters.set(guild.id, { mix }), RangeError);
    }
    assert.equal(world.chatters.of(guild.id).isOn, false);
    assert.throws(() => world.chatters.of('1'), { code: 'UNKNOWN_GUILD' });
  });

  test('ends with the guild', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { world, take } = await openTestWorld();
    const { guild } = ensureSample(world);
    world.chatters.set(guild.id, { isOn: true, perMinute: 600 });
    world.guilds.delete(guild.id);
    await take();
    assert.throws(() => world.chatters.of(guild.id), { code: 'UNKNOWN_GUILD' });
    for (let step = 0; step < 50; step += 1) t.mock.timers.tick(100);
    assert.deepEqual(await take(), []);
  });
});

describe('a crowd', () => {
  test('joins with a name for each, and everybody hears of it', async () => {
    const { world, take } = await openTestWorld();
    const { guild } = ensureSample(world);
    const before = world.members.count(guild.id);
    await take();
    assert.equal(await addCrowd(world, guild.id, 250), 250);
    assert.equal(world.members.count(guild.id), before + 250);
    assert.equal(names(await take()).filter((name) => name === 'GUILD_MEMBER_ADD').length, 250);
    const usernames = world.users.list().map(({ username }) => username);
    assert.equal(new Set(usernames).size, usernames.length);
    assert.ok(usernames.every((name) => /^[\w. -]{1,32}$/.test(name)));
  });

  test('is refused whole when there is no room for all of it', async () => {
    const { world } = await openTestWorld({ limits: { membersPerGuild: 10 } });
    const { guild } = ensureSample(world);
    const before = world.users.count;
    await assert.rejects(addCrowd(world, guild.id, 11), { code: 'LIMIT_REACHED:membersPerGuild' });
    assert.equal(world.users.count, before);
    await assert.rejects(addCrowd(world, '1', 1), { code: 'UNKNOWN_GUILD' });
  });

  test('stops coming when the guild is deleted', async () => {
    const { world } = await openTestWorld();
    const { guild } = ensureSample(world);
    const coming = addCrowd(world, guild.id, 5_000);
    world.guilds.delete(guild.id);
    assert.ok((await coming) < 5_000);
  });
});
