import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UsageError } from '../src/arguments.ts';
import { CONNECT_USAGE, parseConnectArguments } from '../src/connect-arguments.ts';

const FILE = ['--token-file', 'bot.token'];

describe('the arguments of doctor and listen', () => {
  test('have defaults for all but the token file', () => {
    assert.deepEqual(parseConnectArguments(FILE), {
      tokenFile: 'bot.token',
      apiBase: null,
      gatewayUrl: null,
      intents: null,
      events: [],
      json: false,
    });
  });

  test('take lists in any case, a bit mask, and addresses', () => {
    const args = ['--intents', 'guilds, GUILD_MESSAGES', '--events', 'message_create', '--json'];
    const parsed = parseConnectArguments([...FILE, ...args, '--api-base', 'http://127.0.0.1:1/api']);
    assert.deepEqual(parsed.intents, ['GUILDS', 'GUILD_MESSAGES']);
    assert.deepEqual(parsed.events, ['MESSAGE_CREATE']);
    assert.equal(parsed.apiBase, 'http://127.0.0.1:1/api');
    assert.equal(parsed.json, true);
    assert.equal(parseConnectArguments([...FILE, '--intents', '513']).intents, 513);
  });

  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /--token-file FILE is needed/],
    [['--token-file', ''], /--token-file FILE is needed/],
    [[...FILE, '--intents', 'GUILDS,,'], /--intents takes names/],
    [[...FILE, '--events', ''], /--events takes names/],
    [[...FILE, '--token', 'x'], /--token/],
    [[...FILE, 'more'], /more/],
  ];
  for (const [args, message] of wrong) {
    test(`refuse ${JSON.stringify(args)}`, () => {
      assert.throws(
        () => parseConnectArguments(args),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }

  test('are all named in the usage', () => {
    for (const flag of ['--token-file', '--api-base', '--gateway-url', '--intents', '--events', '--json'])
      assert.ok(CONNECT_USAGE.includes(flag), flag);
  });
});
