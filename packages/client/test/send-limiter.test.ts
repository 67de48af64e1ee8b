import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SendLimiter } from '../src/send-limiter.ts';

const LIMITS = { sendsPerWindow: 120, windowMs: 60_000 };

describe('the send limiter', () => {
  const shares: readonly (readonly [intervalMs: number, commands: number])[] = [
    [41_250, 115],
    [45_000, 115],
    [60_000, 116],
    [1_000, 57],
    [10, 1],
  ];
  for (const [intervalMs, commands] of shares) {
    test(`leaves ${commands} commands a minute beside a heartbeat every ${intervalMs} ms`, () => {
      assert.equal(new SendLimiter(LIMITS, intervalMs).commandsPerWindow, commands);
    });
  }

  test('lets a full window through at once, and the next command when the first is a window old', () => {
    const limiter = new SendLimiter(LIMITS, 45_000);
    for (let sent = 0; sent < limiter.commandsPerWindow; sent += 1) {
      assert.equal(limiter.waitMs(1_000 + sent), 0);
      limiter.noteSend(1_000 + sent);
    }
    assert.equal(limiter.waitMs(2_000), 59_000);
    assert.equal(limiter.waitMs(60_999), 1);
    assert.equal(limiter.waitMs(61_000), 0);
    limiter.noteSend(61_000);
    assert.equal(limiter.waitMs(61_000), 1, 'the second of the burst went a millisecond later');
  });

  test('with heartbeats and the unplanned never exceeds the limit in any window', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 200, maxLength: 400 });
    const intervals = fc.integer({ min: 600, max: 90_000 });
    fc.assert(
      fc.property(gaps, intervals, (gapsMs, intervalMs) => {
        const limiter = new SendLimiter(LIMITS, intervalMs);
        const sentAtMs: number[] = [];
        let nowMs = 0;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          nowMs += limiter.waitMs(nowMs);
          limiter.noteSend(nowMs);
          sentAtMs.push(nowMs);
        }
        const beats = Math.ceil(LIMITS.windowMs / intervalMs);
        for (const [index, startMs] of sentAtMs.entries()) {
          const inWindow = sentAtMs.slice(index).filter((atMs) => atMs < startMs + LIMITS.windowMs).length;
          assert.ok(inWindow + beats <= LIMITS.sendsPerWindow);
        }
      }),
      { numRuns: 50 },
    );
  });
});
