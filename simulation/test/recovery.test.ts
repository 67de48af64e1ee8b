/** What a shard comes back from, how soon, and with what. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { downtime } from '../src/faults.ts';
import { type Incident, runLifetime } from '../src/lifetime.ts';
import { DISCORD_STARTS, type Script } from '../src/script.ts';
import type { Statistics } from '../src/statistics.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
const HOUR_MS = 3_600_000;
const NOBODY = { client: false, server: false };

function live(
  seed: number,
  faultPhaseMs: number,
  incident: Incident,
  script: Partial<Script> = {},
): Statistics {
  const calm: Partial<Script> = {
    shardCount: 1,
    asksPrivileged: false,
    faultCount: 0,
    starts: DISCORD_STARTS,
    provider: null,
    quirks: { heartbeatIntervalMs: 41_250, repeatsReplays: false, replayMaxEvents: 200, habit: null },
  };
  const { failure, statistics } = runLifetime({
    seed,
    script: { ...calm, faultPhaseMs, ending: 'calm', ...script },
    plan: [incident],
  });
  assert.equal(failure, null);
  return statistics;
}

describe('an outage of both hosts', () => {
  for (const state of ['refusing', 'silent', 'deaf'] as const) {
    test(`that are ${state} for a minute loses no session`, () => {
      for (const seed of SEEDS) {
        const statistics = live(seed, 200_000, {
          atMs: 30_000,
          strike: (lifetime) => {
            for (const { wire } of lifetime.network.connections) wire.sever({ client: true, server: true });
            downtime(lifetime, 60_000, state);
          },
        });
        assert.equal(statistics.identifies, 1, `seed ${seed}`);
        assert.equal(statistics.sessionsLost, 0);
        assert.ok(statistics.resumes >= 1);
      }
    });
  }

  test('of hours stops no shard, and the session is given up only when the gateway says so', () => {
    const statistics = live(3, 8 * HOUR_MS, {
      atMs: 30_000,
      strike: (lifetime) => {
        for (const { wire } of lifetime.network.connections) wire.sever({ client: true, server: true });
        downtime(lifetime, 7 * HOUR_MS, 'refusing');
      },
    });
    assert.equal(statistics.stops + statistics.quarantines, 0);
    assert.equal(statistics.sessionsLost, 1);
    assert.equal(statistics.identifies, 2);
    assert.ok(statistics.dials > 500, `${statistics.dials} dials: it goes on at the cap of the backoff`);
  });
});

describe('a process that stood still', () => {
  const table: readonly (readonly [kind: 'stall' | 'sleep', ms: number, overslept: number])[] = [
    ['stall', 9_000, 0],
    ['stall', 30_000, 0],
    ['sleep', 30_000, 0],
    ['sleep', 600_000, 1],
  ];
  for (const [kind, ms, overslept] of table) {
    test(`by a ${kind} of ${ms / 1_000} s ${overslept === 0 ? 'keeps' : 'replaces'} its connection`, () => {
      for (const seed of SEEDS) {
        const statistics = live(seed, 900_000, {
          atMs: 100_000,
          strike: (lifetime) => {
            lifetime.suspendClient(kind, ms);
            // What stands between has forgotten it: neither end is told.
            if (overslept > 0) for (const { wire } of lifetime.network.connections) wire.sever(NOBODY);
          },
        });
        assert.equal(statistics.overslept, overslept, `seed ${seed}`);
        assert.equal(statistics.dials > 1, overslept > 0);
        assert.equal(statistics.zombies, 0);
      }
    });
  }
});

test('a connection that dies in silence is replaced within one interval and 2 s', () => {
  const REDIAL_BOUND_MS = 41_250 + 2_000;
  for (const seed of SEEDS) {
    let diedAtMs = 0;
    const statistics = live(
      seed,
      // The judge of every lifetime watches the same bound; here nothing else happens.
      60_000 + REDIAL_BOUND_MS,
      {
        atMs: 60_000,
        strike: (lifetime) => {
          diedAtMs = lifetime.clock.nowMs;
          for (const { wire } of lifetime.network.connections) wire.sever(NOBODY);
        },
      },
      { ending: 'none' },
    );
    assert.equal(diedAtMs, 60_000);
    assert.equal(statistics.zombies, 1, `seed ${seed}`);
    assert.equal(statistics.dials, 2);
  }
});

describe('a token that is reset', () => {
  const reset: Incident = { atMs: 30_000, strike: ({ server }) => server.resetToken() };

  test('is replaced where the provider knows the new one: every shard identifies once more', () => {
    const statistics = live(5, 120_000, reset, { shardCount: 4, provider: 'informed' });
    assert.equal(statistics.stops, 0);
    // The old token once more, which is refused, then the new one.
    assert.ok(
      statistics.identifies >= 8 && statistics.identifies <= 12,
      `${statistics.identifies} identifies`,
    );
  });

  for (const provider of ['outdated', null] as const) {
    test(`stops all shards where the provider is ${provider ?? 'not there'}`, () => {
      const statistics = live(5, 120_000, reset, { shardCount: 4, provider });
      assert.equal(statistics.stops, 4);
    });
  }
});
