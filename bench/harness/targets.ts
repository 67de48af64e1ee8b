/** What the figures must show. One line per promise; the benches deliver the measures, `verdicts` compares. */
import { figure } from './passes.ts';
import type { Report, Row } from './report.ts';

export interface Target {
  readonly bench: string;
  /** Name of the measure in the bench's report. */
  readonly measure: string;
  readonly what: string;
  readonly limit: { readonly atMost: number } | { readonly atLeast: number };
  readonly unit: string;
}

export const TARGETS: readonly Target[] = [
  {
    bench: 'fan-out',
    measure: 'none/floor',
    what: '1,000 receivers, plain, one by one: whole server',
    limit: { atMost: 1.25 },
    unit: 'x the floor',
  },
];

/** @param reports by name of the bench */
export function verdicts(reports: ReadonlyMap<string, Report>): Row[] {
  return TARGETS.filter(({ bench }) => reports.has(bench)).map((target) => {
    const measured = reports.get(target.bench)?.measures[target.measure];
    return {
      bench: target.bench,
      what: target.what,
      target: `${'atMost' in target.limit ? '<=' : '>='} ${limitOf(target)} ${target.unit}`,
      measured: measured === undefined ? '-' : figure(measured),
      verdict: measured === undefined ? 'not measured' : verdictOn(target, measured),
    };
  });
}

function limitOf({ limit }: Target): number {
  return 'atMost' in limit ? limit.atMost : limit.atLeast;
}

function verdictOn(target: Target, measured: number): string {
  const limit = limitOf(target);
  const isMet = 'atMost' in target.limit ? measured <= limit : measured >= limit;
  if (isMet) return 'met';
  return `missed by ${figure((Math.abs(measured - limit) / limit) * 100)} %`;
}
