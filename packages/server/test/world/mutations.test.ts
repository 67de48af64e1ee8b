import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import { dispatches, names, openTown, type Town } from './support.ts';

interface Row {
  readonly name: string;
  /** Makes what the change needs; its events do not count. Gives the change. */
  readonly prepare: (town: Town) => () => unknown;
  readonly events: readonly string[];
}

const THUMB = { id: null, name: '👍' } as const;

const ROWS: readonly Row[] = [
  {
    name: 'a human joins',
    prepare: ({ world, guild }) => {
      const user = world.users.create({ username: 'new' });
      return () => world.members.add({ guildId: guild.id, userId: user.id });
    },
    events: ['guild-permissions', 'GUILD_MEMBER_ADD'],
  },
  {
    name: 'a bot joins: the others first, then itself, then its own member update',
    prepare: ({ world, guild }) => {
      const { application } = world.applications.create({ name: 'Second' });
      return () => world.members.add({ guildId: guild.id, userId: application.botUserId });
    },
    events: [
      'guild-permissions',
      'GUILD_MEMBER_ADD',
      'guild-joined',
      'GUILD_MEMBER_UPDATE',
      'INTEGRATION_CREATE',
      'GUILD_INTEGRATIONS_UPDATE',
    ],
  },
  {
    name: 'someone who is in is added again',
    prepare:
      ({ world, guild, human }) =>
      () =>
        world.members.add({ guildId: guild.id, userId: human.id }),
    events: [],
  },
  {
    name: 'a human leaves',
    prepare:
      ({ world, guild, human }) =>
      () =>
        world.members.remove(guild.id, human.id),
    events: ['guild-permissions', 'GUILD_MEMBER_REMOVE'],
  },
  {
    name: 'a bot leaves with its managed role: itself first, so that it does not hear of its own removal',
    prepare: ({ world, guild, bot }) => {
      const role = world.roles.create(guild.id, { managed: true, botId: bot.id });
      world.members.addRole(guild.id, bot.id, role.id);
      return () => world.members.remove(guild.id, bot.id);
    },
    events: [
      'guild-permissions',
      'guild-left',
      'GUILD_MEMBER_REMOVE',
      'GUILD_ROLE_DELETE',
      'guild-permissions',
      'INTEGRATION_DELETE',
      'GUILD_INTEGRATIONS_UPDATE',
    ],
  },
  {
    name: 'a nickname changes',
    prepare:
      ({ world, guild, human }) =>
      () =>
        world.members.update(guild.id, human.id, { nick: 'H' }),
    events: ['GUILD_MEMBER_UPDATE'],
  },
  {
    name: 'a member is timed out',
    prepare:
      ({ world, guild, human }) =>
      () =>
        world.members.update(guild.id, human.id, { communicationDisabledUntil: '2026-01-03T00:00:00Z' }),
    events: ['guild-permissions', 'GUILD_MEMBER_UPDATE'],
  },
  {
    name: 'a role is given',
    prepare: ({ world, guild, human }) => {
      const role = world.roles.create(guild.id);
      return () => world.members.addRole(guild.id, human.id, role.id);
    },
    events: ['guild-permissions', 'GUILD_MEMBER_UPDATE'],
  },
  {
    name: 'a role is given to one who has it',
    prepare: ({ world, guild, human }) => {
      const role = world.roles.create(guild.id);
      world.members.addRole(guild.id, human.id, role.id);
      return () => world.members.addRole(guild.id, human.id, role.id);
    },
    events: [],
  },
  {
    name: 'a user renames itself: once for itself, once per guild',
    prepare:
      ({ world, bot }) =>
      () =>
        world.users.update(bot.id, { username: 'Renamed' }),
    events: ['USER_UPDATE', 'GUILD_MEMBER_UPDATE'],
  },
  {
    name: 'a role is made',
    prepare:
      ({ world, guild }) =>
      () =>
        world.roles.create(guild.id),
    events: ['guild-permissions', 'GUILD_ROLE_CREATE'],
  },
  {
    name: 'a role is changed',
    prepare: ({ world, guild }) => {
      const role = world.roles.create(guild.id);
      return () => world.roles.update(role.id, { color: 255 });
    },
    events: ['guild-permissions', 'GUILD_ROLE_UPDATE'],
  },
  {
    name: 'a role with a holder and an overwrite is deleted',
    prepare: ({ world, guild, human, channel }) => {
      const role = world.roles.create(guild.id);
      world.members.addRole(guild.id, human.id, role.id);
      world.channels.setOverwrite(channel.id, { id: role.id, type: 0, allow: '0', deny: '1024' });
      return () => world.roles.delete(role.id);
    },
    events: [
      'GUILD_ROLE_DELETE',
      'guild-permissions',
      'GUILD_MEMBER_UPDATE',
      'CHANNEL_UPDATE',
      'guild-permissions',
    ],
  },
  {
    name: 'a channel is made',
    prepare:
      ({ world, guild }) =>
      () =>
        world.channels.create(guild.id, { name: 'new' }),
    events: ['guild-permissions', 'CHANNEL_CREATE'],
  },
  {
    name: 'a channel is renamed',
    prepare:
      ({ world, channel }) =>
      () =>
        world.channels.update(channel.id, { name: 'plaza' }),
    events: ['CHANNEL_UPDATE'],
  },
  {
    name: 'an overwrite is set',
    prepare:
      ({ world, guild, channel }) =>
      () =>
        world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny: '2048' }),
    events: ['guild-permissions', 'CHANNEL_UPDATE'],
  },
  {
    name: 'an overwrite is removed',
    prepare: ({ world, guild, channel }) => {
      world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny: '2048' });
      return () => world.channels.removeOverwrite(channel.id, guild.id);
    },
    events: ['guild-permissions', 'CHANNEL_UPDATE'],
  },
  {
    name: 'a category with a child is deleted',
    prepare: ({ world, guild, channel }) => {
      const category = world.channels.create(guild.id, { name: 'all', type: 4 });
      world.channels.update(channel.id, { parentId: category.id });
      return () => world.channels.delete(category.id);
    },
    events: ['CHANNEL_UPDATE', 'guild-permissions', 'CHANNEL_DELETE'],
  },
  {
    name: 'the system channel is deleted',
    prepare: ({ world, guild, channel }) => {
      world.guilds.update(guild.id, { system_channel_id: channel.id });
      return () => world.channels.delete(channel.id);
    },
    events: ['guild-permissions', 'CHANNEL_DELETE', 'GUILD_UPDATE'],
  },
  {
    name: 'a DM is opened',
    prepare:
      ({ world, human, bot }) =>
      () =>
        world.channels.openDm(bot.id, human.id),
    events: [],
  },
  {
    name: 'a guild is renamed',
    prepare:
      ({ world, guild }) =>
      () =>
        world.guilds.update(guild.id, { name: 'City' }),
    events: ['GUILD_UPDATE'],
  },
  {
    name: 'a guild is handed over',
    prepare:
      ({ world, guild, human }) =>
      () =>
        world.guilds.update(guild.id, { owner_id: human.id }),
    events: ['guild-permissions', 'GUILD_UPDATE'],
  },
  {
    name: 'a guild goes into an outage and back',
    prepare:
      ({ world, guild }) =>
      () => {
        world.guilds.setOutage(guild.id, true);
        world.guilds.setOutage(guild.id, true);
        world.guilds.setOutage(guild.id, false);
      },
    events: ['guild-outage', 'guild-restored'],
  },
  {
    name: 'a guild is deleted',
    prepare:
      ({ world, guild }) =>
      () =>
        world.guilds.delete(guild.id),
    events: ['guild-left'],
  },
  {
    name: 'a message is written: no CHANNEL_UPDATE for last_message_id',
    prepare:
      ({ world, human, channel }) =>
      () =>
        world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hi' }),
    events: ['MESSAGE_CREATE'],
  },
  {
    name: 'a message is edited',
    prepare: ({ world, human, channel }) => {
      const { id } = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hi' });
      return () => world.messages.edit(channel.id, id, { content: 'ho' });
    },
    events: ['MESSAGE_UPDATE'],
  },
  {
    name: 'a message is deleted',
    prepare: ({ world, human, channel }) => {
      const { id } = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hi' });
      return () => world.messages.delete(channel.id, id);
    },
    events: ['MESSAGE_DELETE'],
  },
  {
    name: 'messages are deleted in bulk: one event, none for what does not exist',
    prepare: ({ world, human, channel }) => {
      const write = () =>
        world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hi' }).id;
      const ids = [write(), write(), '1'];
      return () => {
        world.messages.bulkDelete(channel.id, ids);
        world.messages.bulkDelete(channel.id, ids);
      };
    },
    events: ['MESSAGE_DELETE_BULK'],
  },
  {
    name: 'a reaction comes twice and goes',
    prepare: ({ world, human, channel }) => {
      const { id } = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hi' });
      return () => {
        world.reactions.add(channel.id, id, human.id, THUMB);
        world.reactions.add(channel.id, id, human.id, THUMB);
        world.reactions.remove(channel.id, id, human.id, THUMB);
      };
    },
    events: ['MESSAGE_REACTION_ADD', 'MESSAGE_REACTION_REMOVE'],
  },
  {
    name: 'reactions are cleared, by emoji and all',
    prepare: ({ world, human, channel }) => {
      const { id } = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hi' });
      world.reactions.add(channel.id, id, human.id, THUMB);
      world.reactions.add(channel.id, id, human.id, { id: '77', name: 'own' });
      return () => {
        world.reactions.removeEmoji(channel.id, id, { id: '77', name: 'renamed' });
        world.reactions.removeAll(channel.id, id);
        world.reactions.removeAll(channel.id, id);
      };
    },
    events: ['MESSAGE_REACTION_REMOVE_EMOJI', 'MESSAGE_REACTION_REMOVE_ALL'],
  },
  {
    name: 'someone types',
    prepare:
      ({ world, human, channel }) =>
      () =>
        world.typing.start(channel.id, human.id),
    events: ['TYPING_START'],
  },
  {
    name: 'someone in two guilds comes online, once per guild, and goes, and is gone already',
    prepare: ({ world, human }) => {
      world.guilds.create({ name: 'Second', ownerId: human.id });
      return () => {
        world.presences.set(human.id, { status: 'dnd' });
        world.presences.clear(human.id);
        world.presences.set(human.id, { status: 'invisible' });
      };
    },
    events: ['PRESENCE_UPDATE', 'PRESENCE_UPDATE', 'PRESENCE_UPDATE', 'PRESENCE_UPDATE'],
  },
  {
    name: 'a privileged intent is switched on, then off',
    prepare:
      ({ world, application }) =>
      () => {
        world.applications.setPrivilegedIntents(application.id, ['GUILD_MEMBERS', 'MESSAGE_CONTENT']);
        world.applications.setPrivilegedIntents(application.id, ['GUILD_MEMBERS']);
      },
    events: ['application-changed', 'application-changed', 'application-revoked'],
  },
  {
    name: 'a token is reset',
    prepare:
      ({ world, application }) =>
      () =>
        world.applications.resetToken(application.id),
    events: ['application-changed', 'application-revoked'],
  },
  {
    name: 'an application is deleted: its sessions end, then the bot leaves',
    prepare:
      ({ world, application }) =>
      () =>
        world.applications.delete(application.id),
    events: [
      'application-revoked',
      'guild-permissions',
      'guild-left',
      'GUILD_MEMBER_REMOVE',
      'INTEGRATION_DELETE',
      'GUILD_INTEGRATIONS_UPDATE',
    ],
  },
];

describe('each change tells exactly these events, in order', () => {
  for (const { name, prepare, events } of ROWS) {
    test(name, async () => {
      const town = await openTown();
      const change = prepare(town);
      await town.take();
      change();
      assert.deepEqual(names(await town.take()), events);
    });
  }
});

describe('gate data', () => {
  test('what happens in a text channel asks for VIEW_CHANNEL, in a voice channel for CONNECT', async () => {
    const { world, guild, human, channel, take } = await openTown();
    const voice = world.channels.create(guild.id, { name: 'talk', type: 2 });
    await take();
    for (const [where, permission] of [
      [channel.id, Permission.VIEW_CHANNEL],
      [voice.id, Permission.CONNECT],
    ] as const) {
      world.typing.start(where, human.id);
      const [event] = dispatches(await take());
      assert.equal(event?.guildId, guild.id);
      assert.equal(event?.channelId, where);
      assert.equal(event?.permission, permission);
      assert.equal(event?.onlyUserIds, null);
    }
  });

  test('what happens in a DM is for its two users alone and belongs to no guild', async () => {
    const { world, human, bot, take } = await openTown();
    const dm = world.channels.openDm(bot.id, human.id);
    const { id } = world.messages.create({ channelId: dm.id, authorId: human.id, content: 'psst' });
    world.reactions.add(dm.id, id, human.id, THUMB);
    world.typing.start(dm.id, bot.id);
    world.messages.delete(dm.id, id);
    const events = dispatches(await take());
    assert.equal(events.length, 4);
    for (const event of events) {
      assert.equal(event.guildId, null);
      assert.equal(event.channelId, null);
      assert.deepEqual(event.onlyUserIds, [bot.id, human.id]);
      assert.equal(event.content, null);
      assert.equal('guild_id' in event.d, false);
      assert.equal('member' in event.d, false);
    }
  });

  test("a bot's own member update reaches it whatever its intents, a human's is gated for all", async () => {
    const { world, guild, human, bot, take } = await openTown();
    world.members.update(guild.id, bot.id, { nick: 'B' });
    world.members.update(guild.id, human.id, { nick: 'H' });
    assert.deepEqual(
      dispatches(await take()).map((event) => event.ungatedUserIds),
      [[bot.id], []],
    );
  });

  test('after joining, the member update is for the new bot alone', async () => {
    const { world, guild, take } = await openTown();
    const { application } = world.applications.create({ name: 'Second' });
    world.members.add({ guildId: guild.id, userId: application.botUserId });
    const update = dispatches(await take()).find((event) => event.name === 'GUILD_MEMBER_UPDATE');
    assert.deepEqual(update?.onlyUserIds, [application.botUserId]);
    assert.deepEqual(update?.ungatedUserIds, [application.botUserId]);
    assert.equal(update?.guildId, guild.id);
  });

  test('guild-joined and guild-left name the bot, a deleted guild names nobody', async () => {
    const { world, guild, bot, take } = await openTown();
    world.members.remove(guild.id, bot.id);
    world.members.add({ guildId: guild.id, userId: bot.id });
    world.guilds.delete(guild.id);
    const access = (await take()).filter(
      (event) => event.kind === 'guild-joined' || event.kind === 'guild-left',
    );
    assert.deepEqual(access, [
      { kind: 'guild-left', guildId: guild.id, userId: bot.id },
      { kind: 'guild-joined', guildId: guild.id, userId: bot.id },
      { kind: 'guild-left', guildId: guild.id, userId: null },
    ]);
  });

  test('a revocation says what for', async () => {
    const { world, application, take } = await openTown();
    world.applications.setPrivilegedIntents(application.id, ['GUILD_MEMBERS', 'GUILD_PRESENCES']);
    world.applications.setPrivilegedIntents(application.id, []);
    world.applications.revokeToken(application.id);
    world.applications.revokeToken(application.id);
    const applicationId = application.id;
    const revocations = (await take()).filter(({ kind }) => kind === 'application-revoked');
    assert.deepEqual(revocations, [
      {
        kind: 'application-revoked',
        applicationId,
        cause: 'intent-disabled',
        intents: ['GUILD_MEMBERS', 'GUILD_PRESENCES'],
      },
      { kind: 'application-revoked', applicationId, cause: 'token-reset', intents: [] },
    ]);
  });
});
