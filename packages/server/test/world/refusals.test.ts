import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WorldError, type WorldErrorCode } from '../../src/world/errors.ts';
import { openTown, type Town } from './support.ts';

const ROWS: readonly [WorldErrorCode, string, (town: Town) => unknown][] = [
  ['INVALID_VALUE', 'a username of space', ({ world }) => world.users.create({ username: ' ' })],
  ['INVALID_VALUE', 'a username of 33', ({ world }) => world.users.create({ username: 'x'.repeat(33) })],
  ['UNKNOWN_USER', 'an update of nobody', ({ world }) => world.users.update('1', {})],
  ['INVALID_VALUE', 'an application without a name', ({ world }) => world.applications.create({ name: '' })],
  [
    'UNKNOWN_USER',
    'an owner nobody knows',
    ({ world }) => world.applications.create({ name: 'x', ownerId: '1' }),
  ],
  ['UNKNOWN_APPLICATION', 'a reset for none', ({ world }) => world.applications.resetToken('1')],
  ['UNKNOWN_APPLICATION', 'a deletion of none', ({ world }) => world.applications.delete('1')],
  ['UNKNOWN_USER', 'a guild of nobody', ({ world }) => world.guilds.create({ name: 'x', ownerId: '1' })],
  [
    'ID_TAKEN',
    'a guild with the id of another, written differently',
    ({ world, guild, human }) => world.guilds.create({ name: 'x', ownerId: human.id, id: `0${guild.id}` }),
  ],
  [
    'INVALID_ID',
    'a guild with an id that is none',
    ({ world, human }) => world.guilds.create({ name: 'x', ownerId: human.id, id: 'town' }),
  ],
  [
    'INVALID_VALUE',
    'a guild name of 101',
    ({ world, guild }) => world.guilds.update(guild.id, { name: 'x'.repeat(101) }),
  ],
  [
    'UNKNOWN_MEMBER',
    'a guild handed to a stranger',
    ({ world, guild }) => world.guilds.update(guild.id, { owner_id: '1' }),
  ],
  ['UNKNOWN_GUILD', 'a deletion of no guild', ({ world }) => world.guilds.delete('1')],
  ['UNKNOWN_GUILD', 'a role of no guild', ({ world }) => world.roles.create('1')],
  [
    'INVALID_VALUE',
    'a colour out of range',
    ({ world, guild }) => world.roles.create(guild.id, { color: 0x1000000 }),
  ],
  ['INVALID_VALUE', 'a position of 0', ({ world, guild }) => world.roles.create(guild.id, { position: 0 })],
  [
    'INVALID_VALUE',
    'negative permissions',
    ({ world, guild }) => world.roles.create(guild.id, { permissions: -1n }),
  ],
  ['EVERYONE_ROLE', '@everyone deleted', ({ world, guild }) => world.roles.delete(guild.id)],
  ['EVERYONE_ROLE', '@everyone renamed', ({ world, guild }) => world.roles.update(guild.id, { name: 'x' })],
  [
    'EVERYONE_ROLE',
    '@everyone given',
    ({ world, guild, human }) => world.members.addRole(guild.id, human.id, guild.id),
  ],
  [
    'UNKNOWN_ROLE',
    'no role given',
    ({ world, guild, human }) => world.members.addRole(guild.id, human.id, '1'),
  ],
  [
    'UNKNOWN_ROLE',
    'no role taken',
    ({ world, guild, human }) => world.members.removeRole(guild.id, human.id, '1'),
  ],
  ['UNKNOWN_ROLE', 'no role deleted', ({ world }) => world.roles.delete('1')],
  ['UNKNOWN_GUILD', 'a channel of no guild', ({ world }) => world.channels.create('1', { name: 'x' })],
  [
    'WRONG_CHANNEL_TYPE',
    'a channel of type 1',
    ({ world, guild }) => world.channels.create(guild.id, { name: 'x', type: 1 }),
  ],
  [
    'WRONG_CHANNEL_TYPE',
    'a text channel as parent',
    ({ world, guild, channel }) => world.channels.create(guild.id, { name: 'x', parentId: channel.id }),
  ],
  [
    'UNKNOWN_CHANNEL',
    'no parent',
    ({ world, channel }) => world.channels.update(channel.id, { parentId: '1' }),
  ],
  [
    'INVALID_VALUE',
    'a topic of 1025',
    ({ world, channel }) => world.channels.update(channel.id, { topic: 'x'.repeat(1025) }),
  ],
  [
    'INVALID_VALUE',
    'a slowmode of a day',
    ({ world, channel }) => world.channels.update(channel.id, { rateLimitPerUser: 86400 }),
  ],
  [
    'INVALID_VALUE',
    'an overwrite of words',
    ({ world, guild, channel }) =>
      world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: 'all', deny: '0' }),
  ],
  [
    'UNKNOWN_OVERWRITE',
    'no overwrite',
    ({ world, channel }) => world.channels.removeOverwrite(channel.id, '1'),
  ],
  ['INVALID_VALUE', 'a DM with oneself', ({ world, human }) => world.channels.openDm(human.id, human.id)],
  ['UNKNOWN_USER', 'a DM with nobody', ({ world, human }) => world.channels.openDm(human.id, '1')],
  [
    'WRONG_CHANNEL_TYPE',
    'a DM deleted',
    ({ world, human, bot }) => world.channels.delete(world.channels.openDm(human.id, bot.id).id),
  ],
  [
    'UNKNOWN_USER',
    'a member nobody knows',
    ({ world, guild }) => world.members.add({ guildId: guild.id, userId: '1' }),
  ],
  [
    'INVALID_VALUE',
    'a nickname of 33',
    ({ world, guild, human }) => world.members.update(guild.id, human.id, { nick: 'x'.repeat(33) }),
  ],
  [
    'INVALID_VALUE',
    'a timeout until someday',
    ({ world, guild, human }) =>
      world.members.update(guild.id, human.id, { communicationDisabledUntil: 'someday' }),
  ],
  ['UNKNOWN_MEMBER', 'a removal of no member', ({ world, guild }) => world.members.remove(guild.id, '1')],
  [
    'OWNER_CANNOT_LEAVE',
    'the owner removed',
    ({ world, guild, owner }) => world.members.remove(guild.id, owner.id),
  ],
];

describe('what cannot be is refused, with nothing changed and nothing told', () => {
  for (const [code, name, change] of ROWS) {
    test(`${name}: ${code}`, async () => {
      const town = await openTown();
      const told: unknown[] = [];
      town.world.bus.subscribe((event) => event.kind === 'dispatch' && told.push(event.d));
      const before = snapshot(town);
      assert.throws(
        () => change(town),
        (error) => error instanceof WorldError && error.code === code,
      );
      await town.world.committed();
      assert.deepEqual(snapshot(town), before);
      assert.deepEqual(told, []);
    });
  }
});

test('a guild names no channel of another as its system channel', async () => {
  const { world, guild, human } = await openTown();
  const other = world.guilds.create({ name: 'x', ownerId: human.id });
  const channel = world.channels.create(other.id, { name: 'x' });
  assert.throws(
    () => world.guilds.update(guild.id, { system_channel_id: channel.id }),
    (error) => error instanceof WorldError && error.code === 'UNKNOWN_CHANNEL',
  );
  assert.equal(world.guilds.require(guild.id).system_channel_id, null);
});

function snapshot({ world, guild }: Town): readonly unknown[] {
  return [
    world.users.list(),
    world.applications.list(),
    world.guilds.list(),
    [...world.roles.ofGuild(guild.id).values()],
    [...world.channels.ofGuild(guild.id).values()],
    [...world.members.ofGuild(guild.id).values()],
  ];
}
