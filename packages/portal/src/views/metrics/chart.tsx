import { useEffect, useId, useRef, useState } from 'react';
import type uPlot from 'uplot';
import { makePlot } from './plot.ts';

export interface Line {
  readonly name: string;
  /** 1 to 6, of the chart's colours. */
  readonly colour: number;
  readonly values: readonly (number | null)[];
}

const MS_PER_S = 1_000;
const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Lines over time. The figures above it are those of the last sample, or of the one under the pointer. */
export function Chart({
  title,
  note,
  atMs,
  lines,
  format,
  base = 10,
  atLeast = 1,
  empty,
}: {
  readonly title: string;
  readonly note: string;
  readonly atMs: readonly number[];
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  readonly base?: 2 | 10;
  readonly atLeast?: number;
  /** What is said when there is no line. */
  readonly empty?: string;
}) {
  const id = useId();
  const host = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLDListElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const shape = lines.map(({ name, colour }) => `${colour} ${name}`).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` says which lines there are; `format` goes with the title
  useEffect(() => {
    const element = host.current;
    if (element === null || shape === '') return undefined;
    const swatches = [...(legend.current?.querySelectorAll<HTMLElement>('.swatch') ?? [])];
    const made = makePlot({ host: element, swatches, format, base, atLeast, onPoint: setPointed });
    plot.current = made;
    const resize = new ResizeObserver(() => {
      made.setSize({ width: Math.max(1, element.clientWidth), height: made.height });
    });
    resize.observe(element);
    const redraw = () => made.redraw();
    DARK.addEventListener('change', redraw);
    return () => {
      plot.current = null;
      resize.disconnect();
      DARK.removeEventListener('change', redraw);
      made.destroy();
    };
  }, [shape, base, atLeast]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a plot that is made anew has no data yet
  useEffect(() => {
    plot.current?.setData([
      atMs.map((at) => at / MS_PER_S),
      ...lines.map(({ values }) => values as (number | null)[]),
    ]);
  }, [atMs, lines, shape, base, atLeast]);

  const at = pointed === null ? atMs.length - 1 : Math.min(pointed, atMs.length - 1);
  return (
    <section className="card chart" aria-labelledby={id}>
      <header className="chart-head">
        <h2 id={id}>{title}</h2>
        <p className="card-text">{note}</p>
      </header>
      <dl className="chart-legend" ref={legend}>
        {lines.map(({ name, colour, values }) => {
          const value = values[at];
          return (
            <div key={name}>
              <dt>
                <span className={`swatch swatch-${colour}`} />
                {name}
              </dt>
              <dd>{value === null || value === undefined ? '–' : format(value)}</dd>
            </div>
          );
        })}
      </dl>
      <div className="chart-host" ref={host} aria-hidden="true" />
      {lines.length === 0 && empty !== undefined && <p className="card-text chart-empty">{empty}</p>}
    </section>
  );
}
