/** What an event costs a bot of many shards, and how much of it its main thread pays: with and without worker threads. */
import type { Expectation } from '../client/recording.ts';
import { type Child, MEASURED_CORE, OPPOSITE_CORE, startChild } from '../harness/child.ts';
import { type Contestant, interleave, type PassCount, Samples } from '../harness/passes.ts';
import { type Bench, type Report, type Row, type RunOptions, row } from '../harness/report.ts';
import type { BotFigures, BotTerms } from './bot.ts';

const SHARDS = 16;
/** Of each shard, in a pass. */
const EVENTS = 2_000;
const FULL: PassCount = { warmUp: 2, measured: 7 };
const QUICK: PassCount = { warmUp: 1, measured: 1 };
/** GUILDS, GUILD_MEMBERS, GUILD_VOICE_STATES, GUILD_PRESENCES, GUILD_MESSAGES, -REACTIONS, -TYPING, MESSAGE_CONTENT. */
const INTENTS = 1 | 2 | 128 | 256 | 512 | 1_024 | 2_048 | 32_768;
const WORKERS = [0, 1, 3] as const;
const MAIN = 'us of the main thread per event';
const TOTAL = 'us of all threads per event';

export const workers: Bench = { name: 'workers', minutes: 1, run };

interface Entry {
  readonly workers: number;
  readonly hearing: BotTerms['hearing'];
}

interface Measured {
  readonly main: Samples;
  readonly total: Samples;
  readonly eventsPerMessage: number;
}

async function run({ quick }: RunOptions): Promise<Report> {
  const passes = quick ? QUICK : FULL;
  await using source = startChild(new URL('../client/source.ts', import.meta.url), { core: OPPOSITE_CORE });
  const { gatewayUrl } = await source.ask<{ gatewayUrl: string }>({
    type: 'start',
    events: (passes.warmUp + passes.measured) * EVENTS,
    tls: null,
  });
  const tables: { readonly title: string; readonly rows: readonly Row[] }[] = [];
  const measures: Record<string, number> = {};
  for (const hearing of ['members', 'all'] as const) {
    const measured = await measure(source, gatewayUrl, hearing, passes);
    const alone = measured[0];
    tables.push({
      title: `${hearing === 'all' ? 'Every event is heard, as an object' : '3 of 100 events are heard'}: ${MAIN}`,
      rows: measured.map(({ main }) => row({ shards: main.name }, MAIN, main, { 'one thread': alone?.main })),
    });
    tables.push({
      title: `The same: ${TOTAL}`,
      rows: measured.map(({ total, eventsPerMessage }) => ({
        ...row({ shards: total.name }, TOTAL, total, { 'one thread': alone?.total }),
        'events per message': eventsPerMessage === 0 ? '-' : Number(eventsPerMessage.toPrecision(3)),
      })),
    });
    for (const [index, { main }] of measured.entries()) {
      if (alone !== undefined) measures[`${hearing}/${WORKERS[index]}`] = main.median / alone.main.median;
    }
  }
  return {
    title: `Workers: CPU of a bot with ${SHARDS} shards per event that it gets, zlib-stream, as fast as they are taken`,
    tables,
    notes: [
      'All threads of the bot share one core, and the other end has the other: these are CPU times, not how much faster a machine ' +
        'with more cores gets.',
    ],
    measures,
  };
}

async function measure(
  source: Child,
  gatewayUrl: string,
  hearing: Entry['hearing'],
  passes: PassCount,
): Promise<readonly Measured[]> {
  await using stack = new AsyncDisposableStack();
  const mains: number[][] = [];
  const messages: number[] = [];
  const contestants: Contestant[] = [];
  for (const count of WORKERS) {
    const bot = stack.use(startChild(new URL('./bot.ts', import.meta.url), { core: MEASURED_CORE }));
    const main: number[] = [];
    mains.push(main);
    const note = (perEvent: number, perMessage: number): void => {
      main.push(perEvent);
      messages[mains.indexOf(main)] = perMessage;
    };
    contestants.push(await contestantOf(source, bot, { workers: count, hearing }, gatewayUrl, note));
  }
  const totals = await interleave(contestants, passes);
  return totals.map((total, index) => ({
    main: new Samples(total.name, (mains[index] ?? []).slice(passes.warmUp)),
    total,
    eventsPerMessage: messages[index] ?? 0,
  }));
}

async function contestantOf(
  source: Child,
  bot: Child,
  { workers, hearing }: Entry,
  gatewayUrl: string,
  note: (mainPerEvent: number, eventsPerMessage: number) => void,
): Promise<Contestant> {
  const token = `workers.${workers}.${hearing}`;
  const terms: BotTerms = { gatewayUrl, token, intents: INTENTS, hearing, shards: SHARDS, workers };
  await bot.ask({ type: 'connect', ...terms });
  return {
    name: workers === 0 ? 'in the main thread' : `in ${workers} worker(s)`,
    pass: async () => {
      const one = await source.ask<Expectation>({
        type: 'expectation',
        token,
        events: EVENTS,
        hearing,
        compression: 'zlib',
      });
      const expectation = { events: SHARDS * one.events, checksum: SHARDS * one.checksum };
      await bot.ask({ type: 'arm', expectation });
      const before = await bot.ask<BotFigures>({ type: 'figures' });
      await source.ask({ type: 'play', token, events: EVENTS, perSecond: null });
      await bot.ask({ type: 'done' });
      const after = await bot.ask<BotFigures>({ type: 'figures' });
      const events = SHARDS * EVENTS;
      const batches = after.batches - before.batches;
      note(
        (after.mainMicros - before.mainMicros) / events,
        batches === 0 ? 0 : (after.crossedEvents - before.crossedEvents) / batches,
      );
      return (after.totalMicros - before.totalMicros) / events;
    },
  };
}
