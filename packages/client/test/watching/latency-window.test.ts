import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LatencyWindow } from '../../src/watching/latency-window.ts';

describe('the window of latencies', () => {
  test('knows nothing before the first', () => {
    const { report } = new LatencyWindow();
    assert.deepEqual(report, {
      lastMs: null,
      meanMs: null,
      medianMs: null,
      p99Ms: null,
      count: 0,
      sumMs: 0,
    });
  });

  test('says the last, the mean and the percentiles of few', () => {
    const latencies = new LatencyWindow();
    for (const ms of [40, 10, 30, 20]) latencies.note(ms);
    assert.deepEqual(latencies.report, {
      lastMs: 20,
      meanMs: 25,
      medianMs: 20,
      p99Ms: 40,
      count: 4,
      sumMs: 100,
    });
  });

  test('finds the 99th percentile of many below the worst', () => {
    const latencies = new LatencyWindow();
    for (let ms = 1; ms <= 128; ms += 1) latencies.note(ms);
    assert.equal(latencies.report.p99Ms, 127);
    assert.equal(latencies.report.medianMs, 64);
  });

  test('forgets all but the last 128, and counts all', () => {
    const latencies = new LatencyWindow();
    latencies.note(5_000);
    for (let count = 0; count < 128; count += 1) latencies.note(7);
    const { p99Ms, meanMs, count, sumMs } = latencies.report;
    assert.deepEqual({ p99Ms, meanMs, count, sumMs }, { p99Ms: 7, meanMs: 7, count: 129, sumMs: 5_896 });
  });
});
