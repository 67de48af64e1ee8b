/** What sessions and shards cost while nothing happens, and what a client costs before it does anything. */
import { buildPackages } from '../harness/build.ts';
import type { Bench, Report, RunOptions } from '../harness/report.ts';
import { measureClientMemory } from './client-memory.ts';
import { measureClientRest } from './client-rest.ts';
import { availableHolders } from './holders.ts';
import { measureImports } from './imports.ts';
import { measureServerSessions } from './server-sessions.ts';

const SESSIONS = 5_000;
const HEARTBEAT_INTERVAL_S = 41.25;

export const idle: Bench = { name: 'idle', minutes: 5, run };

async function run({ quick }: RunOptions): Promise<Report> {
  const server = await measureServerSessions(
    quick
      ? { runs: 1, sessions: SESSIONS / 5, restSeconds: 1 }
      : { runs: 3, sessions: SESSIONS, restSeconds: 5 },
  );
  const { holders, notes } = await availableHolders();
  const memory = await measureClientMemory(holders, quick ? 1 : 3);
  const rest = await measureClientRest(holders, quick ? 5 : HEARTBEAT_INTERVAL_S);
  buildPackages();
  const imports = await measureImports(quick ? { warmUp: 1, measured: 3 } : { warmUp: 1, measured: 15 });
  return {
    title: 'At rest: memory of sessions and shards, and the cost of an import',
    tables: [
      { title: 'Sessions on the server, after 26 kB of traffic each', rows: server.rows },
      { title: 'Shards in one client process, zlib-stream, after 70 kB of traffic each', rows: memory.rows },
      { title: 'The same 1,000 shards at rest: CPU with nothing but heartbeats', rows: rest.rows },
      { title: 'CPU of a whole process that only imports', rows: imports.rows },
    ],
    notes: [
      'CPU at rest on the server: every session sends a heartbeat each 41.25 s.',
      'CPU at rest of a client with 1,000 shards: HELLO asks all of them for a heartbeat each 41.25 s, and each is ' +
        'acknowledged; how often one was sent is counted. @guildhall/client sends them 8 s early on purpose, so that a dead ' +
        'connection is found within one interval.',
      ...notes,
      ...imports.notes,
    ],
    measures: { ...server.measures, ...memory.measures, ...rest.measures, ...imports.measures },
  };
}
