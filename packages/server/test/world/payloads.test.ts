import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { only, openTown, START_ISO, type Town } from './support.ts';

const MEMBER_KEYS = [
  'avatar',
  'avatar_decoration_data',
  'banner',
  'collectibles',
  'communication_disabled_until',
  'deaf',
  'flags',
  'joined_at',
  'mute',
  'nick',
  'pending',
  'premium_since',
  'roles',
];

function write(town: Town, content: string, extra: object = {}) {
  return town.world.messages.create({
    channelId: town.channel.id,
    authorId: town.human.id,
    content,
    ...extra,
  });
}

describe('payloads', () => {
  test('MESSAGE_CREATE is a whole message with guild, member and mentioned members', async () => {
    const town = await openTown();
    const { world, guild, channel, human, bot, take } = town;
    const message = write(town, `<@${bot.id}> hello`, { nonce: 'n1', tts: true });
    const d = only(await take(), 'MESSAGE_CREATE').d as Record<string, unknown>;
    const { author, mentions, member, ...rest } = d;
    assert.deepEqual(author, world.views.user(human));
    assert.deepEqual(Object.keys(member as object).sort(), MEMBER_KEYS);
    const [mentioned] = mentions as [{ id: string; member: object }];
    assert.equal(mentioned.id, bot.id);
    assert.deepEqual(Object.keys(mentioned.member).sort(), MEMBER_KEYS);
    assert.deepEqual(rest, {
      id: message.id,
      channel_id: channel.id,
      guild_id: guild.id,
      channel_type: 0,
      type: 0,
      content: `<@${bot.id}> hello`,
      timestamp: START_ISO,
      edited_timestamp: null,
      tts: true,
      mention_everyone: false,
      mention_roles: [],
      attachments: [],
      embeds: [],
      components: [],
      pinned: false,
      flags: 0,
      nonce: 'n1',
    });
  });

  test('a reply brings the message it replies to, one level deep, and pings its author', async () => {
    const town = await openTown();
    const { channel, bot, human, take } = town;
    const first = write(town, 'first');
    const second = write(town, 'second', { authorId: bot.id, messageReference: { message_id: first.id } });
    await take();
    const third = write(town, 'third', { messageReference: { message_id: second.id } });
    const d = only(await take(), 'MESSAGE_CREATE').d as {
      type: number;
      message_reference: object;
      referenced_message: { id: string; content: string };
    };
    assert.equal(d.type, 19);
    assert.deepEqual(d.message_reference, {
      type: 0,
      channel_id: channel.id,
      message_id: second.id,
      guild_id: town.guild.id,
    });
    assert.equal(d.referenced_message.id, second.id);
    assert.equal('referenced_message' in d.referenced_message, false);
    assert.deepEqual(second.mentions, [human.id]);
    assert.deepEqual(third.mentions, [bot.id]);
  });

  test('a reply to a message that has gone shows null', async () => {
    const town = await openTown();
    const first = write(town, 'first');
    const reply = write(town, 'reply', { messageReference: { message_id: first.id } });
    town.world.messages.delete(town.channel.id, first.id);
    const view = town.world.views.message(reply) as { referenced_message: unknown };
    assert.equal(view.referenced_message, null);
  });

  test('MESSAGE_UPDATE is the whole message with the time of the edit, and never speaks', async () => {
    const town = await openTown();
    const { id } = write(town, 'before', { tts: true });
    await town.take();
    town.clock.nowMs += 1_000;
    town.world.messages.edit(town.channel.id, id, { content: `after <@${town.bot.id}>` });
    const d = only(await town.take(), 'MESSAGE_UPDATE').d as Record<string, unknown>;
    assert.equal(d.content, `after <@${town.bot.id}>`);
    assert.equal(d.timestamp, START_ISO);
    assert.equal(d.edited_timestamp, '2026-01-02T03:04:06.678000+00:00');
    assert.equal(d.tts, false);
    assert.equal((d.mentions as unknown[]).length, 1);
    assert.equal(typeof d.member, 'object');
  });

  test('suppressing embeds hides them without an edit time, and can be taken back', async () => {
    const town = await openTown();
    const { id } = write(town, '', { embeds: [{ title: 'Card' }] });
    await town.take();
    town.world.messages.edit(town.channel.id, id, { flags: 4 });
    const hidden = only(await town.take(), 'MESSAGE_UPDATE').d as Record<string, unknown>;
    assert.deepEqual([hidden.embeds, hidden.flags, hidden.edited_timestamp], [[], 4, null]);
    town.world.messages.edit(town.channel.id, id, { flags: 0 });
    const shown = only(await town.take(), 'MESSAGE_UPDATE').d as Record<string, unknown>;
    assert.deepEqual([shown.embeds, shown.flags], [[{ title: 'Card' }], 0]);
  });

  test('deletes name the ids and the place', async () => {
    const town = await openTown();
    const [a, b, c] = [write(town, 'a').id, write(town, 'b').id, write(town, 'c').id];
    await town.take();
    town.world.messages.delete(town.channel.id, a);
    town.world.messages.bulkDelete(town.channel.id, [c, b, b]);
    const events = await town.take();
    const place = { channel_id: town.channel.id, guild_id: town.guild.id };
    assert.deepEqual(only(events, 'MESSAGE_DELETE').d, { id: a, ...place });
    assert.deepEqual(only(events, 'MESSAGE_DELETE_BULK').d, { ids: [c, b], ...place });
  });

  test('reaction events carry member and author when added, and not when removed', async () => {
    const town = await openTown();
    const { world, guild, channel, human, bot, take } = town;
    const { id } = write(town, 'hi');
    await take();
    const emoji = { id: null, name: '👍' };
    world.reactions.add(channel.id, id, bot.id, emoji);
    world.reactions.remove(channel.id, id, bot.id, emoji);
    const events = await take();
    const base = {
      user_id: bot.id,
      channel_id: channel.id,
      message_id: id,
      guild_id: guild.id,
      emoji,
      burst: false,
      type: 0,
    };
    assert.deepEqual(only(events, 'MESSAGE_REACTION_ADD').d, {
      ...base,
      member: world.views.member(world.members.require(guild.id, bot.id)),
      message_author_id: human.id,
    });
    assert.deepEqual(only(events, 'MESSAGE_REACTION_REMOVE').d, base);
  });

  test('TYPING_START counts in seconds and shows the member', async () => {
    const { world, guild, channel, human, take } = await openTown();
    world.typing.start(channel.id, human.id);
    assert.deepEqual(only(await take(), 'TYPING_START').d, {
      channel_id: channel.id,
      guild_id: guild.id,
      user_id: human.id,
      timestamp: Math.floor(Date.UTC(2026, 0, 2, 3, 4, 5) / 1000),
      member: world.views.member(world.members.require(guild.id, human.id)),
    });
  });

  test('PRESENCE_UPDATE names the user by id alone', async () => {
    const { world, guild, human, take } = await openTown();
    world.presences.set(human.id, { status: 'idle', clientStatus: { mobile: 'idle' } });
    assert.deepEqual(only(await take(), 'PRESENCE_UPDATE').d, {
      user: { id: human.id },
      guild_id: guild.id,
      status: 'idle',
      activities: [],
      client_status: { mobile: 'idle' },
    });
  });

  test('member events: add and update are whole members with the guild, remove has the user alone', async () => {
    const { world, guild, take } = await openTown();
    const user = world.users.create({ username: 'new' });
    const member = world.members.add({ guildId: guild.id, userId: user.id, nick: 'N' });
    world.members.update(guild.id, user.id, { mute: true });
    world.members.remove(guild.id, user.id);
    const events = await take();
    const added = only(events, 'GUILD_MEMBER_ADD').d;
    assert.deepEqual(Object.keys(added).sort(), [...MEMBER_KEYS, 'guild_id', 'user'].sort());
    assert.deepEqual(added, { ...world.views.member(member), guild_id: guild.id });
    assert.deepEqual(only(events, 'GUILD_MEMBER_UPDATE').d, { ...added, mute: true });
    assert.deepEqual(only(events, 'GUILD_MEMBER_REMOVE').d, {
      guild_id: guild.id,
      user: world.views.user(user),
    });
  });

  test('role events wrap the role; a delete names it', async () => {
    const { world, guild, take } = await openTown();
    const role = world.roles.create(guild.id, { name: 'Blue', color: 255, permissions: 8n });
    world.roles.delete(role.id);
    const events = await take();
    assert.deepEqual(only(events, 'GUILD_ROLE_CREATE').d, {
      guild_id: guild.id,
      role: {
        id: role.id,
        name: 'Blue',
        color: 255,
        colors: { primary_color: 255, secondary_color: null, tertiary_color: null },
        hoist: false,
        icon: null,
        unicode_emoji: null,
        position: 1,
        permissions: '8',
        managed: false,
        mentionable: false,
        flags: 0,
      },
    });
    assert.deepEqual(only(events, 'GUILD_ROLE_DELETE').d, { guild_id: guild.id, role_id: role.id });
  });

  test('USER_UPDATE is the user as it sees itself, for itself alone', async () => {
    const { world, bot, take } = await openTown();
    const user = world.users.update(bot.id, { username: 'Renamed' });
    const event = only(await take(), 'USER_UPDATE');
    assert.deepEqual(event.d, world.views.selfUser(user));
    assert.deepEqual(event.onlyUserIds, [bot.id]);
  });
});

describe('message content', () => {
  test('the author and those mentioned are exempt; for all others content and embeds are blank', async () => {
    const town = await openTown();
    const { human, bot, take } = town;
    write(town, `<@!${bot.id}>`, { embeds: [{ title: 'Card' }] });
    const event = only(await take(), 'MESSAGE_CREATE');
    assert.deepEqual(event.content?.exemptUserIds, [human.id, bot.id]);
    assert.equal(event.content?.referencedExemptUserIds, null);
    assert.deepEqual(event.content?.blanked({ message: true, referenced: true }), {
      ...event.d,
      content: '',
      embeds: [],
      attachments: [],
      components: [],
    });
  });

  test('the message replied to is judged by itself', async () => {
    const town = await openTown();
    const first = write(town, `secret <@${town.bot.id}>`);
    await town.take();
    write(town, 'reply', { messageReference: { message_id: first.id } });
    const gate = only(await town.take(), 'MESSAGE_CREATE').content;
    assert.deepEqual(gate?.exemptUserIds, [town.human.id]);
    assert.deepEqual(gate?.referencedExemptUserIds, [town.human.id, town.bot.id]);
    const contents = (message: boolean, referenced: boolean) => {
      const payload = gate?.blanked({ message, referenced }) as {
        content: string;
        referenced_message: { id: string; content: string };
      };
      assert.equal(payload.referenced_message.id, first.id);
      return [payload.content, payload.referenced_message.content];
    };
    assert.deepEqual(contents(true, true), ['', '']);
    assert.deepEqual(contents(true, false), ['', first.content]);
    assert.deepEqual(contents(false, true), ['reply', '']);
  });

  const contentFor = (town: Town, message: ReturnType<typeof write>) => {
    const { world, application } = town;
    const view = world.views.messageFor(world.applications.require(application.id), message);
    return (view as { content: string }).content;
  };

  test('REST shows content by the switch alone, else by authorship, mention or DM', async () => {
    const town = await openTown();
    const { world, application, human, bot, channel } = town;
    const plain = write(town, 'plain');
    assert.equal(contentFor(town, plain), '');
    assert.equal(contentFor(town, write(town, 'own', { authorId: bot.id })), 'own');
    assert.equal(contentFor(town, write(town, `hey <@${bot.id}>`)), `hey <@${bot.id}>`);
    const dm = world.channels.openDm(bot.id, human.id);
    assert.equal(contentFor(town, write(town, 'in private', { channelId: dm.id })), 'in private');
    world.applications.setPrivilegedIntents(application.id, ['MESSAGE_CONTENT']);
    assert.equal(contentFor(town, plain), 'plain');
    assert.equal(world.messages.require(channel.id, plain.id).content, 'plain');
  });

  test('REST judges the message replied to for itself', async () => {
    const town = await openTown();
    const { world, application, bot } = town;
    const own = write(town, 'mine', { authorId: bot.id });
    const reply = write(town, 'quiet reply', {
      messageReference: { message_id: own.id },
      allowedMentions: {},
    });
    const view = world.views.messageFor(application, reply) as {
      content: string;
      referenced_message: { content: string };
    };
    assert.deepEqual([view.content, view.referenced_message.content], ['', 'mine']);
  });
});
