/** Discord's names for what is wrong with a body, a query or a path. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('form errors', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const leaf = (code: string, message: string) => ({ _errors: [{ code, message }] });
  const embed = (fault: object) => ({ embeds: { '0': fault } });
  const long = (chars: number) => 'x'.repeat(chars);

  const messages: readonly [name: string, body: object, errors: object][] = [
    [
      'content of 2001 characters',
      { content: long(2_001) },
      { content: leaf('BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.') },
    ],
    [
      'content that is an object',
      { content: {} },
      { content: leaf('STRING_TYPE_CONVERT', 'Could not interpret "{...}" as string.') },
    ],
    [
      'embeds that are no list',
      { embeds: 'x' },
      { embeds: leaf('LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType') },
    ],
    [
      'an embed that is no object',
      { embeds: ['x'] },
      embed(leaf('MODEL_TYPE_CONVERT', 'Expected an object/dictionary.')),
    ],
    [
      'eleven embeds',
      { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) },
      { embeds: leaf('BASE_TYPE_MAX_LENGTH', 'Must be 10 or fewer in length.') },
    ],
    [
      'several faults at once',
      { content: long(2_001), embeds: [{ title: long(257), color: -1 }, { fields: [{ name: 'x' }] }] },
      {
        content: leaf('BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.'),
        embeds: {
          '0': {
            title: leaf('BASE_TYPE_MAX_LENGTH', 'Must be 256 or fewer in length.'),
            color: leaf('NUMBER_TYPE_MIN', 'int value should be greater than or equal to 0.'),
          },
          '1': { fields: { '0': { value: leaf('BASE_TYPE_REQUIRED', 'This field is required') } } },
        },
      },
    ],
    [
      'a colour beyond white',
      { embeds: [{ color: 16_777_216 }] },
      embed({ color: leaf('NUMBER_TYPE_MAX', 'int value should be less than or equal to 16777215.') }),
    ],
    [
      'a colour that is no number',
      { embeds: [{ color: 'red' }] },
      embed({ color: leaf('NUMBER_TYPE_COERCE', 'Value "red" is not int.') }),
    ],
    [
      'an embed time that is none',
      { embeds: [{ timestamp: 'today' }] },
      embed({ timestamp: leaf('DATE_TIME_TYPE_PARSE', 'Could not parse "today". Should be ISO8601.') }),
    ],
    [
      'an embed address that is none',
      { embeds: [{ url: 'nowhere' }] },
      embed({ url: leaf('URL_TYPE_INVALID_URL', 'Not a well formed URL.') }),
    ],
    [
      'an embed address that runs code',
      { embeds: [{ url: 'javascript:alert(1)' }] },
      embed({
        url: leaf('URL_TYPE_INVALID_SCHEME', `Scheme "javascript" must be one of ('http', 'https').`),
      }),
    ],
    [
      'embeds of more than 6000 characters in all',
      { embeds: [{ description: long(4_000) }, { footer: { text: long(2_001) } }] },
      { embeds: leaf('MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000') },
    ],
    [
      'a nonce of 26 characters',
      { content: 'x', nonce: long(26) },
      { nonce: leaf('BASE_TYPE_MAX_LENGTH', 'Must be 25 or fewer in length.') },
    ],
    [
      'a flag that is no truth value',
      { content: 'x', tts: 'loud' },
      { tts: leaf('BOOLEAN_TYPE_CONVERT', 'Must be either true or false.') },
    ],
    [
      'a mention kind that does not exist',
      { content: 'x', allowed_mentions: { parse: ['here'] } },
      {
        allowed_mentions: {
          parse: { '0': leaf('BASE_TYPE_CHOICES', "Value must be one of ('users', 'roles', 'everyone').") },
        },
      },
    ],
    [
      'a reply to what is no id',
      { content: 'x', message_reference: { message_id: 'x' } },
      { message_reference: { message_id: leaf('NUMBER_TYPE_COERCE', 'Value "x" is not snowflake.') } },
    ],
    [
      'a reply to a message that is gone',
      { content: 'x', message_reference: { message_id: '1' } },
      { message_reference: leaf('MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message') },
    ],
    [
      'a reply across channels',
      { content: 'x', message_reference: { message_id: '1', channel_id: '2' } },
      {
        message_reference: leaf(
          'REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL',
          'Cannot reply to a message in a different channel',
        ),
      },
    ],
    [
      'a row without buttons',
      { content: 'x', components: [{ type: 1, components: [] }] },
      {
        components: {
          0: { components: leaf('BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.') },
        },
      },
    ],
    [
      'content beside components v2',
      { content: 'x', components: [{ type: 10, content: 'y' }], flags: 1 << 15 },
      {
        flags: leaf(
          'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
          'Content, embeds, stickers and polls cannot be used with MessageFlags.IS_COMPONENTS_V2',
        ),
      },
    ],
  ];
  for (const [name, body, errors] of messages) {
    test(`name ${name}`, async () => {
      const response = await server.bot('POST', `/channels/${server.channel.id}/messages`, body);
      assert.deepEqual(
        [response.statusCode, response.json()],
        [400, { message: 'Invalid Form Body', code: 50035, errors }],
      );
    });
  }

  const accepted: readonly [name: string, body: object][] = [
    ['unknown fields', { content: 'x', colour: 'red', __proto__: { polluted: true } }],
    ['2000 characters outside the basic plane', { content: '🦜'.repeat(2_000) }],
    [
      'empty values of unserved fields',
      { content: 'x', components: [], attachments: null, sticker_ids: [], poll: null },
    ],
    [
      'nulls',
      {
        content: 'x',
        embeds: null,
        tts: null,
        nonce: null,
        flags: null,
        allowed_mentions: null,
        message_reference: null,
      },
    ],
    ['numbers in text and text in numbers', { content: 5, embeds: [{ color: '255' }] }],
    ['an embed alone', { embeds: [{ image: { url: 'https://example.test/a.png' } }] }],
    [
      'a reply to a gone message that need not exist',
      { content: 'x', message_reference: { message_id: '1', fail_if_not_exists: false } },
    ],
  ];
  for (const [name, body] of accepted) {
    test(`do not arise from ${name}`, async () => {
      const response = await server.bot('POST', `/channels/${server.channel.id}/messages`, body);
      assert.equal(response.statusCode, 200, response.body);
    });
  }

  for (const body of [
    {},
    { content: '' },
    { content: ' \n ' },
    { content: null },
    { embeds: [] },
    { embeds: [{}] },
  ]) {
    test(`say 50006 of the message ${JSON.stringify(body)}`, async () => {
      const response = await server.bot('POST', `/channels/${server.channel.id}/messages`, body);
      assert.deepEqual(response.json(), { message: 'Cannot send an empty message', code: 50006 });
    });
  }

  const paths: readonly [path: string, errors: object][] = [
    ['/channels/x', { channel_id: leaf('NUMBER_TYPE_COERCE', 'Value "x" is not snowflake.') }],
    [
      '/channels/18446744073709551616',
      { channel_id: leaf('NUMBER_TYPE_COERCE', 'Value "18446744073709551616" is not snowflake.') },
    ],
    [
      `/channels/1/messages/%22%3Cb%3E`,
      { message_id: leaf('NUMBER_TYPE_COERCE', 'Value ""<b>" is not snowflake.') },
    ],
    [
      '/channels/1/messages?limit=101',
      { limit: leaf('NUMBER_TYPE_MAX', 'int value should be less than or equal to 100.') },
    ],
    [
      '/channels/1/messages?limit=0',
      { limit: leaf('NUMBER_TYPE_MIN', 'int value should be greater than or equal to 1.') },
    ],
    ['/channels/1/messages?limit=ten', { limit: leaf('NUMBER_TYPE_COERCE', 'Value "ten" is not int.') }],
    ['/channels/1/messages?before=x', { before: leaf('NUMBER_TYPE_COERCE', 'Value "x" is not snowflake.') }],
    [
      '/channels/1/messages?before=1&before=2',
      { before: leaf('NUMBER_TYPE_COERCE', 'Value "[...]" is not snowflake.') },
    ],
    [
      '/guilds/1?with_counts=maybe',
      { with_counts: leaf('BOOLEAN_TYPE_CONVERT', 'Must be either true or false.') },
    ],
    ['/guilds/1/members/search', { query: leaf('BASE_TYPE_REQUIRED', 'This field is required') }],
    [
      '/guilds/1/members/search?query=',
      { query: leaf('BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.') },
    ],
  ];
  for (const [path, errors] of paths) {
    test(`name what is wrong with ${path}`, async () => {
      const response = await server.bot('GET', path);
      assert.deepEqual([response.statusCode, response.json().errors], [400, errors]);
    });
  }

  test('name no more than fifty faults, and quote no more than a hundred characters', async () => {
    const messagesBody = { messages: Array.from({ length: 1_000 }, () => 'y'.repeat(500)) };
    const response = await server.bot(
      'POST',
      `/channels/${server.channel.id}/messages/bulk-delete`,
      messagesBody,
    );
    const faults = Object.values<{ _errors: { message: string }[] }>(response.json().errors.messages);
    assert.equal(faults.length, 50);
    assert.equal(faults[0]?._errors[0]?.message, `Value "${'y'.repeat(100)}" is not snowflake.`);
  });

  for (const [query, value] of [
    ['True', true],
    ['true', true],
    ['1', true],
    ['False', false],
    ['false', false],
    ['0', false],
  ] as const) {
    test(`take ${query} in a query for ${value}`, async () => {
      const response = await server.bot('GET', `/guilds/${server.guild.id}?with_counts=${query}`);
      assert.equal('approximate_member_count' in response.json(), value);
    });
  }
});
