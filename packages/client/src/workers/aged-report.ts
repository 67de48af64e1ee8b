import type { ShardReport } from '../watching/shard-watch.ts';

/** A report as it would be some ms later, had nothing happened since. */
export function agedReport(report: ShardReport, ms: number): ShardReport {
  const aged = (ageMs: number | null): number | null => (ageMs === null ? null : ageMs + ms);
  const { retryInMs } = report;
  return {
    ...report,
    phaseAgeMs: report.phaseAgeMs + ms,
    retryInMs: retryInMs === null ? null : Math.max(0, retryInMs - ms),
    sessionAgeMs: aged(report.sessionAgeMs),
    lastFrameAgeMs: aged(report.lastFrameAgeMs),
    lastHeartbeatAgeMs: aged(report.lastHeartbeatAgeMs),
    lastHeartbeatAckAgeMs: aged(report.lastHeartbeatAckAgeMs),
    lastDispatchAgeMs: aged(report.lastDispatchAgeMs),
  };
}
