import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { TimerWheel, type WheelClock } from '../../src/gateway/timer-wheel.ts';

class ManualClock implements WheelClock {
  nowMs = 1_000;
  tick: (() => void) | null = null;

  now(): number {
    return this.nowMs;
  }

  every(_intervalMs: number, tick: () => void): () => void {
    this.tick = tick;
    return () => {
      this.tick = null;
    };
  }

  advance(ms: number): void {
    this.nowMs += ms;
    this.tick?.();
  }
}

function createWheel(tickMs = 50) {
  const clock = new ManualClock();
  const errors: unknown[] = [];
  const wheel = new TimerWheel({ tickMs, clock, onError: (error) => errors.push(error) });
  return { clock, errors, wheel };
}

describe('a timer wheel', () => {
  test('calls back no earlier than asked and at most a tick later', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100_000), { minLength: 1, maxLength: 30 }),
        fc.nat(49),
        (delays, offsetMs) => {
          const { clock, wheel } = createWheel();
          clock.nowMs += offsetMs;
          const startMs = clock.nowMs;
          const lateness: number[] = [];
          for (const ms of delays) wheel.schedule(ms, () => lateness.push(clock.nowMs - startMs - ms));
          while (wheel.size > 0) clock.advance(50);
          return lateness.length === delays.length && lateness.every((late) => late >= 0 && late <= 50);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('runs timers in the order of their times, also after a long pause of the process', () => {
    const { clock, wheel } = createWheel();
    const ran: number[] = [];
    for (const ms of [90_000, 100, 30_000, 20_000, 200]) wheel.schedule(ms, () => ran.push(ms));
    clock.advance(500_000);
    assert.deepEqual(ran, [100, 200, 20_000, 30_000, 90_000]);
  });

  test('does not run what was cancelled, even by a timer of the same tick', () => {
    const { clock, wheel } = createWheel();
    const ran: string[] = [];
    const first = wheel.schedule(10, () => {
      ran.push('first');
      second.cancel();
    });
    const second = wheel.schedule(10, () => ran.push('second'));
    wheel.schedule(10, () => ran.push('third')).cancel();
    clock.advance(100);
    first.cancel();
    assert.deepEqual(ran, ['first']);
    assert.equal(wheel.size, 0);
  });

  test('ticks only while somebody waits', () => {
    const { clock, wheel } = createWheel();
    assert.equal(clock.tick, null);
    const timer = wheel.schedule(1_000, () => {});
    assert.notEqual(clock.tick, null);
    timer.cancel();
    timer.cancel();
    assert.equal(clock.tick, null);
    clock.nowMs += 1_000_000;
    let ran = false;
    wheel.schedule(0, () => {
      ran = true;
    });
    assert.equal(ran, false);
    clock.advance(50);
    assert.equal(ran, true);
    assert.equal(clock.tick, null);
  });

  test('goes on after a callback that throws, and reports it', () => {
    const { clock, errors, wheel } = createWheel();
    const fault = new Error('fault');
    let ran = false;
    wheel.schedule(10, () => {
      throw fault;
    });
    wheel.schedule(10, () => {
      ran = true;
    });
    clock.advance(100);
    assert.deepEqual(errors, [fault]);
    assert.equal(ran, true);
  });

  test('takes a timer that is set by a timer', () => {
    const { clock, wheel } = createWheel();
    const ranAtMs: number[] = [];
    const again = () => {
      ranAtMs.push(clock.nowMs);
      if (ranAtMs.length < 3) wheel.schedule(50, again);
    };
    wheel.schedule(50, again);
    for (let ticks = 0; ticks < 10; ticks += 1) clock.advance(50);
    assert.deepEqual(ranAtMs, [1_050, 1_100, 1_150]);
  });
});
