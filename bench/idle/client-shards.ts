/** What idle shards cost one client process: memory, step by step, then CPU. */
import { setTimeout } from 'node:timers/promises';
import { MEASURED_CORE, OPPOSITE_CORE, startChild } from '../harness/child.ts';
import type { Addresses } from '../harness/fake-discord.ts';
import { figure, Samples } from '../harness/passes.ts';
import type { Row } from '../harness/report.ts';
import { missingOf } from '../peers/packages.ts';

/** Shards in all after each step. */
const STEPS = [1, 101, 301, 1_000] as const;
const GUILDS_AND_MESSAGES = 1 | 512;
const KIB = 1_024;
const MS_PER_S = 1_000;
const SECONDS_PER_MINUTE = 60;

interface Holder {
  /** In `contestants/`. */
  readonly file: string;
  readonly name: string;
  readonly needs: readonly string[];
}

const HOLDERS: readonly Holder[] = [
  { file: 'guildhall', name: '@guildhall/client', needs: [] },
  { file: 'floor', name: 'floor: a socket, an inflater, a timer', needs: [] },
  { file: 'discordjs-ws', name: '@discordjs/ws', needs: ['@discordjs/ws', '@discordjs/rest', 'zlib-sync'] },
  { file: 'eris', name: 'eris', needs: ['eris', 'zlib-sync'] },
];

export interface ClientShards {
  /** Memory. */
  readonly rows: readonly Row[];
  /** CPU. */
  readonly restRows: readonly Row[];
  readonly notes: readonly string[];
  readonly measures: Readonly<Record<string, number>>;
}

export interface Effort {
  readonly runs: number;
  /** How long the shards are watched while nothing happens. One heartbeat interval sees a beat of each, whenever it began. */
  readonly restSeconds: number;
}

interface Run {
  /** kB for each shard of each step after the first. */
  readonly growth: readonly number[];
  /** CPU in microseconds, for each shard in each minute. */
  readonly restMicros: number;
  /** Of each shard in each minute. */
  readonly heartbeats: number;
}

export async function measureClientShards(effort: Effort): Promise<ClientShards> {
  const rows: Row[] = [];
  const restRows: Row[] = [];
  const notes: string[] = [];
  const measures: Record<string, number> = {};
  for (const holder of HOLDERS) {
    const missing = await missingOf(holder.needs);
    if (missing !== null) {
      notes.push(`SKIPPED: ${holder.name}, for want of ${missing}.`);
      continue;
    }
    const runs: Run[] = [];
    for (let number = 0; number < effort.runs; number += 1)
      runs.push(await oneRun(holder, effort.restSeconds));
    const steps = STEPS.slice(1).map(
      (to, index) =>
        new Samples(
          `${STEPS[index]} to ${to}`,
          runs.map(({ growth }) => growth[index] ?? Number.NaN),
        ),
    );
    rows.push({
      client: holder.name,
      ...Object.fromEntries(
        steps.map((step) => [`kB, shards ${step.name}`, `${figure(step.median)} (${step.range})`]),
      ),
    });
    for (const step of steps) measures[`${holder.file}, ${step.name}`] = step.median;
    const rest = new Samples(
      'rest',
      runs.map(({ restMicros }) => restMicros),
    );
    const heartbeats = new Samples(
      'heartbeats',
      runs.map((each) => each.heartbeats),
    );
    restRows.push({
      client: holder.name,
      'µs CPU per shard and minute': Number(figure(rest.median)),
      'min..max': rest.range,
      'heartbeats per shard and minute': Number(figure(heartbeats.median)),
      'µs CPU per heartbeat': Number(figure(rest.median / heartbeats.median)),
    });
    measures[`${holder.file}, at rest`] = rest.median;
  }
  return { rows, restRows, notes, measures };
}

async function oneRun({ file }: Holder, restSeconds: number): Promise<Run> {
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
  const growth = STEPS.slice(1).map((wanted, index) => {
    const grown = (bytes[index + 1] ?? 0) - (bytes[index] ?? 0);
    return grown / (wanted - (STEPS[index] ?? 0)) / KIB;
  });
  const heard = async () => (await source.ask<{ heartbeats: number }>({ type: 'heartbeats' })).heartbeats;
  const heardBefore = await heard();
  const microsBefore = await shards.cpuMicros();
  await setTimeout(restSeconds * MS_PER_S);
  const micros = (await shards.cpuMicros()) - microsBefore;
  const shardMinutes = (open * restSeconds) / SECONDS_PER_MINUTE;
  return {
    growth,
    restMicros: micros / shardMinutes,
    heartbeats: ((await heard()) - heardBefore) / shardMinutes,
  };
}
