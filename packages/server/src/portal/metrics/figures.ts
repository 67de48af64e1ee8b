/** What the server can be measured by, as it is at a moment. */
import type { GatewayControl, SessionStartLimit, TrafficTotals } from '../../gateway/control.ts';
import type { RequestCounts } from '../../http/request-counts.ts';
import type { Snowflake } from '../../world/entities.ts';

export interface Figures {
  /** Milliseconds of the process's monotonic clock. */
  readonly atMs: number;
  readonly traffic: TrafficTotals;
  readonly sessions: { readonly all: number; readonly connected: number };
  readonly requests: Pick<RequestCounts, 'succeeded' | 'refused' | 'limited' | 'failed' | 'all'>;
  /** Processor time of the whole process since it began, in seconds; of two servers in one process both have all of it. */
  readonly cpuS: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly budgets: readonly IdentifyBudget[];
}

export interface IdentifyBudget {
  readonly applicationId: Snowflake;
  readonly limit: SessionStartLimit;
}

const US_PER_S = 1_000_000;

export function readFigures(control: GatewayControl, requests: RequestCounts): Figures {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const { succeeded, refused, limited, failed, all } = requests;
  return {
    atMs: performance.now(),
    // Both go on counting.
    traffic: { ...control.traffic },
    sessions: control.sessionCounts(),
    requests: { succeeded, refused, limited, failed, all },
    cpuS: (user + system) / US_PER_S,
    rssBytes: rss,
    heapBytes: heapUsed,
    budgets: control
      .identifiedApplications()
      .map((applicationId) => ({ applicationId, limit: control.sessionStartLimit(applicationId) })),
  };
}
