/**
 * `npm run interop`: programs of other makers, as published: clients that walk through the local Discord, decoders for
 * what it sends, and a reader of our client's metrics. Each needs its own toolchain; one that is not installed is
 * skipped by name. `npm run interop -- eris go` runs those whose names begin so; `--steps` shows each step,
 * `--write-docs` writes what came out into docs/libraries.md. With `--examine` the clients are led through the scenarios of
 * `guildhall scenario --examine` in place of the walk, and the document is docs/scenarios.md.
 */
import { erlang } from './decoders/erlang.ts';
import { go } from './decoders/go.ts';
import { java } from './decoders/java.ts';
import { python } from './decoders/python.ts';
import { writeDocs } from './docs.ts';
import { examineAll, writeExaminerDocs } from './examiner/run.ts';
import { LIBRARIES } from './libraries.ts';
import type { Outcome } from './outcome.ts';
import { prometheus } from './prometheus.ts';
import { failuresOf, tableOf, type Walked } from './table.ts';
import { type Library, nameOf, type StepResult } from './walk/library.ts';
import { walk } from './walk/walk.ts';

const PROGRAMS: Readonly<Record<string, () => Promise<Outcome>>> = {
  prometheus,
  'decoders/python': python,
  'decoders/go': go,
  'decoders/java': java,
  'decoders/erlang': erlang,
};

const options = new Set(process.argv.slice(2).filter((arg) => arg.startsWith('--')));
const wanted = process.argv.slice(2).filter((arg) => !options.has(arg));
const isWanted = (name: string) =>
  wanted.length === 0 || wanted.some((start) => name.toLowerCase().startsWith(start.toLowerCase()));
const libraries = LIBRARIES.filter(({ name }) => isWanted(name));
const programs = Object.entries(PROGRAMS).filter(([name]) => isWanted(name));
if (libraries.length + programs.length === 0) {
  const names = [...LIBRARIES.map(({ name }) => name), ...Object.keys(PROGRAMS)];
  process.stderr.write(`No such program. There are: ${names.join(', ')}\n`);
  process.exitCode = 2;
}
// A bot does not outlive us: its end is tied to our exit.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

if (options.has('--examine')) {
  const examined = await examineAll(libraries, print);
  if (options.has('--write-docs')) await writeExaminerDocs(examined, LIBRARIES);
} else {
  await runEverything();
}

async function runEverything(): Promise<void> {
  let failed = 0;
  const walked: Walked[] = [];
  for (const library of libraries) {
    for (const one of await walkAll(library)) {
      walked.push(one);
      const failures = failuresOf(one);
      if (failures.length > 0) failed += 1;
      for (const { step, why } of failures) print(`  FAILED at ${step}: ${why}`);
    }
  }
  for (const [name, run] of programs) {
    try {
      const outcome = await run();
      print(`${name}: ${outcome.type === 'skipped' ? `SKIPPED, ${outcome.why}` : 'passed'}`);
    } catch (error) {
      failed += 1;
      print(`${name}: FAILED\n${error instanceof Error ? error.stack : error}`);
    }
  }
  if (walked.length > 0) print(`\n${tableOf(walked, libraries)}\n`);
  if (options.has('--write-docs')) await writeDocs(walked);
  print(failed === 0 ? 'Nothing failed.' : `${failed} failed.`);
  if (failed > 0) process.exitCode = 1;
}

async function walkAll(library: Library): Promise<readonly Walked[]> {
  const results: Walked[] = [];
  for (const variant of library.variants) {
    const name = `${library.name} ${library.version} (${nameOf(variant)})`;
    const startedAtMs = performance.now();
    try {
      const readiness = await library.prepare(variant);
      if (readiness.type === 'skipped') {
        print(`${name}: SKIPPED, ${readiness.why}`);
        results.push({ library, variant, type: 'skipped', why: readiness.why });
        continue;
      }
      const steps = await walk(library, variant, readiness, options.has('--steps') ? printStep : undefined);
      results.push({ library, variant, type: 'walked', steps });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      results.push({
        library,
        variant,
        type: 'walked',
        steps: [{ step: 'install', outcome: { type: 'failed', why } }],
      });
    }
    print(`${name}: ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`);
  }
  return results;
}

function printStep({ step, outcome }: StepResult, ms: number): void {
  print(`  ${step}: ${outcome.type}, ${Math.round(ms)} ms`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
