/** Gateways that make a client go in circles: how often it comes, what it costs, and when it leaves off. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CALM, CloseCode, type spendStart, stepShard } from '@guildhall/protocol';
import { type LifetimeResult, runLifetime } from '../src/lifetime.ts';
import { REAL_MACHINES } from '../src/machines.ts';
import { DAY_MS, DISCORD_STARTS, type Script } from '../src/script.ts';
import type { Habit } from '../src/simulated-server.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
const HOUR_MS = 3_600_000;
const CALM_SCRIPT: Partial<Script> = {
  shardCount: 1,
  maxConcurrency: 1,
  asksPrivileged: false,
  faultCount: 0,
  starts: DISCORD_STARTS,
  provider: null,
  ending: 'none',
};

function habit(on: Habit['on'], input: Habit['input'], afterMs = 50): Script['quirks'] {
  return {
    heartbeatIntervalMs: 41_250,
    repeatsReplays: false,
    replayMaxEvents: 100,
    habit: { on, afterMs, input },
  };
}

function live(script: Partial<Script>, seed = 7, machines = REAL_MACHINES): LifetimeResult['statistics'] {
  const { failure, statistics } = runLifetime({ seed, machines, script: { ...CALM_SCRIPT, ...script } });
  assert.equal(failure, null);
  return statistics;
}

const close = (code: number) => ({ type: 'close', code }) as const;
const OP_9 = { type: 'invalid-session', resumable: false } as const;

describe('in the first 30 s of a loop', () => {
  test('that closes with 4000 50 ms after each RESUMED a shard dials at most 12 times', () => {
    for (const seed of SEEDS) {
      const { dials } = live({ quirks: habit('live', close(4000)), faultPhaseMs: 30_000 }, seed);
      assert.ok(dials >= 3 && dials <= 12, `${dials} dials with seed ${seed}`);
    }
  });

  for (const [when, on] of [
    ['before READY', 'identify'],
    ['after READY', 'live'],
  ] as const) {
    test(`that closes with 4003 ${when} a shard identifies at most 3 times`, () => {
      for (const seed of SEEDS) {
        const { identifies } = live({ quirks: habit(on, close(4003)), faultPhaseMs: 30_000 }, seed);
        assert.ok(identifies >= 2 && identifies <= 3, `${identifies} identifies with seed ${seed}`);
      }
    });
  }

  test('of op 9 in answer to Identify a shard identifies at most 6 times', () => {
    for (const seed of SEEDS) {
      const { identifies } = live({ quirks: habit('identify', OP_9), faultPhaseMs: 30_000 }, seed);
      assert.ok(identifies >= 2 && identifies <= 6, `${identifies} identifies with seed ${seed}`);
    }
  });
});

describe('without the governor', () => {
  /** Forgets after each step that anything has failed. */
  const forgetful = {
    ...REAL_MACHINES,
    stepShard: ((state, input) => stepShard({ ...state, governor: CALM }, input)) as typeof stepShard,
  };

  test('the loop of 4000 dials more than 12 times in 30 s', () => {
    const script = { ...CALM_SCRIPT, quirks: habit('live', close(4000)), faultPhaseMs: 30_000 };
    const { statistics } = runLifetime({ seed: 7, machines: forgetful, script });
    assert.ok(statistics.dials > 12, `${statistics.dials} dials`);
  });

  test('the loop of 4003 identifies more than 3 times in 30 s, and never ends', () => {
    const script = { ...CALM_SCRIPT, quirks: habit('live', close(4003)), faultPhaseMs: 30_000 };
    assert.ok(runLifetime({ seed: 7, machines: forgetful, script }).statistics.identifies > 3);
    const hours = runLifetime({ seed: 7, machines: forgetful, script: { ...script, faultPhaseMs: HOUR_MS } });
    assert.equal(hours.statistics.quarantines, 0);
    assert.ok(hours.statistics.identifies > 500, `${hours.statistics.identifies} identifies`);
  });
});

describe('a loop that goes on for hours', () => {
  const loops: readonly (readonly [what: string, quirks: Script['quirks'], identifies: number])[] = [
    ['4000 after each READY and RESUMED', habit('live', close(4000)), 1],
    ['op 7 after each READY and RESUMED', habit('live', { type: 'request-reconnect' }), 1],
    ['op 9 true after each RESUMED', habit('live', { ...OP_9, resumable: true }), 1],
    ['4002 after each READY', habit('live', close(CloseCode.DECODE_ERROR), 500), 1],
    ['4009 after each READY', habit('live', close(4009)), 20],
    ['4003 after each READY', habit('live', close(4003)), 20],
    ['op 9 false after each READY', habit('live', OP_9), 20],
  ];
  for (const [what, quirks, identifies] of loops) {
    test(`of ${what} ends in quarantine, for ${identifies} session start(s)`, () => {
      const statistics = live({ quirks, faultPhaseMs: 6 * HOUR_MS });
      assert.equal(statistics.quarantines, 1);
      assert.equal(statistics.identifies, identifies);
      assert.equal(statistics.stops, 1);
    });
  }

  test('of 4003 in answer to Identify ends in the third one', () => {
    const statistics = live({ quirks: habit('identify', close(4003)), faultPhaseMs: 6 * HOUR_MS });
    assert.equal(statistics.identifies, 3);
    assert.equal(statistics.stops, 1);
    assert.equal(statistics.quarantines, 0);
  });

  test('of op 9 in answer to Identify goes on for a day, and costs less than half of the starts', () => {
    const statistics = live({ quirks: habit('identify', OP_9), faultPhaseMs: DAY_MS });
    assert.equal(statistics.stops, 0);
    assert.ok(
      statistics.identifies > 100 && statistics.identifies < 500,
      `${statistics.identifies} identifies`,
    );
  });

  test('of one shard leaves the others alone', () => {
    const statistics = live({ quirks: habit('live', close(4009)), faultPhaseMs: 6 * HOUR_MS, shardCount: 3 });
    assert.equal(statistics.quarantines, 3);
    assert.equal(statistics.identifies, 60);
  });
});

describe('sessions that die soon after READY for a day', () => {
  /** A client as most are: no loop is recognised, and the pause stays below a minute. */
  const heedless: Script['timing'] = {
    quarantineKicks: 1e9,
    quarantineStarts: 1e9,
    loopKicks: 1e9,
    identifyBackoffCapMs: 60_000,
  };
  const crashing: Partial<Script> = {
    quirks: habit('live', close(CloseCode.SESSION_TIMED_OUT), 500),
    faultPhaseMs: DAY_MS + DAY_MS / 4,
  };
  const unguarded: typeof spendStart = (budget) => ({ type: 'granted', budget });

  test('would cost the token without governor and budget', () => {
    const script = { ...CALM_SCRIPT, ...crashing, timing: heedless };
    const { failure } = runLifetime({
      seed: 7,
      machines: { ...REAL_MACHINES, spendStart: unguarded },
      script,
    });
    assert.equal(failure?.property, 'identify-budget');
  });

  for (const shardCount of [1, 4]) {
    test(`cost ${shardCount} shard(s) no more than the day's starts without the reserve, by the budget alone`, () => {
      const { identifies, identifiesHeldBack, stops } = live({ ...crashing, shardCount, timing: heedless });
      assert.equal(stops, 0);
      assert.ok(identifiesHeldBack > 0, 'the budget was needed');
      assert.ok(identifies > 950, 'the second day is used');
      assert.ok(identifies <= 2 * 950, `${identifies} identifies in two windows`);
    });
  }

  test('cost less than a third of them by the governor alone, also where they live just long enough to count as stable', () => {
    const stable = { ...crashing, quirks: habit('live', close(4009), 301_000), faultPhaseMs: DAY_MS };
    const { identifies, identifiesHeldBack, quarantines } = live(stable);
    assert.ok(identifies < 1_000 / 3, `${identifies} identifies`);
    assert.equal(identifiesHeldBack + quarantines, 0);
  });
});
