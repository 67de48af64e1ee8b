/** What idle shards cost one client process in CPU. */
import { setTimeout } from 'node:timers/promises';
import { figure } from '../harness/passes.ts';
import type { Row } from '../harness/report.ts';
import { HeldShards, type Holder, SHARDS } from './holders.ts';

const MS_PER_S = 1_000;
const SECONDS_PER_MINUTE = 60;

/**
 * All holders rest at the same time, one beside the other: each is a process of its own, and hardly any of them does
 * anything.
 * @param seconds one heartbeat interval sees a beat of each shard, whenever it began
 */
export async function measureClientRest(
  holders: readonly Holder[],
  seconds: number,
): Promise<{ readonly rows: readonly Row[]; readonly measures: Readonly<Record<string, number>> }> {
  await using stack = new AsyncDisposableStack();
  const resting: HeldShards[] = [];
  for (const holder of holders) {
    const held = stack.use(await HeldShards.start(holder));
    await held.open(SHARDS);
    resting.push(held);
  }
  const before = await Promise.all(resting.map(look));
  await setTimeout(seconds * MS_PER_S);
  const after = await Promise.all(resting.map(look));
  const shardMinutes = (SHARDS * seconds) / SECONDS_PER_MINUTE;
  const rows: Row[] = [];
  const measures: Record<string, number> = {};
  for (const [index, { file, name }] of holders.entries()) {
    const micros = ((after[index]?.micros ?? 0) - (before[index]?.micros ?? 0)) / shardMinutes;
    const heartbeats = ((after[index]?.heartbeats ?? 0) - (before[index]?.heartbeats ?? 0)) / shardMinutes;
    rows.push({
      client: name,
      'µs CPU per shard and minute': Number(figure(micros)),
      'heartbeats per shard and minute': Number(figure(heartbeats)),
      'µs CPU per heartbeat': Number(figure(micros / heartbeats)),
    });
    measures[`${file}, at rest`] = micros;
  }
  return { rows, measures };
}

async function look(held: HeldShards): Promise<{ readonly micros: number; readonly heartbeats: number }> {
  return { micros: await held.cpuMicros(), heartbeats: await held.heartbeats() };
}
