/** Users, guilds and all that is in them, as the owner makes and moves them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dispatchNames, recordEvents } from '../support/events.ts';
import { startTestServer } from '../support/test-server.ts';

describe('users', () => {
  test('are made and listed in pages', async () => {
    await using server = await startTestServer();
    const bob = await server.owner('POST', '/users', { username: 'bob', global_name: 'Bob' });
    assert.deepEqual([bob.statusCode, bob.json().global_name, bob.json().bot], [201, 'Bob', false]);
    const names = async (query: string) =>
      (await server.owner('GET', `/users${query}`))
        .json()
        .map(({ username }: { username: string }) => username);
    assert.deepEqual(await names(''), ['owner', 'Test bot', 'alice', 'bob']);
    assert.deepEqual(await names(`?after=${server.alice.id}`), ['bob']);
    assert.deepEqual(await names('?limit=1'), ['owner']);
    assert.equal((await server.owner('POST', '/users', {})).json().code, 50035);
  });

  test('open direct messages with bots', async () => {
    await using server = await startTestServer();
    const { alice, application } = server;
    const dm = await server.owner('POST', `/users/${alice.id}/channels`, {
      recipient_id: application.botUserId,
    });
    const said = await server.owner('POST', `/channels/${dm.json().id}/messages`, {
      author_id: alice.id,
      content: 'psst',
    });
    assert.equal(said.statusCode, 201);
    const read = (await server.bot('GET', `/channels/${dm.json().id}/messages`)).json();
    assert.equal(read[0].content, 'psst');
    const self = await server.owner('POST', `/users/${alice.id}/channels`, { recipient_id: alice.id });
    assert.equal(self.json().code, 50035);
  });
});

describe('guilds', () => {
  test('are made with an id of the owner’s choice, changed and deleted', async () => {
    await using server = await startTestServer();
    const made = await server.owner('POST', '/guilds', {
      name: 'G',
      id: '41771983423143937',
      owner_id: server.alice.id,
    });
    assert.equal(made.statusCode, 201);
    assert.deepEqual(
      [made.json().id, made.json().member_count, made.json().outage],
      ['41771983423143937', 1, false],
    );
    const again = await server.owner('POST', '/guilds', { name: 'G', id: '41771983423143937' });
    assert.deepEqual([again.statusCode, again.json().code], [400, 50035]);
    const path = '/guilds/41771983423143937';
    assert.equal((await server.owner('PATCH', path, { name: 'H', owner_id: undefined })).json().name, 'H');
    assert.equal((await server.owner('GET', path)).json().owner_id, server.alice.id);
    assert.equal((await server.owner('GET', '/guilds')).json().length, 2);
    assert.equal((await server.owner('DELETE', path)).statusCode, 204);
    assert.equal((await server.owner('GET', path)).json().code, 10004);
  });

  test('have outages that begin and end', async () => {
    await using server = await startTestServer();
    const events = recordEvents(server);
    const path = `/guilds/${server.guild.id}`;
    assert.equal((await server.owner('PUT', `${path}/outage`)).statusCode, 204);
    assert.equal((await server.owner('GET', path)).json().outage, true);
    assert.equal((await server.owner('DELETE', `${path}/outage`)).statusCode, 204);
    assert.equal((await server.owner('DELETE', `${path}/outage`)).statusCode, 204);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['guild-outage', 'guild-restored'],
    );
  });

  test('have channels', async () => {
    await using server = await startTestServer();
    const events = recordEvents(server);
    const { guild, botRole } = server;
    const path = `/guilds/${guild.id}/channels`;
    const category = (await server.owner('POST', path, { name: 'rooms', type: 4 })).json();
    const made = await server.owner('POST', path, {
      name: 'hidden',
      parent_id: category.id,
      topic: 'T',
      permission_overwrites: [{ id: botRole.id, type: 0, deny: 1024 }],
    });
    assert.equal(made.statusCode, 201);
    const { id, parent_id, permission_overwrites } = made.json();
    assert.deepEqual(
      [parent_id, permission_overwrites],
      [category.id, [{ id: botRole.id, type: 0, allow: '0', deny: '1024' }]],
    );
    const patched = await server.owner('PATCH', `/channels/${id}`, {
      name: 'open',
      permission_overwrites: [],
      nsfw: true,
    });
    assert.deepEqual([patched.json().name, patched.json().topic, patched.json().nsfw], ['open', 'T', true]);
    assert.equal((await server.owner('GET', path)).json().length, 3);
    assert.equal((await server.owner('DELETE', `/channels/${id}`)).statusCode, 204);
    assert.equal((await server.owner('DELETE', `/channels/${id}`)).json().code, 10003);
    assert.deepEqual(
      dispatchNames(events).filter((name) => name !== 'GUILD_AUDIT_LOG_ENTRY_CREATE'),
      ['CHANNEL_CREATE', 'CHANNEL_CREATE', 'CHANNEL_UPDATE', 'CHANNEL_DELETE'],
    );
    const wrong = await server.owner('POST', path, { name: 'x', type: 1 });
    assert.equal(
      wrong.json().errors.type._errors[0].message,
      'Value must be one of (0, 2, 4, 5, 13, 15, 16).',
    );
  });

  test('have roles', async () => {
    await using server = await startTestServer();
    const path = `/guilds/${server.guild.id}/roles`;
    const made = await server.owner('POST', path, { name: 'mods', permissions: '8192', color: 255 });
    assert.equal(made.statusCode, 201);
    const { id, permissions, color } = made.json();
    assert.deepEqual([permissions, color], ['8192', 255]);
    const patched = (await server.owner('PATCH', `${path}/${id}`, { permissions: 8, hoist: true })).json();
    assert.deepEqual([patched.permissions, patched.hoist, patched.name], ['8', true, 'mods']);
    assert.equal((await server.owner('GET', path)).json().length, 3);
    assert.equal((await server.owner('DELETE', `/guilds/1/roles/${id}`)).json().code, 10011);
    assert.equal((await server.owner('DELETE', `${path}/${server.guild.id}`)).json().code, 50028);
    assert.equal((await server.owner('DELETE', `${path}/${id}`)).statusCode, 204);
    const wrong = await server.owner('POST', path, { permissions: 'all' });
    assert.equal(wrong.json().errors.permissions._errors[0].code, 'NUMBER_TYPE_COERCE');
  });

  test('have members, bots among them', async () => {
    await using server = await startTestServer();
    const { guild, botRole, world } = server;
    const { botUserId } = world.applications.create({ name: 'Second bot' }).application;
    const path = `/guilds/${guild.id}/members/${botUserId}`;
    const added = await server.owner('PUT', path, { nick: 'helper', roles: [botRole.id] });
    assert.deepEqual(
      [added.statusCode, added.json().nick, added.json().roles],
      [201, 'helper', [botRole.id]],
    );
    assert.equal((await server.owner('PUT', path)).statusCode, 200);
    const patched = (await server.owner('PATCH', path, { nick: null, roles: [] })).json();
    assert.deepEqual([patched.nick, patched.roles], [null, []]);
    assert.equal((await server.owner('GET', `/guilds/${guild.id}/members`)).json().length, 4);
    assert.equal((await server.owner('DELETE', path)).statusCode, 204);
    assert.equal((await server.owner('DELETE', path)).json().code, 10007);
    const owner = await server.owner('DELETE', `/guilds/${guild.id}/members/${guild.owner_id}`);
    assert.deepEqual([owner.statusCode, owner.json().code], [400, 0]);
  });
});

describe('the order', () => {
  test('of roles is changed in one request, or not at all', async () => {
    await using server = await startTestServer();
    const { guild, botRole, world } = server;
    const path = `/guilds/${guild.id}/roles`;
    const mods = world.roles.create(guild.id, { name: 'mods' });
    const moved = await server.owner('PATCH', path, [
      { id: botRole.id, position: 1 },
      { id: mods.id, position: 2 },
    ]);
    assert.equal(moved.statusCode, 200);
    assert.deepEqual(
      [world.roles.require(botRole.id).position, world.roles.require(mods.id).position],
      [1, 2],
    );
    const wrong = await server.owner('PATCH', path, [
      { id: mods.id, position: 3 },
      { id: guild.id, position: 4 },
    ]);
    assert.equal(wrong.json().code, 50028);
    const low = await server.owner('PATCH', path, [{ id: mods.id, position: 0 }]);
    assert.ok(low.json().errors['0'].position);
    assert.equal(world.roles.require(mods.id).position, 2);
  });

  test('of channels is changed in one request, with the category', async () => {
    await using server = await startTestServer();
    const { guild, channel, world } = server;
    const path = `/guilds/${guild.id}/channels`;
    const rooms = world.channels.create(guild.id, { name: 'rooms', type: 4 });
    const other = world.channels.create(guild.id, { name: 'other' });
    const moved = await server.owner('PATCH', path, [
      { id: other.id, position: 0 },
      { id: channel.id, position: 1, parent_id: rooms.id },
    ]);
    assert.equal(moved.statusCode, 200);
    const placeOf = (id: string) => {
      const { position, parent_id } = world.channels.ofGuild(guild.id).get(id) ?? {};
      return [position, parent_id];
    };
    assert.deepEqual(
      [placeOf(other.id), placeOf(channel.id)],
      [
        [0, null],
        [1, rooms.id],
      ],
    );
    const wrong = await server.owner('PATCH', path, [
      { id: other.id, position: 5 },
      { id: '1', position: 1 },
    ]);
    assert.deepEqual([wrong.json().code, placeOf(other.id)], [10003, [0, null]]);
  });
});

describe('who sees a channel', () => {
  test('is answered for each role from the highest, and for members in pages or by name', async () => {
    await using server = await startTestServer();
    const { guild, channel, botRole, alice, application, world } = server;
    world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny: '1024' });
    world.channels.setOverwrite(channel.id, { id: botRole.id, type: 0, allow: '1024', deny: '0' });
    const roles = (await server.owner('GET', `/channels/${channel.id}/viewers/roles`)).json();
    assert.deepEqual(
      roles.map((row: Record<string, unknown>) => [
        (row.role as { name: string }).name,
        row.canView,
        row.because,
      ]),
      [
        ['bots', true, 'role-overwrite'],
        ['@everyone', false, 'everyone-overwrite'],
      ],
    );
    const members = async (query: string) =>
      (await server.owner('GET', `/channels/${channel.id}/viewers/members${query}`))
        .json()
        .map((row: Record<string, unknown>) => [
          (row.member as { user: { id: string } }).user.id,
          row.canView,
          row.because,
          row.roleIds,
        ]);
    const all = await members('');
    assert.deepEqual(all, [
      [guild.owner_id, true, 'owner', []],
      [application.botUserId, true, 'role-overwrite', [botRole.id]],
      [alice.id, false, 'everyone-overwrite', []],
    ]);
    assert.deepEqual(await members(`?after=${guild.owner_id}&limit=1`), [all[1]]);
    assert.deepEqual(await members('?query=AL'), [all[2]]);
    assert.equal((await server.owner('GET', '/channels/1/viewers/roles')).json().code, 10003);
    const dm = world.channels.openDm(alice.id, application.botUserId);
    assert.equal((await server.owner('GET', `/channels/${dm.id}/viewers/members`)).json().code, 50024);
  });
});

describe('life of a guild', () => {
  test('is chatter that is steered', async () => {
    await using server = await startTestServer();
    const path = `/guilds/${server.guild.id}/chatter`;
    const first = (await server.owner('GET', path)).json();
    assert.deepEqual([first.isOn, first.perMinute], [false, 20]);
    const mix = { reply: 0.5, react: 0.2, edit: 0.2, command: 0.1 };
    const set = await server.owner('PATCH', path, { isOn: true, perMinute: 60, mix });
    assert.deepEqual(set.json(), { isOn: true, perMinute: 60, mix });
    assert.deepEqual((await server.owner('GET', path)).json(), set.json());
    const off = await server.owner('PATCH', path, { isOn: false });
    assert.deepEqual(off.json(), { isOn: false, perMinute: 60, mix });
    const errors = async (body: object) => (await server.owner('PATCH', path, body)).json().errors;
    assert.ok((await errors({ perMinute: 0 })).perMinute);
    assert.ok((await errors({ mix: { ...mix, react: 2 } })).mix.react);
    assert.match((await errors({ mix: { ...mix, react: 0.3 } })).mix._errors[0].message, /more than 1/);
    assert.equal((await server.owner('GET', '/guilds/1/chatter')).json().code, 10004);
  });

  test('is a crowd that comes in', async () => {
    await using server = await startTestServer();
    const path = `/guilds/${server.guild.id}/crowd`;
    const came = await server.owner('POST', path, { count: 130 });
    assert.deepEqual([came.statusCode, came.json()], [201, { added: 130 }]);
    assert.equal((await server.owner('GET', `/guilds/${server.guild.id}`)).json().member_count, 133);
    assert.ok((await server.owner('POST', path, { count: 10_001 })).json().errors.count);
    assert.equal((await server.owner('POST', '/guilds/1/crowd', { count: 1 })).json().code, 10004);
    const found = await server.owner('GET', `/guilds/${server.guild.id}/members?query=ali`);
    assert.deepEqual(
      found.json().map(({ user }: { user: { username: string } }) => user.username),
      ['alice'],
    );
  });
});

describe('simulated users', () => {
  test('write, edit and delete, and the owner reads all of it', async () => {
    await using server = await startTestServer();
    const { alice, channel } = server;
    const events = recordEvents(server);
    const path = `/channels/${channel.id}/messages`;
    const said = await server.owner('POST', path, { author_id: alice.id, content: 'hello' });
    assert.deepEqual([said.statusCode, said.json().author.id], [201, alice.id]);
    const { id } = said.json();
    assert.equal((await server.owner('PATCH', `${path}/${id}`, { content: 'hi' })).json().content, 'hi');
    assert.deepEqual(
      (await server.owner('GET', `${path}?limit=5`))
        .json()
        .map(({ content }: { content: string }) => content),
      ['hi'],
    );
    assert.equal((await server.owner('DELETE', `${path}/${id}`)).statusCode, 204);
    assert.deepEqual(dispatchNames(events), ['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE']);
  });

  test('must exist and be in the guild', async () => {
    await using server = await startTestServer();
    const bob = server.world.users.create({ username: 'bob' });
    const path = `/channels/${server.channel.id}/messages`;
    const code = async (body: object) => (await server.owner('POST', path, body)).json().code;
    assert.equal(await code({ content: 'x' }), 50035);
    assert.equal(await code({ content: 'x', author_id: '1' }), 10013);
    assert.equal(await code({ content: 'x', author_id: bob.id }), 10007);
    assert.equal(await code({ content: '', author_id: server.alice.id }), 50006);
  });

  test('react and type', async () => {
    await using server = await startTestServer();
    const { alice, channel, world } = server;
    const { id } = world.messages.create({ channelId: channel.id, authorId: alice.id, content: 'x' });
    const events = recordEvents(server);
    const reaction = `/channels/${channel.id}/messages/${id}/reactions/${encodeURIComponent('👍')}/${alice.id}`;
    assert.equal((await server.owner('PUT', reaction)).statusCode, 204);
    assert.equal((await server.owner('DELETE', reaction)).statusCode, 204);
    assert.equal((await server.owner('DELETE', reaction)).json().code, 10014);
    const typing = await server.owner('POST', `/channels/${channel.id}/typing`, { user_id: alice.id });
    assert.equal(typing.statusCode, 204);
    assert.deepEqual(dispatchNames(events).slice(-3), [
      'MESSAGE_REACTION_ADD',
      'MESSAGE_REACTION_REMOVE',
      'TYPING_START',
    ]);
  });
});

test('a user forwards a message of another channel', async () => {
  await using server = await startTestServer();
  const { alice, channel, guild, world } = server;
  const { id } = world.messages.create({ channelId: channel.id, authorId: alice.id, content: 'a story' });
  const other = world.channels.create(guild.id, { name: 'other' });
  const forward = (messageId: string) =>
    server.owner('POST', `/channels/${other.id}/messages`, {
      author_id: alice.id,
      message_reference: { type: 1, channel_id: channel.id, message_id: messageId },
    });
  const forwarded = (await forward(id)).json();
  assert.equal(forwarded.message_snapshots[0].message.content, 'a story');
  assert.equal((await forward('1')).json().code, 10008);
});

test('pins and threads of a place are listed', async () => {
  await using server = await startTestServer();
  const { alice, channel, guild } = server;
  const { id } = (
    await server.owner('POST', `/channels/${channel.id}/messages`, { author_id: alice.id, content: 'keep' })
  ).json();
  await server.owner('PUT', `/channels/${channel.id}/pins/${id}`, { user_id: alice.id });
  const pins = (await server.owner('GET', `/channels/${channel.id}/pins`)).json();
  assert.deepEqual([pins.length, pins[0].id, pins[0].pinned], [1, id, true]);
  assert.equal((await server.owner('GET', '/channels/1/pins')).json().code, 10003);

  const path = `/channels/${channel.id}/threads`;
  const thread = (await server.owner('POST', path, { owner_id: alice.id, name: 'aside' })).json();
  const threads = (await server.owner('GET', `/guilds/${guild.id}/threads`)).json();
  assert.deepEqual([threads.length, threads[0].id, threads[0].parent_id], [1, thread.id, channel.id]);
  assert.equal((await server.owner('GET', '/guilds/1/threads')).json().code, 10004);
});
