import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import { SqliteStore } from '../../src/world/store/sqlite-store.ts';
import { dispatches, names, only, openTown, type Town } from './support.ts';

const HOUR_MS = 3_600_000;

function start(town: Town, input: object = {}): string {
  const { world, channel, human } = town;
  const thread = { parentId: channel.id, ownerId: human.id, name: 'thread', type: 11, ...input };
  return world.threads.create(thread).id;
}

function say({ world, human }: Town, channelId: string, content = 'hello') {
  return world.messages.create({ channelId, authorId: human.id, content });
}

describe('a thread', () => {
  test('of a message has its id, marks it, and points back to it', async () => {
    const town = await openTown();
    const { world, channel, human, take } = town;
    const message = say(town, channel.id);
    await take();
    const thread = world.threads.createFromMessage(message.id, {
      parentId: channel.id,
      ownerId: human.id,
      name: 'about this',
    });
    const events = await take();
    assert.equal(thread.id, message.id);
    assert.deepEqual(names(events), [
      'THREAD_CREATE',
      'THREAD_MEMBERS_UPDATE',
      'MESSAGE_UPDATE',
      'MESSAGE_CREATE',
    ]);
    assert.partialDeepStrictEqual(only(events, 'THREAD_CREATE').d, {
      newly_created: true,
      owner_id: human.id,
    });
    assert.partialDeepStrictEqual(only(events, 'MESSAGE_UPDATE').d, {
      flags: 1 << 5,
      thread: { id: message.id, name: 'about this' },
    });
    assert.partialDeepStrictEqual(only(events, 'MESSAGE_CREATE').d, {
      type: 21,
      channel_id: thread.id,
      referenced_message: { id: message.id },
    });
    assert.throws(
      () =>
        world.threads.createFromMessage(message.id, { parentId: channel.id, ownerId: human.id, name: 'x' }),
      { code: 'THREAD_EXISTS' },
    );
  });

  test('without a message is told of in its parent when it is public, and not when it is private', async () => {
    const town = await openTown();
    start(town);
    const told = only(await town.take(), 'MESSAGE_CREATE').d;
    assert.partialDeepStrictEqual(told, { type: 18, content: 'thread', channel_id: town.channel.id });
    start(town, { type: 12 });
    assert.ok(!names(await town.take()).includes('MESSAGE_CREATE'));
  });

  test('counts its messages without the first, and forgets none that was ever sent', async () => {
    const town = await openTown();
    const id = start(town);
    const [first] = [say(town, id), say(town, id), say(town, id)];
    town.world.messages.delete(id, first?.id ?? '');
    assert.partialDeepStrictEqual(town.world.threads.require(id), {
      message_count: 2,
      total_message_sent: 3,
    });
  });

  test('has those in it who start it and who write in it', async () => {
    const town = await openTown();
    const { world, owner } = town;
    const id = start(town);
    world.messages.create({ channelId: id, authorId: owner.id, content: 'me, too' });
    assert.deepEqual([...world.threadMembers.ofThread(id).keys()], [town.human.id, owner.id]);
    world.members.remove(town.guild.id, town.human.id);
    assert.deepEqual([...world.threadMembers.ofThread(id).keys()], [owner.id]);
  });

  test('falls asleep when nobody writes for its time, and wakes with the next message', async () => {
    const town = await openTown();
    const { world, clock, take } = town;
    const id = start(town, { autoArchiveDuration: 60 });
    clock.nowMs += HOUR_MS - 1;
    world.threads.archiveInactive();
    assert.equal(world.threads.require(id).thread_metadata.archived, false);
    clock.nowMs += 1;
    await take();
    world.threads.archiveInactive();
    assert.deepEqual(names(await take()), ['THREAD_UPDATE']);
    assert.equal(world.threads.require(id).thread_metadata.archived, true);
    say(town, id);
    assert.deepEqual(names(await take()), ['THREAD_UPDATE', 'MESSAGE_CREATE']);
    assert.equal(world.threads.require(id).thread_metadata.archived, false);
  });

  test('that sleeps changes in no other way', async () => {
    const town = await openTown();
    const { world, human, owner } = town;
    const id = start(town);
    const message = say(town, id);
    world.threads.update(id, { archived: true }, human.id);
    const refused = { code: 'ARCHIVED_THREAD' };
    assert.throws(() => world.threads.update(id, { name: 'x' }, human.id), refused);
    assert.throws(() => world.threadMembers.add(id, owner.id), refused);
    assert.throws(() => world.messages.edit(id, message.id, { content: 'x' }), refused);
    assert.throws(() => world.reactions.add(id, message.id, human.id, { id: null, name: '👍' }), refused);
    world.messages.delete(id, message.id);
    world.threads.update(id, { archived: false, name: 'x' }, human.id);
    assert.equal(world.threads.require(id).name, 'x');
  });

  test('that wakes tells its members of themselves', async () => {
    const town = await openTown();
    const { world, bot, human, take } = town;
    const id = start(town);
    world.threadMembers.add(id, bot.id);
    world.threads.update(id, { archived: true }, human.id);
    await take();
    world.threads.update(id, { archived: false }, human.id);
    const events = await take();
    assert.deepEqual(names(events), ['THREAD_UPDATE', 'THREAD_MEMBER_UPDATE']);
    const { d, onlyUserIds } = only(events, 'THREAD_MEMBER_UPDATE');
    assert.deepEqual(onlyUserIds, [bot.id]);
    assert.partialDeepStrictEqual(d, { id, user_id: bot.id, guild_id: town.guild.id });
  });

  test('goes with its parent, and with its messages', async () => {
    const town = await openTown();
    const id = start(town);
    say(town, id);
    await town.take();
    town.world.channels.delete(town.channel.id);
    assert.deepEqual(names(await town.take()).slice(0, 2), ['THREAD_DELETE', 'guild-permissions']);
    assert.equal(town.world.channels.get(id), undefined);
    assert.equal(town.world.messages.get(id, id), undefined);
  });

  test('has the types that its parent allows', async () => {
    const { world, guild, channel, human } = await openTown();
    const news = world.channels.create(guild.id, { name: 'news', type: 5 });
    const voice = world.channels.create(guild.id, { name: 'voice', type: 2 });
    const rows: readonly [parentId: string, type: number | undefined, made: number | null][] = [
      [channel.id, undefined, 12],
      [channel.id, 11, 11],
      [channel.id, 10, null],
      [news.id, undefined, 10],
      [news.id, 12, null],
      [voice.id, 11, null],
    ];
    for (const [parentId, type, made] of rows) {
      const create = () =>
        world.threads.create({
          parentId,
          ownerId: human.id,
          name: 'x',
          ...(type === undefined ? {} : { type }),
        }).type;
      if (made === null) assert.throws(create, { code: 'WRONG_CHANNEL_TYPE' });
      else assert.equal(create(), made);
    }
  });

  test('is what it was after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-threads-'));
    try {
      const path = join(folder, 'world.sqlite');
      const town = await openTown({ store: await SqliteStore.open({ path }) });
      const id = start(town, { type: 12 });
      town.world.threadMembers.add(id, town.bot.id);
      const gone = start(town);
      say(town, gone);
      town.world.threads.delete(gone);
      const webhook = town.world.webhooks.create(town.channel.id, { name: 'hook', userId: town.human.id });
      const before = town.world.views.channel(town.world.threads.require(id), town.bot.id);
      await town.world.close();
      const { world } = await openTown({ store: await SqliteStore.open({ path }) });
      assert.deepEqual(world.views.channel(world.threads.require(id), town.bot.id), before);
      assert.equal(world.threads.get(gone), undefined);
      assert.deepEqual(world.webhooks.require(webhook.id), webhook);
      await world.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a private thread', () => {
  test('is seen by those in it and those who manage threads', async () => {
    const town = await openTown();
    const { world, bot, guild } = town;
    const id = start(town, { type: 12 });
    assert.equal(world.access.sees(bot.id, id), false);
    world.threadMembers.add(id, bot.id);
    assert.equal(world.access.sees(bot.id, id), true);
    world.threadMembers.remove(id, bot.id);
    assert.equal(world.access.sees(bot.id, id), false);
    const role = world.roles.create(guild.id, {
      name: 'mods',
      permissions: Permission.MANAGE_THREADS,
    });
    world.members.addRole(guild.id, bot.id, role.id);
    assert.equal(world.access.sees(bot.id, id), true);
  });

  test('tells whoever is removed, who does not see it any more', async () => {
    const town = await openTown();
    const { world, bot } = town;
    const id = start(town, { type: 12 });
    world.threadMembers.add(id, bot.id);
    await town.take();
    world.threadMembers.remove(id, bot.id);
    const told = dispatches(await town.take()).filter(({ onlyUserIds }) => onlyUserIds?.includes(bot.id));
    assert.deepEqual(
      told.map(({ name, d }) => [name, (d as { removed_member_ids: string[] }).removed_member_ids]),
      [['THREAD_MEMBERS_UPDATE', [bot.id]]],
    );
  });
});

describe('a forum', () => {
  test('has posts, with tags of its own, and no messages', async () => {
    const { world, guild, human, take } = await openTown();
    const tags = [{ name: 'bug' }, { name: 'idea', moderated: true }];
    const forum = world.channels.create(guild.id, {
      name: 'forum',
      type: 15,
      availableTags: tags,
      flags: 1 << 4,
    });
    const [bug] = forum.available_tags ?? [];
    const post = (appliedTags: readonly string[]) =>
      world.threads.createPost({
        parentId: forum.id,
        ownerId: human.id,
        name: 'post',
        appliedTags,
        message: { content: 'first' },
      });
    assert.throws(() => post([]), { code: 'TAG_REQUIRED' });
    assert.throws(() => post(['1']), { code: 'UNKNOWN_TAG' });
    await take();
    const { thread, message } = post([bug?.id ?? '']);
    assert.deepEqual(names(await take()), ['THREAD_CREATE', 'THREAD_MEMBERS_UPDATE', 'MESSAGE_CREATE']);
    assert.equal(message.id, thread.id);
    assert.equal(thread.message_count, 0);
    assert.partialDeepStrictEqual(world.channels.get(forum.id), { last_message_id: thread.id });
    assert.throws(() => world.messages.create({ channelId: forum.id, authorId: human.id, content: 'x' }), {
      code: 'WRONG_CHANNEL_TYPE',
    });
    assert.throws(() => world.channels.update(forum.id, { availableTags: [{ name: 'a' }, { name: 'a' }] }), {
      code: 'TAG_NAMES',
    });
  });

  test('has no post when its first message is refused', async () => {
    const { world, guild, human, take } = await openTown();
    const forum = world.channels.create(guild.id, { name: 'forum', type: 15 });
    await take();
    const input = { parentId: forum.id, ownerId: human.id, name: 'post', message: { content: '' } };
    assert.throws(() => world.threads.createPost(input), { code: 'EMPTY_MESSAGE' });
    assert.equal(world.threads.ofGuild(guild.id).size, 0);
    assert.deepEqual(await take(), []);
  });
});
