import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Intent } from '@guildhall/protocol';
import { bodyOf } from '../../src/gateway/fan-out.ts';
import { GuildBodies } from '../../src/gateway/guild-bodies.ts';
import type { SessionIdentity } from '../../src/gateway/session.ts';
import { openTown, planEvent, type Town } from '../world/support.ts';

const THRESHOLDS = [50, 250];

/** Everything that the world can do to a guild, in an order that leaves it something to do next. */
const CHANGES: readonly (readonly [name: string, change: (town: Town) => void])[] = [
  ['a message', say],
  ['another one', say],
  [
    'an edit',
    ({ world, channel }) => world.messages.edit(channel.id, last({ world, channel }), { content: 'x' }),
  ],
  [
    'a reaction',
    ({ world, channel, human }) =>
      world.reactions.add(channel.id, last({ world, channel }), human.id, { id: null, name: '👍' }),
  ],
  [
    'a reaction taken back',
    ({ world, channel, human }) => {
      const id = last({ world, channel });
      world.reactions.add(channel.id, id, human.id, { id: null, name: '👍' });
      world.reactions.remove(channel.id, id, human.id, { id: null, name: '👍' });
    },
  ],
  [
    'all reactions of an emoji gone',
    ({ world, channel, human }) => {
      const id = last({ world, channel });
      world.reactions.add(channel.id, id, human.id, { id: null, name: '👍' });
      world.reactions.removeEmoji(channel.id, id, { id: null, name: '👍' });
    },
  ],
  [
    'all reactions gone',
    ({ world, channel, human }) => {
      const id = last({ world, channel });
      world.reactions.add(channel.id, id, human.id, { id: null, name: '👍' });
      world.reactions.removeAll(channel.id, id);
    },
  ],
  ['typing', ({ world, channel, human }) => world.typing.start(channel.id, human.id)],
  ['a deleted message', ({ world, channel }) => world.messages.delete(channel.id, last({ world, channel }))],
  [
    'deleted messages',
    ({ world, channel, human }) => {
      const ids = [1, 2].map(
        (content) =>
          world.messages.create({ channelId: channel.id, authorId: human.id, content: `${content}` }).id,
      );
      world.messages.bulkDelete(channel.id, ids);
    },
  ],
  [
    'a pin, another, and one taken away',
    ({ world, channel, human, clock }) => {
      const [newest, older] = world.messages.list(channel.id, { limit: 2 }).map(({ id }) => id);
      say({ world, channel, human } as Town);
      world.pins.pin(channel.id, newest ?? '', human.id);
      clock.nowMs += 1_000;
      const next = older ?? last({ world, channel });
      world.pins.pin(channel.id, next, human.id);
      world.pins.unpin(channel.id, next);
    },
  ],
  [
    'a pinned message gone',
    ({ world, channel, human }) => {
      const id = last({ world, channel });
      world.pins.pin(channel.id, id, human.id);
      world.messages.delete(channel.id, id);
    },
  ],
  [
    'a poll, a vote and its end',
    ({ world, channel, human }) => {
      const poll = { question: '?', answers: [{ text: 'a' }], durationHours: 1, allowMultiselect: false };
      const { id } = world.messages.create({ channelId: channel.id, authorId: human.id, poll });
      world.polls.vote(channel.id, id, human.id, 1);
      world.polls.end(channel.id, id);
    },
  ],
  ['a new thread', (town) => startThread(town)],
  ['a private thread', (town) => startThread(town, 12)],
  [
    'a private thread with the bot',
    (town) => town.world.threadMembers.add(startThread(town, 12), town.bot.id),
  ],
  [
    'messages in a thread, and one gone',
    (town) => {
      const channelId = startThread(town);
      const speak = () => town.world.messages.create({ channelId, authorId: town.human.id, content: 'x' });
      speak();
      town.world.messages.delete(channelId, speak().id);
    },
  ],
  [
    'a thread with and without the bot',
    (town) => {
      const id = startThread(town);
      town.world.threadMembers.add(id, town.bot.id);
      town.world.threadMembers.remove(id, town.bot.id);
    },
  ],
  [
    'a renamed thread',
    (town) => town.world.threads.update(startThread(town), { name: 'named' }, town.human.id),
  ],
  [
    'a thread that sleeps and wakes',
    (town) => {
      const id = startThread(town);
      town.world.threads.update(id, { archived: true }, town.human.id);
      town.world.threads.update(id, { archived: false }, town.human.id);
    },
  ],
  ['a deleted thread', (town) => town.world.threads.delete(startThread(town))],
  ['a new channel', ({ world, guild }) => world.channels.create(guild.id, { name: 'new' })],
  ['a changed channel', ({ world, channel }) => world.channels.update(channel.id, { name: 'renamed' })],
  [
    'an overwrite',
    ({ world, channel, guild }) =>
      world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny: '2048' }),
  ],
  ['no overwrite', ({ world, channel, guild }) => world.channels.removeOverwrite(channel.id, guild.id)],
  ['a new role', ({ world, guild }) => world.roles.create(guild.id, { name: 'new' })],
  [
    'a changed role',
    ({ world, guild }) => world.roles.update(newestRole({ world, guild }), { name: 'named' }),
  ],
  [
    'a role given',
    ({ world, guild, human }) => world.members.addRole(guild.id, human.id, newestRole({ world, guild })),
  ],
  ['a deleted role', ({ world, guild }) => world.roles.delete(newestRole({ world, guild }))],
  ['a nickname', ({ world, guild, human }) => world.members.update(guild.id, human.id, { nick: 'nick' })],
  ['a name', ({ world, human }) => world.users.update(human.id, { globalName: 'Somebody Else' })],
  ['the name of the bot', ({ world, bot }) => world.users.update(bot.id, { username: 'botname' })],
  ['somebody online', ({ world, human }) => world.presences.set(human.id, { status: 'dnd' })],
  ['somebody offline', ({ world, human }) => world.presences.clear(human.id)],
  ['the bot idle', ({ world, bot }) => world.presences.set(bot.id, { status: 'idle' })],
  [
    'a new emoji',
    ({ world, guild, human }) =>
      world.emojis.createInGuild(guild.id, { name: 'blob', animated: false, creatorId: human.id }),
  ],
  [
    'a new sticker',
    ({ world, guild, human }) =>
      world.stickers.create(guild.id, {
        name: 'wave',
        description: null,
        tags: 'hi',
        formatType: 1,
        creatorId: human.id,
      }),
  ],
  [
    'a new sound',
    ({ world, guild, human }) => world.soundboard.create(guild.id, { name: 'horn', creatorId: human.id }),
  ],
  ['something planned', (town) => planEvent(town)],
  [
    'something on stage',
    ({ world, guild }) => {
      const stage = world.channels.create(guild.id, { name: 'stage', type: 13 });
      world.stageInstances.create({ channelId: stage.id, topic: 'talk' });
    },
  ],
  [
    'somebody muted in voice',
    ({ world, guild, human }) => {
      const voice = world.channels.create(guild.id, { name: 'voice', type: 2 });
      world.voiceStates.join(voice.id, human.id);
      world.members.update(guild.id, human.id, { mute: true });
    },
  ],
  ['one banned', ({ world, guild, human }) => world.bans.create(guild.id, human.id)],
  ['a widget', ({ world, guild }) => world.guilds.update(guild.id, { widget_enabled: true })],
  ['one gone', ({ world, guild, human }) => world.members.remove(guild.id, human.id)],
  ['one come', ({ world, guild, human }) => world.members.add({ guildId: guild.id, userId: human.id })],
  ['the guild renamed', ({ world, guild }) => world.guilds.update(guild.id, { name: 'Renamed' })],
  [
    'the guild away and back',
    ({ world, guild }) => {
      world.guilds.setOutage(guild.id, true);
      world.guilds.setOutage(guild.id, false);
    },
  ],
  [
    'the bot gone and back',
    ({ world, guild, bot, clock }) => {
      world.members.remove(guild.id, bot.id);
      clock.nowMs += 60_000;
      world.members.add({ guildId: guild.id, userId: bot.id });
    },
  ],
];

function say({ world, channel, human }: Town): void {
  world.messages.create({ channelId: channel.id, authorId: human.id, content: 'hello' });
}

function startThread({ world, channel, human }: Town, type = 11): string {
  return world.threads.create({ parentId: channel.id, ownerId: human.id, name: 'thread', type }).id;
}

function last({ world, channel }: Pick<Town, 'world' | 'channel'>): string {
  return world.messages.list(channel.id, { limit: 1 })[0]?.id ?? '';
}

function newestRole({ world, guild }: Pick<Town, 'world' | 'guild'>): string {
  return [...world.roles.ofGuild(guild.id).keys()].at(-1) ?? '';
}

function identities({ application, bot }: Town): readonly SessionIdentity[] {
  return [Intent.GUILDS, Intent.GUILDS | Intent.GUILD_PRESENCES].flatMap((intents) =>
    THRESHOLDS.map((largeThreshold) => ({
      applicationId: application.id,
      botUserId: bot.id,
      shard: [0, 1] as const,
      intents,
      version: 10,
      seesContent: true,
      obfuscatesChannels: false,
      largeThreshold,
      compress: false,
      library: { os: '', browser: '', device: '' },
    })),
  );
}

describe('a kept GUILD_CREATE is what would be written anew, after', () => {
  for (const [name, change] of CHANGES) {
    test(name, async () => {
      const town = await openTown();
      const { world, guild } = town;
      const bodies = new GuildBodies(world);
      world.bus.subscribe((event) => bodies.note(event));
      const asKept = () =>
        identities(town).flatMap((identity) =>
          [true, false].map((lazy) => bodies.get(guild.id, identity, lazy).json.plain.toString()),
        );
      const anew = () =>
        identities(town).flatMap(({ intents, largeThreshold }) =>
          [true, false].map((lazy) => {
            const options = {
              forUserId: town.bot.id,
              presences: (intents & Intent.GUILD_PRESENCES) !== 0,
              largeThreshold,
              lazy,
            };
            return bodyOf('GUILD_CREATE', world.views.guildCreate(guild.id, options)).json.plain.toString();
          }),
        );
      // What each change needs to be there.
      say(town);
      world.roles.create(guild.id, { name: 'first' });
      world.presences.set(town.human.id, { status: 'online' });
      if (name === 'no overwrite') {
        world.channels.setOverwrite(town.channel.id, { id: guild.id, type: 0, allow: '0', deny: '2048' });
      }
      await world.committed();
      assert.deepEqual(asKept(), anew());
      change(town);
      // Between a change and its event either may be had.
      asKept();
      await world.committed();
      assert.deepEqual(asKept(), anew());
      await world.close();
    });
  }
});

test('what has not changed is written once, for each way in which sessions see it', async () => {
  const town = await openTown();
  const bodies = new GuildBodies(town.world);
  const [plain, , presences] = identities(town);
  assert.ok(plain !== undefined && presences !== undefined);
  const body = bodies.get(town.guild.id, plain, true);
  assert.equal(bodies.get(town.guild.id, plain, true), body);
  assert.notEqual(bodies.get(town.guild.id, plain, false), body);
  assert.notEqual(bodies.get(town.guild.id, presences, true), body);
  await town.world.close();
});
