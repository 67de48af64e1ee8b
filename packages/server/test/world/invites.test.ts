import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import { WorldError, type WorldErrorCode } from '../../src/world/errors.ts';
import { dispatchNames } from '../support/events.ts';
import { only, openTown } from './support.ts';

const refused = (code: WorldErrorCode) => (error: unknown) =>
  error instanceof WorldError && error.code === code;

describe('an invite', () => {
  test('is told of to those who manage the channel, and leads into the guild with roles', async () => {
    const { world, guild, channel, human, take } = await openTown();
    const role = world.roles.create(guild.id, { name: 'guest' });
    const stranger = world.users.create({ username: 'sara' });
    await take();
    const invite = world.invites.create({ channelId: channel.id, inviterId: human.id, roleIds: [role.id] });
    const event = only(await take(), 'INVITE_CREATE');
    assert.deepEqual([event.channelId, event.permission], [channel.id, Permission.MANAGE_CHANNELS]);
    assert.deepEqual(world.invites.accept(invite.code, stranger.id).roles, [role.id]);
    assert.equal(world.invites.require(invite.code).uses, 1);
    assert.deepEqual(dispatchNames(await take()), ['GUILD_MEMBER_ADD']);
  });

  test('that has been used up is deleted, with an event', async () => {
    const { world, channel, human, take } = await openTown();
    const { code } = world.invites.create({ channelId: channel.id, inviterId: human.id, maxUses: 1 });
    // A member uses nothing up.
    world.invites.accept(code, human.id);
    const strangers = ['sara', 'tom'].map((username) => world.users.create({ username }).id);
    await take();
    world.invites.accept(code, strangers[0] ?? '');
    assert.deepEqual(dispatchNames(await take()), ['GUILD_MEMBER_ADD', 'INVITE_DELETE']);
    assert.throws(() => world.invites.accept(code, strangers[1] ?? ''), refused('UNKNOWN_INVITE'));
  });

  test('runs out at its time, without one', async () => {
    const { world, guild, channel, human, clock } = await openTown();
    const { code } = world.invites.create({ channelId: channel.id, inviterId: human.id, maxAge: 60 });
    const forever = world.invites.create({ channelId: channel.id, inviterId: human.id, maxAge: 0 });
    clock.nowMs += 59_999;
    assert.equal(world.invites.ofGuild(guild.id).length, 2);
    clock.nowMs += 1;
    assert.throws(() => world.invites.require(code), refused('UNKNOWN_INVITE'));
    assert.deepEqual(world.invites.ofGuild(guild.id), [forever]);
  });

  test('is given again for the same terms unless a unique one is asked for', async () => {
    const { world, channel, human } = await openTown();
    const terms = { channelId: channel.id, inviterId: human.id };
    const invite = world.invites.create(terms);
    assert.equal(world.invites.create(terms), invite);
    assert.notEqual(world.invites.create({ ...terms, maxUses: 1 }).code, invite.code);
    assert.notEqual(world.invites.create({ ...terms, unique: true }).code, invite.code);
  });

  test('goes with its channel; none leads to a category, and no bot comes by one', async () => {
    const { world, guild, channel, human, bot } = await openTown();
    const { code } = world.invites.create({ channelId: channel.id, inviterId: human.id });
    assert.throws(() => world.invites.accept(code, bot.id), refused('INVALID_VALUE'));
    world.channels.delete(channel.id);
    assert.throws(() => world.invites.require(code), refused('UNKNOWN_INVITE'));
    const category = world.channels.create(guild.id, { name: 'rooms', type: 4 });
    assert.throws(
      () => world.invites.create({ channelId: category.id, inviterId: human.id }),
      refused('WRONG_CHANNEL_TYPE'),
    );
  });
});
