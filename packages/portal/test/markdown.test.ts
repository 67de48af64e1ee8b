import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Markup, parseMarkdown } from '../src/views/chat/markdown.ts';

const text = (value: string): Markup => ({ kind: 'text', text: value });

describe('markdown', () => {
  const CASES: readonly (readonly [source: string, tree: readonly Markup[]])[] = [
    ['plain', [text('plain')]],
    ['**a** b', [{ kind: 'strong', children: [text('a')] }, text(' b')]],
    ['*a*', [{ kind: 'emphasis', children: [text('a')] }]],
    ['_a_ snake_case_name', [{ kind: 'emphasis', children: [text('a')] }, text(' snake_case_name')]],
    ['__a__', [{ kind: 'underline', children: [text('a')] }]],
    [
      '~~a~~||b||',
      [
        { kind: 'strike', children: [text('a')] },
        { kind: 'spoiler', children: [text('b')] },
      ],
    ],
    ['**a *b***', [{ kind: 'strong', children: [text('a '), { kind: 'emphasis', children: [text('b')] }] }]],
    ['\\*a\\*', [text('*'), text('a'), text('*')]],
    ['2 * 3 * 4', [text('2 * 3 * 4')]],
    ['`**a**`', [{ kind: 'code', text: '**a**' }]],
    ['```js\n**a**\n```', [{ kind: 'code-block', language: 'js', text: '**a**' }]],
    ['a\nb', [text('a'), { kind: 'break' }, text('b')]],
    ['> a\n> b\nc', [{ kind: 'quote', children: [text('a'), { kind: 'break' }, text('b')] }, text('c')]],
    ['## a\nb', [{ kind: 'heading', level: 2, children: [text('a')] }, text('b')]],
    ['#general', [text('#general')]],
    ['- a\n- b', [{ kind: 'list', items: [[text('a')], [text('b')]] }]],
    ['a\n- b', [text('a'), { kind: 'list', items: [[text('b')]] }]],
    [
      '<@1> <@!2> <@&3> <#4>',
      [
        { kind: 'user', id: '1' },
        text(' '),
        { kind: 'user', id: '2' },
        text(' '),
        { kind: 'role', id: '3' },
        text(' '),
        { kind: 'channel', id: '4' },
      ],
    ],
    ['@everyone', [{ kind: 'everyone', text: '@everyone' }]],
    ['<:wave:1>', [{ kind: 'emoji', name: 'wave' }]],
    ['<t:60:R>', [{ kind: 'time', seconds: 60, style: 'R' }]],
    [
      'see https://a.test/b.',
      [
        text('see '),
        { kind: 'link', href: 'https://a.test/b', children: [text('https://a.test/b')] },
        text('.'),
      ],
    ],
    ['[a](https://a.test)', [{ kind: 'link', href: 'https://a.test', children: [text('a')] }]],
    ['[a](javascript:alert(1))', [text('[a](javascript:alert(1))')]],
    ['<b>a</b>', [text('<b>a</b>')]],
  ];
  for (const [source, tree] of CASES) {
    test(JSON.stringify(source), () => assert.deepEqual(parseMarkdown(source), tree));
  }

  test('loses no letter of what is written, whatever signs are around it', () => {
    const letters = (value: string) => value.replaceAll(/[^ab]/g, '');
    // Without those that may name a language, an emoji or an address, which are not shown as text.
    const unit = fc.constantFrom(...'ab1 \n*_~|>#-<@[]/\\', 'https');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (source) => {
        assert.equal(letters(textOf(parseMarkdown(source))), letters(source));
      }),
    );
  });

  test('links to the web alone', () => {
    const unit = fc.constantFrom(...'a*_`<>[]():', 'https://x', 'javascript:', 'data:');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (source) => {
        for (const href of hrefsOf(parseMarkdown(source))) assert.match(href, /^https?:\/\//);
      }),
    );
  });

  test('takes no longer than one would wait, for signs that never close', () => {
    const startedMs = performance.now();
    for (const sign of ['*', '_', '**', '||', '`', '[', '<', '> ', '```', '*a', '**a*'])
      parseMarkdown(sign.repeat(4_000 / sign.length));
    assert.ok(performance.now() - startedMs < 1_000);
  });
});

function textOf(tree: readonly Markup[]): string {
  return tree
    .map((node) => {
      if ('children' in node) return textOf(node.children);
      if ('items' in node) return node.items.map(textOf).join('');
      return 'text' in node ? node.text : '';
    })
    .join('');
}

function hrefsOf(tree: readonly Markup[]): string[] {
  return tree.flatMap((node) => [
    ...('href' in node ? [node.href] : []),
    ...('children' in node ? hrefsOf(node.children) : []),
    ...('items' in node ? node.items.flatMap(hrefsOf) : []),
  ]);
}
