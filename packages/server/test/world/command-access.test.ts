import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CommandInput } from '../../src/world/application-commands.ts';
import type { CommandPermission } from '../../src/world/entities.ts';
import { SqliteStore } from '../../src/world/store/sqlite-store.ts';
import { World } from '../../src/world/world.ts';
import { openTown, PING, recordingLog, type Town } from './support.ts';

const MANAGE_GUILD = '32';

interface Case {
  readonly what: string;
  readonly input?: Partial<CommandInput>;
  readonly ofCommand?: (town: Town) => readonly CommandPermission[];
  readonly ofApplication?: (town: Town) => readonly CommandPermission[];
  readonly prepare?: (town: Town) => void;
  readonly may: boolean;
}

const everyone = (permission: boolean) => (town: Town) => [{ id: town.guild.id, type: 1, permission }];
const self = (permission: boolean) => (town: Town) => [{ id: town.human.id, type: 2, permission }];
const here = (permission: boolean) => (town: Town) => [{ id: town.channel.id, type: 3, permission }];
const allChannels = (permission: boolean) => (town: Town) => [
  { id: (BigInt(town.guild.id) - 1n).toString(), type: 3, permission },
];
const helpers = ({ world, guild, human }: Town) => {
  const role = world.roles.create(guild.id, { name: 'helpers' });
  world.members.addRole(guild.id, human.id, role.id);
  return role;
};

describe('a member may use a command', () => {
  const cases: readonly Case[] = [
    { what: 'by default', may: true },
    { what: 'not without USE_APPLICATION_COMMANDS', prepare: forbidCommands, may: false },
    { what: 'not where it asks for more', input: { default_member_permissions: MANAGE_GUILD }, may: false },
    {
      what: 'where it has what it asks for',
      input: { default_member_permissions: MANAGE_GUILD },
      prepare: ({ world, guild, human }) => {
        const role = world.roles.create(guild.id, { name: 'managers', permissions: BigInt(MANAGE_GUILD) });
        world.members.addRole(guild.id, human.id, role.id);
      },
      may: true,
    },
    { what: 'not one for administrators', input: { default_member_permissions: '0' }, may: false },
    {
      what: 'when the guild says so',
      input: { default_member_permissions: '0' },
      ofCommand: self(true),
      may: true,
    },
    { what: 'not when the guild says no', ofCommand: self(false), may: false },
    { what: 'not when nobody may', ofCommand: everyone(false), may: false },
    {
      what: 'when nobody may but itself',
      ofCommand: (town) => [...everyone(false)(town), ...self(true)(town)],
      may: true,
    },
    {
      what: 'when nobody may but its role',
      ofCommand: (town) => [...everyone(false)(town), { id: helpers(town).id, type: 1, permission: true }],
      may: true,
    },
    { what: 'not in a channel that is closed to it', ofCommand: here(false), may: false },
    { what: 'not when all channels are closed', ofCommand: allChannels(false), may: false },
    {
      what: 'in the only channel that is open',
      ofCommand: (town) => [...allChannels(false)(town), ...here(true)(town)],
      may: true,
    },
    { what: 'not when its application is closed to it', ofApplication: everyone(false), may: false },
    {
      what: 'when its application is closed and the command is open',
      ofApplication: everyone(false),
      ofCommand: everyone(true),
      may: true,
    },
    { what: 'not an age-restricted one in an ordinary channel', input: { nsfw: true }, may: false },
    {
      what: 'an age-restricted one in such a channel',
      input: { nsfw: true },
      prepare: ({ world, channel }) => void world.channels.update(channel.id, { nsfw: true }),
      may: true,
    },
    { what: 'not one that is for direct messages', input: { contexts: [1] }, may: false },
  ];
  for (const { what, input, ofCommand, ofApplication, prepare, may } of cases) {
    test(what, async () => {
      const town = await openTown();
      const { world, application, guild, human, channel } = town;
      const { command } = world.commands.put(
        { applicationId: application.id, guildId: null },
        { ...PING, ...input },
      );
      prepare?.(town);
      const set = (id: string, permissions: readonly CommandPermission[] | undefined) => {
        if (permissions !== undefined) world.commandAccess.set(application.id, guild.id, id, permissions);
      };
      set(command.id, ofCommand?.(town));
      set(application.id, ofApplication?.(town));
      const now = world.channels.require(channel.id);
      assert.equal(world.commandAccess.mayUse(human.id, now, command), may);
      assert.equal(
        world.commandAccess.mayUse(town.owner.id, now, command),
        may || !(input?.nsfw === true || input?.contexts !== undefined),
        'what an administrator may',
      );
    });
  }

  test('in a direct message, only a global one that works there', async () => {
    const { world, application, guild, human, bot, owner } = await openTown();
    const dm = world.channels.openDm(bot.id, human.id);
    const scope = { applicationId: application.id, guildId: null };
    const works = world.commands.put(scope, PING).command;
    const guildOnly = world.commands.put(scope, {
      ...PING,
      name: 'guild-only',
      contexts: [0],
      dm_permission: false,
    });
    const ofGuild = world.commands.put({ ...scope, guildId: guild.id }, { ...PING, name: 'local' });
    assert.equal(world.commandAccess.mayUse(human.id, dm, works), true);
    assert.equal(world.commandAccess.mayUse(owner.id, dm, works), false, 'nobody else’s');
    assert.equal(world.commandAccess.mayUse(human.id, dm, guildOnly.command), false);
    assert.equal(world.commandAccess.mayUse(human.id, dm, ofGuild.command), false);
  });
});

test('a guild’s command hides the global one of its name', async () => {
  const { world, application, guild } = await openTown();
  const scope = { applicationId: application.id, guildId: null };
  const global = world.commands.put(scope, PING).command;
  const local = world.commands.put({ ...scope, guildId: guild.id }, PING).command;
  assert.deepEqual(world.commands.usableIn(application.id, guild.id), [local]);
  assert.deepEqual(world.commands.usableIn(application.id, null), [global]);
});

test('commands and their permissions are in the file, and go with guild, command and application', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-commands-'));
  try {
    const path = join(folder, 'world.sqlite');
    const reopen = async () =>
      World.open({ store: await SqliteStore.open({ path }), log: recordingLog().log });
    const town = await openTown({ store: await SqliteStore.open({ path }) });
    const { application, guild, human } = town;
    const scope = { applicationId: application.id, guildId: null };
    const ping = town.world.commands.put(scope, PING).command;
    const local = town.world.commands.put(
      { ...scope, guildId: guild.id },
      { ...PING, name: 'local' },
    ).command;
    const entry = { id: human.id, type: 2, permission: false };
    for (const id of [ping.id, local.id, application.id])
      town.world.commandAccess.set(application.id, guild.id, id, [entry]);
    await town.world.close();

    let world = await reopen();
    assert.deepEqual([...world.commands.of(scope).values()], [ping]);
    assert.deepEqual(world.commandAccess.require(guild.id, local.id).permissions, [entry]);
    world.commands.delete(scope, ping.id);
    await world.close();

    world = await reopen();
    assert.equal(world.commands.of(scope).size, 0);
    assert.equal(world.commandAccess.ofApplication(application.id, guild.id).length, 2);
    world.guilds.delete(guild.id);
    const again = world.commands.put(scope, PING).command;
    assert.ok(BigInt(again.id) > BigInt(local.id));
    await world.close();

    world = await reopen();
    assert.equal(world.commandAccess.ofApplication(application.id, guild.id).length, 0);
    assert.equal(world.commands.usableIn(application.id, guild.id).length, 1);
    world.applications.delete(application.id);
    await world.close();

    world = await reopen();
    assert.equal(world.commands.usableIn(application.id, null).length, 0);
    await world.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function forbidCommands({ world, guild }: Town): void {
  const everyoneRole = world.roles.everyone(guild.id);
  world.roles.update(everyoneRole.id, { permissions: BigInt(everyoneRole.permissions) & ~(1n << 31n) });
}
