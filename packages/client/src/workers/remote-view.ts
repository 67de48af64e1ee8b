import type { ShardView } from '../shard-view.ts';
import type { ShardReport } from '../watching/shard-watch.ts';

/** What is known of a shard in a worker. */
interface Known {
  readonly seq: number | null;
  /** As the worker told it last, and when. */
  readonly told: ShardReport;
  readonly toldAtMs: number;
}

/** As that of a shard in this thread, as of its last report. */
export function remoteViewOf(id: number, known: () => Known): ShardView {
  const at = (
    age: 'lastFrameAgeMs' | 'lastDispatchAgeMs' | 'lastHeartbeatAgeMs' | 'lastHeartbeatAckAgeMs',
  ) => {
    const { told, toldAtMs } = known();
    const ageMs = told[age];
    return ageMs === null ? null : toldAtMs - ageMs;
  };
  return Object.freeze({
    id,
    get phase() {
      return known().told.phase;
    },
    get seq() {
      return known().seq;
    },
    get unackedHeartbeats() {
      return known().told.unackedHeartbeats;
    },
    get counters() {
      return known().told.counters;
    },
    get latencyMs() {
      return known().told.latency.lastMs;
    },
    get lastFrameAtMs() {
      return at('lastFrameAgeMs');
    },
    get lastDispatchAtMs() {
      return at('lastDispatchAgeMs');
    },
    get lastHeartbeatAtMs() {
      return at('lastHeartbeatAgeMs');
    },
    get lastHeartbeatAckAtMs() {
      return at('lastHeartbeatAckAgeMs');
    },
  });
}
