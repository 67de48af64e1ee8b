import type { BudgetSample, MetricName, MetricsHistory, MetricsSample } from '../../api/types.ts';

/** The history and one more sample; what is older than it holds is let go. Telling it twice does no harm. */
export function withSample(history: MetricsHistory, sample: MetricsSample): MetricsHistory {
  const last = history.atMs.at(-1);
  if (last !== undefined && sample.atMs <= last) return history;
  const { capacity } = history;
  return {
    ...history,
    atMs: appended(history.atMs, sample.atMs, capacity),
    series: Object.fromEntries(
      Object.entries(history.series).map(([name, values]) => [
        name,
        appended(values, sample[name as MetricName], capacity),
      ]),
    ) as Record<MetricName, readonly number[]>,
    budgets: sample.budgets.map(({ applicationId, total, remaining }: BudgetSample) => ({
      applicationId,
      total,
      remaining: appended(
        history.budgets.find((known) => known.applicationId === applicationId)?.remaining ?? [],
        remaining,
        capacity,
      ),
    })),
  };
}

/** The last so many of them, with null in front where there are fewer. */
export function lastOf(values: readonly number[], count: number): (number | null)[] {
  const last: (number | null)[] = values.slice(-count);
  return [...Array.from({ length: count - last.length }, () => null), ...last];
}

function appended(values: readonly number[], value: number, capacity: number): readonly number[] {
  return [...values.slice(Math.max(0, values.length + 1 - capacity)), value];
}
