import { type Library, nameOf, type StepResult, type Variant } from './walk/library.ts';
import { WALK } from './walk/steps.ts';

/** What became of one library in one variant. */
export type Walked = { readonly library: Library; readonly variant: Variant } & (
  | { readonly type: 'walked'; readonly steps: readonly StepResult[] }
  | { readonly type: 'skipped'; readonly why: string }
);

/** In the order of the walk. */
const COLUMNS: readonly string[] = [...new Set(WALK.map(({ column }) => column))];
const HEAD = ['library', 'over', ...COLUMNS];
const ROW = '| ';
const NOTE = '- ';

export function failuresOf(walked: Walked): readonly { readonly step: string; readonly why: string }[] {
  if (walked.type === 'skipped') return [];
  return walked.steps.flatMap(({ step, outcome }) =>
    outcome.type === 'failed' ? [{ step, why: outcome.why }] : [],
  );
}

/**
 * A Markdown table with a row for each, and below it what a library does otherwise.
 * @param before such a table, of which the rows of libraries that are not in `all` are kept
 */
export function tableOf(all: readonly Walked[], libraries: readonly Library[], before = ''): string {
  const old = rearranged(before.split('\n'));
  const linesOf = (library: Library, start: string, made: readonly string[]) =>
    all.some((walked) => walked.library === library)
      ? made
      : old.filter((line) => line.startsWith(`${start}${titleOf(library)}`));
  const rows = libraries.flatMap((library) => {
    const mine = all.filter((walked) => walked.library === library);
    return linesOf(library, ROW, mine.map(rowOf));
  });
  const notes = libraries.flatMap((library) => {
    const mine = all.filter((walked) => walked.library === library);
    return linesOf(library, NOTE, [...new Set(mine.flatMap(notesOf))]);
  });
  const table = [rowFrom(HEAD), rowFrom(HEAD.map(() => '---')), ...rows];
  return [...table, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n');
}

/** Rows of a table that had other columns; what was not walked then stays empty. */
function rearranged(lines: readonly string[]): readonly string[] {
  const cellsOf = (row: string) => row.slice(ROW.length, -' |'.length).split(' | ');
  const head = cellsOf(lines.find((line) => line.startsWith(`${ROW}${HEAD[0]} `)) ?? '');
  return lines.map((line) => {
    if (!line.startsWith(ROW)) return line;
    const cells = cellsOf(line);
    return rowFrom(HEAD.map((column) => cells[head.indexOf(column)] ?? ''));
  });
}

function titleOf({ name, version }: Library): string {
  return `${name} ${version}`;
}

function rowOf(walked: Walked): string {
  const first = [titleOf(walked.library), nameOf(walked.variant)];
  const cells =
    walked.type === 'skipped'
      ? [`not walked: ${walked.why}`, ...COLUMNS.slice(1).map(() => '')]
      : COLUMNS.map((column) => cellOf(walked.steps, column));
  return rowFrom([...first, ...cells]);
}

function cellOf(steps: readonly StepResult[], column: string): string {
  const outcomes = WALK.filter((step) => step.column === column).map(
    ({ name }) => steps.find(({ step }) => step === name)?.outcome.type,
  );
  // The walk ends with a login that does not succeed.
  if (outcomes.every((outcome) => outcome === undefined)) return '';
  if (outcomes.some((outcome) => outcome === undefined || outcome === 'failed')) return '**failed**';
  return outcomes.includes('deviates') ? 'differs' : 'yes';
}

function notesOf(walked: Walked): readonly string[] {
  if (walked.type === 'skipped') return [];
  return walked.steps.flatMap(({ step, outcome }) => {
    if (outcome.type === 'passed') return [];
    return [`${NOTE}${titleOf(walked.library)}, ${step}: ${outcome.why.split('\n')[0]}.`];
  });
}

function rowFrom(cells: readonly string[]): string {
  return `${ROW}${cells.join(' | ')} |`;
}
