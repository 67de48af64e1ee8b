import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import { dispatchNames, recordEvents } from '../support/events.ts';
import { multipart, pngHead } from '../support/multipart.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

interface Hook {
  readonly id: string;
  readonly token: string;
}

async function startWithHook(options = {}) {
  const server = await startTestServer(options);
  server.world.roles.update(server.botRole.id, { permissions: Permission.MANAGE_WEBHOOKS });
  const response = await server.bot('POST', `/channels/${server.channel.id}/webhooks`, { name: 'hook' });
  assert.equal(response.statusCode, 200, response.body);
  return { server, hook: response.json() as Hook };
}

/** Without any authorization. */
function anyone(
  server: TestServer,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
) {
  const payload = body === undefined ? {} : { payload: body };
  return server.app.inject({ method, url: `/api/v10${path}`, ...payload });
}

describe('a webhook', () => {
  test('speaks for whoever has its token, without a member, under any name', async () => {
    const { server, hook } = await startWithHook();
    await using _ = server;
    const events = recordEvents(server);
    const path = `/webhooks/${hook.id}/${hook.token}`;
    assert.equal((await anyone(server, 'POST', path, { content: 'silent' })).statusCode, 204);
    const said = await anyone(server, 'POST', `${path}?wait=true`, {
      content: 'hi',
      username: 'Nightly build',
      avatar_url: 'https://example.test/a.png',
    });
    assert.partialDeepStrictEqual(said.json(), {
      webhook_id: hook.id,
      application_id: server.application.id,
      author: { id: hook.id, username: 'Nightly build', bot: true, discriminator: '0000' },
    });
    const created = events.filter((event) => event.kind === 'dispatch').map(({ d }) => d);
    assert.equal(created.length, 2);
    assert.ok(created.every((d) => !('member' in d)));
  });

  test('edits, shows and deletes what it has said, and nothing else', async () => {
    const { server, hook } = await startWithHook();
    await using _ = server;
    const path = `/webhooks/${hook.id}/${hook.token}`;
    const { id } = (await anyone(server, 'POST', `${path}?wait=true`, { content: 'one' })).json();
    const message = `${path}/messages/${id}`;
    assert.equal((await anyone(server, 'PATCH', message, { content: 'two' })).json().content, 'two');
    assert.equal((await anyone(server, 'GET', message)).json().content, 'two');
    const { alice, channel, world } = server;
    const other = world.messages.create({ channelId: channel.id, authorId: alice.id, content: 'mine' });
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const body = method === 'PATCH' ? { content: 'x' } : undefined;
      const response = await anyone(server, method, `${path}/messages/${other.id}`, body);
      assert.equal(response.json().code, 10008);
    }
    assert.equal((await anyone(server, 'DELETE', message)).statusCode, 204);
    assert.equal(world.messages.get(channel.id, id), undefined);
  });

  test('is unknown without its id, and refuses another token', async () => {
    const { server, hook } = await startWithHook();
    await using _ = server;
    const rows: readonly [path: string, status: number, code: number][] = [
      [`/webhooks/1/${hook.token}`, 404, 10015],
      [`/webhooks/${hook.id}/wrong`, 401, 50027],
    ];
    for (const [path, status, code] of rows) {
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE'] as const) {
        const body = method === 'POST' || method === 'PATCH' ? { content: 'x' } : undefined;
        const response = await anyone(server, method, path, body);
        assert.deepEqual([response.statusCode, response.json().code], [status, code], `${method} ${path}`);
      }
    }
    assert.ok(!JSON.stringify(server.logs).includes(hook.token), 'its token is in no log');
  });

  test('brings files, in JSON or as a form', async () => {
    const { server, hook } = await startWithHook();
    await using _ = server;
    const response = await server.app.inject({
      method: 'POST',
      url: `/api/v10/webhooks/${hook.id}/${hook.token}?wait=true`,
      ...multipart({ embeds: [{ image: { url: 'attachment://a.png' } }] }, [
        { field: 'files[0]', filename: 'a.png', bytes: pngHead(1, 1) },
        { field: 'files[1]', filename: 'b.txt', bytes: 'b' },
      ]),
    });
    assert.deepEqual(
      response.json().attachments.map(({ filename }: { filename: string }) => filename),
      ['b.txt'],
    );
  });

  test('writes in threads of its channel, and begins posts in a forum', async () => {
    const { server, hook } = await startWithHook();
    await using _ = server;
    const { world, guild, channel, alice } = server;
    const path = `/webhooks/${hook.id}/${hook.token}`;
    const thread = world.threads.create({ parentId: channel.id, ownerId: alice.id, name: 'x', type: 11 });
    const said = await anyone(server, 'POST', `${path}?wait=true&thread_id=${thread.id}`, { content: 'x' });
    assert.equal(said.json().channel_id, thread.id);
    const message = `${path}/messages/${said.json().id}`;
    assert.equal((await anyone(server, 'GET', message)).statusCode, 404);
    assert.equal((await anyone(server, 'GET', `${message}?thread_id=${thread.id}`)).statusCode, 200);
    const elsewhere = await anyone(server, 'POST', `${path}?thread_id=${guild.id}`, { content: 'x' });
    assert.equal(elsewhere.json().code, 10003);

    const forum = world.channels.create(guild.id, { name: 'forum', type: 15 });
    world.webhooks.update(hook.id, { channelId: forum.id });
    assert.equal((await anyone(server, 'POST', path, { content: 'x' })).json().code, 50035);
    const post = await anyone(server, 'POST', `${path}?wait=true`, { content: 'x', thread_name: 'post' });
    assert.equal(post.json().id, post.json().channel_id);
    assert.equal(world.threads.require(post.json().id).owner_id, hook.id);
  });

  test('of no application shows components only when asked to', async () => {
    const { server } = await startWithHook();
    await using _ = server;
    const own = server.world.webhooks.create(server.channel.id, { name: 'own', userId: server.alice.id });
    const path = `/webhooks/${own.id}/${own.token}?wait=true`;
    const link = { type: 2, style: 5, url: 'https://example.test', label: 'x' };
    const body = { content: 'x', components: [{ type: 1, components: [link] }] };
    assert.deepEqual((await anyone(server, 'POST', path, body)).json().components, []);
    const shown = await anyone(server, 'POST', `${path}&with_components=true`, body);
    assert.equal(shown.json().components.length, 1);
  });

  test('is managed with MANAGE_WEBHOOKS, or by its application, and tells of it', async () => {
    const { server, hook } = await startWithHook();
    await using _ = server;
    const { world, guild, channel, botRole, alice } = server;
    const others = world.webhooks.create(channel.id, { name: 'others', userId: alice.id });
    const other = world.channels.create(guild.id, { name: 'other' });
    await world.committed();
    const events = recordEvents(server);
    const moved = await server.bot('PATCH', `/webhooks/${hook.id}`, { name: 'new', channel_id: other.id });
    assert.partialDeepStrictEqual(moved.json(), { name: 'new', channel_id: other.id });
    const told = ['WEBHOOKS_UPDATE', 'WEBHOOKS_UPDATE', 'GUILD_AUDIT_LOG_ENTRY_CREATE'];
    assert.deepEqual(dispatchNames(events), told);
    world.roles.update(botRole.id, { permissions: 0n });
    assert.equal((await server.bot('GET', `/webhooks/${hook.id}`)).statusCode, 200);
    for (const path of [
      `/webhooks/${others.id}`,
      `/channels/${channel.id}/webhooks`,
      `/guilds/${guild.id}/webhooks`,
    ]) {
      assert.equal((await server.bot('GET', path)).json().code, 50013, path);
    }
    const named = await server.bot('PATCH', `/webhooks/${hook.id}`, { name: 'Discord Bot' });
    assert.equal(named.json().errors.name._errors[0].code, 'USERNAME_INVALID_CONTAINS');
    assert.equal((await server.bot('DELETE', `/webhooks/${hook.id}`)).statusCode, 204);
  });

  test('has its own rate limit, which wrong tokens do not touch', async () => {
    const { server, hook } = await startWithHook({
      rateLimits: { webhookExecute: { limit: 2, windowMs: 1_000 } },
    });
    await using _ = server;
    const path = `/webhooks/${hook.id}/${hook.token}`;
    for (const status of [204, 204, 429]) {
      const response = await anyone(server, 'POST', path, { content: 'x' });
      assert.equal(response.statusCode, status);
      assert.equal(response.headers['x-ratelimit-limit'], '2');
    }
    const wrong = await anyone(server, 'POST', `/webhooks/${hook.id}/wrong`, { content: 'x' });
    assert.deepEqual([wrong.statusCode, wrong.headers['x-ratelimit-limit']], [401, undefined]);
  });
});
