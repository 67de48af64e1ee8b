/** From an event of the world to the sockets of all who hear of it: CPU of the serving process per delivery. */
import { OPPOSITE_CORE, startChild } from '../harness/child.ts';
import { type Crowd, type GuildhallCrowd, startCrowd, startGuildhallCrowd } from '../harness/crowd.ts';
import type { Load } from '../harness/guildhall.ts';
import { type Contestant, interleave, type PassCount, type Samples } from '../harness/passes.ts';
import { Prose } from '../harness/prose.ts';
import { type Bench, type Report, type Row, type RunOptions, row } from '../harness/report.ts';
import type { Compression } from '../harness/sync-codec.ts';
import type { LoopMode } from './ws-loop.ts';

const COMPRESSIONS: readonly Compression[] = ['none', 'zlib', 'zstd'];
const LOADS: readonly Load[] = ['large', 'mix'];
/** Where the peers run, too. */
const MAIN_RECEIVERS = 1_000;
/** Where the growth begins. */
const FEW_RECEIVERS = 200;
const MANY_RECEIVERS = 5_000;
const RECEIVERS = [20, FEW_RECEIVERS, MAIN_RECEIVERS, MANY_RECEIVERS];
const PER_BURST = 8;
/** Whole bursts, and the whole pattern of the mix. */
const EVENTS_PER_ROUND = 40;
/** Then an answer of the receivers is waited for less often: with few of them it would be a cost of its own. */
const ROUNDS_OF_FEW = 5;
/** More text than a zlib window holds, so that the peers do not meet the same again. */
const ROUNDS_LOOKED_AT = 4;
const EMPTY_GUILDS = 5_000;
const POSTED_LENGTH = 390;
const UNIT = 'us per delivery';

export const fanOut: Bench = { name: 'fan-out', minutes: 5, run };

interface Effort {
  readonly passes: PassCount;
  readonly deliveries: number;
}

interface Findings {
  readonly oneByOne: Row[];
  readonly bursts: Row[];
  readonly peers: Row[];
  readonly growth: Row[];
  readonly notes: string[];
  readonly measures: Record<string, number>;
}

async function run({ quick }: RunOptions): Promise<Report> {
  const found: Findings = { oneByOne: [], bursts: [], peers: [], growth: [], notes: [], measures: {} };
  const plainBySize = new Map<number, { readonly ours: Samples; readonly floor: Samples }>();
  for (const size of quick ? RECEIVERS.slice(0, -1) : RECEIVERS) {
    await using floor = await startCrowd(new URL('./floor.ts', import.meta.url), {
      size,
      compression: 'none',
      handshake: 'raw',
    });
    for (const compression of COMPRESSIONS) {
      const samples = await measureCrowd(floor, compression, effortFor(size, quick), found);
      if (compression === 'none') plainBySize.set(size, samples);
    }
  }
  noteGrowth(plainBySize, found);
  return {
    title: 'Fan-out: CPU of the whole server per delivered event, from the change in the world to the socket',
    tables: [
      { title: 'One event a turn', rows: found.oneByOne },
      {
        title: `Bursts: ${PER_BURST} events in one turn; the floor is one write per delivery`,
        rows: found.bursts,
      },
      { title: `Next to others, ${MAIN_RECEIVERS} receivers, one event a turn`, rows: found.peers },
      { title: 'Growth', rows: found.growth },
    ],
    notes: found.notes,
    measures: found.measures,
  };
}

function effortFor(size: number, quick: boolean): Effort {
  if (quick) return { passes: { warmUp: 1, measured: 1 }, deliveries: 20_000 };
  return {
    passes: { warmUp: 1, measured: size === MAIN_RECEIVERS ? 7 : 3 },
    deliveries: size === MAIN_RECEIVERS ? 80_000 : 60_000,
  };
}

/** One number of receivers with one compression: Guildhall in every way, next to the floor and, at times, to peers. */
async function measureCrowd(
  floor: Crowd,
  compression: Compression,
  effort: Effort,
  found: Findings,
): Promise<{ readonly ours: Samples; readonly floor: Samples }> {
  const { size } = floor;
  await using guildhall = await startGuildhallCrowd({ size, compression });
  let large: { readonly ours: Samples; readonly floor: Samples } | null = null;
  for (const load of LOADS) {
    const { bytes, texts } = await lookAt(guildhall, load);
    const at = (name: string, perTurn: number): Contestant =>
      contestant(name, guildhall, effort.deliveries, (events) => ({
        type: 'publish',
        load,
        events,
        perTurn,
      }));
    const [ours, bursts, floorOf] = await interleave(
      [
        at('Guildhall', 1),
        at('Guildhall, bursts', PER_BURST),
        contestant('floor', floor, effort.deliveries, (events) => ({
          type: 'publish',
          events,
          bytes: Math.round(bytes),
        })),
      ],
      effort.passes,
    );
    if (ours === undefined || bursts === undefined || floorOf === undefined) throw new Error('no samples');
    const labels = { receivers: size, compression, load, 'bytes on the wire': Math.round(bytes) };
    found.oneByOne.push(
      row({ ...labels, who: 'Guildhall' }, UNIT, ours, { floor: floorOf }),
      row({ ...labels, who: 'floor: socket.write of a constant' }, UNIT, floorOf, { floor: floorOf }),
    );
    found.bursts.push(row({ ...labels, who: 'Guildhall' }, UNIT, bursts, { floor: floorOf }));
    if (load === 'large') large = { ours, floor: floorOf };
    if (size === MAIN_RECEIVERS) {
      found.peers.push(row({ load, compression, who: 'Guildhall' }, UNIT, ours, { floor: floorOf }));
      await measurePeers({ load, compression, texts, effort, ours, floor: floorOf }, found);
      if (load === 'large') noteTargets(compression, ours, bursts, floorOf, found);
    }
  }
  if (size === MAIN_RECEIVERS && compression === 'none') await measureRest(guildhall, effort, found);
  if (size === FEW_RECEIVERS && compression === 'none') await measureEmptyGuilds(guildhall, effort, found);
  if (large === null) throw new Error('no samples');
  return large;
}

interface PeerCell {
  readonly load: Load;
  readonly compression: Compression;
  readonly texts: readonly string[];
  readonly effort: Effort;
  readonly ours: Samples;
  readonly floor: Samples;
}

const PEERS: readonly {
  readonly mode: LoopMode;
  readonly compression: Compression;
  readonly name: string;
  /** The share of the deliveries that it has time for. */
  readonly share: number;
}[] = [
  { mode: 'string', compression: 'none', name: 'ws loop, a string per session', share: 1 },
  { mode: 'stringify', compression: 'none', name: 'ws loop, JSON.stringify per session', share: 1 },
  { mode: 'deflate', compression: 'zlib', name: 'ws loop, a zlib context per connection', share: 0.3 },
];

async function measurePeers(cell: PeerCell, found: Findings): Promise<void> {
  for (const { mode, compression, name, share } of PEERS) {
    if (compression !== cell.compression) continue;
    await using crowd = await startCrowd(new URL('./ws-loop.ts', import.meta.url), {
      size: MAIN_RECEIVERS,
      compression,
      handshake: 'websocket',
    });
    const [samples] = await interleave(
      [
        contestant(name, crowd, cell.effort.deliveries * share, (events) => ({
          type: 'publish',
          mode,
          texts: cell.texts,
          events,
        })),
      ],
      share < 1 ? { warmUp: 1, measured: Math.min(3, cell.effort.passes.measured) } : cell.effort.passes,
    );
    if (samples === undefined) throw new Error('no samples');
    await verify(crowd, EVENTS_PER_ROUND, name);
    found.peers.push(row({ load: cell.load, compression, who: name }, UNIT, samples, { floor: cell.floor }));
    if (cell.load === 'large') {
      found.measures[`${mode}/floor`] = samples.median / cell.floor.median;
      found.measures[`${mode}/ours`] = samples.median / cell.ours.median;
    }
  }
}

/** The same, but each message comes over HTTP. */
async function measureRest(guildhall: GuildhallCrowd, effort: Effort, found: Findings): Promise<void> {
  await using poster = startChild(new URL('../harness/poster.ts', import.meta.url), { core: OPPOSITE_CORE });
  const messages = EVENTS_PER_ROUND;
  const [samples] = await interleave(
    [
      {
        name: 'Guildhall, posted over REST',
        pass: async () => {
          const before = await guildhall.server.cpuMicros();
          const { apiBase, token, channelId } = guildhall.scene;
          await poster.ask({
            type: 'post',
            apiBase,
            token,
            channelId,
            messages,
            concurrency: 1,
            content: new Prose().text(POSTED_LENGTH),
          });
          await guildhall.receivers.ask({ type: 'expect', messages });
          return ((await guildhall.server.cpuMicros()) - before) / (messages * guildhall.size);
        },
      },
    ],
    effort.passes,
  );
  if (samples !== undefined)
    found.peers.push(row({ load: 'large', compression: 'none', who: samples.name }, UNIT, samples));
}

async function measureEmptyGuilds(guildhall: GuildhallCrowd, effort: Effort, found: Findings): Promise<void> {
  const one = contestant('no other guild', guildhall, effort.deliveries, (events) => ({
    type: 'publish',
    load: 'large',
    events,
    perTurn: 1,
  }));
  const [before] = await interleave([one], effort.passes);
  await guildhall.server.ask({ type: 'add-guilds', guilds: EMPTY_GUILDS });
  const [after] = await interleave([one], effort.passes);
  if (before === undefined || after === undefined) throw new Error('no samples');
  found.growth.push(
    row({ what: `${FEW_RECEIVERS} receivers, no other guild` }, UNIT, before),
    row({ what: `${FEW_RECEIVERS} receivers, ${EMPTY_GUILDS} guilds that nobody watches` }, UNIT, after, {
      first: before,
    }),
  );
  found.measures['unwatched guilds'] = after.median / before.median;
}

function noteTargets(
  compression: Compression,
  ours: Samples,
  bursts: Samples,
  floor: Samples,
  { measures }: Findings,
): void {
  measures[`${compression}/floor`] = ours.median / floor.median;
  measures[`${compression} burst/floor`] = bursts.median / floor.median;
  measures[`${compression} burst us`] = bursts.median;
}

function noteGrowth(
  bySize: ReadonlyMap<number, { readonly ours: Samples; readonly floor: Samples }>,
  { growth, measures }: Findings,
): void {
  const few = bySize.get(FEW_RECEIVERS);
  for (const [size, { ours, floor }] of bySize) {
    growth.push(row({ what: `${size} receivers, large, plain` }, UNIT, ours, { floor, first: few?.ours }));
  }
  const many = bySize.get(MANY_RECEIVERS);
  if (few === undefined || many === undefined) return;
  measures.growth = many.ours.median / few.ours.median;
  measures['growth beyond the floor'] = measures.growth / (many.floor.median / few.floor.median);
}

function contestant(
  name: string,
  { server, receivers, size }: Crowd,
  deliveries: number,
  publish: (events: number) => object,
): Contestant {
  const perRound = size < FEW_RECEIVERS ? ROUNDS_OF_FEW * EVENTS_PER_ROUND : EVENTS_PER_ROUND;
  const rounds = Math.max(1, Math.round(deliveries / (perRound * size)));
  return {
    name,
    pass: async () => {
      const before = await server.cpuMicros();
      for (let number = 0; number < rounds; number += 1) {
        await server.ask(publish(perRound));
        await receivers.ask({ type: 'expect', messages: perRound });
      }
      return ((await server.cpuMicros()) - before) / (rounds * perRound * size);
    },
  };
}

/** Some rounds that are looked at: what they look like on the wire, and that they decode. */
async function lookAt(
  { server, receivers }: Crowd,
  load: Load,
): Promise<{ readonly bytes: number; readonly texts: readonly string[] }> {
  await receivers.ask({ type: 'texts' });
  let bytes = 0;
  for (let round = 0; round < ROUNDS_LOOKED_AT; round += 1) {
    await server.ask({ type: 'publish', load, events: EVENTS_PER_ROUND, perTurn: 1 });
    const { bytesPerMessage } = await receivers.ask<{ bytesPerMessage: number }>({
      type: 'expect',
      messages: EVENTS_PER_ROUND,
    });
    bytes += bytesPerMessage / ROUNDS_LOOKED_AT;
  }
  const { texts } = await receivers.ask<{ texts: readonly string[] }>({ type: 'texts' });
  verifyTexts(texts, ROUNDS_LOOKED_AT * EVENTS_PER_ROUND, 'Guildhall');
  return { bytes, texts };
}

async function verify({ receivers }: Crowd, atLeast: number, name: string): Promise<void> {
  const { texts } = await receivers.ask<{ texts: readonly string[] }>({ type: 'texts' });
  verifyTexts(texts, atLeast, name);
}

/** @throws Error unless these are dispatches without a gap */
function verifyTexts(texts: readonly string[], atLeast: number, name: string): void {
  const numbers = texts.map((text) => {
    const { op, s, d } = JSON.parse(text) as { op: number; s: number; d: unknown };
    if (op !== 0 || typeof d !== 'object') throw new Error(`${name}: no dispatch: ${text.slice(0, 80)}`);
    return s;
  });
  const hasGap = numbers.some((s, index) => index > 0 && s !== (numbers[index - 1] ?? 0) + 1);
  if (hasGap || numbers.length < atLeast) throw new Error(`${name}: dispatches are missing`);
}
