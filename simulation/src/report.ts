/** What a run prints. */
import type { LifetimeResult } from './lifetime.ts';
import { PROPERTIES } from './properties.ts';
import type { Statistics } from './statistics.ts';

/** Lines of a trace that a failure shows unless all are asked for: the end is where it broke. */
const TRACE_TAIL_LINES = 80;

export function formatStatistics(statistics: Statistics, elapsedMs: number): string {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const rows: readonly (readonly [string, string])[] = [
    ['lifetimes', number(statistics.lifetimes)],
    ['per second', number(statistics.lifetimes / (elapsedMs / 1_000))],
    ['virtual hours', number(statistics.virtualMs / 3_600_000)],
    ['events on the clock', number(statistics.events)],
    ['dials', number(statistics.dials)],
    ['identifies', number(statistics.identifies)],
    ['  refused', number(statistics.identifiesRefused)],
    ['  held back', number(statistics.identifiesHeldBack)],
    ['resumes', number(statistics.resumes)],
    ['  takeovers', number(statistics.takeovers)],
    ['events handed over', number(statistics.delivered)],
    ['sessions lost', number(statistics.sessionsLost)],
    ['sessions revoked', number(statistics.sessionsRevoked)],
    ['zombies', number(statistics.zombies)],
    ['overslept', number(statistics.overslept)],
    ['shards stopped', number(statistics.stops)],
    ['shards quarantined', number(statistics.quarantines)],
    ['longest recovery', `${(statistics.longestRecoveryMs / 1_000).toFixed(1)} s`],
    ['most sends in 60 s', number(statistics.mostSendsPerWindow)],
  ];
  const faults = [...statistics.faults]
    .toSorted(([, left], [, right]) => right - left)
    .map(([kind, count]) => [`  ${kind}`, number(count)] as const);
  return [...rows, ['faults', ''] as const, ...faults]
    .map(([name, value]) => `${name.padEnd(38)}${value.padStart(14)}`)
    .join('\n');
}

export function formatFailure(
  result: LifetimeResult,
  { wholeTrace }: { readonly wholeTrace: boolean },
): string {
  const { failure, seed, trace } = result;
  if (failure === null) return `seed ${seed}: every property held`;
  const lines = wholeTrace ? trace : trace.slice(-TRACE_TAIL_LINES);
  const left = trace.length - lines.length;
  return [
    ...(left > 0 ? [`… ${left} lines before (--verbose shows them)`] : []),
    ...lines,
    '',
    `seed ${seed} broke ${failure.property}: ${PROPERTIES[failure.property]}`,
    failure.detail,
    `Replay: npm run simulate -- --seed ${seed}`,
  ].join('\n');
}
