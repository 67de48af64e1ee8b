import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WorldError } from '../../src/world/errors.ts';
import { isoTimestamp } from '../../src/world/timestamps.ts';
import { openTown, START_ISO, type Town } from './support.ts';

test('timestamps have microseconds and an offset', () => {
  assert.equal(isoTimestamp(Date.UTC(2015, 3, 26, 6, 26, 56, 936)), '2015-04-26T06:26:56.936000+00:00');
});

interface GuildCreate {
  readonly [key: string]: unknown;
  readonly members: readonly { readonly user: { readonly username: string } }[];
  readonly presences: readonly { readonly user: { readonly id: string } }[];
}

const SESSION = { presences: false, largeThreshold: 50, lazy: true };

function guildCreate(town: Town, options: Partial<typeof SESSION> = {}): GuildCreate {
  const view = town.world.views.guildCreate(town.guild.id, {
    forUserId: town.bot.id,
    ...SESSION,
    ...options,
  });
  return view as GuildCreate;
}

function listed(view: GuildCreate): readonly string[] {
  return view.members.map((member) => member.user.username).sort();
}

describe('GUILD_CREATE', () => {
  test('has every array that typed clients insist on', async () => {
    const town = await openTown();
    const view = guildCreate(town);
    const arrays = [
      'channels',
      'emojis',
      'features',
      'guild_scheduled_events',
      'members',
      'presences',
      'roles',
      'soundboard_sounds',
      'stage_instances',
      'stickers',
      'threads',
      'voice_states',
    ];
    for (const key of arrays) assert.ok(Array.isArray(view[key]), key);
    for (const key of [
      'afk_timeout',
      'verification_level',
      'default_message_notifications',
      'explicit_content_filter',
      'mfa_level',
      'nsfw_level',
      'system_channel_flags',
      'premium_tier',
      'preferred_locale',
      'premium_progress_bar_enabled',
      'owner_id',
    ]) {
      assert.notEqual(view[key] ?? undefined, undefined, key);
    }
    for (const key of ['icon', 'splash', 'banner', 'description', 'afk_channel_id', 'rules_channel_id']) {
      assert.equal(view[key], null, key);
    }
    assert.equal(view.joined_at, START_ISO);
    assert.deepEqual((view.roles as { id: string }[])[0]?.id, town.guild.id);
    assert.deepEqual((view.channels as { guild_id: string }[])[0]?.guild_id, town.guild.id);
    assert.equal('outage' in view, false);
  });

  test('unavailable is false after READY, absent after a join, true during an outage', async () => {
    const town = await openTown();
    assert.equal(guildCreate(town).unavailable, false);
    assert.equal('unavailable' in guildCreate(town, { lazy: false }), false);
    town.world.guilds.setOutage(town.guild.id, true);
    assert.deepEqual(guildCreate(town), { id: town.guild.id, unavailable: true });
  });

  test('without GUILD_PRESENCES only the bot itself is listed, though all are counted', async () => {
    const town = await openTown();
    town.world.presences.set(town.human.id, { status: 'online' });
    const view = guildCreate(town);
    assert.deepEqual(listed(view), ['Helper']);
    assert.deepEqual(view.presences, []);
    assert.equal(view.member_count, 3);
  });

  test('with GUILD_PRESENCES a small guild lists all, and presences of those who are not offline', async () => {
    const town = await openTown();
    town.world.presences.set(town.human.id, { status: 'online' });
    const view = guildCreate(town, { presences: true });
    assert.deepEqual(listed(view), ['Helper', 'hugo', 'olga']);
    assert.deepEqual(
      view.presences.map(({ user }) => user.id),
      [town.human.id],
    );
    assert.equal(view.large, false);
  });

  test('a large guild lists those who are online or have a role or a nickname, and the bot', async () => {
    const town = await openTown();
    const { world, guild, owner, human } = town;
    const role = world.roles.create(guild.id);
    const join = (username: string, extra: object = {}) =>
      world.members.add({ guildId: guild.id, userId: world.users.create({ username }).id, ...extra });
    join('named', { nick: 'N' });
    join('ranked', { roles: [role.id] });
    join('quiet');
    world.presences.set(human.id, { status: 'idle' });
    const view = guildCreate(town, { presences: true, largeThreshold: 5 });
    assert.deepEqual(listed(view), ['Helper', 'hugo', 'named', 'ranked']);
    assert.equal(view.large, true);
    assert.equal(world.members.get(guild.id, owner.id) !== undefined, true);
    const atThreshold = guildCreate(town, { presences: true, largeThreshold: 6 });
    assert.equal(atThreshold.large, false);
    assert.deepEqual(listed(atThreshold), ['Helper', 'hugo', 'named', 'ranked']);
  });

  test('of a guild that the bot has left there is none', async () => {
    const town = await openTown();
    town.world.members.remove(town.guild.id, town.bot.id);
    assert.throws(
      () => guildCreate(town),
      (error) => error instanceof WorldError && error.code === 'UNKNOWN_MEMBER',
    );
  });
});

describe('objects', () => {
  test('a DM shows the other one', async () => {
    const { world, human, bot } = await openTown();
    const dm = world.channels.openDm(bot.id, human.id);
    assert.deepEqual(world.views.channel(dm, bot.id), {
      id: dm.id,
      type: 1,
      flags: 0,
      last_message_id: null,
      last_pin_timestamp: null,
      recipients: [world.views.user(human)],
    });
  });

  test('a partial guild tells ownership and permissions', async () => {
    const { world, guild, owner, human } = await openTown();
    const forOwner = world.views.partialGuild(guild, owner.id) as { owner: boolean; permissions: string };
    const forHuman = world.views.partialGuild(guild, human.id) as typeof forOwner;
    assert.deepEqual([forOwner.owner, forHuman.owner], [true, false]);
    assert.equal(forHuman.permissions, world.access.guildPermissions(human.id, guild.id).toString());
  });

  test('counts: members, and those who are not offline', async () => {
    const { world, guild, human } = await openTown();
    world.presences.set(human.id, { status: 'dnd' });
    assert.deepEqual(world.views.guildCounts(guild.id), {
      approximate_member_count: 3,
      approximate_presence_count: 1,
    });
  });

  test('an application has what libraries read at login', async () => {
    const { world, application, owner } = await openTown();
    const own = world.applications.create({ name: 'Own', ownerId: owner.id }).application;
    const view = world.views.application(own) as Record<string, unknown>;
    assert.deepEqual(view.owner, world.views.user(owner));
    assert.match(String(view.verify_key), /^[0-9a-f]{64}$/);
    assert.deepEqual(
      [view.id, view.team, view.bot_public, view.bot_require_code_grant, view.flags],
      [own.id, null, true, false, 0],
    );
    assert.notEqual(view.verify_key, application.verifyKey);
  });

  test('a user that looks at itself is verified and has no mail', async () => {
    const { world, bot } = await openTown();
    const view = world.views.selfUser(bot) as Record<string, unknown>;
    assert.deepEqual(
      [view.verified, view.mfa_enabled, view.email, view.bot, view.discriminator],
      [true, false, null, true, '0'],
    );
  });

  test('records are replaced, never changed: one that is held stays as it was', async () => {
    const { world, guild, human, channel } = await openTown();
    const member = world.members.require(guild.id, human.id);
    const message = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'one' });
    const held = structuredClone([guild, member, channel, message]);
    world.guilds.update(guild.id, { name: 'Other' });
    world.members.update(guild.id, human.id, { nick: 'Other' });
    world.channels.update(channel.id, { name: 'other' });
    world.messages.edit(channel.id, message.id, { content: 'two' });
    world.reactions.add(channel.id, message.id, human.id, { id: null, name: '👍' });
    assert.deepEqual([guild, member, channel, message], held);
  });
});

describe('member pages', () => {
  test('rise by id, after the one given, and follow who comes and goes', async () => {
    const { world, guild, owner, human, bot } = await openTown();
    const page = (after: string | undefined, limit: number) =>
      world.members
        .page(guild.id, after === undefined ? { limit } : { after, limit })
        .map((member) => member.user_id);
    assert.deepEqual(page(undefined, 2), [owner.id, human.id]);
    assert.deepEqual(page(human.id, 2), [bot.id]);
    const late = world.users.create({ username: 'late' });
    world.members.add({ guildId: guild.id, userId: late.id });
    assert.deepEqual(page(human.id, 2), [bot.id, late.id]);
    world.members.remove(guild.id, human.id);
    assert.deepEqual(page(undefined, 5), [owner.id, bot.id, late.id]);
    assert.deepEqual(page(human.id, 5), [bot.id, late.id]);
  });

  test('search looks at the beginning of each name, in any case', async () => {
    const { world, guild, human, owner } = await openTown();
    world.members.update(guild.id, owner.id, { nick: 'HUmphrey' });
    const found = (prefix: string, limit = 10) =>
      world.members.search(guild.id, prefix, limit).map((member) => member.user_id);
    assert.deepEqual(found('hu'), [owner.id, human.id]);
    assert.deepEqual(found('hu', 1), [owner.id]);
    assert.deepEqual(found('ugo'), []);
    assert.equal(found('').length, 3);
  });
});
