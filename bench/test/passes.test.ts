import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { figure, interleave, Samples } from '../harness/passes.ts';

describe('passes', () => {
  test('are interleaved, and the first ones are not counted', async () => {
    const calls: string[] = [];
    const contestant = (name: string, values: number[]) => ({
      name,
      pass: async () => {
        calls.push(name);
        return values.shift() ?? Number.NaN;
      },
    });
    const samples = await interleave([contestant('a', [99, 3, 1, 2]), contestant('b', [99, 6, 5, 4])], {
      warmUp: 1,
      measured: 3,
    });
    assert.equal(calls.join(''), 'abababab');
    assert.deepEqual(
      samples.map(({ name, median, range }) => [name, median, range]),
      [
        ['a', 2, '1..3'],
        ['b', 5, '4..6'],
      ],
    );
  });

  test('the median of an even number lies between the two in the middle', () => {
    assert.equal(new Samples('x', [10, 1, 2, 4]).median, 3);
  });

  const FIGURES = [
    [0.012345, '0.0123'],
    [1.2345, '1.23'],
    [123.45, '123'],
    [1234.5, '1235'],
    [Number.NaN, '-'],
  ] as const;
  for (const [value, shown] of FIGURES) {
    test(`${value} is shown as ${shown}`, () => assert.equal(figure(value), shown));
  }
});
