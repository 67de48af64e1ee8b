import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DISPATCH_PREFIX_BYTES,
  dispatchBody,
  MAX_SEQ,
  writeDispatchPrefix,
  writeSeq,
} from '../../src/envelope/splice.ts';

function prefix(seq: number): string {
  const target = Buffer.alloc(DISPATCH_PREFIX_BYTES);
  writeDispatchPrefix(target, 0);
  writeSeq(seq, target, 0);
  return target.toString();
}

test('the prefix is 16 bytes with the number at the right', () => {
  assert.equal(prefix(123456), '{"s":    123456,');
  assert.equal(prefix(0), '{"s":         0,');
  assert.equal(prefix(MAX_SEQ), '{"s":9999999999,');
});

test('prefix and body are the dispatch', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_SEQ }), fc.string({ unit: 'binary' }), fc.json(), (s, t, d) => {
      const text = prefix(s) + dispatchBody(t, d);
      assert.deepEqual(JSON.parse(text), { s, t: JSON.parse(JSON.stringify(t)), op: 0, d: JSON.parse(d) });
      assert.deepEqual(Object.keys(JSON.parse(text)), ['s', 't', 'op', 'd']);
    }),
  );
});

test('a number is written over the former one, and nothing else is touched', () => {
  const target = Buffer.alloc(DISPATCH_PREFIX_BYTES + 2, '#');
  writeDispatchPrefix(target, 1);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_SEQ }), (seq) => {
      writeSeq(seq, target, 1);
      assert.equal(target.toString(), `#{"s":${String(seq).padStart(10)},#`);
    }),
  );
  for (const seq of [2 ** 30 - 1, 2 ** 30, 2 ** 31, 2 ** 32, 10, 9, 5]) {
    writeSeq(seq, target, 1);
    assert.equal(target.toString(), `#{"s":${String(seq).padStart(10)},#`);
  }
});
