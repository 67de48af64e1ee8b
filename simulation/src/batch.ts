/** Many lifetimes, summed up. */
import { type LifetimeResult, runLifetime } from './lifetime.ts';
import type { Machines } from './machines.ts';
import { emptyStatistics, type Statistics } from './statistics.ts';

export interface BatchResult {
  readonly statistics: Statistics;
  readonly elapsedMs: number;
  /** The first lifetime that broke a property, run again with its trace; the batch ends there. */
  readonly failure: LifetimeResult | null;
}

/** Runs the seeds `firstSeed`, `firstSeed + 1`, … */
export function runBatch(firstSeed: number, runs: number, machines?: Machines): BatchResult {
  const startMs = performance.now();
  const statistics = emptyStatistics();
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const options = machines === undefined ? { seed } : { seed, machines };
    const result = runLifetime(options);
    add(statistics, result.statistics);
    if (result.failure !== null) {
      const failure = runLifetime({ ...options, traced: true });
      return { statistics, elapsedMs: performance.now() - startMs, failure };
    }
  }
  return { statistics, elapsedMs: performance.now() - startMs, failure: null };
}

function add(sum: Statistics, one: Statistics): void {
  sum.lifetimes += one.lifetimes;
  sum.virtualMs += one.virtualMs;
  sum.events += one.events;
  sum.dials += one.dials;
  sum.identifies += one.identifies;
  sum.resumes += one.resumes;
  sum.delivered += one.delivered;
  sum.sessionsLost += one.sessionsLost;
  sum.sessionsRevoked += one.sessionsRevoked;
  sum.zombies += one.zombies;
  sum.overslept += one.overslept;
  sum.takeovers += one.takeovers;
  sum.identifiesRefused += one.identifiesRefused;
  sum.stops += one.stops;
  sum.quarantines += one.quarantines;
  sum.identifiesHeldBack += one.identifiesHeldBack;
  sum.longestRecoveryMs = Math.max(sum.longestRecoveryMs, one.longestRecoveryMs);
  sum.mostSendsPerWindow = Math.max(sum.mostSendsPerWindow, one.mostSendsPerWindow);
  for (const [kind, count] of one.faults) sum.faults.set(kind, (sum.faults.get(kind) ?? 0) + count);
}
