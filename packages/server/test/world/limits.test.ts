import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WorldError } from '../../src/world/errors.ts';
import { DEFAULT_WORLD_LIMITS, type WorldLimits, worldLimits } from '../../src/world/limits.ts';
import { openTown, PING, planEvent, type Town } from './support.ts';

/** With room for exactly what the town has: the next one is refused. */
const ROWS: readonly [keyof WorldLimits, number, (town: Town) => unknown][] = [
  ['applications', 1, ({ world }) => world.applications.create({ name: 'x' })],
  ['users', 4, ({ world }) => world.users.create({ username: 'x' })],
  ['guilds', 1, ({ world, human }) => world.guilds.create({ name: 'x', ownerId: human.id })],
  ['channelsPerGuild', 1, ({ world, guild }) => world.channels.create(guild.id, { name: 'x' })],
  ['rolesPerGuild', 1, ({ world, guild }) => world.roles.create(guild.id)],
  [
    'membersPerGuild',
    3,
    ({ world, guild }) => {
      const user = world.users.create({ username: 'x' });
      return world.members.add({ guildId: guild.id, userId: user.id });
    },
  ],
  [
    'overwritesPerChannel',
    1,
    ({ world, guild, human, channel }) => {
      world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny: '0' });
      world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '1', deny: '0' });
      world.channels.setOverwrite(channel.id, { id: human.id, type: 1, allow: '0', deny: '0' });
    },
  ],
  [
    'dmChannels',
    1,
    ({ world, owner, human, bot }) => {
      const dm = world.channels.openDm(human.id, bot.id);
      assert.equal(world.channels.openDm(bot.id, human.id), dm);
      return world.channels.openDm(owner.id, bot.id);
    },
  ],
  [
    'reactionsPerMessage',
    1,
    ({ world, channel, human, bot }) => {
      const { id } = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hi' });
      world.reactions.add(channel.id, id, human.id, { id: null, name: '👍' });
      world.reactions.add(channel.id, id, bot.id, { id: null, name: '👍' });
      return world.reactions.add(channel.id, id, human.id, { id: null, name: '🎉' });
    },
  ],
  [
    'usersPerReaction',
    1,
    ({ world, channel, human, bot }) => {
      const { id } = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hi' });
      world.reactions.add(channel.id, id, human.id, { id: null, name: '👍' });
      return world.reactions.add(channel.id, id, bot.id, { id: null, name: '👍' });
    },
  ],
  ['chatInputCommands', 1, (town) => ['a', 'b'].map((name) => putCommand(town, 1, name))],
  ['contextMenuCommands', 1, (town) => ['a', 'b'].map((name) => putCommand(town, 2, name))],
  ['commandCreatesPerDay', 1, (town) => [1, 2].map((type) => putCommand(town, type, 'a'))],
  [
    'commandPermissions',
    1,
    (town) => {
      const { world, application, guild, human, owner } = town;
      const { command } = putCommand(town, 1, 'a');
      const entries = [human, owner].map(({ id }) => ({ id, type: 2, permission: true }));
      return world.commandAccess.set(application.id, guild.id, command.id, entries);
    },
  ],
  [
    'skusPerApplication',
    2,
    ({ world, application }) => ['a', 'b'].map((name) => world.skus.create(application.id, { name })),
  ],
  [
    'entitlementsPerApplication',
    1,
    ({ world, application, human }) => {
      const { id } = world.skus.create(application.id, { name: 'premium' });
      return [0, 1].map(() => world.entitlements.createTest(application.id, id, { userId: human.id }));
    },
  ],
  [
    'followUpsPerInteraction',
    1,
    (town) => {
      const { world, human, channel } = town;
      putCommand(town, 1, 'ping');
      const { id, token } = world.clientActions.invokeCommand({
        userId: human.id,
        channelId: channel.id,
        command: 'ping',
      });
      world.interactions.respond(id, token, { type: 4, input: { content: 'one', ephemeral: true } });
      const followUp = () =>
        world.interactions.followUp(world.interactions.require(id), { content: 'more', ephemeral: true });
      return [followUp(), followUp()];
    },
  ],
  [
    'bansPerGuild',
    1,
    ({ world, guild, human, bot }) => {
      world.bans.create(guild.id, human.id);
      return world.bans.create(guild.id, bot.id);
    },
  ],
  [
    'invitesPerGuild',
    1,
    ({ world, channel, human }) => {
      const invite = { channelId: channel.id, inviterId: human.id, unique: true };
      world.invites.create(invite);
      return world.invites.create(invite);
    },
  ],
  [
    'emojisPerGuild',
    1,
    ({ world, guild, human }) => {
      const emoji = { name: 'blob', animated: false, creatorId: human.id };
      world.emojis.createInGuild(guild.id, emoji);
      world.emojis.createInGuild(guild.id, { ...emoji, animated: true });
      return world.emojis.createInGuild(guild.id, emoji);
    },
  ],
  [
    'emojisPerApplication',
    1,
    ({ world, application, bot }) => {
      const emoji = { name: 'blob', animated: false, creatorId: bot.id };
      world.emojis.createInApplication(application.id, emoji);
      return world.emojis.createInApplication(application.id, emoji);
    },
  ],
  [
    'stickersPerGuild',
    1,
    ({ world, guild, human }) => {
      const sticker = { name: 'wave', description: null, tags: 'hi', formatType: 1, creatorId: human.id };
      world.stickers.create(guild.id, sticker);
      return world.stickers.create(guild.id, sticker);
    },
  ],
  [
    'soundsPerGuild',
    1,
    ({ world, guild, human }) => {
      world.soundboard.create(guild.id, { name: 'horn', creatorId: human.id });
      return world.soundboard.create(guild.id, { name: 'horn', creatorId: human.id });
    },
  ],
  [
    'scheduledEventsPerGuild',
    1,
    (town) => {
      planEvent(town);
      return planEvent(town);
    },
  ],
  [
    'usersPerScheduledEvent',
    1,
    (town) => {
      const { id } = planEvent(town);
      town.world.scheduledEvents.setInterested(town.guild.id, id, town.human.id, true);
      return town.world.scheduledEvents.setInterested(town.guild.id, id, town.owner.id, true);
    },
  ],
  [
    'webhooksPerChannel',
    1,
    ({ world, channel, human }) => {
      world.webhooks.create(channel.id, { name: 'a', userId: human.id });
      return world.webhooks.create(channel.id, { name: 'b', userId: human.id });
    },
  ],
  [
    'pinsPerChannel',
    1,
    ({ world, channel, human }) => {
      const ids = ['a', 'b'].map(
        (content) => world.messages.create({ channelId: channel.id, authorId: human.id, content }).id,
      );
      for (const id of ids) world.pins.pin(channel.id, id, human.id);
    },
  ],
  [
    'activeThreadsPerGuild',
    1,
    ({ world, channel, human }) => {
      const first = world.threads.create({ parentId: channel.id, ownerId: human.id, name: 'first' });
      world.threads.update(first.id, { archived: true }, human.id);
      world.threads.create({ parentId: channel.id, ownerId: human.id, name: 'second' });
      return world.threads.update(first.id, { archived: false }, human.id);
    },
  ],
  [
    'threadsPerGuild',
    1,
    ({ world, channel, human }) => {
      const first = world.threads.create({ parentId: channel.id, ownerId: human.id, name: 'first' });
      world.threads.update(first.id, { archived: true }, human.id);
      return world.threads.create({ parentId: channel.id, ownerId: human.id, name: 'second' });
    },
  ],
  [
    'membersPerThread',
    1,
    ({ world, channel, human, bot }) => {
      const { id } = world.threads.create({ parentId: channel.id, ownerId: human.id, name: 'thread' });
      return world.threadMembers.add(id, bot.id);
    },
  ],
  [
    'contentLength',
    3,
    ({ world, channel, human }) =>
      world.messages.create({ channelId: channel.id, authorId: human.id, content: 'four' }),
  ],
];

function putCommand({ world, application }: Town, type: number, name: string) {
  return world.commands.put({ applicationId: application.id, guildId: null }, { ...PING, type, name });
}

describe('a full world refuses', () => {
  for (const [name, value, exceed] of ROWS) {
    test(`${name}: ${value}`, async () => {
      const town = await openTown({ limits: { [name]: value } });
      assert.throws(
        () => exceed(town),
        (error) => error instanceof WorldError && error.code === `LIMIT_REACHED:${name}`,
      );
    });
  }

  test('but of messages it forgets the oldest, without an event', async () => {
    const { world, channel, human, take } = await openTown({ limits: { messagesPerChannel: 3 } });
    const ids = [0, 1, 2, 3, 4].map(
      (i) => world.messages.create({ channelId: channel.id, authorId: human.id, content: `m${i}` }).id,
    );
    const kept = world.messages.list(channel.id, { limit: 10 }).map(({ id }) => id);
    assert.deepEqual(kept, ids.slice(2).reverse());
    assert.equal((await take()).length, 5);
  });
});

test('and of the audit log it forgets the oldest', async () => {
  const { world, guild, channel, owner } = await openTown({ limits: { auditLogEntriesPerGuild: 2 } });
  const actor = { userId: owner.id, reason: null };
  for (const topic of ['a', 'b', 'c']) world.channels.update(channel.id, { topic }, actor);
  const topics = world.auditLog.list(guild.id, { limit: 10 }).map(({ changes }) => changes?.[0]?.new_value);
  assert.deepEqual(topics, ['c', 'b']);
});

test('and of interactions, with its ephemeral messages', async () => {
  const town = await openTown({ limits: { interactions: 2 } });
  const { world, human, channel } = town;
  putCommand(town, 1, 'ping');
  const [first, second, third] = [0, 1, 2].map(() => {
    const begun = world.clientActions.invokeCommand({
      userId: human.id,
      channelId: channel.id,
      command: 'ping',
    });
    const answered = world.interactions.respond(begun.id, begun.token, {
      type: 4,
      input: { content: 'psst', ephemeral: true },
    });
    return { id: begun.id, message: world.interactions.original(answered) };
  });
  assert.equal(world.interactions.get(first?.id ?? ''), undefined);
  assert.equal(world.interactions.ephemeral(first?.message?.id ?? ''), undefined);
  for (const kept of [second, third])
    assert.equal(world.interactions.ephemeral(kept?.message?.id ?? ''), kept?.message);
});

test('the oldest entitlement that is deleted makes room for a new one', async () => {
  const { world, application, human } = await openTown({ limits: { entitlementsPerApplication: 2 } });
  const { id } = world.skus.create(application.id, { name: 'premium' });
  const [first, second, third] = [0, 1, 2].map(() => {
    const made = world.entitlements.createTest(application.id, id, { userId: human.id });
    world.entitlements.delete(application.id, made.id);
    return made.id;
  });
  assert.deepEqual([...world.entitlements.ofApplication(application.id).keys()], [second, third]);
  assert.throws(() => world.entitlements.require(application.id, first ?? ''), /no entitlement/);
});

test('every limit has a case above', () => {
  // Of files, test/rest/attachments.test.ts has the cases: their bytes take time to come.
  const elsewhere = [
    'messagesPerChannel',
    'auditLogEntriesPerGuild',
    'interactions',
    'fileBytes',
    'attachmentBytes',
  ];
  const tested = [...ROWS.map(([name]) => name), ...elsewhere].sort();
  assert.deepEqual(tested, Object.keys(DEFAULT_WORLD_LIMITS).sort());
});

test('a limit that is no positive whole number is refused by name', () => {
  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => worldLimits({ users: value }), /limits\.users must be a whole number of at least 1/);
  }
});
