/** How soon it works: the server from its call, the client from `open()`; each time a new process, as published. */
import { join } from 'node:path';
import { buildPackages } from '../harness/build.ts';
import { MEASURED_CORE, OPPOSITE_CORE, startChild } from '../harness/child.ts';
import { temporaryFolder } from '../harness/disk.ts';
import type { Addresses } from '../harness/fake-discord.ts';
import { type Contestant, interleave } from '../harness/passes.ts';
import { type Bench, type Report, type RunOptions, row } from '../harness/report.ts';
import type { StartTimes } from './server-start.ts';

export const start: Bench = { name: 'start', minutes: 1, run };

async function run({ quick }: RunOptions): Promise<Report> {
  buildPackages();
  await using folder = await temporaryFolder();
  await using source = startChild(new URL('../idle/source.ts', import.meta.url), { core: OPPOSITE_CORE });
  const addresses = await source.ask<Addresses>({ type: 'start' });
  let files = 0;
  const fresh = () => {
    files += 1;
    return join(folder.path, `world-${files}.db`);
  };
  const server = (name: string, time: keyof StartTimes, file: () => string | null): Contestant => ({
    name,
    pass: async () => (await startServer(file()))[time],
  });
  const samples = await interleave(
    [
      server('startGuildhall(), in memory, to its first answer', 'fromCallMs', () => null),
      server('startGuildhall(), a new SQLite file, to its first answer', 'fromCallMs', fresh),
      server('the whole process, in memory, to its first answer', 'fromBirthMs', () => null),
      { name: 'client.open() to READY', pass: () => openClient('gateway url', addresses) },
      { name: 'client.open() to READY, asking REST first', pass: () => openClient('REST', addresses) },
    ],
    { warmUp: 1, measured: quick ? 3 : 11 },
  );
  const names = ['server ms, memory', 'server ms, file', 'server process ms', 'open ms', 'open ms, REST'];
  return {
    title: 'Start: wall clock',
    tables: [
      {
        title: 'Fresh processes, built packages',
        rows: samples.map((each) => row({ what: each.name }, 'ms', each)),
      },
    ],
    notes: [],
    measures: Object.fromEntries(samples.map((each, index) => [names[index], each.median])),
  };
}

async function startServer(file: string | null): Promise<StartTimes> {
  await using child = startChild(new URL('./server-start.ts', import.meta.url), {
    core: MEASURED_CORE,
    built: true,
  });
  return await child.ask<StartTimes>({ type: 'start', file });
}

async function openClient(via: 'gateway url' | 'REST', addresses: Addresses): Promise<number> {
  await using child = startChild(new URL('./client-open.ts', import.meta.url), {
    core: MEASURED_CORE,
    built: true,
  });
  return (await child.ask<{ openMs: number }>({ type: 'open', via, ...addresses })).openMs;
}
