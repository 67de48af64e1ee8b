import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  createTester,
  ExpectationError,
  type Guildhall,
  startGuildhall,
  type Tester,
} from '../../src/index.ts';
import { describeExpected, matches } from '../../src/testing/match.ts';
import type { Interaction } from '../../src/world/interaction.ts';
import { PING } from '../world/support.ts';

interface Stage extends AsyncDisposable {
  readonly hall: Guildhall;
  readonly tester: Tester;
  readonly botUserId: string;
  readonly userId: string;
  readonly channelId: string;
  /** The bot answers, as if by its callback. */
  readonly respond: (interaction: Interaction, content: string, ephemeral?: boolean) => Promise<void>;
}

async function openStage(): Promise<Stage> {
  const hall = await startGuildhall();
  const { world } = hall;
  const { id: applicationId, botUserId } = await hall.createApplication({ name: 'helper' });
  const user = await hall.createUser({ username: 'ada' });
  const guild = await hall.createGuild({ name: 'Test', bots: [botUserId] });
  await hall.joinGuild(guild.id, user.id);
  const [channel] = guild.channels;
  assert.ok(channel);
  world.commands.put({ applicationId, guildId: null }, PING);
  return {
    hall,
    tester: createTester(hall, { user, channel, timeoutMs: 200 }),
    botUserId,
    userId: user.id,
    channelId: channel.id,
    respond: async ({ id, token }, content, ephemeral = false) => {
      world.interactions.respond(id, token, { type: 4, input: { content, ephemeral } });
      await world.committed();
    },
    [Symbol.asyncDispose]: () => hall.close(),
  };
}

function explains(...parts: readonly RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ExpectationError, String(error));
    for (const part of parts) assert.match(error.message, part);
    return true;
  };
}

describe('expectMessage', () => {
  test('takes messages of bots in order, also those that came before it was asked', async () => {
    await using stage = await openStage();
    const { hall, tester, botUserId, userId, channelId } = stage;
    await tester.sayAs(userId, '!ping');
    await hall.say(botUserId, channelId, 'pong');
    await hall.say(botUserId, channelId, 'pong again');
    assert.equal((await tester.expectMessage('pong')).content, 'pong');
    const waiting = tester.expectMessage(/^later/);
    await hall.say(botUserId, channelId, 'later');
    assert.equal((await waiting).author.id, botUserId);
    await assert.rejects(
      tester.expectMessage('pong again'),
      explains(/expected a message of a bot with "pong again"/),
    );
  });

  test('sees an edited message as it stands', async () => {
    await using stage = await openStage();
    const { hall, tester, botUserId, channelId } = stage;
    const { id } = await hall.say(botUserId, channelId, 'thinking');
    const waiting = tester.expectMessage({ content: 'done', author: { username: 'helper' } });
    await hall.edit(channelId, id, 'done');
    assert.equal((await waiting).id, id);
  });

  test('says what happened instead, since the last step', async () => {
    await using stage = await openStage();
    const { hall, tester, botUserId, userId, channelId } = stage;
    await hall.say(botUserId, channelId, 'old news');
    await tester.sayAs(userId, '!ping');
    await hall.say(botUserId, channelId, 'pang');
    await assert.rejects(
      tester.expectMessage('pong'),
      (error) =>
        explains(
          new RegExp(`with "pong" in channel ${channelId} within 200 ms; what happened:`),
          /message of ada: "!ping"\n {2}message of helper: "pang"$/,
        )(error) && !String(error).includes('old news'),
    );
    await assert.rejects(createTester(hall).sayAs(userId, 'x'), /no channel: name one as `in`/);
  });
});

describe('expectInteractionResponse', () => {
  test('sees what the user sees', async () => {
    await using stage = await openStage();
    const { tester, respond } = stage;
    const command = await tester.invokeCommand('ping');
    const waiting = tester.expectInteractionResponse(command, { ephemeral: true });
    await respond(command, 'pong', true);
    const { kind, content, message, choices, modal } = await waiting;
    assert.deepEqual([kind, content, message?.flags, choices, modal], ['message', 'pong', 64, [], null]);
    await tester.expectInteractionResponse(command, ({ content: text }) => text.length === 4);
  });

  test('waits out a deferred one, unless that is asked for', async () => {
    await using stage = await openStage();
    const { hall, tester } = stage;
    const { interactions } = hall.world;
    const command = await tester.invokeCommand('ping');
    const deferred = interactions.respond(command.id, command.token, { type: 5, ephemeral: false });
    await tester.expectInteractionResponse(command, { kind: 'deferred' });
    const waiting = tester.expectInteractionResponse(command);
    const original = interactions.original(deferred);
    assert.ok(original);
    interactions.edit(deferred, original, { content: 'done' });
    assert.equal((await waiting).content, 'done');
    const [followUp] = [
      interactions.followUp(interactions.require(command.id), { content: 'more', ephemeral: true }),
    ];
    assert.equal((await tester.expectFollowUp(command, 'more')).id, followUp.id);
  });

  test('says what came instead, or that nothing came', async () => {
    await using stage = await openStage();
    const { tester, respond } = stage;
    const command = await tester.invokeCommand('ping');
    await assert.rejects(
      tester.expectInteractionResponse(command, 'pong'),
      explains(/a response with "pong" to command ping of ada: pending within 200 ms/),
    );
    await respond(command, 'pang', true);
    await assert.rejects(
      tester.expectInteractionResponse(command, 'pong'),
      explains(/command ping of ada: message within/, /message of helper: "pang", ephemeral/),
    );
    await assert.rejects(
      tester.expectFollowUp(command),
      explains(/a follow-up with {} to command ping of ada: message/),
    );
    await assert.rejects(
      tester.click(await tester.expectInteractionResponse(command), 'go'),
      /has no button go; it has none/,
    );
  });
});

test('waitForResponse ends with the application’s time', async () => {
  await using stage = await openStage();
  const { hall, tester } = stage;
  const command = await tester.invokeCommand('ping');
  const waiting = hall.clients.waitForResponse(command.id, undefined, { timeoutMs: 10_000 });
  await assert.rejects(waiting, {
    name: 'NoResponseError',
    message: /did not respond to \d+ within 3000 ms/,
  });
  await assert.rejects(hall.clients.waitForResponse('1'), { code: 'UNKNOWN_INTERACTION' });
});

test('waitUntil settles by what is seen, by time, by its signal, by an error of its look and by the end', async () => {
  const { hall, userId, channelId } = await openStage();
  const count = () => hall.world.messages.list(channelId, { limit: 10 }).length || undefined;
  const seen = hall.waitUntil(count);
  await hall.say(userId, channelId, 'hi');
  assert.equal(await seen, 1);
  await assert.rejects(
    hall.waitUntil(() => undefined, { timeoutMs: 50 }),
    { name: 'WaitTimeoutError' },
  );
  const failure = () => new RangeError('mine');
  await assert.rejects(
    hall.waitUntil(() => undefined, { timeoutMs: 50, failure }),
    RangeError,
  );
  const aborting = new AbortController();
  const aborted = hall.waitUntil(() => undefined, { signal: aborting.signal });
  aborting.abort(new Error('enough'));
  await assert.rejects(aborted, /enough/);
  await assert.rejects(
    hall.waitUntil(() => undefined, { signal: aborting.signal }),
    /enough/,
  );
  const broken = () => {
    throw new Error('broken');
  };
  await assert.rejects(hall.waitUntil(broken), /broken/);
  const left = hall.waitUntil(() => undefined);
  await Promise.all([assert.rejects(left, { name: 'ServerClosedError' }), hall.close()]);
});

test('a tester that is disposed of notes nothing', async () => {
  await using stage = await openStage();
  const { hall, botUserId, channelId } = stage;
  const tester = createTester(hall, { channel: channelId, timeoutMs: 50 });
  tester[Symbol.dispose]();
  await hall.say(botUserId, channelId, 'pong');
  await assert.rejects(tester.expectMessage('pong'), explains(/what happened:\n {2}nothing$/));
});

describe('matches', () => {
  const rows: readonly [actual: unknown, expected: unknown, fits: boolean][] = [
    [{ a: 1, b: 2 }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: { b: 'text' } }, { a: { b: /ex/ } }, true],
    [{ a: 1 }, { a: /1/ }, false],
    [[1, 2], [1, 2], true],
    [[1, 2], [1], false],
    [[{ a: 1, b: 2 }], [{ b: 2 }], true],
    [null, {}, false],
    ['a', 'a', true],
    [null, null, true],
    [undefined, null, false],
  ];
  for (const [actual, expected, fits] of rows) {
    test(`${JSON.stringify(actual)} ${fits ? 'fits' : 'does not fit'} ${describeExpected(expected)}`, () => {
      assert.equal(matches(actual, expected), fits);
    });
  }
});
