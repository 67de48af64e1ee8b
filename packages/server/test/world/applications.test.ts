import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newToken } from '../../src/world/token.ts';
import { openTestWorld, openTown, START_MS } from './support.ts';

test('a token is the bot id, the time in seconds and 38 random characters', async () => {
  const { token, bot } = await openTown();
  const parts = token.split('.');
  assert.equal(parts.length, 3);
  const [id = '', time = '', secret = ''] = parts;
  assert.equal(Buffer.from(id, 'base64url').toString(), bot.id);
  const bytes = Buffer.from(time, 'base64url');
  assert.equal(bytes.readUIntBE(0, bytes.length), Math.floor(START_MS / 1000));
  assert.match(secret, /^[\w-]{38}$/);
});

for (const [seconds, length] of [
  [1, 4],
  [2 ** 32 - 1, 4],
  [2 ** 32, 5],
  [2 ** 40, 6],
] as const) {
  test(`the time of a token at second ${seconds} takes ${length} bytes`, () => {
    const time = newToken('1', seconds * 1000).split('.')[1] ?? '';
    const bytes = Buffer.from(time, 'base64url');
    assert.equal(bytes.length, length);
    assert.equal(bytes.readUIntBE(0, length), seconds);
  });
}

test('a token opens its application until it is reset, revoked or the application deleted', async () => {
  const { world, application, token } = await openTown();
  const other = world.applications.create({ name: 'Other' });
  const opens = (text: string) => world.applications.authenticate(text)?.id;
  assert.equal(opens(token), application.id);
  assert.equal(opens(other.token), other.application.id);
  assert.equal(opens(`${token}x`), undefined);
  assert.equal(opens(''), undefined);
  const second = world.applications.resetToken(application.id).token;
  assert.equal(opens(token), undefined);
  assert.equal(opens(second), application.id);
  world.applications.revokeToken(application.id);
  assert.equal(opens(second), undefined);
  const third = world.applications.resetToken(application.id).token;
  assert.equal(opens(third), application.id);
  world.applications.delete(application.id);
  assert.equal(opens(third), undefined);
  assert.equal(opens(other.token), other.application.id);
});

test('the token is kept as a hash alone', async () => {
  const { world, application, token } = await openTown();
  const text = JSON.stringify([world.applications.list(), world.views.application(application)]);
  for (const part of [token, token.split('.')[2] ?? '']) assert.equal(text.includes(part), false);
});

test('an application comes with a bot user, found by its id', async () => {
  const { world } = await openTestWorld();
  const { application } = world.applications.create({ name: 'Helper', botUsername: 'helper-bot' });
  const bot = world.users.require(application.botUserId);
  assert.deepEqual([bot.username, bot.bot], ['helper-bot', true]);
  assert.equal(world.applications.byBotUser(bot.id), application);
  assert.equal(world.applications.byBotUser(application.ownerId), undefined);
  assert.equal(world.applications.create({ name: 'Second' }).application.ownerId, application.ownerId);
});

test('gateway flags are the limited bits of the intents that are on', async () => {
  const { world, application } = await openTown();
  const flags = (...intents: Parameters<typeof world.applications.setPrivilegedIntents>[1]) =>
    world.applications.gatewayFlags(world.applications.setPrivilegedIntents(application.id, intents));
  assert.equal(flags(), 0);
  assert.equal(flags('GUILD_PRESENCES'), 1 << 13);
  assert.equal(flags('GUILD_MEMBERS'), 1 << 15);
  assert.equal(flags('MESSAGE_CONTENT', 'GUILD_MEMBERS'), (1 << 19) | (1 << 15));
});

test('a deleted application leaves its messages and loses the guilds that its bot owned', async () => {
  const { world, application, guild, channel, bot } = await openTown();
  const own = world.guilds.create({ name: 'Its own', ownerId: bot.id });
  const message = world.messages.create({ channelId: channel.id, authorId: bot.id, content: 'bye' });
  world.applications.delete(application.id);
  assert.equal(world.guilds.get(own.id), undefined);
  assert.equal(world.members.get(guild.id, bot.id), undefined);
  const view = world.views.message(world.messages.require(channel.id, message.id)) as {
    author: { id: string };
  };
  assert.equal(view.author.id, bot.id);
});

test('the session starts of an application are kept as long as there is one', async () => {
  const { world, application } = await openTown();
  const count = { id: application.id, count: 2, startedAtMs: START_MS };
  world.sessionStarts.put(count);
  assert.deepEqual(world.sessionStarts.get(application.id), count);
  world.applications.delete(application.id);
  assert.equal(world.sessionStarts.get(application.id), undefined);
  assert.throws(() => world.sessionStarts.put(count), { code: 'UNKNOWN_APPLICATION' });
});
