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
  /** What holds it back, said where it is missed. */
  readonly obstacle?: string;
}

export const TARGETS: readonly Target[] = [
  {
    bench: 'fan-out',
    measure: 'none/floor',
    what: '1,000 receivers, plain, one by one, whole server',
    limit: { atMost: 1.25 },
    unit: 'x the floor',
  },
  {
    bench: 'fan-out',
    measure: 'zlib/floor',
    what: '1,000 receivers, zlib-stream, one by one, whole server',
    limit: { atMost: 1.3 },
    unit: 'x the floor',
  },
  {
    bench: 'fan-out',
    measure: 'deflate/ours',
    what: 'a zlib context per connection costs more, by',
    limit: { atLeast: 18 },
    unit: 'times',
    obstacle:
      'What a delivery costs is the kernel’s write, nine tenths of it, and that is dearer here than where the target was set. ' +
      'Even the floor, which writes a constant, is fewer than 18 times cheaper than a context per connection: see its row.',
  },
  {
    bench: 'fan-out',
    measure: 'zlib burst/floor',
    what: '1,000 receivers, zlib-stream, 8 events a turn',
    limit: { atMost: 0.3 },
    unit: 'x the floor of single writes',
  },
  {
    bench: 'fan-out',
    measure: 'zstd burst/floor',
    what: '1,000 receivers, zstd-stream, 8 events a turn',
    limit: { atMost: 0.3 },
    unit: 'x the floor of single writes',
  },
  {
    bench: 'fan-out',
    measure: 'growth',
    what: '5,000 receivers next to 200, CPU per delivery',
    limit: { atMost: 1.2 },
    unit: 'times',
  },
  {
    bench: 'fan-out',
    measure: 'growth beyond the floor',
    what: 'the same, over the growth of the floor itself',
    limit: { atMost: 1.2 },
    unit: 'times',
  },
  {
    bench: 'fan-out',
    measure: 'unwatched guilds',
    what: '5,000 guilds that nobody watches, CPU per delivery',
    limit: { atMost: 1.2 },
    unit: 'times',
  },
  {
    bench: 'client',
    measure: 'none messages/floor',
    what: 'plain, MESSAGE_CREATE only',
    limit: { atMost: 1.2 },
    unit: 'x the floor',
  },
  {
    bench: 'client',
    measure: 'none messages: best peer/ours',
    what: 'plain, MESSAGE_CREATE only: the best peer costs more, by',
    limit: { atLeast: 2.5 },
    unit: 'times',
    obstacle:
      'Reading the socket and the first bytes of a message is nearly all there is: see the floor, which is hardly cheaper. ' +
      'Without compression the peers have little else to do either.',
  },
  {
    bench: 'client',
    measure: 'zlib messages/floor',
    what: 'zlib-stream, MESSAGE_CREATE only',
    limit: { atMost: 1.15 },
    unit: 'x the floor',
  },
  {
    bench: 'client',
    measure: 'zlib messages: best peer/ours',
    what: 'zlib-stream, MESSAGE_CREATE only: the best peer costs more, by',
    limit: { atLeast: 2.2 },
    unit: 'times',
    obstacle:
      'Inflating is most of what there is, for everybody: see the floor, which does nothing else. The figure lies on either side of ' +
      'the target from run to run.',
  },
  {
    bench: 'client',
    measure: 'zlib messages: discord.js/ours',
    what: 'zlib-stream, MESSAGE_CREATE only: discord.js costs more, by',
    limit: { atLeast: 6.5 },
    unit: 'times',
  },
  {
    bench: 'client',
    measure: 'zstd messages/floor',
    what: 'zstd-stream, MESSAGE_CREATE only',
    limit: { atMost: 1.2 },
    unit: 'x the floor',
  },
  {
    bench: 'client',
    measure: 'zstd messages: best peer/ours',
    what: 'zstd-stream, MESSAGE_CREATE only: the best peer costs more, by',
    limit: { atLeast: 5.5 },
    unit: 'times',
  },
  {
    bench: 'client',
    measure: 'zlib all/floor',
    what: 'zlib-stream, every event as an object',
    limit: { atMost: 1.1 },
    unit: 'x the floor',
  },
  {
    bench: 'client',
    measure: 'zlib all: best peer/ours',
    what: 'zlib-stream, every event as an object: the best peer costs more, by',
    limit: { atLeast: 1 },
    unit: 'times',
  },
  {
    bench: 'client',
    measure: 'paced/floor',
    what: '2,000 events a second, zlib-stream, MESSAGE_CREATE only',
    limit: { atMost: 1.25 },
    unit: 'x the floor',
  },
  {
    bench: 'client',
    measure: 'paced: best peer/ours',
    what: 'the same: the best peer costs more, by',
    limit: { atLeast: 1 },
    unit: 'times',
  },
  {
    bench: 'idle',
    measure: 'session, most',
    what: 'an idle session on the server, whatever its compression',
    limit: { atMost: 12 },
    unit: 'kB',
  },
  {
    bench: 'idle',
    measure: 'guildhall, 1 to 101',
    what: 'an idle shard of the client, zlib-stream, 1 to 101',
    limit: { atMost: 140 },
    unit: 'kB',
  },
  {
    bench: 'idle',
    measure: 'guildhall, 101 to 301',
    what: 'an idle shard of the client, zlib-stream, 101 to 301',
    limit: { atMost: 80 },
    unit: 'kB',
  },
  {
    bench: 'idle',
    measure: 'import ms',
    what: 'importing the client, CPU of the whole process',
    limit: { atMost: 60 },
    unit: 'ms',
  },
  {
    bench: 'login-storm',
    measure: 'identify ms, 1 guilds, none',
    what: 'an identify with one guild, connection included',
    limit: { atMost: 0.5 },
    unit: 'ms CPU',
  },
  {
    bench: 'login-storm',
    measure: 'identify disk bytes',
    what: 'written to disk per identify: the count of session starts, of many at once',
    limit: { atMost: 4_096 },
    unit: 'bytes',
  },
  {
    bench: 'start',
    measure: 'server ms, memory',
    what: 'startGuildhall() in memory, to its first answer',
    limit: { atMost: 300 },
    unit: 'ms',
  },
  {
    bench: 'start',
    measure: 'server ms, file',
    what: 'startGuildhall() with a new SQLite file, to its first answer',
    limit: { atMost: 300 },
    unit: 'ms',
  },
  { bench: 'start', measure: 'open ms', what: 'client.open() to READY', limit: { atMost: 50 }, unit: 'ms' },
];

/** @param reports by name of the bench */
export function verdicts(reports: ReadonlyMap<string, Pick<Report, 'measures'>>): Row[] {
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

/** What holds back the targets that were missed, as far as it is known. */
export function obstacles(reports: ReadonlyMap<string, Pick<Report, 'measures'>>): readonly string[] {
  return TARGETS.flatMap((target) => {
    const measured = reports.get(target.bench)?.measures[target.measure];
    if (measured === undefined || target.obstacle === undefined || isMet(target, measured)) return [];
    return [`${target.what}: ${target.obstacle}`];
  });
}

function isMet({ limit }: Target, measured: number): boolean {
  return 'atMost' in limit ? measured <= limit.atMost : measured >= limit.atLeast;
}

function limitOf({ limit }: Target): number {
  return 'atMost' in limit ? limit.atMost : limit.atLeast;
}

function verdictOn(target: Target, measured: number): string {
  const limit = limitOf(target);
  if (isMet(target, measured)) return 'met';
  return `missed by ${figure((Math.abs(measured - limit) / limit) * 100)} %`;
}
