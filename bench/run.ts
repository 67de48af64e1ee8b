/** `npm run bench [-- NAME …] [--quick] [--write-docs]` */
import { BenchArgumentError, readArguments } from './arguments.ts';
import { client } from './client/client.ts';
import { fanOut } from './fan-out/fan-out.ts';
import { canPin } from './harness/child.ts';
import { writeDocs } from './harness/docs.ts';
import { type Bench, printReport, printTable } from './harness/report.ts';
import { keepResult, type Result, readResult } from './harness/results.ts';
import { verdicts } from './harness/targets.ts';
import { idle } from './idle/idle.ts';
import { loginStorm } from './login-storm/login-storm.ts';
import { rest } from './rest/rest.ts';
import { start } from './start/start.ts';
import { workers } from './workers/workers.ts';

const BENCHES: readonly Bench[] = [fanOut, client, workers, idle, loginStorm, rest, start];
const MS_PER_S = 1_000;

try {
  const names = BENCHES.map(({ name }) => name);
  const asked = readArguments(process.argv.slice(2), names);
  if (!canPin) {
    process.stdout.write(
      'NOT PINNED: without taskset and two cores, figures are of processes that disturb each other.\n',
    );
  }
  const results: Result[] = [];
  for (const bench of BENCHES) {
    if (asked.names.includes(bench.name)) results.push(await runBench(bench, asked.quick));
  }
  const judged = verdicts(new Map(results.map((result) => [result.name, result])));
  if (judged.length > 0) printTable('Targets', judged);
  if (asked.quick)
    process.stdout.write('This was a quick run: its figures show that the harness works, no more.\n');
  if (asked.writeDocs) {
    // A bench that was not asked for now has its last figures.
    const last = await Promise.all(names.map(readResult));
    const missing = names.filter((_, index) => last[index] === null);
    if (missing.length > 0) {
      throw new BenchArgumentError(
        `--write-docs wants figures of all; these have never run: ${missing.join(', ')}`,
      );
    }
    await writeDocs(last.filter((result) => result !== null));
    process.stdout.write('docs/performance.md is written.\n');
  }
} catch (error) {
  if (!(error instanceof BenchArgumentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function runBench(bench: Bench, quick: boolean): Promise<Result> {
  process.stdout.write(`${bench.name}: ${quick ? 'a quick run' : `about ${bench.minutes} min`} …\n`);
  const startedMs = performance.now();
  const report = await bench.run({ quick });
  const seconds = (performance.now() - startedMs) / MS_PER_S;
  printReport(report);
  process.stdout.write(`${bench.name} took ${seconds.toFixed(0)} s.\n`);
  return await keepResult(report, { name: bench.name, quick, seconds });
}
