import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ALL_PERMISSIONS, DEFAULT_EVERYONE_PERMISSIONS, Permission } from '@guildhall/protocol';
import { openTown, type Town } from './support.ts';

const VIEW = Permission.VIEW_CHANNEL;
const SEND = Permission.SEND_MESSAGES;

function deny(town: Town, id: string, type: 0 | 1, bits: bigint): void {
  town.world.channels.setOverwrite(town.channel.id, { id, type, allow: '0', deny: bits.toString() });
}

describe('permissions', () => {
  test('the owner has all, a member what @everyone has, a stranger nothing', async () => {
    const { world, guild, channel, owner, human } = await openTown();
    const stranger = world.users.create({ username: 'stranger' });
    assert.equal(world.access.guildPermissions(owner.id, guild.id), ALL_PERMISSIONS);
    assert.equal(world.access.guildPermissions(human.id, guild.id), DEFAULT_EVERYONE_PERMISSIONS);
    assert.equal(world.access.guildPermissions(stranger.id, guild.id), 0n);
    assert.equal(world.access.channelPermissions(stranger.id, channel.id), 0n);
    assert.equal(world.access.channelPermissions(human.id, '1'), 0n);
  });

  test('recipients of a DM may read and write there, nobody else anything', async () => {
    const { world, owner, human, bot } = await openTown();
    const dm = world.channels.openDm(human.id, bot.id);
    assert.equal(world.access.can(human.id, dm.id, VIEW | SEND | Permission.READ_MESSAGE_HISTORY), true);
    assert.equal(world.access.can(human.id, dm.id, Permission.MANAGE_MESSAGES), false);
    assert.equal(world.access.channelPermissions(owner.id, dm.id), 0n);
  });

  /** Each change must be seen at once: the answer before it was kept. */
  const changes: readonly [string, (town: Town) => void, boolean][] = [
    ['nothing changed', () => {}, true],
    ['an overwrite of @everyone', (town) => deny(town, town.guild.id, 0, VIEW), false],
    ['an overwrite of the member', (town) => deny(town, town.human.id, 1, SEND), false],
    [
      'an overwrite of a role that the member gets',
      (town) => {
        const role = town.world.roles.create(town.guild.id, { permissions: 0n });
        deny(town, role.id, 0, SEND);
        town.world.members.addRole(town.guild.id, town.human.id, role.id);
      },
      false,
    ],
    [
      '@everyone loses the bit',
      (town) => town.world.roles.update(town.guild.id, { permissions: VIEW }),
      false,
    ],
    [
      'an administrator role against an overwrite',
      (town) => {
        deny(town, town.guild.id, 0, VIEW);
        const role = town.world.roles.create(town.guild.id, { permissions: Permission.ADMINISTRATOR });
        town.world.members.addRole(town.guild.id, town.human.id, role.id);
      },
      true,
    ],
    [
      'the role that gave it is deleted',
      (town) => {
        town.world.roles.update(town.guild.id, { permissions: VIEW });
        const role = town.world.roles.create(town.guild.id, { permissions: SEND });
        town.world.members.addRole(town.guild.id, town.human.id, role.id);
        assert.equal(town.world.access.can(town.human.id, town.channel.id, SEND), true);
        town.world.roles.delete(role.id);
      },
      false,
    ],
    ['the member leaves', (town) => town.world.members.remove(town.guild.id, town.human.id), false],
    [
      'the member becomes owner',
      (town) => {
        deny(town, town.guild.id, 0, VIEW);
        town.world.guilds.update(town.guild.id, { owner_id: town.human.id });
      },
      true,
    ],
    ['the channel is deleted', (town) => town.world.channels.delete(town.channel.id), false],
    ['the guild is deleted', (town) => town.world.guilds.delete(town.guild.id), false],
  ];
  for (const [name, change, canSend] of changes) {
    test(`${name}: ${canSend ? 'can' : 'cannot'} send`, async () => {
      const town = await openTown();
      const { access } = town.world;
      assert.equal(access.can(town.human.id, town.channel.id, VIEW | SEND), true);
      change(town);
      assert.equal(access.can(town.human.id, town.channel.id, VIEW | SEND), canSend);
    });
  }

  test('a timeout ends by the clock alone', async () => {
    const { world, clock, guild, channel, human } = await openTown();
    const until = new Date(clock.nowMs + 60_000).toISOString();
    world.members.update(guild.id, human.id, { communicationDisabledUntil: until });
    assert.equal(world.access.can(human.id, channel.id, VIEW), true);
    assert.equal(world.access.can(human.id, channel.id, SEND), false);
    clock.nowMs += 60_001;
    assert.equal(world.access.can(human.id, channel.id, SEND), true);
  });
});

describe('rank', () => {
  test('the owner outranks all, others by their highest role, of one position the older', async () => {
    const { world, guild, owner, human, bot } = await openTown();
    const { access } = world;
    assert.equal(access.outranks(owner.id, human.id, guild.id), true);
    assert.equal(access.outranks(human.id, owner.id, guild.id), false);
    assert.equal(access.outranks(human.id, bot.id, guild.id), false, 'both have @everyone alone');
    const older = world.roles.create(guild.id, { name: 'older' });
    const younger = world.roles.create(guild.id, { name: 'younger' });
    world.members.addRole(guild.id, human.id, younger.id);
    assert.equal(access.outranks(human.id, bot.id, guild.id), true);
    world.members.addRole(guild.id, bot.id, older.id);
    assert.equal(access.outranks(human.id, bot.id, guild.id), false);
    assert.equal(access.outranks(bot.id, human.id, guild.id), true);
    world.roles.update(younger.id, { position: 2 });
    assert.equal(access.outranks(human.id, bot.id, guild.id), true);
    assert.equal(access.outranks(human.id, human.id, guild.id), false);
    assert.equal(access.outranks(human.id, '1', guild.id), false);
    assert.equal(world.roles.highest(guild.id, human.id).id, younger.id);
  });
});
