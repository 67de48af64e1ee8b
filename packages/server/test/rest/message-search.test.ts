/** What a bot finds in the messages of a guild, and what it does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer, type TestServer } from '../support/test-server.ts';

async function search({ bot, guild }: TestServer, query = '') {
  const answer = await bot('GET', `/guilds/${guild.id}/messages/search?${query}`);
  assert.equal(answer.statusCode, 200, answer.body);
  const { messages, ...rest } = answer.json();
  return {
    ...rest,
    texts: messages.map(([{ content, hit }]: [{ content: string; hit: boolean }]) => {
      assert.equal(hit, true);
      return content;
    }) as string[],
  };
}

async function openScene(): Promise<TestServer> {
  const server = await startTestServer();
  server.world.applications.setPrivilegedIntents(server.application.id, ['MESSAGE_CONTENT']);
  return server;
}

test('words are found in their order, with few others between them', async () => {
  await using server = await openScene();
  const { world, channel, alice } = server;
  for (const content of ['The quick brown fox', 'fox, quick!', 'quick and very lazy old fox', 'nothing']) {
    world.messages.create({ channelId: channel.id, authorId: alice.id, content });
  }
  assert.deepEqual((await search(server, 'content=Quick%20FOX')).texts, ['The quick brown fox']);
  assert.deepEqual((await search(server, 'content=quick%20fox&slop=4&sort_order=asc')).texts, [
    'The quick brown fox',
    'quick and very lazy old fox',
  ]);
  const { texts, total_results } = await search(server, 'limit=1&offset=1');
  assert.deepEqual([texts, total_results], [['quick and very lazy old fox'], 4]);
  world.messages.create({ channelId: channel.id, authorId: alice.id, content: 'fox after fox' });
  world.messages.create({ channelId: channel.id, authorId: alice.id, content: 'a fox' });
  assert.equal((await search(server, 'content=fox&sort_by=relevance')).texts[0], 'fox after fox');
});

test('filters narrow by author, mentions, replies, pins, links and things', async () => {
  await using server = await openScene();
  const { world, bot, channel, alice, application, guild } = server;
  const say = (content: string, authorId = alice.id) =>
    world.messages.create({ channelId: channel.id, authorId, content });
  const first = say('see https://example.test/page');
  say(`hi <@${alice.id}>`, application.botUserId);
  world.pins.pin(channel.id, first.id, alice.id);
  const path = `/channels/${channel.id}/messages`;
  await bot('POST', path, { content: 'reply', message_reference: { message_id: first.id } });
  await bot('POST', path, { embeds: [{ title: 't', image: { url: 'https://example.test/a.png' } }] });
  const found = async (query: string) => (await search(server, query)).texts;
  const own = application.botUserId;
  const pinned = world.messages.list(channel.id, { limit: 10 }).filter(({ type }) => type === 6).length;
  assert.deepEqual(await found('pinned=true'), [first.content]);
  assert.deepEqual(await found('author_type=user&has=link'), [first.content]);
  assert.equal((await found('author_type=-bot')).length, 1 + pinned);
  assert.deepEqual(await found(`author_id=${own}&author_id=1&mentions=${alice.id}`), [
    'reply',
    `hi <@${alice.id}>`,
  ]);
  assert.deepEqual(await found(`replied_to_user_id=${alice.id}`), ['reply']);
  assert.deepEqual(await found(`replied_to_message_id=${first.id}`), ['reply']);
  assert.deepEqual(await found('has=embed&has=image'), ['']);
  assert.deepEqual(await found('has=embed&has=-image'), []);
  assert.deepEqual(await found('link_hostname=example.test'), [first.content]);
  assert.deepEqual(await found(`max_id=${first.id}`), []);
  const wrong = await bot('GET', `/guilds/${guild.id}/messages/search?has=teeth&author_id=x&limit=26`);
  assert.deepEqual(Object.keys(wrong.json().errors).sort(), ['author_id', 'has', 'limit']);
});

test('only what the bot may read is found, and without MESSAGE_CONTENT only what it is shown', async () => {
  await using server = await openScene();
  const { world, bot, channel, alice, guild, application, botRole } = server;
  const hidden = world.channels.create(guild.id, { name: 'hidden' });
  world.channels.setOverwrite(hidden.id, { id: guild.id, type: 0, allow: '0', deny: '1024' });
  const adult = world.channels.create(guild.id, { name: 'adult', nsfw: true });
  const thread = world.threads.create({ parentId: channel.id, ownerId: alice.id, name: 'topic', type: 11 });
  for (const { id } of [channel, hidden, adult, thread]) {
    world.messages.create({ channelId: id, authorId: alice.id, content: `word in ${id}` });
  }
  const words = async (query: string) => (await search(server, `content=word&${query}`)).texts;
  assert.deepEqual(await words('sort_order=asc'), [`word in ${channel.id}`, `word in ${thread.id}`]);
  assert.equal((await words('include_nsfw=true')).length, 3);
  assert.deepEqual(await words(`channel_id=${thread.id}&channel_id=${hidden.id}`), [`word in ${thread.id}`]);
  const { threads } = await search(server, `channel_id=${thread.id}`);
  assert.deepEqual(
    threads.map(({ id }: { id: string }) => id),
    [thread.id],
  );

  world.applications.setPrivilegedIntents(application.id, []);
  world.messages.create({ channelId: channel.id, authorId: alice.id, content: `word <@${application.id}>` });
  assert.deepEqual(await words(''), [`word <@${application.id}>`]);

  world.roles.update(guild.id, { permissions: 0n });
  world.roles.update(botRole.id, { permissions: 0n });
  assert.equal((await bot('GET', `/guilds/${guild.id}/messages/search`)).json().code, 50013);
  world.members.remove(guild.id, application.botUserId);
  assert.equal((await bot('GET', `/guilds/${guild.id}/messages/search`)).json().code, 50001);
});
