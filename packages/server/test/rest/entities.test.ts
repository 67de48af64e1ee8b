/** Users, applications, guilds, members and channels as a bot sees them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import { recordEvents } from '../support/events.ts';
import { startTestServer } from '../support/test-server.ts';

const PRESENCE_LIMITED = 1 << 13;
const MEMBERS_LIMITED = 1 << 15;

describe('the bot itself', () => {
  test('finds the gateway, its shards and its session starts', async () => {
    await using server = await startTestServer({ publicUrl: 'wss://bots.example.test' });
    const at = async (host: string) =>
      (await server.bot('GET', '/gateway/bot', undefined, { headers: { host } })).json();
    assert.deepEqual(await at('localhost:8080'), {
      url: 'ws://localhost:8080/',
      shards: 1,
      session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 },
    });
    assert.equal((await at('evil.test')).url, 'wss://bots.example.test/');
  });

  test('reads and renames its user', async () => {
    await using server = await startTestServer();
    const me = (await server.bot('GET', '/users/@me')).json();
    assert.deepEqual([me.id, me.bot, me.verified], [server.application.botUserId, true, true]);
    assert.equal(
      (await server.bot('PATCH', '/users/@me', { username: 'renamed' })).json().username,
      'renamed',
    );
    assert.equal((await server.bot('PATCH', '/users/@me', {})).json().username, 'renamed');
    const refused = await server.bot('PATCH', '/users/@me', { username: 'x' });
    assert.equal(refused.json().errors.username._errors[0].code, 'BASE_TYPE_BAD_LENGTH');
  });

  test('knows other users by id only', async () => {
    await using server = await startTestServer();
    assert.equal((await server.bot('GET', `/users/${server.alice.id}`)).json().username, 'alice');
    assert.equal((await server.bot('GET', '/users/1')).json().code, 10013);
  });

  test('lists its guilds in pages and leaves one', async () => {
    await using server = await startTestServer();
    const { world, application, alice, guild } = server;
    const ids = [guild.id];
    for (const name of ['second', 'third']) {
      const { id } = world.guilds.create({ name, ownerId: alice.id });
      world.members.add({ guildId: id, userId: application.botUserId });
      ids.push(id);
    }
    const page = async (query: string) =>
      (await server.bot('GET', `/users/@me/guilds${query}`))
        .json()
        .map(({ id }: { id: string }) => ids.indexOf(id));
    assert.deepEqual(await page(''), [0, 1, 2]);
    assert.deepEqual(await page('?limit=2'), [0, 1]);
    assert.deepEqual(await page(`?after=${ids[0]}&limit=1`), [1]);
    assert.deepEqual(await page(`?before=${ids[2]}&limit=1`), [1]);
    const [counted] = (await server.bot('GET', '/users/@me/guilds?with_counts=true')).json();
    assert.equal(counted.approximate_member_count, 3);
    assert.equal((await server.bot('DELETE', `/users/@me/guilds/${ids[1]}`)).statusCode, 204);
    assert.equal((await server.bot('DELETE', `/users/@me/guilds/${ids[1]}`)).json().code, 10004);
    assert.deepEqual(await page(''), [0, 2]);
  });
});

describe('the application', () => {
  test('is found by its id too, and no other is', async () => {
    await using server = await startTestServer();
    const { bot, world, application } = server;
    const own = (await bot('GET', '/applications/@me')).json();
    assert.deepEqual((await bot('GET', `/applications/${application.id}`)).json(), own);
    const changed = await bot('PATCH', `/applications/${application.id}`, { description: 'by id' });
    assert.equal(changed.json().description, 'by id');
    const other = world.applications.create({ name: 'Other' }).application;
    for (const method of ['GET', 'PATCH'] as const) {
      const body = method === 'PATCH' ? { description: 'x' } : undefined;
      assert.equal((await bot(method, `/applications/${other.id}`, body)).json().code, 20_012);
    }
    assert.equal((await bot('GET', '/applications/1')).json().code, 10_002);
  });

  test('has the same face at both addresses', async () => {
    await using server = await startTestServer();
    const application = (await server.bot('GET', '/applications/@me')).json();
    assert.deepEqual((await server.bot('GET', '/oauth2/applications/@me')).json(), application);
    assert.equal(application.id, server.application.id);
    assert.ok(!JSON.stringify(application).includes(String(server.application.tokenHash)));
  });

  test('switches limited intent flags, and revokes its sessions when one goes', async () => {
    await using server = await startTestServer();
    const events = recordEvents(server);
    const revocations = () => events.filter(({ kind }) => kind === 'application-revoked');
    const patch = (flags: number) => server.bot('PATCH', '/applications/@me', { flags });
    const both = PRESENCE_LIMITED | MEMBERS_LIMITED;
    assert.equal((await patch(both)).json().flags, both);
    assert.deepEqual(revocations(), []);
    assert.equal((await patch(MEMBERS_LIMITED)).json().flags, MEMBERS_LIMITED);
    assert.deepEqual(revocations(), [
      {
        kind: 'application-revoked',
        applicationId: server.application.id,
        cause: 'intent-disabled',
        intents: ['GUILD_PRESENCES'],
      },
    ]);
  });

  test('changes nothing when it asks for a flag that is not its own to set', async () => {
    await using server = await startTestServer();
    const response = await server.bot('PATCH', '/applications/@me', {
      flags: MEMBERS_LIMITED | 1,
      description: 'new',
    });
    assert.equal(response.json().errors.flags._errors[0].code, 'BASE_TYPE_CHOICES');
    const { flags, description } = (await server.bot('GET', '/applications/@me')).json();
    assert.deepEqual([flags, description], [0, '']);
  });

  test('gets 401 from /oauth2/@me, whatever its token', async () => {
    await using server = await startTestServer();
    const response = await server.bot('GET', '/oauth2/@me');
    assert.deepEqual(
      [response.statusCode, response.json()],
      [401, { message: '401: Unauthorized', code: 0 }],
    );
  });
});

describe('a guild', () => {
  test('is seen with its roles and channels by its members', async () => {
    await using server = await startTestServer();
    const { guild, channel, botRole } = server;
    const ids = (list: { id: string }[]) => list.map(({ id }) => id);
    assert.equal((await server.bot('GET', `/guilds/${guild.id}`)).json().name, 'Test guild');
    assert.deepEqual(ids((await server.bot('GET', `/guilds/${guild.id}/channels`)).json()), [channel.id]);
    assert.deepEqual(ids((await server.bot('GET', `/guilds/${guild.id}/roles`)).json()), [
      guild.id,
      botRole.id,
    ]);
    assert.equal((await server.bot('GET', `/guilds/${guild.id}/roles/${botRole.id}`)).json().name, 'bots');
    assert.equal((await server.bot('GET', `/guilds/${guild.id}/roles/1`)).json().code, 10011);
  });

  test('is unknown to others, and so is a guild that does not exist', async () => {
    await using server = await startTestServer();
    const foreign = server.world.guilds.create({ name: 'foreign', ownerId: server.alice.id });
    const code = async (path: string) => (await server.bot('GET', path)).json().code;
    assert.equal(await code(`/guilds/${foreign.id}`), 10004);
    assert.equal(await code('/guilds/1'), 10004);
    for (const rest of [
      'channels',
      'roles',
      'members',
      `members/${server.alice.id}`,
      'members/search?query=a',
    ]) {
      assert.equal(await code(`/guilds/${foreign.id}/${rest}`), 50001, rest);
      assert.equal(await code(`/guilds/1/${rest}`), 10004, rest);
    }
  });

  test('lists its members only to applications that have the intent', async () => {
    await using server = await startTestServer();
    const { world, application, guild } = server;
    const path = `/guilds/${guild.id}/members`;
    const refused = await server.bot('GET', path);
    assert.deepEqual([refused.statusCode, refused.json().code], [403, 50001]);
    world.applications.setPrivilegedIntents(application.id, ['GUILD_MEMBERS']);
    const page = async (query: string) =>
      (await server.bot('GET', `${path}${query}`))
        .json()
        .map((member: { user: { id: string } }) => member.user.id);
    const all = await page('?limit=1000');
    assert.equal(all.length, 3);
    assert.deepEqual(await page(''), all.slice(0, 1));
    assert.deepEqual(await page(`?limit=10&after=${all[0]}`), all.slice(1));
  });

  test('finds members by name and by id without the intent', async () => {
    await using server = await startTestServer();
    const { guild, alice } = server;
    const found = (await server.bot('GET', `/guilds/${guild.id}/members/search?query=ALI`)).json();
    assert.deepEqual(
      found.map((member: { user: { id: string } }) => member.user.id),
      [alice.id],
    );
    assert.equal(
      (await server.bot('GET', `/guilds/${guild.id}/members/${alice.id}`)).json().user.id,
      alice.id,
    );
    const bob = server.world.users.create({ username: 'bob' });
    assert.equal((await server.bot('GET', `/guilds/${guild.id}/members/${bob.id}`)).json().code, 10007);
    assert.equal((await server.bot('GET', `/guilds/${guild.id}/members/1`)).json().code, 10013);
  });
});

describe('a channel', () => {
  test('is seen by those who may view it', async () => {
    await using server = await startTestServer();
    const { world, channel, guild } = server;
    const path = `/channels/${channel.id}`;
    assert.equal((await server.bot('GET', path)).json().name, 'general');
    const deny = Permission.VIEW_CHANNEL.toString();
    world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny });
    assert.deepEqual((await server.bot('GET', path)).json(), { message: 'Missing Access', code: 50001 });
    assert.equal((await server.bot('GET', '/channels/1')).json().code, 10003);
  });

  test('of direct messages shows the other one as its recipient', async () => {
    await using server = await startTestServer();
    const { id } = server.world.channels.openDm(server.alice.id, server.application.botUserId);
    const dm = (await server.bot('GET', `/channels/${id}`)).json();
    assert.deepEqual(
      dm.recipients.map((user: { id: string }) => user.id),
      [server.alice.id],
    );
  });
});
