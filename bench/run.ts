/** `npm run bench [-- NAME …] [--quick] [--write-docs]` */
import { mkdir, writeFile } from 'node:fs/promises';
import { client } from './client/client.ts';
import { fanOut } from './fan-out/fan-out.ts';
import { canPin } from './harness/child.ts';
import { machine } from './harness/machine.ts';
import { type Bench, printReport, type Report } from './harness/report.ts';
import { idle } from './idle/idle.ts';
import { loginStorm } from './login-storm/login-storm.ts';
import { rest } from './rest/rest.ts';
import { start } from './start/start.ts';

const BENCHES: readonly Bench[] = [fanOut, client, idle, loginStorm, rest, start];
const MS_PER_S = 1_000;

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const names = args.filter((arg) => !arg.startsWith('--'));
const chosen = names.length === 0 ? BENCHES : BENCHES.filter(({ name }) => names.includes(name));
const reports = new Map<string, Report>();
const results = new URL('./results/', import.meta.url);
for (const bench of chosen) {
  const started = performance.now();
  const report = await bench.run({ quick });
  printReport(report);
  process.stdout.write(`${((performance.now() - started) / MS_PER_S).toFixed(0)} s, pinned ${canPin}\n`);
  await mkdir(results, { recursive: true });
  await writeFile(
    new URL(`${bench.name}.json`, results),
    `${JSON.stringify({ machine, ...report }, null, 2)}\n`,
  );
  reports.set(bench.name, report);
}
