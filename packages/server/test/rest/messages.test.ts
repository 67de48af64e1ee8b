/** Messages as bots write, read, edit and delete them, and who may. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Permission, snowflakeAt } from '@guildhall/protocol';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

const post = (server: TestServer, body: object) =>
  server.bot('POST', `/channels/${server.channel.id}/messages`, body);

const reactionPath = (server: TestServer, messageId: string, rest = '') =>
  `/channels/${server.channel.id}/messages/${messageId}/reactions${rest}`;

/** Takes permissions away from the bot's role in the channel. */
function deny(server: TestServer, permission: bigint): void {
  server.world.channels.setOverwrite(server.channel.id, {
    id: server.botRole.id,
    type: 0,
    allow: '0',
    deny: permission.toString(),
  });
}

function grant(server: TestServer, permission: bigint): void {
  server.world.roles.update(server.botRole.id, { permissions: permission });
}

function say(server: TestServer, content: string): string {
  return server.world.messages.create({ channelId: server.channel.id, authorId: server.alice.id, content })
    .id;
}

describe('creating a message', () => {
  test('answers with it and leaves it in the channel', async () => {
    await using server = await startTestServer();
    const response = await post(server, { content: '  hello  ', nonce: 'n1', embeds: [{ title: 'T' }] });
    assert.equal(response.statusCode, 200);
    const message = response.json();
    assert.equal(message.content, 'hello');
    assert.equal(message.nonce, 'n1');
    assert.equal(message.author.id, server.application.botUserId);
    assert.deepEqual(message.embeds[0].title, 'T');
    assert.equal(server.world.messages.get(server.channel.id, message.id)?.content, 'hello');
  });

  test('with an enforced nonce gives back the first message', async () => {
    await using server = await startTestServer();
    const body = { content: 'once', nonce: '7', enforce_nonce: true };
    const ids = [(await post(server, body)).json().id, (await post(server, body)).json().id];
    assert.equal(ids[0], ids[1]);
    assert.equal(server.world.messages.list(server.channel.id, { limit: 10 }).length, 1);
  });

  test('as a reply refers to the message', async () => {
    await using server = await startTestServer();
    const message_id = say(server, 'question');
    const reply = (await post(server, { content: 'answer', message_reference: { message_id } })).json();
    assert.equal(reply.type, 19);
    assert.equal(reply.message_reference.message_id, message_id);
    assert.equal(reply.referenced_message.id, message_id);
  });

  const refusals: readonly [name: string, denied: bigint, body: object, status: number, code: number][] = [
    ['VIEW_CHANNEL', Permission.VIEW_CHANNEL, { content: 'x' }, 403, 50001],
    ['SEND_MESSAGES', Permission.SEND_MESSAGES, { content: 'x' }, 403, 50013],
    ['EMBED_LINKS', Permission.EMBED_LINKS, { embeds: [{ title: 'x' }] }, 403, 50013],
    ['SEND_TTS_MESSAGES', Permission.SEND_TTS_MESSAGES, { content: 'x', tts: true }, 403, 50013],
    [
      'READ_MESSAGE_HISTORY',
      Permission.READ_MESSAGE_HISTORY,
      { content: 'x', message_reference: { message_id: '1' } },
      400,
      160002,
    ],
  ];
  for (const [name, denied, body, status, code] of refusals) {
    test(`needs ${name}`, async () => {
      await using server = await startTestServer();
      deny(server, denied);
      const response = await post(server, body);
      assert.deepEqual([response.statusCode, response.json().code], [status, code]);
    });
  }

  test('is not possible in a category, in an unknown channel, or in a DM of others', async () => {
    await using server = await startTestServer();
    const { world, guild, alice } = server;
    const category = world.channels.create(guild.id, { name: 'rooms', type: 4 });
    const bob = world.users.create({ username: 'bob' });
    const dm = world.channels.openDm(alice.id, bob.id);
    for (const [channelId, code] of [
      [category.id, 50008],
      ['1', 10003],
      [dm.id, 50001],
    ] as const) {
      const response = await server.bot('POST', `/channels/${channelId}/messages`, { content: 'x' });
      assert.equal(response.json().code, code);
    }
  });

  test('in the text of a voice channel needs CONNECT', async () => {
    await using server = await startTestServer();
    const { world, guild, botRole } = server;
    const voice = world.channels.create(guild.id, { name: 'voice', type: 2 });
    const path = `/channels/${voice.id}/messages`;
    assert.equal((await server.bot('POST', path, { content: 'x' })).statusCode, 200);
    const deny = Permission.CONNECT.toString();
    world.channels.setOverwrite(voice.id, { id: botRole.id, type: 0, allow: '0', deny });
    assert.equal((await server.bot('POST', path, { content: 'x' })).json().code, 50001);
  });

  test('in a DM is possible, but not to another bot', async () => {
    await using server = await startTestServer();
    const dm = (await server.bot('POST', '/users/@me/channels', { recipient_id: server.alice.id })).json();
    const again = (await server.bot('POST', '/users/@me/channels', { recipient_id: server.alice.id })).json();
    assert.equal(dm.id, again.id);
    assert.equal(
      (await server.bot('POST', `/channels/${dm.id}/messages`, { content: 'psst' })).statusCode,
      200,
    );
    const { botUserId } = server.world.applications.create({ name: 'Second bot' }).application;
    for (const [recipient_id, status, code] of [
      [botUserId, 403, 50007],
      ['1', 404, 10013],
    ] as const) {
      const response = await server.bot('POST', '/users/@me/channels', { recipient_id });
      assert.deepEqual([response.statusCode, response.json().code], [status, code]);
    }
  });
});

describe('reading messages', () => {
  test('goes from the newest to the oldest, between exclusive bounds', async () => {
    await using server = await startTestServer();
    const ids = ['a', 'b', 'c', 'd', 'e'].map((content) => say(server, content));
    const page = async (query: string) => {
      const response = await server.bot('GET', `/channels/${server.channel.id}/messages?${query}`);
      return response.json().map((message: { id: string }) => ids.indexOf(message.id));
    };
    assert.deepEqual(await page(''), [4, 3, 2, 1, 0]);
    assert.deepEqual(await page('limit=2'), [4, 3]);
    assert.deepEqual(await page(`before=${ids[2]}`), [1, 0]);
    assert.deepEqual(await page(`after=${ids[2]}`), [4, 3]);
    assert.deepEqual(await page(`after=${ids[0]}&limit=2`), [2, 1]);
    assert.deepEqual(await page(`around=${ids[2]}&limit=3`), [3, 2, 1]);
    const both = await server.bot('GET', `/channels/${server.channel.id}/messages?before=1&after=2`);
    assert.equal(both.json().code, 50035);
  });

  test('without READ_MESSAGE_HISTORY lists none and gives none', async () => {
    await using server = await startTestServer();
    const id = say(server, 'old');
    deny(server, Permission.READ_MESSAGE_HISTORY);
    const list = await server.bot('GET', `/channels/${server.channel.id}/messages`);
    assert.deepEqual([list.statusCode, list.json()], [200, []]);
    const single = await server.bot('GET', `/channels/${server.channel.id}/messages/${id}`);
    assert.deepEqual([single.statusCode, single.json().code], [403, 50013]);
  });

  test('shows content only as far as MESSAGE_CONTENT, authorship and mentions allow', async () => {
    await using server = await startTestServer();
    const { world, application, channel } = server;
    const secret = say(server, 'secret');
    const mention = say(server, `<@${application.botUserId}> hi`);
    const own = (await post(server, { content: 'own' })).json().id;
    const contents = async () => {
      const messages = (await server.bot('GET', `/channels/${channel.id}/messages`)).json();
      return Object.fromEntries(
        messages.map((message: { id: string; content: string }) => [message.id, message.content]),
      );
    };
    const blanked = { [secret]: '', [mention]: `<@${application.botUserId}> hi`, [own]: 'own' };
    assert.deepEqual(await contents(), blanked);
    assert.equal((await server.bot('GET', `/channels/${channel.id}/messages/${secret}`)).json().content, '');
    world.applications.setPrivilegedIntents(application.id, ['MESSAGE_CONTENT']);
    assert.deepEqual(await contents(), { ...blanked, [secret]: 'secret' });
  });
});

describe('editing a message', () => {
  test('changes what is given and leaves the rest', async () => {
    await using server = await startTestServer();
    const { id } = (await post(server, { content: 'old', embeds: [{ title: 'T' }] })).json();
    const path = `/channels/${server.channel.id}/messages/${id}`;
    const edited = (await server.bot('PATCH', path, { content: 'new' })).json();
    assert.deepEqual([edited.content, edited.embeds.length], ['new', 1]);
    assert.notEqual(edited.edited_timestamp, null);
    assert.equal((await server.bot('PATCH', path, { content: null })).json().content, '');
    assert.equal((await server.bot('PATCH', path, { embeds: [] })).json().code, 50006);
  });

  test('of somebody else is refused, except its flags for those who manage messages', async () => {
    await using server = await startTestServer();
    const path = `/channels/${server.channel.id}/messages/${say(server, 'mine')}`;
    const code = async (body: object) => (await server.bot('PATCH', path, body)).json().code;
    assert.equal(await code({ content: 'yours' }), 50005);
    assert.equal(await code({ flags: 4 }), 50013);
    grant(server, Permission.MANAGE_MESSAGES);
    assert.equal(await code({ content: 'yours', flags: 4 }), 50005);
    const suppressed = await server.bot('PATCH', path, { flags: 4 });
    assert.deepEqual([suppressed.statusCode, suppressed.json().flags], [200, 4]);
    assert.equal(
      (await server.bot('PATCH', `/channels/${server.channel.id}/messages/1`, {})).json().code,
      10008,
    );
  });
});

describe('deleting messages', () => {
  test('of others needs MANAGE_MESSAGES', async () => {
    await using server = await startTestServer();
    const own = (await post(server, { content: 'own' })).json().id;
    const others = say(server, 'others');
    const remove = async (id: string) =>
      (await server.bot('DELETE', `/channels/${server.channel.id}/messages/${id}`)).statusCode;
    assert.equal(await remove(own), 204);
    assert.equal(await remove(own), 404);
    assert.equal(await remove(others), 403);
    grant(server, Permission.MANAGE_MESSAGES);
    assert.equal(await remove(others), 204);
  });

  test('in bulk takes 2 to 100 different ones of the last 14 days', async () => {
    await using server = await startTestServer();
    const { channel, clock } = server;
    const path = `/channels/${channel.id}/messages/bulk-delete`;
    const recent = [say(server, 'a'), say(server, 'b')];
    const code = async (messages: string[]) => {
      const response = await server.bot('POST', path, { messages });
      return response.statusCode === 204 ? 204 : response.json().code;
    };
    assert.equal(await code(recent), 50013);
    grant(server, Permission.MANAGE_MESSAGES);
    const ids = (count: number, ageMs = 0) =>
      Array.from({ length: count }, (_, index) =>
        String(BigInt(snowflakeAt(clock.nowMs - ageMs)) + BigInt(index)),
      );
    assert.equal(await code(ids(1)), 50016);
    assert.equal(await code(ids(101)), 50016);
    assert.equal(await code([...recent, ...ids(1, 14 * DAY_MS + 1_000)]), 50034);
    assert.equal(await code([...recent, recent[0] ?? '']), 50035);
    assert.equal(await code([...recent, ...ids(98, 13 * DAY_MS)]), 204);
    assert.equal(server.world.messages.list(channel.id, { limit: 10 }).length, 0);
  });

  test('in bulk is not possible in a DM', async () => {
    await using server = await startTestServer();
    const dm = server.world.channels.openDm(server.application.botUserId, server.alice.id);
    const response = await server.bot('POST', `/channels/${dm.id}/messages/bulk-delete`, {
      messages: ['1', '2'],
    });
    assert.deepEqual([response.statusCode, response.json().code], [403, 50003]);
  });
});

describe('typing', () => {
  test('needs SEND_MESSAGES', async () => {
    await using server = await startTestServer();
    const path = `/channels/${server.channel.id}/typing`;
    assert.equal((await server.bot('POST', path)).statusCode, 204);
    deny(server, Permission.SEND_MESSAGES);
    assert.equal((await server.bot('POST', path)).json().code, 50013);
  });
});

describe('reactions', () => {
  const THUMB = encodeURIComponent('👍');

  test('are put, listed and taken away', async () => {
    await using server = await startTestServer();
    const { world, channel, alice, application } = server;
    const id = say(server, 'x');
    assert.equal((await server.bot('PUT', reactionPath(server, id, `/${THUMB}/@me`))).statusCode, 204);
    world.reactions.add(channel.id, id, alice.id, { id: null, name: '👍' });
    const users = async (query = '') =>
      (await server.bot('GET', reactionPath(server, id, `/${THUMB}${query}`)))
        .json()
        .map((user: { id: string }) => user.id);
    const everyone = [application.botUserId, alice.id];
    assert.deepEqual(await users(), everyone);
    assert.deepEqual(await users('?limit=1'), everyone.slice(0, 1));
    assert.deepEqual(await users(`?after=${everyone[0]}`), everyone.slice(1));
    assert.deepEqual(await users('?type=1'), []);
    assert.equal((await server.bot('DELETE', reactionPath(server, id, `/${THUMB}/@me`))).statusCode, 204);
    assert.deepEqual(await users(), [alice.id]);
    assert.equal((await server.bot('DELETE', reactionPath(server, id, `/${THUMB}/@me`))).json().code, 10014);
  });

  test('of others are taken away only with MANAGE_MESSAGES', async () => {
    await using server = await startTestServer();
    const { world, channel, alice } = server;
    const id = say(server, 'x');
    const paths = [`/${THUMB}/${alice.id}`, `/${THUMB}`, ''].map((rest) => reactionPath(server, id, rest));
    for (const path of paths) assert.equal((await server.bot('DELETE', path)).json().code, 50013);
    grant(server, Permission.MANAGE_MESSAGES);
    for (const path of paths) {
      world.reactions.add(channel.id, id, alice.id, { id: null, name: '👍' });
      assert.equal((await server.bot('DELETE', path)).statusCode, 204);
      assert.equal(world.messages.get(channel.id, id)?.reactions.length, 0);
    }
  });

  test('with a new emoji need ADD_REACTIONS, joining one does not', async () => {
    await using server = await startTestServer();
    const id = say(server, 'x');
    deny(server, Permission.ADD_REACTIONS);
    server.world.reactions.add(server.channel.id, id, server.alice.id, { id: null, name: '👍' });
    assert.equal((await server.bot('PUT', reactionPath(server, id, `/${THUMB}/@me`))).statusCode, 204);
    const party = encodeURIComponent('🎉');
    assert.equal((await server.bot('PUT', reactionPath(server, id, `/${party}/@me`))).json().code, 50013);
    deny(server, Permission.READ_MESSAGE_HISTORY);
    assert.equal((await server.bot('PUT', reactionPath(server, id, `/${THUMB}/@me`))).json().code, 50013);
  });

  test('end at twenty emojis', async () => {
    await using server = await startTestServer();
    const id = say(server, 'x');
    for (let index = 0; index < 20; index++) {
      server.world.reactions.add(server.channel.id, id, server.alice.id, {
        id: String(index + 1),
        name: 'blob',
      });
    }
    assert.equal((await server.bot('PUT', reactionPath(server, id, `/${THUMB}/@me`))).json().code, 30010);
  });
});

describe('the emoji of a reaction', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const emojis: readonly [text: string, name: string | null, id?: string][] = [
    ['👍', '👍'],
    ['❤', '❤️'],
    ['❤️', '❤️'],
    ['👍\u{fe0f}', '👍'],
    ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['🇩🇪', '🇩🇪'],
    ['🇩', '🇩'],
    ['1️⃣', '1️⃣'],
    ['blob:123', 'blob', '123'],
    ['a:blob:123', 'blob', '123'],
    ['x', null],
    ['👍👍', null],
    ['1', null],
    ['blob:', null],
    ['blob:x', null],
    ['<:blob:123>', null],
  ];
  for (const [text, name, id = null] of emojis) {
    test(`${name === null ? 'is not' : 'may be'} ${text}`, async () => {
      const messageId = say(server, 'x');
      const path = reactionPath(server, messageId, `/${encodeURIComponent(text)}/@me`);
      const response = await server.bot('PUT', path);
      if (name === null) return assert.deepEqual([response.statusCode, response.json().code], [400, 10014]);
      assert.equal(response.statusCode, 204);
      const emoji = server.world.messages.get(server.channel.id, messageId)?.reactions[0]?.emoji;
      assert.deepEqual([emoji?.name, emoji?.id], [name, id]);
    });
  }
});
