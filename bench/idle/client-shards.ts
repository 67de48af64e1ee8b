/** Memory of idle shards in one client process, step by step. */
import { MEASURED_CORE, OPPOSITE_CORE, startChild } from '../harness/child.ts';
import type { Addresses } from '../harness/fake-discord.ts';
import { figure, Samples } from '../harness/passes.ts';
import type { Row } from '../harness/report.ts';
import { missingOf } from '../peers/packages.ts';

/** Shards in all after each step. */
const STEPS = [1, 101, 301, 1_000] as const;
const GUILDS_AND_MESSAGES = 1 | 512;
const KIB = 1_024;

interface Holder {
  /** In `contestants/`. */
  readonly file: string;
  readonly name: string;
  readonly needs: readonly string[];
}

const HOLDERS: readonly Holder[] = [
  { file: 'guildhall', name: '@guildhall/client', needs: [] },
  { file: 'floor', name: 'floor: a socket and an inflater', needs: [] },
  { file: 'discordjs-ws', name: '@discordjs/ws', needs: ['@discordjs/ws', '@discordjs/rest', 'zlib-sync'] },
  { file: 'eris', name: 'eris', needs: ['eris', 'zlib-sync'] },
];

export interface ClientShards {
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  readonly measures: Readonly<Record<string, number>>;
}

export async function measureClientShards(runs: number): Promise<ClientShards> {
  const rows: Row[] = [];
  const notes: string[] = [];
  const measures: Record<string, number> = {};
  for (const holder of HOLDERS) {
    const missing = await missingOf(holder.needs);
    if (missing !== null) {
      notes.push(`SKIPPED: ${holder.name}, for want of ${missing}.`);
      continue;
    }
    const growths: number[][] = [];
    for (let number = 0; number < runs; number += 1) growths.push(await growthOf(holder));
    const steps = STEPS.slice(1).map(
      (to, index) =>
        new Samples(
          `${STEPS[index]} to ${to}`,
          growths.map((growth) => growth[index] ?? Number.NaN),
        ),
    );
    rows.push({
      client: holder.name,
      ...Object.fromEntries(
        steps.map((step) => [`kB, shards ${step.name}`, `${figure(step.median)} (${step.range})`]),
      ),
    });
    for (const step of steps) measures[`${holder.file}, ${step.name}`] = step.median;
  }
  return { rows, notes, measures };
}

/** kB for each shard of each step after the first. */
async function growthOf({ file }: Holder): Promise<number[]> {
  await using source = startChild(new URL('./source.ts', import.meta.url), { core: OPPOSITE_CORE });
  const addresses = await source.ask<Addresses>({ type: 'start' });
  await using shards = startChild(new URL('./shards.ts', import.meta.url), {
    core: MEASURED_CORE,
    args: [file],
    nodeArgs: ['--expose-gc'],
  });
  const bytes: number[] = [];
  let open = 0;
  for (const wanted of STEPS) {
    await shards.ask({
      type: 'open',
      ...addresses,
      token: 'idle.bench.token',
      intents: GUILDS_AND_MESSAGES,
      firstId: open,
      lastId: wanted - 1,
      count: STEPS.at(-1),
    });
    open = wanted;
    bytes.push((await shards.ask<{ bytes: number }>({ type: 'memory' })).bytes);
  }
  return STEPS.slice(1).map((wanted, index) => {
    const grown = (bytes[index + 1] ?? 0) - (bytes[index] ?? 0);
    return grown / (wanted - (STEPS[index] ?? 0)) / KIB;
  });
}
