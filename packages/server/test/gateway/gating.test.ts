/** Who hears of an event, and how much of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MESSAGE_CONTENT, openScene } from './support/scene.ts';
import { ALL_UNPRIVILEGED, TestClient } from './support/test-client.ts';

describe('the content of a message', () => {
  const rows: readonly {
    readonly name: string;
    readonly version: number;
    readonly appHasIntent: boolean;
    readonly bit: boolean;
    readonly seen: boolean;
  }[] = [
    { name: 'v10 with switch and bit', version: 10, appHasIntent: true, bit: true, seen: true },
    { name: 'v10 with the switch alone', version: 10, appHasIntent: true, bit: false, seen: false },
    { name: 'v9 with the switch alone', version: 9, appHasIntent: true, bit: false, seen: true },
    { name: 'v9 without the switch', version: 9, appHasIntent: false, bit: false, seen: false },
  ];
  for (const { name, version, appHasIntent, bit, seen } of rows) {
    test(`is ${seen ? 'seen' : 'blanked'} on ${name}`, async () => {
      await using scene = await openScene();
      await scene.guildhall.setIntents(scene.bot.id, appHasIntent ? ['MESSAGE_CONTENT'] : []);
      const intents = ALL_UNPRIVILEGED | (bit ? MESSAGE_CONTENT : 0);
      const client = await scene.ready({ intents }, { query: `v=${version}&encoding=json` });
      await scene.say('secret');
      assert.equal((await client.event('MESSAGE_CREATE')).d.content, seen ? 'secret' : '');
    });
  }

  test('is seen by its author, by those it mentions and in direct messages, by no others', async () => {
    await using scene = await openScene();
    const { guildhall, bot, channelId, humanId } = scene;
    const second = await guildhall.createApplication({ name: 'Second' });
    await guildhall.joinGuild(scene.guild.id, second.botUserId);
    const client = await scene.ready();
    const other = await TestClient.ready(guildhall.gatewayUrl, second.token);
    await guildhall.say(bot.botUserId, channelId, 'my own');
    assert.equal((await client.event('MESSAGE_CREATE')).d.content, 'my own');
    assert.equal((await other.event('MESSAGE_CREATE')).d.content, '');
    const mention = `hey <@${bot.botUserId}>`;
    await guildhall.say(humanId, channelId, mention);
    assert.equal((await client.event('MESSAGE_CREATE')).d.content, mention);
    assert.equal((await other.event('MESSAGE_CREATE')).d.content, '');
    const dm = guildhall.world.channels.openDm(humanId, bot.botUserId);
    await guildhall.say(humanId, dm.id, 'between us');
    const direct = await client.event('MESSAGE_CREATE');
    assert.equal(direct.d.content, 'between us');
    assert.equal(direct.d.guild_id, undefined);
    await other.settle();
    assert.equal(other.all('MESSAGE_CREATE').length, 2);
  });

  test('of a reply and of the message that it replies to are judged apart', async () => {
    await using scene = await openScene();
    const { guildhall, bot, channelId, humanId } = scene;
    const second = await guildhall.createApplication({ name: 'Second' });
    await guildhall.joinGuild(scene.guild.id, second.botUserId);
    const client = await scene.ready();
    const other = await TestClient.ready(guildhall.gatewayUrl, second.token);
    const own = await guildhall.say(bot.botUserId, channelId, 'my own');
    await client.event('MESSAGE_CREATE');
    await other.event('MESSAGE_CREATE');
    guildhall.world.messages.create({
      channelId,
      authorId: humanId,
      content: `ask <@${second.botUserId}>`,
      messageReference: { message_id: own.id },
      allowedMentions: { parse: ['users'], replied_user: false },
    });
    const seen = async (reader: TestClient) => {
      const { d } = await reader.event('MESSAGE_CREATE');
      return [d.content, (d.referenced_message as { content: string }).content];
    };
    assert.deepEqual(await seen(client), ['', 'my own']);
    assert.deepEqual(await seen(other), [`ask <@${second.botUserId}>`, '']);
  });

  test('two sessions with equal rights get the same bytes behind their own numbers', async () => {
    await using scene = await openScene();
    const one = await scene.ready();
    await one.settle();
    const two = await scene.ready({ intents: 512 });
    await scene.say('hello');
    await Promise.all([one.event('MESSAGE_CREATE'), two.event('MESSAGE_CREATE')]);
    const tail = (client: TestClient) => client.texts.at(-1)?.slice(16);
    assert.equal(tail(one), tail(two));
  });
});

describe('an event is heard', () => {
  test('only with its intent', async () => {
    await using scene = await openScene();
    const deaf = await scene.ready({ intents: 1 });
    const hearing = await scene.ready({ intents: 512 });
    await scene.say('hello');
    await hearing.event('MESSAGE_CREATE');
    await deaf.settle();
    assert.ok(!deaf.events.includes('MESSAGE_CREATE'));
    assert.deepEqual(hearing.events, ['READY', 'MESSAGE_CREATE']);
  });

  test('only with the permission to see the channel, from the moment that changes', async () => {
    await using scene = await openScene();
    const { guildhall, guild, channelId } = scene;
    const VIEW_CHANNEL = '1024';
    const client = await scene.ready();
    await scene.say('before');
    await client.event('MESSAGE_CREATE');
    guildhall.world.channels.setOverwrite(channelId, {
      id: guild.id,
      type: 0,
      allow: '0',
      deny: VIEW_CHANNEL,
    });
    const hidden = await scene.say('hidden');
    await guildhall.react(scene.humanId, channelId, hidden, '👀');
    guildhall.world.channels.removeOverwrite(channelId, guild.id);
    const after = await scene.say('after');
    assert.equal((await client.event('MESSAGE_CREATE')).d.id, after);
    assert.ok(!client.events.includes('MESSAGE_REACTION_ADD'));
  });

  test('on shard 0 alone when it has no guild', async () => {
    await using scene = await openScene();
    const { guildhall, bot, humanId } = scene;
    const shard0 = await scene.ready({ shard: [0, 2] });
    const shard1 = await scene.ready({ shard: [1, 2] });
    const dm = guildhall.world.channels.openDm(humanId, bot.botUserId);
    await guildhall.say(humanId, dm.id, 'psst');
    await shard0.event('MESSAGE_CREATE');
    guildhall.world.users.update(bot.botUserId, { username: 'renamed' });
    await shard0.event('USER_UPDATE');
    await shard1.event('USER_UPDATE');
    assert.ok(!shard1.events.includes('MESSAGE_CREATE'));
  });

  test('by the bot itself without GUILD_MEMBERS when it is about its own member', async () => {
    await using scene = await openScene();
    const { guildhall, bot, guild, humanId } = scene;
    const client = await scene.ready({ intents: 0 });
    guildhall.world.members.update(guild.id, humanId, { nick: 'somebody' });
    guildhall.world.members.update(guild.id, bot.botUserId, { nick: 'me' });
    const update = await client.event('GUILD_MEMBER_UPDATE');
    assert.equal(update.d.user.id, bot.botUserId);
    assert.equal(client.all('GUILD_MEMBER_UPDATE').length, 1);
  });

  test('by every session of a bot, each with its own copy', async () => {
    await using scene = await openScene();
    const sessions = [await scene.ready(), await scene.ready(), await scene.ready({ shard: [0, 1] })];
    await scene.say('to all');
    for (const session of sessions) await session.event('MESSAGE_CREATE');
  });

  test('of a ban with either of two permissions, of the audit log with its own alone', async () => {
    const BAN_MEMBERS = 4n;
    const VIEW_AUDIT_LOG = 128n;
    await using scene = await openScene();
    const { guildhall, guild } = scene;
    const { world } = guildhall;
    const withRole = async (permissions: bigint) => {
      const { botUserId, token } = await guildhall.createApplication({ name: 'Moderator' });
      await guildhall.joinGuild(guild.id, botUserId);
      const role = world.roles.create(guild.id, { permissions });
      world.members.addRole(guild.id, botUserId, role.id);
      await world.committed();
      return TestClient.ready(guildhall.gatewayUrl, token);
    };
    const [banner, auditor, neither] = [
      await withRole(BAN_MEMBERS),
      await withRole(VIEW_AUDIT_LOG),
      await withRole(0n),
    ];
    world.bans.create(guild.id, scene.humanId, {}, { userId: guild.ownerId, reason: 'test' });
    await banner.event('GUILD_BAN_ADD');
    await auditor.event('GUILD_BAN_ADD');
    assert.equal((await auditor.event('GUILD_AUDIT_LOG_ENTRY_CREATE')).d.reason, 'test');
    await Promise.all([banner.settle(), neither.settle()]);
    assert.ok(!banner.events.includes('GUILD_AUDIT_LOG_ENTRY_CREATE'));
    assert.ok(!neither.events.some((name) => name.startsWith('GUILD_BAN') || name.includes('AUDIT')));
  });
});
