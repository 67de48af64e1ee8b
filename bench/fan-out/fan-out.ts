/** From an event of the world to the sockets of all who hear of it: CPU of the serving process per delivery. */
import { startCrowd, startGuildhallCrowd } from '../harness/crowd.ts';
import type { Load } from '../harness/guildhall.ts';
import type { Samples } from '../harness/passes.ts';
import { type Bench, type Report, type Row, type RunOptions, row } from '../harness/report.ts';
import type { Compression } from '../harness/sync-codec.ts';
import { type Cell, type Effort, EVENTS_PER_BURST, measureCell } from './cell.ts';
import { measureUnwatchedGuilds, type Unwatched } from './growth.ts';
import { measurePosted } from './posted.ts';

const COMPRESSIONS: readonly Compression[] = ['none', 'zlib', 'zstd'];
const LOADS: readonly Load[] = ['large', 'mix'];
/** Where the peers run, too, and where the targets are. */
const MAIN_RECEIVERS = 1_000;
/** The growth is what lies between these. */
const FEW_RECEIVERS = 200;
const MANY_RECEIVERS = 5_000;
const RECEIVERS = [20, FEW_RECEIVERS, MAIN_RECEIVERS, MANY_RECEIVERS];
const UNIT = 'us per delivery';

export const fanOut: Bench = { name: 'fan-out', minutes: 6, run };

async function run({ quick }: RunOptions): Promise<Report> {
  const cells: Cell[] = [];
  for (const size of quick ? RECEIVERS.slice(0, -1) : RECEIVERS) {
    cells.push(...(await measureSize(size, effortFor(size, quick))));
  }
  const effort = effortFor(FEW_RECEIVERS, quick);
  const posted = await measurePosted(MAIN_RECEIVERS, effort.passes);
  const unwatched = await measureUnwatchedGuilds(FEW_RECEIVERS, effort);
  return {
    title: 'Fan-out: CPU of the whole server per delivered event, from the change in the world to the socket',
    tables: [
      {
        title: `Next to others, ${MAIN_RECEIVERS} receivers, one event a turn`,
        rows: peerRows(cells, posted),
      },
      { title: 'One event a turn', rows: cells.flatMap(singleRows) },
      {
        title: `Bursts: ${EVENTS_PER_BURST} events in one turn; the floor is one write per delivery`,
        rows: cells.map(burstRow),
      },
      { title: 'Growth', rows: growthRows(cells, unwatched) },
    ],
    notes: [
      '`large`: MESSAGE_CREATE of 1.3 kB. `mix`: 45 % presences, 20 % messages, 15 % typing, others.',
      'The ws loops keep no sessions, check nothing and remember nothing for a resume.',
    ],
    measures: measuresOf(cells, unwatched),
  };
}

function effortFor(size: number, quick: boolean): Effort {
  if (quick) return { passes: { warmUp: 1, measured: 1 }, deliveries: 20_000 };
  return {
    passes: { warmUp: 1, measured: size === MAIN_RECEIVERS ? 7 : 3 },
    deliveries: size === MAIN_RECEIVERS ? 80_000 : 60_000,
  };
}

async function measureSize(size: number, effort: Effort): Promise<Cell[]> {
  const cells: Cell[] = [];
  await using floor = await startCrowd(new URL('./floor.ts', import.meta.url), {
    size,
    compression: 'none',
    handshake: 'raw',
  });
  for (const compression of COMPRESSIONS) {
    await using guildhall = await startGuildhallCrowd({ size, compression });
    for (const load of LOADS) {
      const withPeers = size === MAIN_RECEIVERS;
      cells.push(await measureCell({ floor, guildhall, compression, load, effort, withPeers }));
    }
  }
  return cells;
}

function singleRows({ receivers, compression, load, wireBytes, ours, floor }: Cell): Row[] {
  const labels = { receivers, compression, load, 'bytes on the wire': Math.round(wireBytes) };
  return [ours, floor].map((samples) => row({ ...labels, who: samples.name }, UNIT, samples, { floor }));
}

function burstRow({ receivers, compression, load, wireBytes, bursts, floor }: Cell): Row {
  const labels = { receivers, compression, load, 'bytes on the wire': Math.round(wireBytes) };
  return row({ ...labels, who: bursts.name }, UNIT, bursts, { floor });
}

function peerRows(cells: readonly Cell[], posted: Samples): Row[] {
  const rows = cells
    .filter(({ receivers }) => receivers === MAIN_RECEIVERS)
    .flatMap(({ compression, load, ours, floor, peers }) =>
      [floor, ours, ...peers.values()].map((samples) =>
        row({ load, compression, who: samples.name }, UNIT, samples, { floor, Guildhall: ours }),
      ),
    );
  return [...rows, row({ load: 'large', compression: 'none', who: posted.name }, UNIT, posted)];
}

function growthRows(cells: readonly Cell[], { without, among }: Unwatched): Row[] {
  const first = cellOf(cells, FEW_RECEIVERS, 'none')?.ours;
  const sizes = cells
    .filter(({ compression, load }) => compression === 'none' && load === 'large')
    .map(({ receivers, ours, floor }) =>
      row({ what: `${receivers} receivers, plain, large` }, UNIT, ours, {
        floor,
        [`${FEW_RECEIVERS}`]: first,
      }),
    );
  return [...sizes, ...[without, among].map((each) => row({ what: each.name }, UNIT, each))];
}

function measuresOf(cells: readonly Cell[], { without, among }: Unwatched): Record<string, number> {
  const measures: Record<string, number> = { 'unwatched guilds': among.median / without.median };
  for (const compression of COMPRESSIONS) {
    const cell = cellOf(cells, MAIN_RECEIVERS, compression);
    if (cell === undefined) continue;
    const { ours, bursts, floor, peers } = cell;
    measures[`${compression}/floor`] = ours.median / floor.median;
    measures[`${compression} burst/floor`] = bursts.median / floor.median;
    for (const [mode, samples] of peers) measures[`${mode}/ours`] = samples.median / ours.median;
  }
  const few = cellOf(cells, FEW_RECEIVERS, 'none');
  const many = cellOf(cells, MANY_RECEIVERS, 'none');
  if (few !== undefined && many !== undefined) {
    measures.growth = many.ours.median / few.ours.median;
    measures['growth beyond the floor'] = measures.growth / (many.floor.median / few.floor.median);
  }
  return measures;
}

/** The one with large messages. */
function cellOf(cells: readonly Cell[], receivers: number, compression: Compression): Cell | undefined {
  return cells.find(
    (cell) => cell.receivers === receivers && cell.compression === compression && cell.load === 'large',
  );
}
