import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdentifyLedger, type IdentifyLimits } from '../../src/lifecycle/identify-ledger.ts';

const DAY_MS = 86_400_000;

function ledger(limits: Partial<IdentifyLimits> = {}): IdentifyLedger {
  return new IdentifyLedger({
    maxConcurrency: 1,
    bucketMs: 5_000,
    startsPerWindow: 1_000,
    resetMs: DAY_MS,
    ...limits,
  });
}

test('a bucket gives one start in 5 s', () => {
  const starts = ledger();
  assert.equal(starts.takeBucket(0, 0), true);
  assert.equal(starts.takeBucket(0, 4_999), false);
  assert.equal(starts.takeBucket(0, 5_000), true);
});

test('a refused try does not lengthen the wait', () => {
  const starts = ledger();
  starts.takeBucket(0, 0);
  for (let nowMs = 500; nowMs < 5_000; nowMs += 500) assert.equal(starts.takeBucket(0, nowMs), false);
  assert.equal(starts.takeBucket(0, 5_000), true);
});

test('with one bucket every shard shares it', () => {
  const starts = ledger();
  assert.equal(starts.takeBucket(0, 0), true);
  assert.equal(starts.takeBucket(7, 1), false);
});

test('shards share a bucket by shard id modulo the concurrency', () => {
  const starts = ledger({ maxConcurrency: 16 });
  for (let shardId = 0; shardId < 16; shardId += 1) assert.equal(starts.takeBucket(shardId, 0), true);
  for (let shardId = 16; shardId < 32; shardId += 1) assert.equal(starts.takeBucket(shardId, 0), false);
  assert.equal(starts.takeBucket(17, 5_000), true);
  assert.equal(starts.takeBucket(1, 5_000), false);
});

test('the starts of a window are counted down and refused when used up', () => {
  const starts = ledger({ startsPerWindow: 3 });
  assert.equal(starts.remaining(0), 3);
  assert.deepEqual(
    [10, 20, 30, 40].map((nowMs) => starts.countStart(nowMs)),
    [true, true, true, false],
  );
  assert.equal(starts.remaining(40), 0);
});

test('the window begins with the first start and ends a day later', () => {
  const starts = ledger({ startsPerWindow: 2 });
  assert.equal(starts.resetAfterMs(500), 0);
  starts.countStart(1_000);
  starts.countStart(50_000);
  assert.equal(starts.resetAfterMs(50_000), DAY_MS - 49_000);
  assert.equal(starts.countStart(1_000 + DAY_MS - 1), false);
  assert.equal(starts.remaining(1_000 + DAY_MS), 2);
  assert.equal(starts.resetAfterMs(1_000 + DAY_MS), 0);
  assert.equal(starts.countStart(1_000 + DAY_MS + 7), true);
  assert.equal(starts.resetAfterMs(1_000 + DAY_MS + 7), DAY_MS);
});

test('taking a bucket counts no start', () => {
  const starts = ledger();
  starts.takeBucket(0, 0);
  assert.equal(starts.remaining(0), 1_000);
});

test('a ledger goes on with the window of one before it, to the end of that window', () => {
  const limits = { maxConcurrency: 1, bucketMs: 0, startsPerWindow: 3, resetMs: 1_000 };
  const before = new IdentifyLedger(limits);
  before.countStart(100);
  before.countStart(500);
  const after = new IdentifyLedger(limits, before.window);
  assert.deepEqual([after.remaining(600), after.resetAfterMs(600)], [1, 500]);
  assert.deepEqual([after.countStart(700), after.countStart(800)], [true, false]);
  assert.deepEqual([after.remaining(1_100), after.resetAfterMs(1_100)], [3, 0]);
});
