/** What a bot's acts leave behind: events in their order, and entries in the audit log. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dispatchNames, recordEvents } from '../support/events.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { PNG } from './support/administration-calls.ts';

async function openAsAdministrator(): Promise<TestServer> {
  const server = await startTestServer();
  server.world.roles.update(server.botRole.id, { position: 100, permissions: 8n });
  return server;
}

describe('the audit log', () => {
  test('says what, who and why, with a reason in any language', async () => {
    await using server = await openAsAdministrator();
    const { channel, guild, application } = server;
    const reason = 'Übermut & ärger 🔥';
    const headers = { 'x-audit-log-reason': encodeURIComponent(reason) };
    await server.bot('PATCH', `/channels/${channel.id}`, { topic: 'new', nsfw: true }, { headers });
    const log = (await server.bot('GET', `/guilds/${guild.id}/audit-logs`)).json();
    assert.deepEqual(log.audit_log_entries, [
      {
        id: log.audit_log_entries[0].id,
        user_id: application.botUserId,
        target_id: channel.id,
        action_type: 11,
        changes: [
          { key: 'topic', new_value: 'new' },
          { key: 'nsfw', new_value: true, old_value: false },
        ],
        reason,
      },
    ]);
    assert.deepEqual(
      log.users.map(({ id }: { id: string }) => id),
      [application.botUserId],
    );
  });

  test('refuses a reason of more than 512 characters, before anything is changed', async () => {
    await using server = await openAsAdministrator();
    const headers = { 'x-audit-log-reason': 'x'.repeat(513) };
    const response = await server.bot('DELETE', `/channels/${server.channel.id}`, undefined, { headers });
    assert.equal(response.json().code, 50035);
    assert.notEqual(server.world.channels.get(server.channel.id), undefined);
  });

  test('is filtered and paged, newest first or, after an id, oldest first', async () => {
    await using server = await openAsAdministrator();
    const { guild, channel, alice } = server;
    for (const topic of ['a', 'b', 'c']) await server.bot('PATCH', `/channels/${channel.id}`, { topic });
    await server.bot('PATCH', `/guilds/${guild.id}/members/${alice.id}`, { nick: 'Al' });
    const read = async (query: string) => {
      const { audit_log_entries: entries } = (
        await server.bot('GET', `/guilds/${guild.id}/audit-logs?${query}`)
      ).json();
      return entries as { id: string; action_type: number; changes: { new_value: unknown }[] }[];
    };
    const values = async (query: string) => (await read(query)).map(({ changes }) => changes[0]?.new_value);
    assert.deepEqual(await values(''), ['Al', 'c', 'b', 'a']);
    assert.deepEqual(await values('action_type=24'), ['Al']);
    assert.deepEqual(await values('after=0&limit=2'), ['a', 'b']);
    assert.deepEqual(await values(`target_id=${channel.id}&limit=1`), ['c']);
    assert.deepEqual(await values(`user_id=${alice.id}`), []);
    const [, second] = await read('');
    assert.deepEqual(await values(`before=${second?.id}`), ['b', 'a']);
  });

  test('has no entry for a change that changes nothing', async () => {
    await using server = await openAsAdministrator();
    await server.bot('PATCH', `/channels/${server.channel.id}`, { name: 'general' });
    assert.deepEqual(server.world.auditLog.list(server.guild.id, { limit: 10 }), []);
  });

  test('has an entry for each overwrite, and one for roles beside other changes of a member', async () => {
    await using server = await openAsAdministrator();
    const { guild, channel, alice, world } = server;
    const role = world.roles.create(guild.id, { name: 'low' });
    const path = `/channels/${channel.id}/permissions/${role.id}`;
    await server.bot('PUT', path, { type: 0, deny: '2048' });
    await server.bot('PUT', path, { type: 0, deny: '1024' });
    await server.bot('DELETE', path);
    await server.bot('PATCH', `/guilds/${guild.id}/members/${alice.id}`, { nick: 'Al', roles: [role.id] });
    const entries = world.auditLog.list(guild.id, { after: '0', limit: 10 });
    assert.deepEqual(
      entries.map(({ action_type }) => action_type),
      [13, 14, 15, 24, 25],
    );
    assert.deepEqual(entries[1]?.options, { id: role.id, type: '0', role_name: 'low' });
    assert.deepEqual(entries[4]?.changes, [{ key: '$add', new_value: [{ id: role.id, name: 'low' }] }]);
  });

  test('tells of pins, of threads, of webhooks, and of the deletion of what others have said', async () => {
    await using server = await openAsAdministrator();
    const { guild, channel, alice, world, application } = server;
    const say = (authorId: string) =>
      world.messages.create({ channelId: channel.id, authorId, content: 'x' }).id;
    const [own, first, second, third] = [application.botUserId, alice.id, alice.id, alice.id].map(say);
    const messages = `/channels/${channel.id}/messages`;
    await server.bot('PUT', `${messages}/pins/${first}`);
    await server.bot('DELETE', `${messages}/pins/${first}`);
    await server.bot('POST', `${messages}/${first}/threads`, { name: 'talk' });
    await server.bot('PATCH', `/channels/${first}`, { archived: true });
    await server.bot('DELETE', `/channels/${first}`);
    const hook = (await server.bot('POST', `/channels/${channel.id}/webhooks`, { name: 'hook' })).json();
    await server.bot('PATCH', `/webhooks/${hook.id}`, { name: 'other' });
    const log = (await server.bot('GET', `/guilds/${guild.id}/audit-logs`)).json();
    assert.deepEqual(
      log.webhooks.map(({ id }: { id: string }) => id),
      [hook.id],
    );
    await server.bot('DELETE', `/webhooks/${hook.id}`);
    await server.bot('DELETE', `${messages}/${own}`);
    await server.bot('DELETE', `${messages}/${first}`);
    await server.bot('POST', `${messages}/bulk-delete`, { messages: [second, third] });
    const entries = world.auditLog.list(guild.id, { after: '0', limit: 20 });
    assert.deepEqual(
      entries.map(({ action_type, target_id, options }) => [action_type, target_id, options]),
      [
        [74, alice.id, { channel_id: channel.id, message_id: first }],
        [75, alice.id, { channel_id: channel.id, message_id: first }],
        [110, first, undefined],
        [111, first, undefined],
        [112, first, undefined],
        [50, hook.id, undefined],
        [51, hook.id, undefined],
        [52, hook.id, undefined],
        [72, alice.id, { channel_id: channel.id, count: '1' }],
        [73, channel.id, { count: '2' }],
      ],
    );
    assert.deepEqual(entries[3]?.changes, [{ key: 'archived', new_value: true, old_value: false }]);
  });
});

describe('events', () => {
  const rows: readonly {
    readonly name: string;
    readonly act: (server: TestServer) => Promise<unknown>;
    readonly events: readonly string[];
  }[] = [
    {
      name: 'a kick',
      act: ({ bot, guild, alice }) => bot('DELETE', `/guilds/${guild.id}/members/${alice.id}`),
      events: ['GUILD_MEMBER_REMOVE', 'GUILD_AUDIT_LOG_ENTRY_CREATE'],
    },
    {
      name: 'a ban that deletes messages',
      act: ({ bot, guild, alice, channel, world }) => {
        world.messages.create({ channelId: channel.id, authorId: alice.id, content: 'spam' });
        const body = { delete_message_seconds: 60 };
        return bot('PUT', `/guilds/${guild.id}/bans/${alice.id}`, body);
      },
      events: [
        'MESSAGE_CREATE',
        'GUILD_BAN_ADD',
        'GUILD_MEMBER_REMOVE',
        'MESSAGE_DELETE_BULK',
        'GUILD_AUDIT_LOG_ENTRY_CREATE',
      ],
    },
    {
      name: 'a ban of one in voice',
      act: ({ bot, guild, alice, world }) => {
        const voice = world.channels.create(guild.id, { name: 'voice', type: 2 });
        world.voiceStates.join(voice.id, alice.id);
        return bot('PUT', `/guilds/${guild.id}/bans/${alice.id}`, {});
      },
      events: [
        'CHANNEL_CREATE',
        'VOICE_STATE_UPDATE',
        'VOICE_CHANNEL_START_TIME_UPDATE',
        'GUILD_BAN_ADD',
        'VOICE_STATE_UPDATE',
        'VOICE_CHANNEL_START_TIME_UPDATE',
        'GUILD_MEMBER_REMOVE',
        'GUILD_AUDIT_LOG_ENTRY_CREATE',
      ],
    },
    {
      name: 'the end of a role that a member, an overwrite and an emoji have',
      act: async ({ bot, guild, alice, channel, world }) => {
        const role = world.roles.create(guild.id, { name: 'low' });
        world.members.addRole(guild.id, alice.id, role.id);
        world.channels.setOverwrite(channel.id, { id: role.id, type: 0, allow: '0', deny: '0' });
        const input = { name: 'blob', animated: false, creatorId: alice.id, roles: [role.id] };
        world.emojis.createInGuild(guild.id, input);
        await world.committed();
        return bot('DELETE', `/guilds/${guild.id}/roles/${role.id}`);
      },
      events: [
        'GUILD_ROLE_CREATE',
        'GUILD_MEMBER_UPDATE',
        'CHANNEL_UPDATE',
        'GUILD_EMOJIS_UPDATE',
        'GUILD_ROLE_DELETE',
        'GUILD_MEMBER_UPDATE',
        'CHANNEL_UPDATE',
        'GUILD_EMOJIS_UPDATE',
        'GUILD_AUDIT_LOG_ENTRY_CREATE',
      ],
    },
    {
      name: 'a new avatar',
      act: ({ bot }) => bot('PATCH', '/users/@me', { avatar: PNG }),
      events: ['USER_UPDATE', 'GUILD_MEMBER_UPDATE'],
    },
  ];
  for (const { name, act, events } of rows) {
    test(`of ${name} come in order`, async () => {
      await using server = await openAsAdministrator();
      await server.world.committed();
      const recorded = recordEvents(server);
      await act(server);
      assert.deepEqual(dispatchNames(recorded), events);
    });
  }
});

describe('a channel', () => {
  test('takes over the overwrites of its category unless it brings its own', async () => {
    await using server = await openAsAdministrator();
    const { world, guild } = server;
    const overwrites = [{ id: guild.id, type: 0, allow: '0', deny: '1024' }];
    const category = world.channels.create(guild.id, { name: 'rooms', type: 4, overwrites });
    const path = `/guilds/${guild.id}/channels`;
    const synced = (await server.bot('POST', path, { name: 'a', parent_id: category.id })).json();
    assert.deepEqual(synced.permission_overwrites, overwrites);
    const own = { name: 'b', parent_id: category.id, permission_overwrites: [] };
    assert.deepEqual((await server.bot('POST', path, own)).json().permission_overwrites, []);
  });

  test('of text has a name in lower case with hyphens, of voice as it was given', async () => {
    await using server = await openAsAdministrator();
    const path = `/guilds/${server.guild.id}/channels`;
    const name = 'Big  Talk';
    assert.equal((await server.bot('POST', path, { name })).json().name, 'big-talk');
    assert.equal((await server.bot('POST', path, { name, type: 2 })).json().name, name);
  });
});

describe('images', () => {
  const cases: readonly [name: string, data: string, code: string | null][] = [
    ['a PNG', PNG, null],
    ['no data URI', 'hello', 'IMAGE_INVALID'],
    ['a type that is none', 'data:image/bmp;base64,Qk0=', 'IMAGE_INVALID'],
    ['a sound', 'data:audio/ogg;base64,T2dnUw==', 'IMAGE_INVALID'],
    [
      'a GIF that calls itself a JPEG, as discord.js does',
      `data:image/jpg;base64,${Buffer.from('GIF89a').toString('base64')}`,
      null,
    ],
    [
      'more than 256 KiB',
      `data:image/png;base64,${Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(262_140)]).toString('base64')}`,
      'BINARY_TYPE_MAX_SIZE',
    ],
  ];
  for (const [name, image, code] of cases) {
    test(`as an emoji: ${name} is ${code === null ? 'taken' : 'refused'}`, async () => {
      await using server = await openAsAdministrator();
      const response = await server.bot('POST', `/guilds/${server.guild.id}/emojis`, { name: 'blob', image });
      if (code === null) assert.equal(response.statusCode, 201);
      else assert.equal(response.json().errors.image._errors[0].code, code);
    });
  }

  test('get a hash that says whether they move', async () => {
    await using server = await openAsAdministrator();
    const icon = `data:image/gif;base64,${Buffer.from('GIF89a').toString('base64')}`;
    const guild = (await server.bot('PATCH', `/guilds/${server.guild.id}`, { icon })).json();
    assert.match(guild.icon, /^a_[0-9a-f]{32}$/);
    assert.equal((await server.bot('PATCH', `/guilds/${server.guild.id}`, { icon: null })).json().icon, null);
  });
});

describe('one who is banned', () => {
  test('does not come back, by the owner’s hand, an invite or a bot, until the ban is lifted', async () => {
    await using server = await openAsAdministrator();
    const { world, guild, channel, alice, application } = server;
    const { code } = (await server.bot('POST', `/channels/${channel.id}/invites`, {})).json();
    await server.bot('PUT', `/guilds/${guild.id}/bans/${alice.id}`, {});
    const access_token = world.accessTokens.issue(application.id, alice.id, ['guilds.join']);
    const attempts = [
      await server.owner('PUT', `/guilds/${guild.id}/members/${alice.id}`, {}),
      await server.owner('POST', `/invites/${code}/accept`, { user_id: alice.id }),
      await server.bot('PUT', `/guilds/${guild.id}/members/${alice.id}`, { access_token }),
    ];
    assert.deepEqual(
      attempts.map((response) => [response.statusCode, response.json().code]),
      attempts.map(() => [403, 40007]),
    );
    await server.bot('DELETE', `/guilds/${guild.id}/bans/${alice.id}`);
    assert.equal(
      (await server.owner('POST', `/invites/${code}/accept`, { user_id: alice.id })).statusCode,
      200,
    );
  });

  test('is listed with the reason, by rising id', async () => {
    await using server = await openAsAdministrator();
    const { world, guild } = server;
    const users = ['a1', 'b1', 'c1'].map((username) => world.users.create({ username }));
    for (const { id } of [...users].reverse()) {
      const headers = { 'x-audit-log-reason': 'spam' };
      await server.bot('PUT', `/guilds/${guild.id}/bans/${id}`, {}, { headers });
    }
    const names = async (query: string) => {
      const bans = (await server.bot('GET', `/guilds/${guild.id}/bans?${query}`)).json();
      return bans.map((ban: { user: { username: string }; reason: string }) => [
        ban.user.username,
        ban.reason,
      ]);
    };
    assert.deepEqual(await names(''), [
      ['a1', 'spam'],
      ['b1', 'spam'],
      ['c1', 'spam'],
    ]);
    assert.deepEqual(await names(`after=${users[0]?.id}&limit=1`), [['b1', 'spam']]);
    assert.deepEqual(await names(`before=${users[2]?.id}&limit=1`), [['b1', 'spam']]);
  });
});

test('a prune takes those who have long said nothing, and leaves the others', async () => {
  await using server = await openAsAdministrator();
  const { world, guild, channel, alice, clock } = server;
  const [quiet, talker, online, ranked] = ['quiet', 'talker', 'online', 'ranked'].map((username) => {
    const user = world.users.create({ username });
    world.members.add({ guildId: guild.id, userId: user.id });
    return user;
  });
  assert.ok(quiet !== undefined && talker !== undefined && online !== undefined && ranked !== undefined);
  const role = world.roles.create(guild.id, { name: 'vip' });
  world.members.addRole(guild.id, ranked.id, role.id);
  clock.nowMs += 10 * 86_400_000;
  world.messages.create({ channelId: channel.id, authorId: talker.id, content: 'here' });
  world.presences.set(online.id, { status: 'online' });
  const path = `/guilds/${guild.id}/prune`;
  assert.equal((await server.bot('GET', path)).json().pruned, 2);
  assert.equal((await server.bot('GET', `${path}?include_roles=${role.id}`)).json().pruned, 3);
  assert.equal((await server.bot('GET', `${path}?days=30`)).json().pruned, 0);
  assert.equal((await server.bot('GET', `${path}?include_roles=x`)).json().code, 50035);
  assert.equal((await server.bot('POST', path, { compute_prune_count: false })).json().pruned, null);
  const left = [...world.members.ofGuild(guild.id).keys()];
  assert.ok(!left.includes(quiet.id) && !left.includes(alice.id));
  assert.ok([talker, online, ranked].every(({ id }) => left.includes(id)));
  const [entry] = world.auditLog.list(guild.id, { action: 21, limit: 1 });
  assert.deepEqual(entry?.options, { delete_member_days: '7', members_removed: '2' });
});
