import { type Library, nameOf, type StepResult, type Variant } from './walk/library.ts';
import { WALK } from './walk/steps.ts';

/** What became of one library in one variant. */
export type Walked = { readonly library: Library; readonly variant: Variant } & (
  | { readonly type: 'walked'; readonly steps: readonly StepResult[] }
  | { readonly type: 'skipped'; readonly why: string }
);

/** In the order of the walk. */
export const COLUMNS: readonly string[] = [...new Set(WALK.map(({ column }) => column))];

export function failuresOf(walked: Walked): readonly { readonly step: string; readonly why: string }[] {
  if (walked.type === 'skipped') return [];
  return walked.steps.flatMap(({ step, outcome }) =>
    outcome.type === 'failed' ? [{ step, why: outcome.why }] : [],
  );
}

/** A Markdown table with a row for each, and its notes below. */
export function tableOf(all: readonly Walked[]): string {
  const notes: string[] = [];
  const rows = all.map((walked) => rowOf(walked, notes));
  const head = ['library', 'over', ...COLUMNS];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [...lines, '', ...notes.map((note, index) => `${index + 1}. ${note}`)].join('\n').trimEnd();
}

function rowOf(walked: Walked, notes: string[]): readonly string[] {
  const { library, variant } = walked;
  const first = [`${library.name} ${library.version}`, nameOf(variant)];
  if (walked.type === 'skipped')
    return [...first, `not walked: ${walked.why}`, ...COLUMNS.slice(1).map(() => '')];
  return [...first, ...COLUMNS.map((column) => cellOf(walked.steps, column, library, notes))];
}

function cellOf(steps: readonly StepResult[], column: string, { name }: Library, notes: string[]): string {
  const here = WALK.filter((step) => step.column === column).map(
    (step) => steps.find((result) => result.step === step.name)?.outcome,
  );
  // The walk ends with a login that does not succeed.
  if (here.every((outcome) => outcome === undefined)) return '';
  if (here.some((outcome) => outcome === undefined || outcome.type === 'failed')) return '**failed**';
  const reasons = here.flatMap((outcome) => (outcome?.type === 'deviates' ? [outcome.why] : []));
  if (reasons.length === 0) return 'yes';
  const numbers = reasons.map((reason) => numberOf(`${name}: ${reason}.`, notes));
  return `${reasons.length === here.length ? 'no' : 'partly'} (${[...new Set(numbers)].join(', ')})`;
}

function numberOf(note: string, notes: string[]): number {
  if (!notes.includes(note)) notes.push(note);
  return notes.indexOf(note) + 1;
}
