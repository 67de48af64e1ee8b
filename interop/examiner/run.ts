/** `npm run interop -- --examine`: the scenarios of the examiner on the bots of other makers, as published. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Library, Readiness, Variant } from '../walk/library.ts';
import { type Examined, examine, SCENARIOS, SCENARIOS_AT_ONCE } from './examine.ts';

const FILE = fileURLToPath(new URL('../../docs/scenarios.md', import.meta.url));
const BEGIN = '<!-- libraries: begin, written by npm run interop -- --examine --write-docs -->';
const END = '<!-- libraries: end -->';
const HEAD = ['| library | passes | fails at |', '|---|---|---|'];

export type ExaminedLibrary = { readonly library: Library } & (
  | { readonly type: 'examined'; readonly results: ReadonlyMap<string, Examined> }
  | { readonly type: 'skipped'; readonly why: string }
);

/** @param print told of each library when it is done */
export async function examineAll(
  libraries: readonly Library[],
  print: (text: string) => void,
): Promise<readonly ExaminedLibrary[]> {
  const all: ExaminedLibrary[] = [];
  for (const library of libraries) {
    const examined = await examineLibrary(library);
    all.push(examined);
    print(rowOf(examined));
  }
  return all;
}

/** Puts the rows in place of those that stand there; libraries that were not examined now keep theirs. */
export async function writeExaminerDocs(
  examined: readonly ExaminedLibrary[],
  libraries: readonly Library[],
): Promise<void> {
  const text = await readFile(FILE, 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from === -1 || to < from) throw new Error('docs/scenarios.md has no part for the libraries');
  const old = text.slice(from, to).split('\n');
  const rows = libraries.flatMap((library) => {
    const now = examined.find((one) => one.library === library);
    return now === undefined ? old.filter((row) => row.startsWith(`| ${titleOf(library)} |`)) : [rowOf(now)];
  });
  const part = [BEGIN, ...HEAD, ...rows].join('\n');
  await writeFile(FILE, `${text.slice(0, from)}${part}\n${text.slice(to)}`);
}

async function examineLibrary(library: Library): Promise<ExaminedLibrary> {
  // The command serves no TLS.
  const variant = library.variants.find(({ tls = false }) => !tls);
  if (variant === undefined) return { library, type: 'skipped', why: 'it comes by HTTPS only' };
  const program = await library.prepare(variant);
  if (program.type === 'skipped') return { library, type: 'skipped', why: program.why };
  return { library, type: 'examined', results: await examineWith(program, variant) };
}

async function examineWith(
  program: Extract<Readiness, { type: 'ready' }>,
  variant: Variant,
): Promise<ReadonlyMap<string, Examined>> {
  const results = new Map<string, Examined>();
  const waiting = [...SCENARIOS];
  const next = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      results.set(file, await examine(program, variant, file));
    }
  };
  await Promise.all(Array.from({ length: SCENARIOS_AT_ONCE }, next));
  return results;
}

function rowOf(examined: ExaminedLibrary): string {
  const title = titleOf(examined.library);
  if (examined.type === 'skipped') return `| ${title} | not examined: ${examined.why} | |`;
  const { results } = examined;
  const failed = SCENARIOS.filter((file) => results.get(file)?.passed !== true);
  const notes = failed.map((file) => {
    const step = results.get(file)?.steps.at(-1)?.step ?? 'the start';
    return `\`${file.replace(/\.yaml$/, '')}\`: ${step.replaceAll('|', '\\|')}`;
  });
  return `| ${title} | ${SCENARIOS.length - failed.length} of ${SCENARIOS.length} | ${notes.join('<br>')} |`;
}

function titleOf({ name, version }: Library): string {
  return `${name} ${version}`;
}
