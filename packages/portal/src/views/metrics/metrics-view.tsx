import 'uplot/dist/uPlot.min.css';
import '../../styles/metrics.css';
import { useMemo, useState } from 'react';
import type { Application, MetricName, MetricsHistory, Snowflake } from '../../api/types.ts';
import { applications } from '../../state/hall.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/button.tsx';
import { formatBytes, formatNumber } from '../../ui/format.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { Chart, type Line } from './chart.tsx';
import { lastOf } from './history.ts';
import { ScrapeDialog } from './scrape-dialog.tsx';
import { useHistory } from './use-history.ts';

const MS_PER_MINUTE = 60_000;
const COLOURS = 6;
const SPANS = [
  { value: '5', label: '5 min' },
  { value: '15', label: '15 min' },
  { value: '60', label: '1 hour' },
] as const;
type Span = (typeof SPANS)[number]['value'];

const KIB = 1_024;
const MIB = 1_048_576;

export function MetricsView() {
  const { history, failure } = useHistory();
  const known = useStore(applications);
  const [span, setSpan] = useState<Span>('60');
  const [isTelling, setTelling] = useState(false);
  const shown = useMemo(() => (history === null ? EMPTY : within(history, Number(span))), [history, span]);
  const budgets = useMemo(() => budgetLines(history, shown.atMs.length, known), [history, shown, known]);
  const { atMs, line } = shown;
  return (
    <div className="metrics">
      <header className="view-head">
        <h1>Metrics</h1>
        <div className="view-tools">
          <Segmented label="How far back" options={SPANS} value={span} onChange={setSpan} />
          <Button onClick={() => setTelling(true)}>Prometheus</Button>
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys, and nothing in it has the focus */}
      <section className="metrics-body" aria-label="Charts" tabIndex={0}>
        {failure !== null && <p className="card-text card-warning">{failure}</p>}
        <div className="charts">
          <Chart
            title="Events"
            note="a second"
            atMs={atMs}
            format={formatRate}
            lines={[
              line('Of the world', 1, 'worldEvents'),
              line('Delivered', 2, 'deliveries'),
              line('From clients', 3, 'clientMessages'),
            ]}
          />
          <Chart
            title="Bytes of events"
            note="a second"
            atMs={atMs}
            format={formatBytes}
            base={2}
            atLeast={KIB}
            lines={[line('Sent', 1, 'sentBytes'), line('Saved by compression', 2, 'savedBytes')]}
          />
          <Chart
            title="REST requests"
            note="a second"
            atMs={atMs}
            format={formatRate}
            lines={[line('Requests', 1, 'restRequests'), line('429', 4, 'restLimited')]}
          />
          <Chart
            title="Sessions"
            note="with a connection"
            atMs={atMs}
            format={formatWhole}
            atLeast={4}
            lines={[line('Connected', 1, 'sessions')]}
          />
          <Chart
            title="Processor"
            note="of the server, 100 % is one core"
            atMs={atMs}
            format={formatPercent}
            atLeast={0.1}
            lines={[line('In use', 1, 'cpu')]}
          />
          <Chart
            title="Memory"
            note="of the server"
            atMs={atMs}
            format={formatBytes}
            base={2}
            atLeast={MIB}
            lines={[line('Resident', 1, 'rssBytes'), line('JavaScript heap', 3, 'heapBytes')]}
          />
          <Chart
            title="Session starts left"
            note="of each application, today"
            atMs={atMs}
            format={formatWhole}
            atLeast={budgets.total}
            lines={budgets.lines}
            empty="No application has identified since the server started."
          />
        </div>
      </section>
      {isTelling && <ScrapeDialog onClose={() => setTelling(false)} />}
    </div>
  );
}

interface Shown {
  readonly atMs: readonly number[];
  readonly line: (name: string, colour: number, series: MetricName) => Line;
}

/** So that the page does not jump when it comes. */
const EMPTY: Shown = { atMs: [], line: (name, colour) => ({ name, colour, values: [] }) };

function within(history: MetricsHistory, minutes: number): Shown {
  const count = Math.ceil((minutes * MS_PER_MINUTE) / history.intervalMs);
  return {
    atMs: history.atMs.slice(-count),
    line: (name, colour, series) => ({ name, colour, values: history.series[series].slice(-count) }),
  };
}

function budgetLines(
  history: MetricsHistory | null,
  count: number,
  known: ReadonlyMap<Snowflake, Application> | null,
): { readonly total: number; readonly lines: readonly Line[] } {
  const budgets = history?.budgets ?? [];
  return {
    total: Math.max(1, ...budgets.map(({ total }) => total)),
    lines: budgets.map(({ applicationId, remaining }, index) => ({
      name: known?.get(applicationId)?.name ?? applicationId,
      colour: (index % COLOURS) + 1,
      values: lastOf(remaining, count),
    })),
  };
}

function formatRate(value: number): string {
  return formatNumber(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}

function formatWhole(value: number): string {
  return formatNumber(Math.round(value));
}

function formatPercent(value: number): string {
  return `${formatNumber(Math.round(value * 1_000) / 10)} %`;
}
