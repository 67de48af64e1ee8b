import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spendStart } from '@guildhall/protocol';
import { IdentifyGate, type IdentifyGateOptions } from '../src/identify-gate.ts';
import { ProcessClock } from '../src/process-clock.ts';
import { VirtualClock } from '../src/virtual-clock.ts';

function gate(options: Partial<IdentifyGateOptions> = {}) {
  const clock = new VirtualClock(1_000);
  const granted: string[] = [];
  const made = new IdentifyGate({
    clock: new ProcessClock(clock),
    maxConcurrency: 1,
    bucketMs: 5_000,
    spacing: 'from-release',
    startLimit: () => ({ total: 1_000, remaining: 1_000, resetAfterMs: 0 }),
    reserve: 0,
    spendStart,
    ...options,
  });
  const request = (shardId: number) => {
    made.request(
      shardId,
      () => granted.push(`${shardId} at ${clock.nowMs}`),
      (retryAfterMs) => granted.push(`${shardId} refused for ${retryAfterMs} at ${clock.nowMs}`),
    );
  };
  return { clock, granted, gate: made, request };
}

test('shards of one bucket follow each other 5 s after the release', () => {
  const { clock, granted, gate: shared, request } = gate();
  request(0);
  request(1);
  clock.runUntil(1_000);
  shared.use(0);
  shared.release(0);
  clock.runUntil(20_000);
  assert.deepEqual(granted, ['0 at 0', '1 at 6000']);
});

test('a slot that was not used costs no time', () => {
  const { clock, granted, gate: shared, request } = gate();
  request(0);
  request(1);
  clock.runUntil(1_000);
  shared.release(0);
  clock.runUntil(1_000);
  assert.deepEqual(granted, ['0 at 0', '1 at 1000']);
});

test('buckets do not wait for each other', () => {
  const { clock, granted, request } = gate({ maxConcurrency: 2 });
  for (const shardId of [0, 1, 2]) request(shardId);
  clock.runUntil(60_000);
  assert.deepEqual(granted, ['0 at 0', '1 at 0']);
});

test('a shard that leaves the queue is passed over', () => {
  const { clock, granted, gate: shared, request } = gate();
  for (const shardId of [0, 1, 2]) request(shardId);
  clock.runUntil(100);
  shared.release(1);
  shared.release(0);
  clock.runUntil(60_000);
  assert.deepEqual(granted, ['0 at 0', '2 at 100']);
});

test('what would touch the reserve is refused, and the next in the queue is asked', () => {
  const left = { total: 10, remaining: 3, resetAfterMs: 60_000 };
  const { clock, granted, gate: shared, request } = gate({ startLimit: () => left, reserve: 2 });
  for (const shardId of [0, 1, 2]) request(shardId);
  clock.runUntil(100);
  shared.use(0);
  shared.release(0);
  clock.runUntil(10_000);
  assert.deepEqual(granted, ['0 at 0', '1 refused for 60000 at 5100', '2 refused for 60000 at 5100']);
});

test('a gate that nobody waits for has no timer', () => {
  const { clock, gate: shared, request } = gate();
  request(0);
  clock.runUntil(10);
  shared.use(0);
  shared.release(0);
  request(1);
  assert.equal(shared.armedTimers, 1);
  shared.release(1);
  assert.equal(shared.armedTimers, 0);
});
