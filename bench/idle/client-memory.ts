/** What idle shards cost one client process in memory, step by step. */
import { figure, Samples } from '../harness/passes.ts';
import type { Row } from '../harness/report.ts';
import { HeldShards, type Holder, SHARDS } from './holders.ts';

/** Shards in all after each step. */
const STEPS = [1, 101, 301, SHARDS] as const;
const KIB = 1_024;

export async function measureClientMemory(
  holders: readonly Holder[],
  runs: number,
): Promise<{ readonly rows: readonly Row[]; readonly measures: Readonly<Record<string, number>> }> {
  const rows: Row[] = [];
  const measures: Record<string, number> = {};
  for (const holder of holders) {
    const growths: (readonly number[])[] = [];
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
  return { rows, measures };
}

/** kB for each shard of each step after the first. */
async function growthOf(holder: Holder): Promise<readonly number[]> {
  await using held = await HeldShards.start(holder);
  const bytes: number[] = [];
  for (const wanted of STEPS) {
    await held.open(wanted);
    bytes.push(await held.residentBytes());
  }
  return STEPS.slice(1).map((wanted, index) => {
    const grown = (bytes[index + 1] ?? 0) - (bytes[index] ?? 0);
    return grown / (wanted - (STEPS[index] ?? 0)) / KIB;
  });
}
