/** `npm run bench [-- NAME …]` */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fanOut } from './fan-out.ts';

const BENCHES: Readonly<Record<string, () => Promise<Report>>> = { 'fan-out': fanOut };

export interface Report {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly notes: readonly string[];
}

const asked = process.argv.slice(2);
const names = asked.length === 0 ? Object.keys(BENCHES) : asked;
const results = new URL('./results/', import.meta.url);

for (const name of names) {
  const bench = BENCHES[name];
  if (bench === undefined) {
    process.stderr.write(`There is no bench ${name}; there are: ${Object.keys(BENCHES).join(', ')}\n`);
    process.exitCode = 2;
    break;
  }
  const report = await bench();
  process.stdout.write(`\n${report.title}\n`);
  console.table(report.rows);
  for (const note of report.notes) process.stdout.write(`${note}\n`);
  await mkdir(results, { recursive: true });
  const machine = {
    node: process.version,
    platform: process.platform,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
  };
  await writeFile(
    new URL(`${name}.json`, results),
    `${JSON.stringify({ name, machine, ...report }, null, 2)}\n`,
  );
}
