/** What a bench has found, and how it is shown. */
import { figure, type Samples } from './passes.ts';

export type Row = Readonly<Record<string, string | number>>;

export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface Report {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly notes: readonly string[];
  /** What the targets ask for, by name. */
  readonly measures: Readonly<Record<string, number>>;
}

/** How a bench is to run. */
export interface RunOptions {
  /** Fewer and shorter passes: to check the harness, not for figures to quote. */
  readonly quick: boolean;
}

export interface Bench {
  readonly name: string;
  /** How long it takes on two cores, in minutes. */
  readonly minutes: number;
  run(options: RunOptions): Promise<Report>;
}

/** A row of one contestant: median, range, and the ratio to each reference. */
export function row(
  labels: Row,
  unit: string,
  samples: Samples,
  references: Readonly<Record<string, Samples | undefined>> = {},
): Row {
  const ratios = Object.entries(references).map(([name, reference]) => [
    `x ${name}`,
    reference === undefined ? '-' : Number(figure(samples.median / reference.median)),
  ]);
  return {
    ...labels,
    [unit]: Number(figure(samples.median)),
    'min..max': samples.range,
    ...Object.fromEntries(ratios),
  };
}

export function printReport(report: Report): void {
  process.stdout.write(`\n${report.title}\n`);
  for (const { title, rows } of report.tables) printTable(title, rows);
  for (const note of report.notes) process.stdout.write(`${note}\n`);
}

export function printTable(title: string, rows: readonly Row[]): void {
  process.stdout.write(`\n${title}\n${textTable(rows)}\n`);
}

/** Columns of plain text. */
function textTable(rows: readonly Row[]): string {
  const names = columnsOf(rows);
  const cells = [names, ...rows.map((values) => names.map((name) => String(values[name] ?? '')))];
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 || Number.isNaN(Number(cell)) ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(rows: readonly Row[]): string {
  const names = columnsOf(rows);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(names),
    line(names.map(() => '---')),
    ...rows.map((values) => line(names.map((name) => String(values[name] ?? '').replaceAll('|', '\\|')))),
  ].join('\n');
}

function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((values) => Object.keys(values)))];
}
