/** `npm run simulate`: a batch of lifetimes, or one of them with its trace. */
import { parseArgs } from 'node:util';
import { runBatch } from './batch.ts';
import { runLifetime } from './lifetime.ts';
import { formatFailure, formatStatistics } from './report.ts';

const USAGE = `npm run simulate -- [--seed N] [--runs N] [--verbose]

  --seed N   replay the lifetime of seed N with its trace; with --runs, begin the batch there
  --runs N   lifetimes to run (default 20000, from a random seed)
  --verbose  print whole traces`;

const DEFAULT_RUNS = 20_000;
const MAX_SEED = 2 ** 31;

process.exitCode = main();

function main(): number {
  let values: { seed?: string; runs?: string; verbose?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      options: {
        seed: { type: 'string' },
        runs: { type: 'string' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const seed = values.seed === undefined ? null : Number(values.seed);
  const runs = values.runs === undefined ? null : Number(values.runs);
  if (seed !== null && !isCount(seed)) return refuse(`--seed takes an integer from 0 to ${MAX_SEED}`);
  if (runs !== null && (!isCount(runs) || runs === 0)) return refuse('--runs takes a positive integer');
  const wholeTrace = values.verbose === true;
  return seed !== null && runs === null
    ? replay(seed, wholeTrace)
    : batch(seed, runs ?? DEFAULT_RUNS, wholeTrace);
}

function replay(seed: number, wholeTrace: boolean): number {
  const result = runLifetime({ seed, traced: true });
  if (result.failure === null) {
    console.log(result.trace.join('\n'));
    console.log(formatFailure(result, { wholeTrace }));
    return 0;
  }
  console.log(formatFailure(result, { wholeTrace }));
  return 1;
}

function batch(seed: number | null, runs: number, wholeTrace: boolean): number {
  const firstSeed = seed ?? Math.floor(Math.random() * (MAX_SEED - runs));
  console.log(`seeds ${firstSeed} to ${firstSeed + runs - 1}`);
  const { statistics, elapsedMs, failure } = runBatch(firstSeed, runs);
  console.log(formatStatistics(statistics, elapsedMs));
  if (failure === null) return 0;
  console.log(`\n${formatFailure(failure, { wholeTrace })}`);
  return 1;
}

function refuse(message: string): number {
  console.error(`${message}\n\n${USAGE}`);
  return 2;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_SEED;
}
