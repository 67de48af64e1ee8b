/** A bot posts messages: how many a second are on the disk, told to 200 listeners and answered. */
import { join } from 'node:path';
import { OPPOSITE_CORE, startChild } from '../harness/child.ts';
import { type GuildhallCrowd, startGuildhallCrowd } from '../harness/crowd.ts';
import { temporaryFolder } from '../harness/disk.ts';
import { figure, Samples } from '../harness/passes.ts';
import type { PostAnswer, PostRequest } from '../harness/poster.ts';
import { Prose } from '../harness/prose.ts';
import { type Bench, type Report, type Row, type RunOptions, row } from '../harness/report.ts';

const LISTENERS = 200;
const CONCURRENCIES = [1, 8, 32] as const;
const MESSAGES = 500;
const CONTENT_LENGTH = 120;
const MICROS_PER_MS = 1_000;

export const rest: Bench = { name: 'rest', minutes: 1, run };

async function run({ quick }: RunOptions): Promise<Report> {
  const rows: Row[] = [];
  const measures: Record<string, number> = {};
  await using folder = await temporaryFolder();
  for (const store of ['SQLite file', 'memory'] as const) {
    const file = store === 'memory' ? null : join(folder.path, 'world.db');
    await using crowd = await startGuildhallCrowd({ size: LISTENERS, compression: 'none' }, { file });
    await using poster = startChild(new URL('../harness/poster.ts', import.meta.url), {
      core: OPPOSITE_CORE,
    });
    for (const concurrency of CONCURRENCIES) {
      const found = await measure(
        crowd,
        (messages) =>
          poster.ask<PostAnswer>({
            type: 'post',
            ...crowd.scene,
            messages,
            concurrency,
            content: new Prose().text(CONTENT_LENGTH),
          } satisfies PostRequest & object),
        quick ? 1 : 5,
      );
      rows.push({
        ...row({ store, 'requests at once': concurrency }, 'ms CPU per message', found.cpu),
        'messages per second': Number(figure(found.perSecond.median)),
        'p50 ms': Number(figure(percentile(found.latenciesMs, 0.5))),
        'p99 ms': Number(figure(percentile(found.latenciesMs, 0.99))),
      });
      measures[`${store}, ${concurrency} at once: per second`] = found.perSecond.median;
    }
  }
  return {
    title: `REST: POST /channels/{id}/messages, answered once committed, with ${LISTENERS} listening sessions`,
    tables: [{ title: 'Messages', rows }],
    notes: ['The disk is the one of the temporary folder.'],
    measures,
  };
}

interface Found {
  readonly cpu: Samples;
  readonly perSecond: Samples;
  readonly latenciesMs: readonly number[];
}

async function measure(
  { server, receivers }: GuildhallCrowd,
  post: (messages: number) => Promise<PostAnswer>,
  passes: number,
): Promise<Found> {
  const cpu: number[] = [];
  const perSecond: number[] = [];
  const latenciesMs: number[] = [];
  for (let number = 0; number <= passes; number += 1) {
    const before = await server.cpuMicros();
    const answer = await post(MESSAGES);
    await receivers.ask({ type: 'expect', messages: MESSAGES });
    const cpuMicros = (await server.cpuMicros()) - before;
    // The first warms up.
    if (number === 0) continue;
    cpu.push(cpuMicros / MESSAGES / MICROS_PER_MS);
    perSecond.push(MESSAGES / answer.seconds);
    latenciesMs.push(...answer.latenciesMs);
  }
  return { cpu: new Samples('cpu', cpu), perSecond: new Samples('per second', perSecond), latenciesMs };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
