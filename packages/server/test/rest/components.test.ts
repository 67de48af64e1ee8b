import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const V2 = 1 << 15;

const button = (fields: object = {}) => ({ type: 2, style: 1, label: 'press', custom_id: 'a', ...fields });
const row = (...components: object[]) => ({ type: 1, components });
const menu = (fields: object = {}) => ({
  type: 3,
  custom_id: 'menu',
  options: [{ label: 'one', value: '1' }],
  ...fields,
});
const display = (content = 'text') => ({ type: 10, content });

/** Where the first fault is, and its code. */
function firstFault(errors: unknown, path: string[] = []): string {
  const node = errors as Record<string, unknown>;
  const leaf = node._errors as { code: string }[] | undefined;
  if (leaf !== undefined) return `${path.join('.')} ${leaf[0]?.code}`;
  const [key = ''] = Object.keys(node);
  return firstFault(node[key], [...path, key]);
}

describe('components of a message', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const post = (components: unknown, flags = 0) =>
    server.bot('POST', `/channels/${server.channel.id}/messages`, { components, flags });

  const refused: readonly [name: string, components: unknown, fault: string, flags?: number][] = [
    ['text beside rows', [display()], 'components.0 UNION_TYPE_CHOICES'],
    ['a button outside of a row', [button()], 'components.0 UNION_TYPE_CHOICES'],
    ['something that is no object', ['x'], 'components.0 MODEL_TYPE_CONVERT'],
    ['six rows', Array(6).fill(row(button())), 'components BASE_TYPE_BAD_LENGTH'],
    [
      'six buttons in a row',
      [row(...[1, 2, 3, 4, 5, 6].map((n) => button({ custom_id: String(n) })))],
      'components.0.components BASE_TYPE_BAD_LENGTH',
    ],
    [
      'a menu beside a button',
      [row(button(), menu())],
      'components.0.components.1 COMPONENT_LAYOUT_WIDTH_EXCEEDED',
    ],
    [
      'a custom id twice',
      [row(button()), row(button())],
      'components.1.components.0.custom_id COMPONENT_CUSTOM_ID_DUPLICATED',
    ],
    [
      'an id twice',
      [row(button({ id: 7 })), row(button({ id: 7, custom_id: 'b' }))],
      'components.1.components.0.id COMPONENT_ID_DUPLICATED',
    ],
    [
      'a button without custom id',
      [row(button({ custom_id: null }))],
      'components.0.components.0.custom_id BUTTON_COMPONENT_CUSTOM_ID_REQUIRED',
    ],
    [
      'a link without url',
      [row({ type: 2, style: 5, label: 'x' })],
      'components.0.components.0.url BASE_TYPE_REQUIRED',
    ],
    [
      'a link with a custom id',
      [row(button({ style: 5, url: 'https://x.test' }))],
      'components.0.components.0 BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
    ],
    [
      'a link that is none of the web',
      [row({ type: 2, style: 5, label: 'x', url: 'javascript:alert(1)' })],
      'components.0.components.0.url URL_TYPE_INVALID_SCHEME',
    ],
    [
      'a button that shows nothing',
      [row(button({ label: '' }))],
      'components.0.components.0.label BASE_TYPE_REQUIRED',
    ],
    [
      'a button with a long label',
      [row(button({ label: 'x'.repeat(81) }))],
      'components.0.components.0.label BASE_TYPE_MAX_LENGTH',
    ],
    [
      'an emoji without name and id',
      [row(button({ emoji: {} }))],
      'components.0.components.0.emoji.name COMPONENT_INVALID_EMOJI',
    ],
    [
      'a style that is none',
      [row(button({ style: 9 }))],
      'components.0.components.0.style BASE_TYPE_CHOICES',
    ],
    [
      'a menu without options',
      [row(menu({ options: [] }))],
      'components.0.components.0.options BASE_TYPE_BAD_LENGTH',
    ],
    [
      'options of one value',
      [row(menu({ options: Array(2).fill({ label: 'l', value: 'v' }) }))],
      'components.0.components.0.options.1.value SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
    ],
    [
      'more values than options',
      [row(menu({ max_values: 2 }))],
      'components.0.components.0.max_values SELECT_COMPONENT_VALUES_EXCEED_OPTIONS',
    ],
    [
      'a minimum above the maximum',
      [row({ type: 5, custom_id: 'x', min_values: 3, max_values: 2 })],
      'components.0.components.0.min_values SELECT_COMPONENT_MIN_VALUES_GREATER_THAN_MAX',
    ],
    [
      'a role among users',
      [row({ type: 5, custom_id: 'x', default_values: [{ id: '1', type: 'role' }] })],
      'components.0.components.0.default_values.0.type BASE_TYPE_CHOICES',
    ],
    ['empty text', [display('')], 'components.0.content BASE_TYPE_BAD_LENGTH', V2],
    [
      'too much text in all',
      [display('x'.repeat(2_001)), display('x'.repeat(2_000))],
      'components COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      V2,
    ],
    ['41 components', Array(41).fill(display('x')), 'components BASE_TYPE_BAD_LENGTH', V2],
    [
      '41 components, nested',
      [{ type: 17, components: Array(40).fill(display('x')) }],
      'components COMPONENT_MAX_TOTAL_COMPONENTS',
      V2,
    ],
    [
      'a section without accessory',
      [{ type: 9, components: [display()] }],
      'components.0.accessory BASE_TYPE_REQUIRED',
      V2,
    ],
    [
      'a container in a container',
      [{ type: 17, components: [{ type: 17, components: [display()] }] }],
      'components.0.components.0 UNION_TYPE_CHOICES',
      V2,
    ],
    [
      'a file from elsewhere',
      [{ type: 13, file: { url: 'https://x.test/a' } }],
      'components.0.file.url URL_TYPE_INVALID_SCHEME',
      V2,
    ],
    [
      'a file that has not come',
      [{ type: 13, file: { url: 'attachment://a.txt' } }],
      'attachments ATTACHMENT_NOT_FOUND',
      V2,
    ],
  ];
  for (const [name, components, fault, flags] of refused) {
    test(`are refused: ${name}`, async () => {
      const response = await post(components, flags);
      assert.deepEqual([response.statusCode, response.json().code], [400, 50035], response.body);
      assert.equal(firstFault(response.json().errors), fault);
    });
  }

  test('get ids, in order, beside those that have one', async () => {
    const { components } = (
      await post([row(button({ id: 2 }), button({ custom_id: 'b' })), row(menu())])
    ).json();
    const ids = components.map((component: { id: number; components: { id: number }[] }) => [
      component.id,
      ...component.components.map(({ id }) => id),
    ]);
    assert.deepEqual(ids, [
      [1, 2, 3],
      [4, 5],
    ]);
  });

  test('of the second kind come to stay, and nothing comes beside them', async () => {
    const message = (await post([display('hello')], V2)).json();
    const path = `/channels/${server.channel.id}/messages/${message.id}`;
    assert.equal((await server.bot('PATCH', path, { content: 'x' })).json().code, 50035);
    assert.equal((await server.bot('PATCH', path, { components: [] })).json().code, 50006);
    const edited = await server.bot('PATCH', path, { components: [display('bye')], flags: 0 });
    assert.deepEqual([edited.json().flags & V2, edited.json().components[0].content], [V2, 'bye']);
  });

  test('mention whom their texts mention', async () => {
    const { mentions } = (
      await post([{ type: 17, components: [display(`hi <@${server.alice.id}>`)] }], V2)
    ).json();
    assert.deepEqual(
      mentions.map(({ id }: { id: string }) => id),
      [server.alice.id],
    );
  });
});
