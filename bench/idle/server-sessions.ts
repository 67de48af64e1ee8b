/** What sessions cost a server at rest: memory, and CPU with nothing but heartbeats. */
import { identifyRequest, startGuildhallCrowd } from '../harness/crowd.ts';
import { figure, Samples } from '../harness/passes.ts';
import type { Row } from '../harness/report.ts';
import type { Compression } from '../harness/sync-codec.ts';

const COMPRESSIONS: readonly Compression[] = ['none', 'zlib', 'zstd'];
/** They are there before the first look at the memory, so that the code is warm. */
const FIRST_SESSIONS = 100;
/** About 26 kB of traffic for each session: so much that a compressor of its own would have filled its window. */
const EVENTS = 40;
/** As clients with Discord's interval of 41.25 s. */
const HEARTBEAT_INTERVAL_S = 41.25;
const KIB = 1_024;
const MICROS_PER_S = 1_000_000;

export interface ServerSessions {
  readonly rows: readonly Row[];
  readonly measures: Readonly<Record<string, number>>;
}

export interface Effort {
  readonly runs: number;
  readonly sessions: number;
  readonly restSeconds: number;
}

export async function measureServerSessions(effort: Effort): Promise<ServerSessions> {
  const rows: Row[] = [];
  const measures: Record<string, number> = {};
  for (const compression of COMPRESSIONS) {
    const memory: number[] = [];
    const cpu: number[] = [];
    for (let number = 0; number < effort.runs; number += 1) {
      const { kib, cpuShare } = await oneRun(compression, effort);
      memory.push(kib);
      cpu.push(cpuShare);
    }
    const kib = new Samples('memory', memory);
    const share = new Samples('cpu', cpu);
    rows.push({
      compression,
      sessions: effort.sessions,
      'kB RSS per session': Number(figure(kib.median)),
      'min..max': kib.range,
      'CPU at rest, % of a core': Number(figure(share.median)),
    });
    measures[`session, ${compression}`] = kib.median;
  }
  return { rows, measures: { ...measures, 'session, most': Math.max(...Object.values(measures)) } };
}

async function oneRun(
  compression: Compression,
  { sessions, restSeconds }: Effort,
): Promise<{ readonly kib: number; readonly cpuShare: number }> {
  await using crowd = await startGuildhallCrowd(
    { size: FIRST_SESSIONS, compression },
    { nodeArgs: ['--expose-gc'] },
  );
  const { server, receivers, scene } = crowd;
  const traffic = async () => {
    await server.ask({ type: 'publish', load: 'mix', events: EVENTS, perTurn: 1 });
    await receivers.ask({ type: 'expect', messages: EVENTS });
  };
  await traffic();
  const before = await server.ask<{ bytes: number }>({ type: 'memory' });
  await receivers.ask(identifyRequest(scene, { size: sessions, compression }));
  await traffic();
  const after = await server.ask<{ bytes: number }>({ type: 'memory' });
  const cpuBefore = await server.cpuMicros();
  await receivers.ask({
    type: 'beat',
    perSecond: sessions / HEARTBEAT_INTERVAL_S,
    seconds: restSeconds,
  });
  const cpuMicros = (await server.cpuMicros()) - cpuBefore;
  return {
    kib: (after.bytes - before.bytes) / sessions / KIB,
    cpuShare: (100 * cpuMicros) / (restSeconds * MICROS_PER_S),
  };
}
