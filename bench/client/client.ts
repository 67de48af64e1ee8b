/** What an event costs the bot that gets it: CPU of the client's process per event of the mix. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MadeCertificate, makeCertificate } from '@guildhall/server';
import { type Child, MEASURED_CORE, OPPOSITE_CORE, startChild } from '../harness/child.ts';
import { temporaryFolder } from '../harness/disk.ts';
import type { Addresses } from '../harness/fake-discord.ts';
import { type Contestant, interleave, type PassCount, type Samples } from '../harness/passes.ts';
import { type Bench, type Report, type Row, type RunOptions, row } from '../harness/report.ts';
import type { Compression } from '../harness/sync-codec.ts';
import { missingOf } from '../peers/packages.ts';
import type { ConnectRequest } from './contestant.ts';
import type { Expectation, Hearing } from './recording.ts';

interface Entry {
  /** In `contestants/`. */
  readonly file: string;
  readonly name: string;
  readonly kind: 'ours' | 'floor' | 'peer';
  readonly compressions: readonly Compression[];
  /** Packages without which it does not run. */
  readonly needs: readonly string[];
}

const ALL: readonly Compression[] = ['none', 'zlib', 'zstd'];
const NO_ZSTD: readonly Compression[] = ['none', 'zlib'];

const ENTRIES: readonly Entry[] = [
  { file: 'guildhall', name: '@guildhall/client', kind: 'ours', compressions: ALL, needs: [] },
  { file: 'floor', name: 'floor: socket, inflate, peek', kind: 'floor', compressions: ALL, needs: [] },
  { file: 'floor-ws', name: 'the same over ws', kind: 'floor', compressions: ALL, needs: ['ws'] },
  {
    file: 'discordjs-ws',
    name: '@discordjs/ws',
    kind: 'peer',
    compressions: NO_ZSTD,
    needs: ['@discordjs/ws', '@discordjs/rest', 'zlib-sync'],
  },
  {
    file: 'discordjs',
    name: 'discord.js',
    kind: 'peer',
    compressions: NO_ZSTD,
    needs: ['discord.js', 'zlib-sync'],
  },
  { file: 'eris', name: 'eris', kind: 'peer', compressions: NO_ZSTD, needs: ['eris', 'zlib-sync'] },
  {
    file: 'oceanic',
    name: 'oceanic.js',
    kind: 'peer',
    compressions: ALL,
    needs: ['oceanic.js', 'zlib-sync'],
  },
  {
    file: 'discordeno',
    name: '@discordeno/gateway',
    kind: 'peer',
    compressions: ALL,
    needs: ['@discordeno/gateway', 'fzstd'],
  },
];

const EVENTS = 10_000;
const PACED_EVENTS = 3_000;
const PER_SECOND = 2_000;
/** GUILDS, GUILD_MEMBERS, GUILD_VOICE_STATES, GUILD_PRESENCES, GUILD_MESSAGES, -REACTIONS, -TYPING, MESSAGE_CONTENT. */
const INTENTS = 1 | 2 | 128 | 256 | 512 | 1_024 | 2_048 | 32_768;
const UNIT = 'us per event';
const FULL: PassCount = { warmUp: 2, measured: 5 };
const QUICK: PassCount = { warmUp: 1, measured: 1 };

export const client: Bench = { name: 'client', minutes: 5, run };

interface Source extends Addresses {
  readonly child: Child;
  /** What the contestants need in order to reach it. */
  readonly env: Readonly<Record<string, string>>;
}

interface Cell {
  readonly compression: Compression;
  readonly hearing: Exclude<Hearing, 'members'>;
  /** Events a second; null as fast as they are taken. */
  readonly perSecond: number | null;
}

const CELLS: readonly Cell[] = (['messages', 'all'] as const).flatMap((hearing) =>
  ALL.map((compression) => ({ compression, hearing, perSecond: null })),
);

async function run({ quick }: RunOptions): Promise<Report> {
  const passes = quick ? QUICK : FULL;
  const { entries, notes } = await available();
  await using stack = new AsyncDisposableStack();
  const source = await startSource(stack, passes, null);
  const secureSource = await startSource(stack, passes, makeCertificate());
  const tables = { messages: [] as Row[], all: [] as Row[], paced: [] as Row[], tls: [] as Row[] };
  const measures: Record<string, number> = {};
  for (const cell of CELLS) {
    const samples = await measureCell(source, entries, cell, passes);
    tables[cell.hearing].push(...rowsOf(cell, samples));
    note(`${cell.compression} ${cell.hearing}`, samples, measures);
  }
  const paced: Cell = { compression: 'zlib', hearing: 'messages', perSecond: PER_SECOND };
  const samples = await measureCell(source, entries, paced, passes);
  tables.paced.push(...rowsOf(paced, samples));
  note('paced', samples, measures);
  for (const compression of ALL) {
    const cell: Cell = { compression, hearing: 'messages', perSecond: null };
    const samples = await measureCell(secureSource, entries, cell, passes);
    tables.tls.push(...rowsOf(cell, samples));
    note(`${compression} messages over TLS`, samples, measures);
  }
  for (const compression of ALL) {
    const { textBytes, wireBytes } = await source.child.ask<{ textBytes: number; wireBytes: number }>({
      type: 'look',
      compression,
    });
    notes.push(
      `${compression}: an event has ${Math.round(textBytes)} bytes, on the wire ${Math.round(wireBytes)}.`,
    );
  }
  return {
    title: 'Client: CPU of the bot per event it gets (45 % presences, 20 % messages, 15 % typing, others)',
    tables: [
      { title: 'A bot that hears MESSAGE_CREATE only', rows: tables.messages },
      { title: 'A bot that hears every event, as an object', rows: tables.all },
      {
        title: `MESSAGE_CREATE only, ${PER_SECOND} events a second, one write each`,
        rows: tables.paced,
      },
      { title: 'MESSAGE_CREATE only, over TLS', rows: tables.tls },
    ],
    notes,
    measures,
  };
}

async function startSource(
  stack: AsyncDisposableStack,
  passes: PassCount,
  certificate: MadeCertificate | null,
): Promise<Source> {
  const child = stack.use(startChild(new URL('./source.ts', import.meta.url), { core: OPPOSITE_CORE }));
  const addresses = await child.ask<Addresses>({
    type: 'start',
    events: (passes.warmUp + passes.measured) * EVENTS,
    tls: certificate,
  });
  if (certificate === null) return { child, env: {}, ...addresses };
  const folder = stack.use(await temporaryFolder());
  const file = join(folder.path, 'ca.pem');
  await writeFile(file, certificate.ca);
  return { child, env: { NODE_EXTRA_CA_CERTS: file }, ...addresses };
}

/** Those whose packages are installed; the others are named. */
async function available(): Promise<{ entries: readonly Entry[]; notes: string[] }> {
  const entries: Entry[] = [];
  const notes: string[] = [];
  for (const entry of ENTRIES) {
    const missing = await missingOf(entry.needs);
    if (missing === null) entries.push(entry);
    else notes.push(`SKIPPED: ${entry.name}, for want of ${missing}.`);
  }
  for (const text of notes) process.stdout.write(`${text}\n`);
  return { entries, notes };
}

type Measured = ReadonlyMap<Entry, Samples>;

async function measureCell(
  source: Source,
  entries: readonly Entry[],
  cell: Cell,
  passes: PassCount,
): Promise<Measured> {
  const taking = entries.filter(({ compressions }) => compressions.includes(cell.compression));
  await using stack = new AsyncDisposableStack();
  const contestants: Contestant[] = [];
  for (const entry of taking) {
    const child = stack.use(
      startChild(new URL('./contestant.ts', import.meta.url), {
        core: MEASURED_CORE,
        args: [entry.file],
        env: source.env,
      }),
    );
    contestants.push(await contestantOf(source, entry, child, cell));
  }
  const samples = await interleave(contestants, passes);
  return new Map(taking.map((entry, index) => [entry, samples[index] as Samples]));
}

async function contestantOf(source: Source, entry: Entry, child: Child, cell: Cell): Promise<Contestant> {
  const { compression, hearing, perSecond } = cell;
  const events = perSecond === null ? EVENTS : PACED_EVENTS;
  const token = `${entry.file}.${compression}.${hearing}.${perSecond ?? 'fast'}`;
  const { gatewayUrl, apiBase } = source;
  const connect: ConnectRequest = {
    type: 'connect',
    gatewayUrl,
    apiBase,
    token,
    intents: INTENTS,
    compression,
    hearing,
  };
  await child.ask(connect);
  return {
    name: entry.name,
    pass: async () => {
      const expectation = await source.child.ask<Expectation>({
        type: 'expectation',
        token,
        events,
        hearing,
        compression,
      });
      await child.ask({ type: 'arm', expectation });
      const before = await child.cpuMicros();
      await source.child.ask({ type: 'play', token, events, perSecond });
      await child.ask({ type: 'done' });
      return ((await child.cpuMicros()) - before) / events;
    },
  };
}

function rowsOf({ compression }: Cell, measured: Measured): Row[] {
  const floor = samplesOf(measured, 'floor');
  const peer = bestPeer(measured);
  return [...measured].map(([entry, samples]) =>
    row({ compression, client: entry.name }, UNIT, samples, { floor, 'best peer': peer }),
  );
}

/** For the targets: ratios to the floor and to the peers, by the name of the cell. */
function note(cell: string, measured: Measured, measures: Record<string, number>): void {
  const ours = samplesOf(measured, 'guildhall');
  const floor = samplesOf(measured, 'floor');
  if (ours === undefined || floor === undefined) return;
  measures[`${cell}/floor`] = ours.median / floor.median;
  const peer = bestPeer(measured);
  if (peer !== undefined) measures[`${cell}: best peer/ours`] = peer.median / ours.median;
  const discordJs = samplesOf(measured, 'discordjs');
  if (discordJs !== undefined) measures[`${cell}: discord.js/ours`] = discordJs.median / ours.median;
}

function samplesOf(measured: Measured, file: string): Samples | undefined {
  for (const [entry, samples] of measured) if (entry.file === file) return samples;
  return undefined;
}

function bestPeer(measured: Measured): Samples | undefined {
  const peers = [...measured].filter(([{ kind }]) => kind === 'peer').map(([, samples]) => samples);
  return peers.sort((a, b) => a.median - b.median)[0];
}
