/** Who hears of threads. @see https://docs.discord.com/developers/topics/threads#gateway-events */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GUILD_MEMBERS, openScene, type Scene } from './support/scene.ts';
import { ALL_UNPRIVILEGED } from './support/test-client.ts';

const VIEW_CHANNEL = '1024';
const MANAGE_THREADS = String(1n << 34n);

/** Started by the human; what of the bot is in it, a test says. */
function start({ guildhall, channelId, humanId }: Scene, type = 11): string {
  return guildhall.world.threads.create({ parentId: channelId, ownerId: humanId, name: 'thread', type }).id;
}

function hide({ guildhall, guild, channelId }: Scene): void {
  guildhall.world.channels.setOverwrite(channelId, { id: guild.id, type: 0, allow: '0', deny: VIEW_CHANNEL });
}

describe('of a thread hears', () => {
  test('whoever sees its channel, as long as it is public', async () => {
    await using scene = await openScene();
    const client = await scene.ready();
    await client.event('GUILD_CREATE');
    const secret = start(scene, 12);
    const open = start(scene);
    assert.equal((await client.event('THREAD_CREATE')).d.id, open);
    assert.ok(!client.texts.some((text) => text.includes(`"id":"${secret}"`)));
    await scene.guildhall.say(scene.humanId, secret, 'hidden');
    await scene.guildhall.say(scene.humanId, open, 'seen');
    const { d } = await client.event('MESSAGE_CREATE');
    assert.deepEqual([d.type, d.channel_id], [18, scene.channelId]);
    assert.equal((await client.event('MESSAGE_CREATE')).d.channel_id, open);
  });

  test('a bot that is taken in, and no more once it is put out', async () => {
    await using scene = await openScene();
    const { guildhall, bot, humanId } = scene;
    const client = await scene.ready();
    await client.event('GUILD_CREATE');
    const { threadMembers } = guildhall.world;
    const id = start(scene, 12);
    await guildhall.world.committed();
    threadMembers.add(id, bot.botUserId);
    const created = await client.event('THREAD_CREATE');
    assert.equal((created.d as { member?: { user_id?: string } }).member?.user_id, bot.botUserId);
    assert.equal((await client.event('THREAD_MEMBERS_UPDATE')).d.added_members?.[0]?.user_id, bot.botUserId);
    await guildhall.say(humanId, id, 'welcome');
    await client.event('MESSAGE_CREATE');
    threadMembers.remove(id, bot.botUserId);
    assert.deepEqual((await client.event('THREAD_MEMBERS_UPDATE')).d.removed_member_ids, [bot.botUserId]);
    await guildhall.say(humanId, id, 'alone again');
    await client.settle();
    assert.equal(client.all('MESSAGE_CREATE').length, 1);
  });

  test('of others coming and going only a session with GUILD_MEMBERS', async () => {
    await using scene = await openScene();
    const { guildhall, guild, bot } = scene;
    const deaf = await scene.ready();
    const hearing = await scene.ready({ intents: ALL_UNPRIVILEGED | GUILD_MEMBERS });
    const id = start(scene);
    guildhall.world.threadMembers.add(id, guild.ownerId);
    guildhall.world.threadMembers.add(id, bot.botUserId);
    assert.equal((await deaf.event('THREAD_MEMBERS_UPDATE')).d.added_members?.[0]?.user_id, bot.botUserId);
    await hearing.event('THREAD_MEMBERS_UPDATE');
    await hearing.event('THREAD_MEMBERS_UPDATE');
    const { d } = await hearing.event('THREAD_MEMBERS_UPDATE');
    assert.equal(d.member_count, 3);
    await deaf.settle();
    assert.equal(deaf.all('THREAD_MEMBERS_UPDATE').length, 1);
  });

  test('whoever saw it, when it is deleted', async () => {
    await using scene = await openScene();
    const { guildhall, bot } = scene;
    const client = await scene.ready();
    await client.event('GUILD_CREATE');
    const [secret, joined] = [start(scene, 12), start(scene, 12)];
    guildhall.world.threadMembers.add(joined, bot.botUserId);
    guildhall.world.threads.delete(secret);
    guildhall.world.threads.delete(joined);
    assert.deepEqual((await client.event('THREAD_DELETE')).d, {
      id: joined,
      guild_id: scene.guild.id,
      parent_id: scene.channelId,
      type: 12,
    });
  });
});

describe('active threads', () => {
  test('come with GUILD_CREATE, as far as they are seen', async () => {
    await using scene = await openScene();
    const { guildhall, bot, humanId } = scene;
    const [open, , joined, asleep] = [start(scene), start(scene, 12), start(scene, 12), start(scene)];
    guildhall.world.threadMembers.add(joined, bot.botUserId);
    guildhall.world.threads.update(asleep, { archived: true }, humanId);
    await guildhall.world.committed();
    const client = await scene.ready();
    const { threads } = (await client.event('GUILD_CREATE')).d as unknown as {
      threads: readonly { id: string; member?: object }[];
    };
    assert.deepEqual(
      threads.map(({ id, member }) => [id, member !== undefined]),
      [
        [open, false],
        [joined, true],
      ],
    );
  });

  test('are listed when the channel comes in sight, once', async () => {
    await using scene = await openScene();
    const { guildhall, guild, channelId, bot } = scene;
    const client = await scene.ready();
    await client.event('GUILD_CREATE');
    hide(scene);
    const id = start(scene);
    guildhall.world.threadMembers.add(id, bot.botUserId);
    guildhall.world.channels.removeOverwrite(channelId, guild.id);
    const { d } = await client.event('THREAD_LIST_SYNC');
    assert.deepEqual(
      [d.guild_id, d.channel_ids, d.threads.map((thread) => thread.id), d.members.length],
      [guild.id, [channelId], [id], 1],
    );
    // What changes no sight of a channel lists nothing.
    guildhall.world.roles.create(guild.id, { name: 'x' });
    start(scene);
    start(scene, 12);
    await client.settle();
    assert.equal(client.all('THREAD_LIST_SYNC').length, 1);
  });

  test('that are private are listed to a bot that comes to manage threads, after what made it so', async () => {
    await using scene = await openScene();
    const { guildhall, guild, channelId } = scene;
    const client = await scene.ready();
    await client.event('GUILD_CREATE');
    const id = start(scene, 12);
    await guildhall.world.committed();
    const overwrite = { id: guild.id, type: 0, allow: MANAGE_THREADS, deny: '0' };
    guildhall.world.channels.setOverwrite(channelId, overwrite);
    await client.event('CHANNEL_UPDATE');
    const { d } = await client.event('THREAD_LIST_SYNC');
    assert.deepEqual([d.channel_ids, d.threads.map((thread) => thread.id)], [[channelId], [id]]);
  });

  test('are not listed where there are none, nor to those who saw them all the time', async () => {
    await using scene = await openScene();
    const { guildhall, guild, channelId } = scene;
    const client = await scene.ready();
    await client.event('GUILD_CREATE');
    hide(scene);
    guildhall.world.channels.removeOverwrite(channelId, guild.id);
    await guildhall.world.committed();
    start(scene);
    guildhall.world.members.update(guild.id, scene.humanId, { nick: 'x' });
    guildhall.world.channels.setOverwrite(channelId, {
      id: guild.id,
      type: 0,
      allow: VIEW_CHANNEL,
      deny: '0',
    });
    await guildhall.world.committed();
    await client.settle();
    assert.ok(!client.events.includes('THREAD_LIST_SYNC'));
  });
});

describe('without MESSAGE_CONTENT', () => {
  test('a message has neither poll nor components nor files, and a forward shows nothing', async () => {
    await using scene = await openScene();
    const { guildhall, channelId, humanId } = scene;
    const { messages } = guildhall.world;
    const client = await scene.ready();
    async function* bytes() {
      yield Buffer.from('secret');
    }
    const file = await guildhall.world.files.receive(bytes(), 100);
    const said = messages.create({
      channelId,
      authorId: humanId,
      content: 'secret',
      components: [{ type: 1, id: 1, components: [{ type: 2, id: 2, style: 1, custom_id: 'secret' }] }],
      attachments: [{ file, filename: 'secret.txt' }],
    });
    messages.create({ channelId, authorId: humanId, forwarded: said });
    const poll = { question: 'secret', answers: [{ text: 'a' }], durationHours: 1, allowMultiselect: false };
    messages.create({ channelId, authorId: humanId, poll });
    for (let index = 0; index < 3; index += 1) {
      const { d } = await client.event('MESSAGE_CREATE');
      assert.deepEqual([d.content, d.components, d.attachments, d.poll], ['', [], [], undefined]);
    }
    assert.ok(!client.texts.some((text) => text.includes('secret')));
  });
});
