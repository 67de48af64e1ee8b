/** Polls, pins, forwards and crossposts, as bots meet them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import { dispatchNames, recordEvents } from '../support/events.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const HOUR_MS = 3_600_000;
const POLL = { question: { text: 'Which?' }, answers: ['a', 'b'].map((text) => ({ poll_media: { text } })) };

const messagesOf = (server: TestServer) => `/channels/${server.channel.id}/messages`;

function allow(server: TestServer, ...names: (keyof typeof Permission)[]): void {
  const permissions = names.reduce((bits, name) => bits | Permission[name], 0n);
  server.world.roles.update(server.botRole.id, { permissions });
}

describe('a poll', () => {
  test('is asked, voted on and counted', async () => {
    await using server = await startTestServer();
    const { world, channel, alice, application } = server;
    const { id, poll } = (await server.bot('POST', messagesOf(server), { poll: POLL })).json();
    assert.deepEqual([poll.allow_multiselect, poll.layout_type, poll.results.answer_counts], [false, 1, []]);
    assert.equal(Date.parse(poll.expiry), server.clock.nowMs + 24 * HOUR_MS);
    await world.committed();
    const events = recordEvents(server);
    const vote = (answer: number, user = alice.id) =>
      server.owner('PUT', `/channels/${channel.id}/polls/${id}/answers/${answer}/${user}`);
    assert.equal((await vote(1)).statusCode, 204);
    assert.equal((await vote(2)).statusCode, 204);
    assert.deepEqual(dispatchNames(events), [
      'MESSAGE_POLL_VOTE_ADD',
      'MESSAGE_POLL_VOTE_REMOVE',
      'MESSAGE_POLL_VOTE_ADD',
    ]);
    assert.equal((await vote(3)).json().code, 50035);
    assert.equal((await vote(1, application.botUserId)).json().code, 520000);
    const answers = `/channels/${channel.id}/polls/${id}/answers`;
    assert.deepEqual((await server.bot('GET', `${answers}/1`)).json().users, []);
    assert.equal((await server.bot('GET', `${answers}/2`)).json().users[0].id, alice.id);
    assert.equal(
      (await server.bot('PATCH', `${messagesOf(server)}/${id}`, { content: 'x' })).json().code,
      520003,
    );
  });

  test('ends by itself, and its result is told', async () => {
    await using server = await startTestServer();
    const { world, channel, alice, clock } = server;
    const { id } = (await server.bot('POST', messagesOf(server), { poll: { ...POLL, duration: 1 } })).json();
    world.polls.vote(channel.id, id, alice.id, 2);
    await world.committed();
    const events = recordEvents(server);
    clock.nowMs += HOUR_MS;
    assert.throws(() => world.polls.vote(channel.id, id, alice.id, 1), { code: 'POLL_EXPIRED' });
    world.polls.endDue();
    world.polls.endDue();
    await world.committed();
    assert.deepEqual(dispatchNames(events), ['MESSAGE_UPDATE', 'MESSAGE_CREATE']);
    const [result] = world.messages.list(channel.id, { limit: 1 });
    assert.equal(result?.type, 46);
    const fields = new Map(result?.embeds[0]?.fields?.map(({ name, value }) => [name, value]));
    assert.deepEqual(
      ['poll_question_text', 'total_votes', 'victor_answer_id', 'victor_answer_text'].map((name) =>
        fields.get(name),
      ),
      ['Which?', '1', '2', 'b'],
    );
    const { poll } = (await server.bot('GET', `${messagesOf(server)}/${id}`)).json();
    assert.equal(poll.results.is_finalized, true);
    const again = await server.bot('POST', `/channels/${channel.id}/polls/${id}/expire`);
    assert.equal(again.json().code, 520001);
  });

  test('needs SEND_POLLS, and is ended by its author alone', async () => {
    await using server = await startTestServer();
    const { world, guild, channel, alice } = server;
    const poll = { question: '?', answers: [{ text: 'a' }], durationHours: 1, allowMultiselect: true };
    const { id } = world.messages.create({ channelId: channel.id, authorId: alice.id, poll });
    const other = await server.bot('POST', `/channels/${channel.id}/polls/${id}/expire`);
    assert.equal(other.json().code, 50005);
    const plain = world.messages.create({
      channelId: channel.id,
      authorId: server.application.botUserId,
      content: 'x',
    });
    const none = await server.bot('POST', `/channels/${channel.id}/polls/${plain.id}/expire`);
    assert.equal(none.json().code, 520006);
    const deny = String(Permission.SEND_POLLS);
    world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny });
    assert.equal((await server.bot('POST', messagesOf(server), { poll: POLL })).json().code, 50013);
  });
});

describe('pins', () => {
  test('need PIN_MESSAGES, are told of, and are listed the last pinned first', async () => {
    await using server = await startTestServer();
    const { world, channel, alice, clock } = server;
    const ids = ['a', 'b'].map(
      (content) => world.messages.create({ channelId: channel.id, authorId: alice.id, content }).id,
    );
    const pins = `/channels/${channel.id}/messages/pins`;
    assert.equal((await server.bot('PUT', `${pins}/${ids[0]}`)).json().code, 50013);
    allow(server, 'PIN_MESSAGES');
    await world.committed();
    const events = recordEvents(server);
    for (const id of ids) {
      clock.nowMs += 1_000;
      assert.equal((await server.bot('PUT', `${pins}/${id}`)).statusCode, 204);
    }
    assert.equal((await server.bot('PUT', `${pins}/${ids[0]}`)).statusCode, 204);
    assert.deepEqual(dispatchNames(events).slice(0, 4), [
      'MESSAGE_UPDATE',
      'CHANNEL_PINS_UPDATE',
      'MESSAGE_CREATE',
      'GUILD_AUDIT_LOG_ENTRY_CREATE',
    ]);
    assert.equal(dispatchNames(events).length, 8);
    assert.equal(world.messages.list(channel.id, { limit: 1 })[0]?.type, 6);

    const { items, has_more } = (await server.bot('GET', `${pins}?limit=1`)).json();
    assert.deepEqual([items[0].message.id, has_more], [ids[1], true]);
    const next = await server.bot('GET', `${pins}?before=${encodeURIComponent(items[0].pinned_at)}`);
    assert.deepEqual([next.json().items[0].message.id, next.json().has_more], [ids[0], false]);
    const old = (await server.bot('GET', `/channels/${channel.id}/pins`)).json();
    assert.deepEqual(
      old.map(({ id, pinned }: { id: string; pinned: boolean }) => [id, pinned]),
      [
        [ids[1], true],
        [ids[0], true],
      ],
    );
    await server.bot('DELETE', `/channels/${channel.id}/pins/${ids[1]}`);
    world.messages.delete(channel.id, ids[0] ?? '');
    assert.deepEqual((await server.bot('GET', pins)).json(), { items: [], has_more: false });
  });
});

describe('a forward', () => {
  test('holds what the message said, and goes on holding it', async () => {
    await using server = await startTestServer();
    const { world, application, guild, channel, alice } = server;
    world.applications.setPrivilegedIntents(application.id, ['MESSAGE_CONTENT']);
    const other = world.channels.create(guild.id, { name: 'other' });
    const source = world.messages.create({ channelId: other.id, authorId: alice.id, content: 'news' });
    const message_reference = { type: 1, channel_id: other.id, message_id: source.id };
    const response = await server.bot('POST', messagesOf(server), { message_reference });
    assert.equal(response.statusCode, 200, response.body);
    const forward = response.json();
    assert.equal(forward.flags, 1 << 14);
    assert.deepEqual(forward.message_reference, { ...message_reference, guild_id: guild.id });
    assert.equal(forward.message_snapshots[0].message.content, 'news');
    assert.equal(forward.message_snapshots[0].message.author, undefined);
    assert.equal(forward.referenced_message, undefined);
    world.messages.delete(other.id, source.id);
    const again = { type: 1, channel_id: channel.id, message_id: forward.id };
    const second = await server.bot('POST', messagesOf(server), { message_reference: again });
    assert.equal(second.json().message_snapshots[0].message.content, 'news');
  });

  test('is refused of what cannot be read, is a poll, or is not there', async () => {
    await using server = await startTestServer();
    const { world, application, guild, channel, alice } = server;
    const say = (input: object) =>
      world.messages.create({ channelId: channel.id, authorId: alice.id, ...input });
    const poll = { question: '?', answers: [{ text: 'a' }], durationHours: 1, allowMultiselect: true };
    const hidden = world.channels.create(guild.id, {
      name: 'hidden',
      overwrites: [{ id: guild.id, type: 0, allow: '0', deny: String(Permission.VIEW_CHANNEL) }],
    });
    const rows: readonly [reference: object, code: number][] = [
      [{ channel_id: channel.id, message_id: say({ content: 'secret' }).id }, 160014],
      [{ channel_id: channel.id, message_id: '1' }, 10008],
      [{ channel_id: hidden.id, message_id: '1' }, 50001],
      [{ message_id: '1' }, 50035],
    ];
    for (const [reference, code] of rows) {
      const body = { message_reference: { type: 1, ...reference } };
      assert.equal((await server.bot('POST', messagesOf(server), body)).json().code, code);
    }
    const mention = say({ content: `<@${application.botUserId}> read this` }).id;
    const body = { message_reference: { type: 1, channel_id: channel.id, message_id: mention } };
    assert.equal((await server.bot('POST', messagesOf(server), body)).statusCode, 200);
    world.applications.setPrivilegedIntents(application.id, ['MESSAGE_CONTENT']);
    const asked = { message_reference: { type: 1, channel_id: channel.id, message_id: say({ poll }).id } };
    assert.equal((await server.bot('POST', messagesOf(server), asked)).json().code, 50068);
  });
});

describe('a crosspost', () => {
  test('goes to those who follow, once', async () => {
    await using server = await startTestServer();
    const { world, guild, channel } = server;
    allow(server, 'MANAGE_WEBHOOKS');
    const news = world.channels.create(guild.id, { name: 'news', type: 5 });
    const followed = await server.bot('POST', `/channels/${news.id}/followers`, {
      webhook_channel_id: channel.id,
    });
    assert.equal(followed.statusCode, 200, followed.body);
    const message = (await server.bot('POST', `/channels/${news.id}/messages`, { content: 'hear' })).json();
    const path = `/channels/${news.id}/messages/${message.id}/crosspost`;
    assert.equal((await server.bot('POST', path)).json().flags, 1);
    assert.equal((await server.bot('POST', path)).json().code, 40033);
    const [copy] = (await server.bot('GET', messagesOf(server))).json();
    assert.partialDeepStrictEqual(copy, {
      flags: 2,
      webhook_id: followed.json().webhook_id,
      author: { username: 'Test guild #news' },
      message_reference: { channel_id: news.id, message_id: message.id },
    });
    const elsewhere = world.messages.create({
      channelId: channel.id,
      authorId: server.alice.id,
      content: 'x',
    });
    allow(server, 'ADMINISTRATOR');
    const refused = await server.bot('POST', `${messagesOf(server)}/${elsewhere.id}/crosspost`);
    assert.equal(refused.json().code, 50024);
    world.channels.delete(news.id);
    assert.equal(world.webhooks.get(followed.json().webhook_id), undefined);
  });
});
