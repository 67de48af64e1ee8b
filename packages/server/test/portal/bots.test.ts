/** What the owner gives a bot: a picture, and permissions in a guild. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { multipart, pngHead } from '../support/multipart.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const read = (server: TestServer, userId: string, name: string) =>
  server.app.inject({ method: 'GET', url: `/avatars/${userId}/${name}` });

test('the picture of a user is kept, served, replaced and taken away', async () => {
  await using server = await startTestServer();
  const id = server.application.botUserId;
  const put = (bytes: Buffer | string) =>
    server.owner(
      'PUT',
      `/users/${id}/avatar`,
      undefined,
      multipart({}, [{ field: 'files[0]', filename: 'me.png', bytes }]),
    );
  const { avatar: first } = (await put(pngHead(64, 64))).json();
  assert.match(first, /^[0-9a-f]{32}$/);
  const served = await read(server, id, `${first}.webp`);
  assert.deepEqual([served.statusCode, served.headers['content-type']], [200, 'image/png']);
  assert.deepEqual(served.rawPayload, pngHead(64, 64));

  const { avatar: second } = (await put(pngHead(32, 32))).json();
  assert.notEqual(second, first);
  assert.deepEqual(
    [
      (await read(server, id, `${first}.png`)).statusCode,
      (await read(server, id, `${second}.png`)).statusCode,
    ],
    [404, 200],
  );
  assert.match((await put('no picture')).body, /A PNG, JPEG, GIF or WebP picture is needed/);
  assert.equal((await server.owner('DELETE', `/users/${id}/avatar`)).statusCode, 204);
  assert.equal((await read(server, id, `${second}.png`)).statusCode, 404);
  assert.equal(server.world.users.require(id).avatar, null);
});

test('a bot that sets its picture itself has it served, too', async () => {
  await using server = await startTestServer();
  const { application, world } = server;
  const uri = `data:image/png;base64,${pngHead(8, 8).toString('base64')}`;
  const { avatar, id } = (await server.bot('PATCH', '/users/@me', { avatar: uri })).json();
  assert.deepEqual((await read(server, id, `${avatar}.png`)).rawPayload, pngHead(8, 8));
  const { bytes } = world.files;
  await server.bot('PATCH', '/users/@me', { avatar: uri, username: 'another' });
  assert.equal(world.files.bytes, bytes);
  await server.bot('PATCH', '/users/@me', { avatar: null });
  assert.deepEqual([world.users.require(application.botUserId).avatar, world.files.bytes], [null, 0]);
});

test('the permissions of a bot in a guild are those of its managed role', async () => {
  await using server = await startTestServer();
  const { application, guild, world } = server;
  const path = `/applications/${application.id}/guilds/${guild.id}/permissions`;
  const before = (await server.owner('GET', path)).json();
  assert.deepEqual([before.role, before.permissions], [null, []]);
  assert.ok(before.known.includes('BAN_MEMBERS') && before.effective.includes('VIEW_CHANNEL'));

  const set = async (permissions: readonly string[]) =>
    (await server.owner('PUT', path, { permissions })).json();
  const after = await set(['BAN_MEMBERS', 'MANAGE_ROLES']);
  assert.deepEqual(after.permissions, ['BAN_MEMBERS', 'MANAGE_ROLES']);
  assert.ok(after.effective.includes('BAN_MEMBERS'));
  assert.deepEqual([after.role.managed, after.role.tags.bot_id], [true, application.botUserId]);
  assert.ok(world.members.require(guild.id, application.botUserId).roles.includes(after.role.id));
  const again = await set([]);
  assert.deepEqual([again.role.id, again.permissions], [after.role.id, []]);

  const refused = (await server.owner('PUT', path, { permissions: ['FLY'] })).json();
  assert.deepEqual([refused.code, Object.keys(refused.errors)], [50035, ['permissions']]);
  await server.owner('DELETE', `/guilds/${guild.id}/members/${application.botUserId}`);
  assert.equal((await server.owner('GET', path)).json().code, 10007);
});
