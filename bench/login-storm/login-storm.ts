/** Everybody comes at once: identifies with few and with many guilds, and resumes after an outage. */
import { join } from 'node:path';
import type { Child } from '../harness/child.ts';
import { type GuildhallCrowd, identifyRequest, startGuildhallCrowd } from '../harness/crowd.ts';
import { temporaryFolder, writtenBytes } from '../harness/disk.ts';
import { figure, interleave, Samples } from '../harness/passes.ts';
import { type Bench, type Report, type Row, type RunOptions, row } from '../harness/report.ts';
import type { Compression } from '../harness/sync-codec.ts';

const FEW_GUILDS = 1;
const MANY_GUILDS = 2_500;
const COMPRESSIONS: readonly Compression[] = ['none', 'zlib'];
const RESUMED_SESSIONS = 1_000;
const MISSED_EVENTS = 500;
/** So many that the replay buffers, which grow with the guilds, hold what was missed. */
const GUILDS_OF_RESUMED = 8;
const MICROS_PER_MS = 1_000;
const MS_PER_S = 1_000;
const MIB = 2 ** 20;

export const loginStorm: Bench = { name: 'login-storm', minutes: 2, run };

async function run({ quick }: RunOptions): Promise<Report> {
  const measures: Record<string, number> = {};
  const notes: string[] = [];
  const logins: Row[] = [];
  for (const guilds of [FEW_GUILDS, MANY_GUILDS]) {
    const identifies = guilds === FEW_GUILDS ? 1_000 : 10;
    logins.push(...(await measureIdentifies({ guilds, identifies, passes: quick ? 1 : 5 }, measures)));
  }
  await measureDisk(measures, notes);
  const resumes: Row[] = [];
  for (const compression of COMPRESSIONS) {
    resumes.push(await measureResumes(compression, quick ? 1 : 3, measures));
  }
  return {
    title: 'Login storms: from the TCP connection to READY and every guild, or to the last missed event',
    tables: [
      { title: 'Identifies', rows: logins },
      {
        title: `${RESUMED_SESSIONS} sessions resume, each after ${MISSED_EVENTS} missed events of the mix`,
        rows: resumes,
      },
    ],
    notes,
    measures,
  };
}

interface Identifies {
  readonly guilds: number;
  readonly identifies: number;
  readonly passes: number;
}

async function measureIdentifies(
  { guilds, identifies, passes }: Identifies,
  measures: Record<string, number>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const compression of COMPRESSIONS) {
    await using crowd = await startGuildhallCrowd({ size: 0, compression }, { guilds });
    const seconds: number[] = [];
    const [samples] = await interleave(
      [
        {
          name: 'Guildhall',
          pass: async () => {
            const { cpuMs, tookSeconds } = await cost(crowd.server, () =>
              crowd.receivers.ask(identifyRequest(crowd.scene, { size: identifies, compression, guilds })),
            );
            seconds.push(tookSeconds);
            await crowd.receivers.ask({ type: 'close', session: 'end' });
            return cpuMs / identifies;
          },
        },
      ],
      { warmUp: 1, measured: passes },
    );
    if (samples === undefined) throw new Error('no samples');
    const perSecond = new Samples(
      'per second',
      seconds.slice(1).map((each) => identifies / each),
    );
    rows.push({
      ...row({ guilds, compression }, 'ms CPU per identify', samples),
      'identifies per second': Number(figure(perSecond.median)),
    });
    measures[`identify ms, ${guilds} guilds, ${compression}`] = samples.median;
  }
  return rows;
}

/** What a start leaves on the disk, with a world in a file. */
async function measureDisk(measures: Record<string, number>, notes: string[]): Promise<void> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'world.db');
  await using crowd = await startGuildhallCrowd({ size: 100, compression: 'none' }, { file });
  const { server, receivers, scene } = crowd;
  const identifies = 500;
  const before = writtenBytes(server.pid);
  await receivers.ask(identifyRequest(scene, { size: identifies, compression: 'none' }));
  const after = writtenBytes(server.pid);
  if (before === null || after === null) {
    notes.push('Bytes written to disk per identify: this system does not tell.');
    return;
  }
  measures['identify disk bytes'] = (after - before) / identifies;
  notes.push(
    `With the world in an SQLite file, ${figure((after - before) / identifies)} bytes per identify were written to the disk.`,
  );
}

async function measureResumes(
  compression: Compression,
  passes: number,
  measures: Record<string, number>,
): Promise<Row> {
  const costs: number[] = [];
  const seconds: number[] = [];
  let megabytes = 0;
  for (let number = 0; number < passes; number += 1) {
    await using crowd = await startGuildhallCrowd(
      { size: RESUMED_SESSIONS, compression: 'none' },
      { guilds: GUILDS_OF_RESUMED },
    );
    const { cpuMs, tookSeconds, bytes } = await resumeAll(crowd, compression);
    costs.push(cpuMs / RESUMED_SESSIONS);
    seconds.push(tookSeconds);
    megabytes = bytes / MIB;
  }
  const cpu = new Samples('resume', costs);
  measures[`resume ms, ${compression}`] = cpu.median;
  return {
    ...row({ compression }, 'ms CPU per resume', cpu),
    'us per event': Number(figure((cpu.median * MICROS_PER_MS) / MISSED_EVENTS)),
    'seconds for all': Number(figure(new Samples('seconds', seconds).median)),
    'MiB sent': Math.round(megabytes),
  };
}

interface Cost {
  readonly cpuMs: number;
  readonly tookSeconds: number;
}

async function resumeAll(
  { server, receivers, scene }: GuildhallCrowd,
  compression: Compression,
): Promise<Cost & { readonly bytes: number }> {
  const { sessionIds } = await receivers.ask<{ sessionIds: readonly string[] }>({ type: 'session-ids' });
  const { seq } = await receivers.ask<{ seq: number }>({ type: 'seq' });
  await receivers.ask({ type: 'close', session: 'keep' });
  await server.ask({ type: 'publish', load: 'mix', events: MISSED_EVENTS, perTurn: 1 });
  let bytes = 0;
  const spent = await cost(server, async () => {
    const answer = await receivers.ask<{ greetingBytes: number }>({
      ...identifyRequest(scene, { size: sessionIds.length, compression }),
      // HELLO, what was missed, RESUMED.
      greetings: MISSED_EVENTS + 2,
      authorization: sessionIds.map((id) =>
        JSON.stringify({ op: 6, d: { token: scene.token, session_id: id, seq } }),
      ),
    });
    bytes = answer.greetingBytes;
  });
  return { ...spent, bytes };
}

/** What it costs the server until `act` has been done. */
async function cost(server: Child, act: () => Promise<unknown>): Promise<Cost> {
  const before = await server.cpuMicros();
  const startedMs = performance.now();
  await act();
  const tookSeconds = (performance.now() - startedMs) / MS_PER_S;
  return { cpuMs: ((await server.cpuMicros()) - before) / MICROS_PER_MS, tookSeconds };
}
