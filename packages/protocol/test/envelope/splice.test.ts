import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DISPATCH_PREFIX_BYTES,
  dispatchBody,
  dispatchPrefix,
  writeDispatchPrefix,
} from '../../src/envelope/splice.ts';

test('the prefix is 16 bytes with the number at the right', () => {
  assert.equal(dispatchPrefix(123456).toString(), '{"s":    123456,');
  assert.equal(dispatchPrefix(0).toString(), '{"s":         0,');
  assert.equal(dispatchPrefix(9_999_999_999).toString(), '{"s":9999999999,');
});

test('prefix and body are the dispatch', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9_999_999_999 }),
      fc.string({ unit: 'binary' }),
      fc.json(),
      (s, t, d) => {
        const text = dispatchPrefix(s).toString() + dispatchBody(t, d);
        assert.deepEqual(JSON.parse(text), { s, t: JSON.parse(JSON.stringify(t)), op: 0, d: JSON.parse(d) });
        assert.deepEqual(Object.keys(JSON.parse(text)), ['s', 't', 'op', 'd']);
      },
    ),
  );
});

test('a prefix is written over the former one, and nothing else is touched', () => {
  const target = Buffer.alloc(DISPATCH_PREFIX_BYTES + 2, '#');
  writeDispatchPrefix(9_999_999_999, target, 1);
  writeDispatchPrefix(5, target, 1);
  assert.equal(target.toString(), '#{"s":         5,#');
});

test('impossible numbers and places are refused', () => {
  for (const seq of [-1, 1.5, Number.NaN, 10_000_000_000]) {
    assert.throws(() => dispatchPrefix(seq), RangeError);
  }
  const target = Buffer.alloc(DISPATCH_PREFIX_BYTES);
  assert.throws(() => writeDispatchPrefix(1, target, 1), RangeError);
  assert.throws(() => writeDispatchPrefix(1, target, -1), RangeError);
});
