import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { adler32, combineAdler32 } from '../../src/transport/adler32.ts';

/** What zlib puts at the end of its stream. */
function zlibAdler(bytes: Uint8Array): number {
  return deflateSync(bytes, { level: 0 }).readUInt32BE(deflateSync(bytes, { level: 0 }).length - 4);
}

test('the sum is that of zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 10_000 }), (bytes) => adler32(bytes) === zlibAdler(bytes)),
  );
});

test('the largest bytes do not overflow', () => {
  for (const length of [0, 1, 2_999, 3_000, 3_001, 500_000]) {
    const bytes = Buffer.alloc(length, 0xff);
    assert.equal(adler32(bytes), zlibAdler(bytes));
  }
});

test('two sums combine to that of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.uint8Array({ maxLength: 500 }), (first, second) => {
      const whole = Buffer.concat([first, second]);
      assert.equal(combineAdler32(adler32(first), adler32(second), second.length), adler32(whole));
    }),
  );
  const long = Buffer.alloc(200_000, 0xfe);
  const cut = 70_000;
  assert.equal(
    combineAdler32(adler32(long.subarray(0, cut)), adler32(long.subarray(cut)), long.length - cut),
    adler32(long),
  );
});
