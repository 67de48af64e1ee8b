import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import { Chatter } from '../../src/world/chatter.ts';
import type { Message } from '../../src/world/entities.ts';
import { ensureSample } from '../../src/world/sample.ts';
import { dispatches, names, openTestWorld } from './support.ts';

describe('the sample', () => {
  test('is a bot, a guild with channels and roles, and five people', async () => {
    const { world } = await openTestWorld();
    const { application, token, guild, users } = ensureSample(world);
    assert.equal(application.name, 'Guildhall Sample Bot');
    assert.equal(world.applications.authenticate(token ?? '')?.id, application.id);
    assert.equal(guild.name, 'Guildhall');
    const channels = [...world.channels.ofGuild(guild.id).values()];
    assert.deepEqual(
      channels.map(({ name }) => name),
      ['general', 'bots', 'random'],
    );
    const roles = [...world.roles.ofGuild(guild.id).values()].map(({ name }) => name);
    for (const name of ['Admin', 'Moderator', 'Member']) assert.ok(roles.includes(name), name);
    assert.equal(users.length, 5);
    assert.equal(world.members.count(guild.id), 6);
    for (const { id } of channels) {
      const bits = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.ADD_REACTIONS;
      assert.equal(world.access.can(application.botUserId, id, bits), true);
    }
    const roleIds = world.members.require(guild.id, application.botUserId).roles;
    assert.equal(world.roles.require(roleIds[0] ?? '').managed, true);
  });

  test('is found again, under whatever names, and says nothing new', async () => {
    const { world, take } = await openTestWorld();
    const first = ensureSample(world);
    world.applications.update(first.application.id, { name: 'Mine' });
    world.guilds.update(first.guild.id, { name: 'Home' });
    await take();
    const second = ensureSample(world);
    assert.deepEqual(await take(), []);
    assert.equal(second.token, null);
    assert.equal(second.application.id, first.application.id);
    assert.equal(second.guild.name, 'Home');
    assert.deepEqual(second.users, first.users);
    assert.equal(world.users.list().length, 7);
  });

  test('what was deleted is made anew, the rest stays', async () => {
    const { world } = await openTestWorld();
    const first = ensureSample(world);
    world.applications.delete(first.application.id);
    const second = ensureSample(world);
    assert.notEqual(second.token, null);
    assert.equal(second.guild.id, first.guild.id);
    assert.ok(world.members.get(first.guild.id, second.application.botUserId));
    world.guilds.delete(first.guild.id);
    const third = ensureSample(world);
    assert.equal(third.token, null);
    assert.equal(third.application.id, second.application.id);
    assert.ok(world.members.get(third.guild.id, third.application.botUserId));
    assert.deepEqual(third.users, first.users);
    assert.deepEqual(ensureSample(world), { ...third, application: third.application });
  });

  test('a person who was removed from the guild is not forced back', async () => {
    const { world } = await openTestWorld();
    const { guild, users } = ensureSample(world);
    world.members.remove(guild.id, users[2]?.id ?? '');
    assert.equal(ensureSample(world).users.length, 4);
  });
});

/** A small linear congruential generator: the same numbers on every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe('chatter', () => {
  test('the first message comes within a second, after typing, and people come online before', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { world, take } = await openTestWorld();
    const { guild } = ensureSample(world);
    await take();
    const chatter = new Chatter(world, { guildId: guild.id, perMinute: 6, random: numbers(1) });
    chatter.start();
    chatter.start();
    // In steps: a timer that is set within a tick counts from the tick's end.
    for (let step = 0; step < 9; step++) t.mock.timers.tick(100);
    chatter.stop();
    const told = names(await take());
    assert.deepEqual(told.slice(0, 5), Array(5).fill('PRESENCE_UPDATE'));
    assert.deepEqual(told.slice(5), ['TYPING_START', 'MESSAGE_CREATE']);
  });

  test('a quarter of an hour has a bit of everything, at about the rate asked for, and only by people', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { world, take } = await openTestWorld();
    const { guild, application } = ensureSample(world);
    await take();
    const chatter = new Chatter(world, { guildId: guild.id, perMinute: 30, random: numbers(2) });
    chatter.start();
    for (let second = 0; second < 15 * 60; second++) t.mock.timers.tick(1_000);
    chatter.stop();
    const events = dispatches(await take());
    const count = (name: string) => events.filter((event) => event.name === name).length;
    const acts = count('MESSAGE_CREATE') + count('MESSAGE_UPDATE') + count('MESSAGE_REACTION_ADD');
    assert.ok(acts > 300 && acts < 600, `${acts} acts in 15 minutes at 30 a minute`);
    assert.ok(count('MESSAGE_UPDATE') > 5);
    assert.ok(count('MESSAGE_REACTION_ADD') > 20);
    const created = events
      .filter((event) => event.name === 'MESSAGE_CREATE')
      .map((event) => event.d as Message);
    const typed = count('TYPING_START');
    assert.ok(typed === created.length || typed === created.length + 1, 'everybody types first');
    assert.ok(created.some((message) => message.type === 19));
    assert.ok(created.some((message) => message.content === '!ping'));
    assert.ok(new Set(created.map((message) => message.content)).size > 20);
    assert.ok(new Set(created.map((message) => message.channel_id)).size === 3);
    for (const { d } of events) {
      const author = (d as { author?: { id: string } }).author?.id;
      assert.notEqual(author, application.botUserId);
    }
  });

  test('the same random numbers say the same', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const said: unknown[] = [];
    for (let run = 0; run < 2; run++) {
      const { world, take } = await openTestWorld();
      const { guild } = ensureSample(world);
      const chatter = new Chatter(world, { guildId: guild.id, perMinute: 60, random: numbers(3) });
      chatter.start();
      for (let second = 0; second < 60; second++) t.mock.timers.tick(1_000);
      chatter.stop();
      said.push(dispatches(await take()).map(({ name, d }) => [name, (d as { content?: string }).content]));
    }
    assert.deepEqual(said[0], said[1]);
  });

  test('goes on when the owner deletes channels, and is silent when the guild is gone', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { world, take } = await openTestWorld();
    const { guild } = ensureSample(world);
    const chatter = new Chatter(world, { guildId: guild.id, perMinute: 600, random: numbers(4) });
    chatter.start();
    t.mock.timers.tick(210);
    // Somebody is typing in the first channel now.
    const [first] = world.channels.ofGuild(guild.id).keys();
    world.channels.delete(first ?? '');
    await take();
    for (let i = 0; i < 50; i++) t.mock.timers.tick(100);
    assert.ok(names(await take()).includes('MESSAGE_CREATE'));
    world.guilds.delete(guild.id);
    await take();
    for (let i = 0; i < 50; i++) t.mock.timers.tick(100);
    assert.deepEqual(await take(), []);
    chatter.stop();
  });

  test('a rate outside its range is refused', async () => {
    const { world } = await openTestWorld();
    for (const perMinute of [0, -1, Number.NaN, 6_001]) {
      assert.throws(() => new Chatter(world, { guildId: '1', perMinute }), RangeError);
    }
  });
});
