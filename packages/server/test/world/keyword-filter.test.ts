import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { findKeyword, isUsablePattern } from '../../src/world/keyword-filter.ts';

const filter = (
  keywords: readonly string[],
  patterns: readonly string[] = [],
  allowed: readonly string[] = [],
) => ({
  keywords,
  patterns,
  allowed,
});

describe('a keyword', () => {
  // Discord's own examples, and what stands beside them.
  const rows: readonly [keyword: string, text: string, matched: string | null][] = [
    ['cat', 'a Cat sat', 'Cat'],
    ['cat', 'catch', null],
    ['cat', 'wildcat', null],
    ['cat', 'wildcat, cat!', 'cat'],
    ['the mat', 'on the mat', 'the mat'],
    ['the mat', 'on the matrix', null],
    ['cat*', 'CAtTLE', 'CAt'],
    ['cat*', 'wildcat', null],
    ['*cat', 'copyCat', 'Cat'],
    ['*cat', 'catch', null],
    ['*cat*', 'eduCation loCATion', 'Cat'],
    ['*the mat*', 'breathe matter', 'the mat'],
    ['*the mat', 'breathe mat', 'the mat'],
    ['*the mat', 'breathe matter', null],
    ['*', 'anything', null],
    ['**', 'anything', null],
    ['über', 'ÜBER alles', 'ÜBER'],
    ['cat', 'İİ cat', 'cat'],
  ];
  for (const [keyword, text, matched] of rows) {
    test(`${keyword} ${matched === null ? 'is not' : 'is'} in ${text}`, () => {
      assert.equal(findKeyword(text, filter([keyword]))?.matched ?? null, matched);
    });
  }

  test('is let through where a longer phrase is allowed', () => {
    const words = filter(['*ass*'], [], ['assassin', 'class*']);
    assert.equal(findKeyword('an assassin of our classes', words), null);
    assert.equal(findKeyword('an assassin, you ass', words)?.matched, 'ass');
  });

  test('is found wherever it stands between spaces', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(word), word, fc.array(word), (before, keyword, after) => {
        const text = [...before, keyword, ...after].join(' ');
        return findKeyword(text, filter([keyword]))?.matched === keyword;
      }),
    );
  });
});

describe('a pattern', () => {
  test('is found in any case, with the flags that stand in front of it', () => {
    assert.equal(findKeyword('say B4d now', filter([], ['b[4a]d']))?.matched, 'B4d');
    assert.equal(findKeyword('a\nb', filter([], ['(?s)a.b']))?.matched, 'a\nb');
  });

  test('that backtracks without end is stopped, and not run again', () => {
    const text = `${'a'.repeat(2_000)}!`;
    const startedMs = performance.now();
    for (let run = 0; run < 100; run++) {
      assert.equal(findKeyword(text, filter([], ['^(a+)+$'])), null);
    }
    assert.ok(performance.now() - startedMs < 5_000);
  });

  for (const [pattern, usable] of [
    ['b[ae]d', true],
    ['(?i)bad', true],
    ['(bad', false],
    ['(?=bad)', false],
    ['(?<!not )bad', false],
    ['(a)\\1', false],
  ] as const) {
    test(`${pattern} is ${usable ? 'usable' : 'refused'}`, () => {
      assert.equal(isUsablePattern(pattern), usable);
    });
  }
});
