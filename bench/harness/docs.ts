/** docs/performance.md, written from the results and by nobody's hand. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Machine } from './machine.ts';
import { markdownTable } from './report.ts';
import type { Result } from './results.ts';
import { obstacles, verdicts } from './targets.ts';

const FILE = new URL('../../docs/performance.md', import.meta.url);
const MANIFEST = new URL('../package.json', import.meta.url);
const SECONDS_PER_MINUTE = 60;

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** @param results of one machine, in the order of the page */
export async function writeDocs(results: readonly Result[]): Promise<void> {
  const first = results[0];
  if (first === undefined) throw new Error('there are no results');
  const quick = results.filter((result) => result.quick).map(({ name }) => name);
  if (quick.length > 0) throw new Error(`the last run was a quick one: ${quick.join(', ')}`);
  await writeFile(FILE, pageOf(results, first.machine));
}

function pageOf(results: readonly Result[], machine: Machine): string {
  const minutes = results.reduce((sum, { seconds }) => sum + seconds, 0) / SECONDS_PER_MINUTE;
  const reports = new Map(results.map((result) => [result.name, result]));
  const held = obstacles(reports).map((line) => `- ${line}`);
  const days = [...new Set(results.map(({ finishedAt }) => finishedAt.slice(0, 10)))].join(', ');
  return [
    '# Performance',
    'What Guildhall costs, next to floors and to other programs that ran in the same minutes. This page is written by ' +
      'the run itself: `npm run bench -- --write-docs`.',
    `- Repeat it with \`npm run bench\`, or one part with \`npm run bench -- NAME\` (${results.map(({ name }) => `\`${name}\``).join(', ')}). ` +
      'The peers are installed by the command. How the harness works is in [bench/](../bench/README.md).',
    '- The main figure is the CPU time (user and system) of the measured process alone; its opposite is as cheap as can be' +
      `${machine.pinned ? ' and runs on the other core' : '. THE PROCESSES COULD NOT BE PINNED to cores of their own'}.`,
    '- Passes of all contestants are interleaved; a figure is their median, behind it the least and the most. Absolute ' +
      'figures are of the machine, ratios carry over.',
    '- On loopback the sender also pays for the receiving half of TCP, in the floors as everywhere.',
    `Run on ${days}, ${minutes.toFixed(0)} minutes in all; each part says when it was done. What else the machine was doing is not ` +
      `recorded, and shows in wide ranges. Node ${machine.node}, ${machine.system}, ${machine.cores} cores of ` +
      `${machine.cpu}, ${machine.memoryGib} GiB. Peers: ${peers()}.`,
    '## Targets',
    markdownTable(verdicts(reports)),
    ...(held.length === 0 ? [] : [`What holds back:`, held.join('\n')]),
    ...results.flatMap(sectionOf),
    '',
  ].join('\n\n');
}

function sectionOf(result: Result): string[] {
  return [
    `## ${result.title}`,
    `\`npm run bench -- ${result.name}\`, ${Math.round(result.seconds)} s, finished at ${result.finishedAt.slice(0, 16).replace('T', ' ')} UTC`,
    ...result.tables.flatMap(({ title, rows }) => [`### ${title}`, markdownTable(rows)]),
    ...(result.notes.length === 0 ? [] : [result.notes.map((note) => `- ${note}`).join('\n')]),
  ];
}

function peers(): string {
  const { devDependencies, optionalDependencies } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest;
  return Object.entries({ ...devDependencies, ...optionalDependencies })
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
