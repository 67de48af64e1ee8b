import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compareSnowflakes,
  DISCORD_EPOCH_MS,
  isSnowflake,
  SnowflakeFactory,
  shardOfGuild,
  snowflakeAt,
  snowflakeTimeMs,
} from '../src/snowflake.ts';

const MAX = 2n ** 64n - 1n;
const NOW_MS = 1_750_000_000_000;

/** Ids for a list of clock readings, one each. */
function idsAt(times: readonly number[]): string[] {
  const readings = times.values();
  const factory = new SnowflakeFactory(() => readings.next().value ?? 0);
  return times.map(() => factory.next());
}

test('an id tells when it was made', () => {
  assert.equal(snowflakeTimeMs('175928847299117063'), 1_462_015_105_796);
  assert.deepEqual(idsAt([NOW_MS, NOW_MS + 7]).map(snowflakeTimeMs), [NOW_MS, NOW_MS + 7]);
});

test('ids grow strictly while the clock stands still or runs back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: NOW_MS, max: NOW_MS + 5 }), { minLength: 2 }), (times) => {
      const ids = idsAt(times);
      for (const [index, id] of ids.entries()) {
        const previous = ids[index - 1];
        if (previous !== undefined) assert.ok(BigInt(previous) < BigInt(id));
      }
    }),
  );
});

test('after 4096 ids in a millisecond the next one belongs to the next millisecond', () => {
  const factory = new SnowflakeFactory(() => NOW_MS);
  const ids = Array.from({ length: 4097 }, () => factory.next());
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(snowflakeTimeMs(ids[4095] ?? ''), NOW_MS);
  assert.equal(snowflakeTimeMs(ids[4096] ?? ''), NOW_MS + 1);
});

test('a clock before 2015 counts as the start of 2015', () => {
  assert.deepEqual(idsAt([0, 1, DISCORD_EPOCH_MS]), ['0', '1', '2']);
});

test('the smallest id of a time is not above any other of that time', () => {
  assert.equal(snowflakeTimeMs(snowflakeAt(NOW_MS)), NOW_MS);
  assert.ok(compareSnowflakes(snowflakeAt(NOW_MS), idsAt([NOW_MS])[0] ?? '') <= 0);
  assert.equal(snowflakeAt(0), '0');
});

for (const [value, valid] of [
  ['0', true],
  ['175928847299117063', true],
  [MAX.toString(), true],
  [(MAX + 1n).toString(), false],
  ['99999999999999999999', false],
  ['000000000000000000001', false],
  ['', false],
  ['-1', false],
  ['1.0', false],
  [' 1', false],
  ['1\n', false],
  ['١', false],
  [175928847299117063n, false],
  [1, false],
  [null, false],
] as const) {
  test(`${typeof value} ${JSON.stringify(String(value))} is ${valid ? 'a' : 'no'} snowflake`, () => {
    assert.equal(isSnowflake(value), valid);
  });
}

test('ids compare as the numbers they are', () => {
  const id = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.bigInt({ min: 0n, max: MAX }));
  fc.assert(
    fc.property(id, id, ([zerosA, a], [zerosB, b]) => {
      const sign = a < b ? -1 : a > b ? 1 : 0;
      const left = '0'.repeat(zerosA) + a.toString();
      assert.equal(Math.sign(compareSnowflakes(left, '0'.repeat(zerosB) + b.toString())), sign);
    }),
  );
});

test('a guild belongs to the shard of the documented formula', () => {
  assert.equal(shardOfGuild('197038439483310086', 16), Number((197038439483310086n >> 22n) % 16n));
  assert.equal(shardOfGuild('197038439483310086', 1), 0);
  assert.equal(shardOfGuild('0', 5), 0);
  assert.equal(shardOfGuild((7n << 22n).toString(), 5), 2);
  assert.throws(() => shardOfGuild('1', 0), RangeError);
  assert.throws(() => shardOfGuild('1', 1.5), RangeError);
});
