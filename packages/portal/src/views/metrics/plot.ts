import uPlot from 'uplot';
import { formatShortTime, formatTime } from '../../ui/format.ts';

const HEIGHT_PX = 168;
const MS_PER_S = 1_000;
const FINE_SPAN_S = 360;
const AXIS_PX = 58;
const TIME_AXIS_PX = 28;
const LABEL_SPACE_PX = 74;
/** Distances between the lines of the grid, from which uPlot takes one. */
const DECIMAL_STEPS = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** (power - 1)),
).flat();
const BINARY_STEPS = Array.from({ length: 40 }, (_, power) => 2 ** power);
const FONT = '11px "Inter Variable", system-ui, sans-serif';
/** Cursors of all charts move together. */
const SYNC = 'metrics';

export interface PlotOptions {
  readonly host: HTMLElement;
  /** Elements in whose colours the lines are drawn. */
  readonly swatches: readonly HTMLElement[];
  readonly format: (value: number) => string;
  /** In which numbers the values are thought of. */
  readonly base: 2 | 10;
  /** The scale reaches at least so far. */
  readonly atLeast: number;
  /** The pointer is at this sample, or at none. */
  readonly onPoint: (index: number | null) => void;
}

/** Colours are read at each drawing, so that they follow the scheme of the system. */
export function makePlot({ host, swatches, format, base, atLeast, onPoint }: PlotOptions): uPlot {
  const style = () => getComputedStyle(host);
  const axis: uPlot.Axis = {
    stroke: () => style().color,
    grid: { stroke: () => style().borderTopColor, width: 1 },
    ticks: { show: false },
    font: FONT,
  };
  return new uPlot(
    {
      width: Math.max(1, host.clientWidth),
      height: HEIGHT_PX,
      legend: { show: false },
      padding: [8, 10, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 }, sync: { key: SYNC } },
      scales: { y: { range: (_plot, _min, max) => [0, Math.max(atLeast, max * 1.08)] } },
      axes: [
        { ...axis, size: TIME_AXIS_PX, space: LABEL_SPACE_PX, values: (_plot, splits) => timesOf(splits) },
        {
          ...axis,
          size: AXIS_PX,
          incrs: base === 2 ? BINARY_STEPS : DECIMAL_STEPS,
          values: (_plot, splits) => splits.map((value) => format(value)),
        },
      ],
      series: [
        {},
        ...swatches.map(
          (swatch): uPlot.Series => ({
            stroke: () => getComputedStyle(swatch).backgroundColor,
            width: 1.75,
            points: { show: false },
          }),
        ),
      ],
      hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
    },
    undefined,
    host,
  );
}

/** With seconds where they tell the labels apart. */
function timesOf(splits: readonly number[]): string[] {
  const span = (splits.at(-1) ?? 0) - (splits[0] ?? 0);
  const format = span < FINE_SPAN_S ? formatTime : formatShortTime;
  return splits.map((at) => format(new Date(at * MS_PER_S).toISOString()));
}
