import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBatch } from '../src/batch.ts';
import { runLifetime } from '../src/lifetime.ts';
import { REAL_MACHINES } from '../src/machines.ts';
import { formatFailure } from '../src/report.ts';
import { MUTANTS } from './mutants.ts';

const FIXED_SEEDS = 20_000;
const RANDOM_SEEDS = 200;
const MUTANT_SEEDS = 300;

test(`every property holds in the lifetimes of ${FIXED_SEEDS} fixed seeds`, () => {
  const { failure, statistics } = runBatch(1, FIXED_SEEDS);
  assert.equal(failure && formatFailure(failure, { wholeTrace: false }), null);
  assert.equal(statistics.lifetimes, FIXED_SEEDS);
  // The faults reach what they are meant to reach: a simulation in which nothing happens proves nothing.
  assert.ok(statistics.resumes > 2 * FIXED_SEEDS, `${statistics.resumes} resumes`);
  assert.ok(statistics.takeovers > FIXED_SEEDS / 10, `${statistics.takeovers} takeovers`);
  assert.ok(statistics.zombies > FIXED_SEEDS / 10, `${statistics.zombies} zombies`);
  assert.ok(statistics.overslept > FIXED_SEEDS / 20, `${statistics.overslept} overslept`);
  assert.ok(statistics.identifiesHeldBack > FIXED_SEEDS / 50, `${statistics.identifiesHeldBack} held back`);
  assert.ok(statistics.sessionsLost > FIXED_SEEDS / 10, `${statistics.sessionsLost} sessions lost`);
  assert.ok(statistics.stops > FIXED_SEEDS / 100, `${statistics.stops} stops`);
});

test(`every property holds in the lifetimes of ${RANDOM_SEEDS} random seeds`, () => {
  const firstSeed = FIXED_SEEDS + Math.floor(Math.random() * 2 ** 30);
  const { failure } = runBatch(firstSeed, RANDOM_SEEDS);
  assert.equal(failure && formatFailure(failure, { wholeTrace: true }), null);
});

test('a seed gives the same lifetime again, line by line', () => {
  const first = runLifetime({ seed: 42, traced: true });
  const second = runLifetime({ seed: 42, traced: true });
  assert.ok(first.trace.length > 100);
  assert.deepEqual(second, first);
  assert.notDeepEqual(runLifetime({ seed: 43, traced: true }).trace, first.trace);
});

test('a trace changes nothing in the lifetime', () => {
  const { statistics } = runLifetime({ seed: 42, traced: true });
  assert.deepEqual(runLifetime({ seed: 42 }).statistics, statistics);
});

for (const { name, machines, breaks } of MUTANTS) {
  test(`the simulator catches ${name}`, () => {
    const { failure } = runBatch(1, MUTANT_SEEDS, machines);
    assert.ok(failure?.failure, `not caught within ${MUTANT_SEEDS} seeds`);
    assert.ok(breaks.includes(failure.failure.property), failure.failure.detail);
  });
}

test('a failing seed is reported with its seed, its property and its trace', () => {
  const machines = { ...REAL_MACHINES, gateSpacing: 'from-grant' } as const;
  const { failure } = runBatch(1, MUTANT_SEEDS, machines);
  assert.ok(failure);
  const report = formatFailure(failure, { wholeTrace: false });
  assert.match(report, /^seed \d+ broke identify-rate: the server refuses/m);
  assert.match(
    report,
    /^ +\d+\.\d{3}s {2}client +\d {2}identify-granted epoch=\d+ → identifying: send-identify/m,
  );
  assert.match(report, new RegExp(`npm run simulate -- --seed ${failure.seed}$`));
});
