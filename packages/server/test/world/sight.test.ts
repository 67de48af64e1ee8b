import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { channelPermissions, guildPermissions, Permission } from '@guildhall/protocol';
import fc from 'fast-check';
import type { Role } from '../../src/world/entities.ts';
import { explainSight } from '../../src/world/sight.ts';
import { openTown } from './support.ts';

const VIEW = String(Permission.VIEW_CHANNEL);
const EVERYONE_ID = '1';
const USER_ID = '9';

function role(id: string, permissions: bigint): Role {
  return { id, permissions: String(permissions) } as Role;
}

describe('what decides whether somebody sees a channel', () => {
  const bits = fc
    .subarray([Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES, Permission.ADMINISTRATOR])
    .map((chosen) => chosen.reduce((sum, bit) => sum | bit, 0n));
  const overwriteBits = fc.constantFrom('0', VIEW, String(Permission.SEND_MESSAGES));
  const overwrite = (id: string, type: 0 | 1) =>
    fc.record({ id: fc.constant(id), type: fc.constant(type), allow: overwriteBits, deny: overwriteBits });

  test('comes to the verdict of the permissions themselves, whatever the roles and overwrites', () => {
    fc.assert(
      fc.property(
        fc.record({
          isOwner: fc.boolean(),
          everyone: bits,
          roles: fc.tuple(bits, bits),
          overwrites: fc
            .tuple(
              overwrite(EVERYONE_ID, 0),
              overwrite('2', 0),
              overwrite('3', 0),
              overwrite('4', 0),
              overwrite(USER_ID, 1),
              overwrite('8', 1),
            )
            .chain((all) => fc.subarray(all)),
        }),
        ({ isOwner, everyone, roles: [first, second], overwrites }) => {
          const roles = [role('2', first), role('3', second)];
          const sight = explainSight({
            isOwner,
            everyone: role(EVERYONE_ID, everyone),
            roles,
            overwrites,
            userId: USER_ID,
          });
          const held = channelPermissions({
            base: guildPermissions({ isOwner, everyone, roles: [first, second] }),
            overwrites,
            everyoneId: EVERYONE_ID,
            roleIds: roles.map(({ id }) => id),
            userId: USER_ID,
          });
          assert.equal(sight.canView, (held & Permission.VIEW_CHANNEL) !== 0n, JSON.stringify(sight));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('is told of members and roles with the roles that did it', async () => {
    const { world, guild, channel, owner, human } = await openTown();
    const quiet = world.roles.create(guild.id, { name: 'quiet', permissions: 0n });
    const admin = world.roles.create(guild.id, { permissions: Permission.ADMINISTRATOR });
    const sightOf = (userId: string) => {
      const now = world.channels.ofGuild(guild.id).get(channel.id);
      assert.ok(now);
      const { canView, because, roleIds } = world.access.sightOfMember(
        world.members.require(guild.id, userId),
        now,
      );
      assert.equal(canView, world.access.sees(userId, channel.id));
      return [canView, because, roleIds];
    };
    const overwrite = (id: string, type: 0 | 1, allow: string, deny: string) =>
      world.channels.setOverwrite(channel.id, { id, type, allow, deny });

    assert.deepEqual(sightOf(owner.id), [true, 'owner', []]);
    assert.deepEqual(sightOf(human.id), [true, 'everyone', []]);
    overwrite(guild.id, 0, '0', VIEW);
    assert.deepEqual(sightOf(human.id), [false, 'everyone-overwrite', []]);
    world.members.addRole(guild.id, human.id, quiet.id);
    overwrite(quiet.id, 0, VIEW, '0');
    assert.deepEqual(sightOf(human.id), [true, 'role-overwrite', [quiet.id]]);
    overwrite(human.id, 1, '0', VIEW);
    assert.deepEqual(sightOf(human.id), [false, 'member-overwrite', []]);
    world.members.addRole(guild.id, human.id, admin.id);
    assert.deepEqual(sightOf(human.id), [true, 'administrator', [admin.id]]);

    const now = world.channels.ofGuild(guild.id).get(channel.id);
    assert.ok(now);
    assert.deepEqual(
      [guild.id, quiet.id, admin.id].map((id) => {
        const { canView, because } = world.access.sightOfRole(world.roles.require(id), now);
        return [canView, because];
      }),
      [
        [false, 'everyone-overwrite'],
        [true, 'role-overwrite'],
        [true, 'administrator'],
      ],
    );
  });

  test('is a role, or nothing, where @everyone does not have the permission', async () => {
    const { world, guild, channel, human } = await openTown();
    world.roles.update(guild.id, { permissions: 0n });
    const sight = () => world.access.sightOfMember(world.members.require(guild.id, human.id), channel);
    assert.deepEqual(sight(), { canView: false, because: 'nothing', roleIds: [] });
    const giving = world.roles.create(guild.id, { permissions: Permission.VIEW_CHANNEL });
    world.members.addRole(guild.id, human.id, giving.id);
    assert.deepEqual(sight(), { canView: true, because: 'role', roleIds: [giving.id] });
  });
});
