import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { WorldBrokenError, WorldError } from '../../src/world/errors.ts';
import type { Logger } from '../../src/world/logger.ts';
import { MemoryStore } from '../../src/world/store/memory-store.ts';
import type { RowChange } from '../../src/world/store/store.ts';
import { World } from '../../src/world/world.ts';
import { names, openTestWorld, openTown, recordingLog } from './support.ts';

/** A store whose commits are watched, and settle or fail when the test says so. */
class WatchedStore extends MemoryStore {
  readonly commits: (readonly RowChange[])[] = [];
  answer: () => Promise<void> = async () => {};
  isClosed = false;

  override commit(changes: readonly RowChange[] = []): Promise<void> {
    this.commits.push(changes);
    return this.answer();
  }

  override async close(): Promise<void> {
    this.isClosed = true;
  }
}

test('changes of one turn are one commit, and a record changed twice is written once', async () => {
  const store = new WatchedStore();
  const { world } = await openTestWorld({ store });
  const user = world.users.create({ username: 'a' });
  world.users.update(user.id, { username: 'b' });
  world.users.create({ username: 'c' });
  await world.committed();
  assert.deepEqual(
    store.commits.map((changes) => changes.map((change) => change.kind === 'put' && change.table)),
    [['users', 'users']],
  );
});

test('events come after the commit and before committed() resolves', async () => {
  const store = new WatchedStore();
  const order: string[] = [];
  const { world, guild } = await openTown({ store });
  store.answer = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('commit');
  };
  world.bus.subscribe((event) => order.push(...names([event])));
  world.guilds.update(guild.id, { name: 'First' });
  world.guilds.update(guild.id, { name: 'Second' });
  assert.deepEqual(order, []);
  await world.committed();
  assert.deepEqual(order, ['commit', 'GUILD_UPDATE', 'GUILD_UPDATE']);
});

test('what is changed while a commit runs goes with the next one', async () => {
  const store = new WatchedStore();
  const gate = Promise.withResolvers<void>();
  const { world, guild } = await openTown({ store });
  store.commits.length = 0;
  store.answer = () => gate.promise;
  const told: string[] = [];
  world.bus.subscribe((event) => event.kind === 'dispatch' && told.push((event.d as { name: string }).name));
  world.guilds.update(guild.id, { name: 'First' });
  await new Promise((resolve) => setImmediate(resolve));
  world.guilds.update(guild.id, { name: 'Second' });
  const committed = world.committed();
  assert.equal(store.commits.length, 1);
  gate.resolve();
  await committed;
  assert.equal(store.commits.length, 2);
  assert.deepEqual(told, ['First', 'Second']);
});

test('events without a change of rows keep their place but ask nothing of the store', async () => {
  const store = new WatchedStore();
  const { world, human, channel, take } = await openTown({ store });
  store.commits.length = 0;
  world.typing.start(channel.id, human.id);
  world.presences.set(human.id, { status: 'online' });
  assert.deepEqual(names(await take()), ['TYPING_START', 'PRESENCE_UPDATE']);
  assert.deepEqual(store.commits, []);
});

test('a failed commit breaks the world: all waiters hear it, nothing is published, nothing more is changed', async () => {
  const store = new WatchedStore();
  const { log, lines } = recordingLog();
  const { world, guild } = await openTown({ store, log });
  const cause = new Error('disk full');
  store.answer = () => Promise.reject(cause);
  let published = 0;
  world.bus.subscribe(() => published++);
  world.guilds.update(guild.id, { name: 'First' });
  const waiters = [world.committed(), world.committed()];
  for (const waiter of waiters) {
    await assert.rejects(waiter, (error) => error instanceof WorldBrokenError && error.cause === cause);
  }
  const isBroken = (error: unknown) => error instanceof WorldBrokenError && error.code === 'WORLD_BROKEN';
  assert.throws(() => world.guilds.update(guild.id, { name: 'Second' }), isBroken);
  assert.equal(world.guilds.require(guild.id).name, 'First');
  await assert.rejects(world.committed(), isBroken);
  assert.equal(published, 0);
  assert.deepEqual(
    lines.filter((line) => line.level === 'error').map((line) => line.message),
    ['COMMIT FAILED: the world takes no further change until it is restarted'],
  );
  await world.close();
  assert.equal(store.isClosed, true);
});

test('those who wait for what was gathered while a commit failed hear of it too', async () => {
  const store = new WatchedStore();
  const gate = Promise.withResolvers<void>();
  const { world, guild } = await openTown({ store });
  store.answer = () => gate.promise;
  world.guilds.update(guild.id, { name: 'First' });
  await new Promise((resolve) => setImmediate(resolve));
  world.guilds.update(guild.id, { name: 'Second' });
  const waiter = world.committed();
  gate.reject(new Error('disk full'));
  await assert.rejects(waiter, WorldBrokenError);
});

test('every mutation is refused by a broken world before it changes anything', async () => {
  const store = new WatchedStore();
  const { world, guild, human, bot, channel, application } = await openTown({ store });
  const message = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hi' });
  const role = world.roles.create(guild.id);
  await world.committed();
  store.answer = () => Promise.reject(new Error('gone'));
  world.meta.set('any', 'thing');
  await assert.rejects(world.committed());
  const emoji = { id: null, name: '👍' };
  const counts = () => [
    world.users.list().length,
    world.guilds.list().length,
    world.roles.ofGuild(guild.id).size,
  ];
  const before = counts();
  for (const change of [
    () => world.users.create({ username: 'x' }),
    () => world.users.update(human.id, { username: 'x' }),
    () => world.applications.create({ name: 'x' }),
    () => world.applications.update(application.id, { name: 'x' }),
    () => world.applications.setPrivilegedIntents(application.id, ['GUILD_MEMBERS']),
    () => world.applications.resetToken(application.id),
    () => world.applications.delete(application.id),
    () => world.guilds.create({ name: 'x', ownerId: human.id }),
    () => world.guilds.setOutage(guild.id, true),
    () => world.guilds.delete(guild.id),
    () => world.roles.create(guild.id),
    () => world.roles.update(role.id, { color: 1 }),
    () => world.roles.delete(role.id),
    () => world.channels.create(guild.id, { name: 'x' }),
    () => world.channels.update(channel.id, { name: 'x' }),
    () => world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny: '0' }),
    () => world.channels.delete(channel.id),
    () => world.channels.openDm(bot.id, human.id),
    () => world.members.update(guild.id, human.id, { nick: 'x' }),
    () => world.members.remove(guild.id, human.id),
    () => world.messages.create({ channelId: channel.id, authorId: human.id, content: 'x' }),
    () => world.messages.edit(channel.id, message.id, { content: 'x' }),
    () => world.messages.delete(channel.id, message.id),
    () => world.messages.bulkDelete(channel.id, [message.id]),
    () => world.reactions.add(channel.id, message.id, human.id, emoji),
    () => world.typing.start(channel.id, human.id),
    () => world.presences.set(human.id, { status: 'online' }),
  ]) {
    assert.throws(change, WorldBrokenError, change.toString());
  }
  assert.deepEqual(counts(), before);
  assert.equal(world.messages.require(channel.id, message.id), message);
  assert.equal(world.members.require(guild.id, human.id).nick, null);
  assert.equal(world.presences.get(human.id), undefined);
});

test('a listener that throws is logged, and neither the others nor the world suffer', async () => {
  const { log, lines } = recordingLog();
  const { world, guild, take } = await openTown({ log });
  const remove = world.bus.subscribe(() => {
    throw new Error('listener');
  });
  let heard = 0;
  world.bus.subscribe(() => heard++);
  world.guilds.update(guild.id, { name: 'First' });
  assert.deepEqual(names(await take()), ['GUILD_UPDATE']);
  assert.equal(heard, 1);
  assert.equal(lines.filter((line) => line.level === 'error').length, 1);
  remove();
  world.guilds.update(guild.id, { name: 'Second' });
  await take();
  assert.equal(lines.filter((line) => line.level === 'error').length, 1);
});

test('a listener may change the world; that comes in a batch of its own', async () => {
  const { world, guild, take } = await openTown();
  let isAnswered = false;
  world.bus.subscribe(() => {
    if (isAnswered) return;
    isAnswered = true;
    world.guilds.update(guild.id, { name: 'Answer' });
  });
  world.guilds.update(guild.id, { name: 'Question' });
  assert.deepEqual(names(await take()), ['GUILD_UPDATE']);
  assert.deepEqual(names(await take()), ['GUILD_UPDATE']);
});

test('close commits what is pending, closes the store and refuses what comes later', async () => {
  const store = new WatchedStore();
  const { world } = await openTestWorld({ store });
  world.users.create({ username: 'last' });
  await world.close();
  assert.equal(store.commits.length, 1);
  assert.equal(store.isClosed, true);
  assert.throws(
    () => world.users.create({ username: 'late' }),
    (error) => error instanceof WorldError && error.code === 'WORLD_CLOSED',
  );
});

test('two worlds of one process share nothing', async () => {
  const [one, two] = await Promise.all([openTown(), openTestWorld()]);
  one.world.guilds.update(one.guild.id, { name: 'Mine' });
  assert.deepEqual(names(await one.take()), ['GUILD_UPDATE']);
  assert.deepEqual(await two.take(), []);
  assert.deepEqual(two.world.guilds.list(), []);
  assert.equal(two.world.applications.authenticate(one.token), undefined);
});

test('a pino logger is a logger for the world', async () => {
  const log: Logger = pino({ level: 'silent' });
  const world = await World.open({ store: new MemoryStore(), log });
  await world.close();
});
