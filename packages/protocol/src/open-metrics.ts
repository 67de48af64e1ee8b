/** As OpenMetrics has them; `unknown`, histograms and state sets are not used. */
export type MetricType = 'counter' | 'gauge' | 'info' | 'summary';

export interface MetricSample {
  /** What the name of the family is followed by, such as `_total`; empty for most. */
  readonly suffix: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric with all its samples, as plain data. */
export interface MetricFamily {
  /** Ends in the unit where there is one. */
  readonly name: string;
  readonly type: MetricType;
  readonly unit: 'seconds' | 'bytes' | 'ratio' | null;
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

/** What an HTTP answer with {@link openMetricsText} names as its content type. */
export const OPEN_METRICS_CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * The families as OpenMetrics text, for Prometheus and whoever reads its formats. Families of several sources, such as
 * those of worker threads, must have been put together by name before.
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetricsText(families: readonly MetricFamily[]): string {
  const lines: string[] = [];
  for (const { name, type, unit, help, samples } of families) {
    lines.push(`# TYPE ${name} ${type}`);
    if (unit !== null) lines.push(`# UNIT ${name} ${unit}`);
    lines.push(`# HELP ${name} ${escaped(help)}`);
    for (const { suffix, labels, value } of samples) {
      lines.push(`${name}${suffix}${labelText(labels)} ${numberText(value)}`);
    }
  }
  lines.push('# EOF', '');
  return lines.join('\n');
}

function labelText(labels: MetricSample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
