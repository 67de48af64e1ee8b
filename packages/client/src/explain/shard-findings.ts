import type { ClientReport } from '../watching/client-report.ts';
import type { EventReport } from '../watching/event-tally.ts';
import type { ShardReport } from '../watching/shard-watch.ts';
import { type Finding, listIds } from './finding.ts';

/** A heartbeat is answered within its interval; half of one more is lateness. */
const SILENT_INTERVALS = 1.5;
const QUIET_MS = 300_000;
/** Below, heartbeats and events are not noticeably late. */
const LAG_MS = 500;
const SLOW_HANDLER_MS = 1_000;
const SHOWN_EVENTS = 3;

/** What the running client itself shows. */
export function shardFindings(report: ClientReport): Finding[] {
  if (report.name === 'idle' || report.name === 'closing') {
    return [
      {
        code: 'NOT_OPEN',
        severity: 'error',
        seen: report.name === 'idle' ? 'The client is not open.' : 'The client is being closed.',
        cure: 'Call open() and wait for it.',
      },
    ];
  }
  return [
    ...phaseFindings(report),
    ...coverageFindings(report),
    ...report.shards.flatMap(ageFindings),
    ...loadFindings(report),
  ];
}

function phaseFindings({ name, shards }: ClientReport): Finding[] {
  const live = shards.filter(({ phase }) => phase === 'live');
  const stopped = shards.filter(({ phase }) => phase === 'stopped');
  const away = shards.filter((shard) => !live.includes(shard) && !stopped.includes(shard));
  const findings: Finding[] = [];
  if (name === 'stopped') {
    findings.push({
      code: 'STOPPED',
      severity: 'error',
      seen: `The gateway refused for good: ${lastOf(stopped)}.`,
      cure: 'The event "stopped" and the rejection of open() name the cause. Remove it, then call open().',
    });
  } else if (stopped.length > 0) {
    findings.push({
      code: 'QUARANTINED',
      severity: 'error',
      seen: `Shard(s) ${idsOf(stopped)} were left alone, for each connection ended the same way: ${lastOf(stopped)}.`,
      cure: 'Look for what the bot does right after READY, or for another process with the same shard; then call reopen(shardId).',
    });
  }
  if (away.length > 0) {
    findings.push({
      code: 'SHARDS_AWAY',
      severity: 'warning',
      seen: `Shard(s) ${idsOf(away)} have no live session (${phasesOf(away)}). Last: ${lastOf(away)}.`,
      cure: 'They come back by themselves. If it goes on, the event "shardDisconnected" says why, and what may help.',
    });
  }
  if (live.length > 0) {
    findings.push({
      code: 'SHARDS_LIVE',
      severity: 'ok',
      seen: `Shard(s) ${idsOf(live)} are live.`,
      cure: null,
    });
  }
  return findings;
}

function coverageFindings({ shards, shardCount }: ClientReport): Finding[] {
  if (shardCount === null || shards.length === 0 || shards.length === shardCount) return [];
  return [
    {
      code: 'SHARDS_ELSEWHERE',
      severity: 'info',
      seen: `${shards.length} of ${shardCount} shards run here (${idsOf(shards)}); direct messages come to shard 0 only.`,
      cure: 'See that the others run in another process: the events of their guilds do not come here.',
    },
  ];
}

function ageFindings(shard: ShardReport): Finding[] {
  const { id, phase, heartbeatIntervalMs, lastFrameAgeMs, lastDispatchAgeMs } = shard;
  if (phase !== 'live') return [];
  if (heartbeatIntervalMs !== null && (lastFrameAgeMs ?? 0) > heartbeatIntervalMs * SILENT_INTERVALS) {
    return [
      {
        code: 'SHARD_SILENT',
        severity: 'warning',
        seen: `Shard ${id}: nothing at all has come for ${seconds(lastFrameAgeMs)}.`,
        cure: 'It is taken for dead and mended within one heartbeat interval. If it stays so, look for work that blocks the event loop.',
      },
    ];
  }
  if ((lastDispatchAgeMs ?? 0) < QUIET_MS) return [];
  return [
    {
      code: 'SHARD_QUIET',
      severity: 'info',
      seen: `Shard ${id}: the connection lives (last bytes ${seconds(lastFrameAgeMs)} ago), but the last event came ${seconds(lastDispatchAgeMs)} ago.`,
      cure: 'That is as it should be where little happens. Otherwise look at the intents, and at the channels that the bot may see.',
    },
  ];
}

function loadFindings({ loopLag, events, handlerFailures }: ClientReport): Finding[] {
  const findings: Finding[] = [];
  if (loopLag.maxMs >= LAG_MS) {
    findings.push({
      code: 'LOOP_LAG',
      severity: 'warning',
      seen: `The event loop was late by up to ${Math.round(loopLag.maxMs)} ms, last by ${Math.round(loopLag.lastMs)} ms.`,
      cure: 'Look for work that blocks it (large JSON, synchronous files or databases); move it to a worker thread.',
    });
  }
  const slow = events.filter(({ slowestMs }) => slowestMs >= SLOW_HANDLER_MS);
  if (slow.length > 0) {
    const named = slow.map(({ name, slowestMs }) => `${name} (${Math.round(slowestMs)} ms)`).join(', ');
    findings.push({
      code: 'HANDLERS_SLOW',
      severity: 'warning',
      seen: `Handlers did not return for long: ${named}. Nothing else of the process ran meanwhile.`,
      cure: 'Let them return a promise, and do long work elsewhere.',
    });
  }
  if (handlerFailures > 0) {
    findings.push({
      code: 'HANDLERS_FAIL',
      severity: 'warning',
      seen: `Handlers threw, or their promise was rejected, ${handlerFailures} time(s).`,
      cure: 'Add a handler of the event "error", or a logger: each failure is told there.',
    });
  }
  const skipped = events.filter((event) => event.skipped > 0);
  if (skipped.length > 0) findings.push(skippedFinding(skipped));
  return findings;
}

function skippedFinding(skipped: readonly EventReport[]): Finding {
  const total = skipped.reduce((sum, event) => sum + event.skipped, 0);
  const most = skipped
    .toSorted((a, b) => b.skipped - a.skipped)
    .slice(0, SHOWN_EVENTS)
    .map((event) => `${event.name === '' ? 'undocumented names' : event.name} (${event.skipped})`)
    .join(', ');
  return {
    code: 'EVENTS_SKIPPED',
    severity: 'info',
    seen: `${total} event(s) came that nobody listened to: ${most}.`,
    cure: 'Add handlers for those that you want. Those that you do not want cost next to nothing; without their intent they do not come.',
  };
}

function idsOf(shards: readonly ShardReport[]): string {
  return listIds(shards.map(({ id }) => id));
}

function phasesOf(shards: readonly ShardReport[]): string {
  return [...new Set(shards.map(({ phase }) => phase))].join(', ');
}

function lastOf(shards: readonly ShardReport[]): string {
  const closes = shards.flatMap(({ lastClose }) => lastClose ?? []);
  const last = closes.toSorted((a, b) => b.atMs - a.atMs)[0];
  if (last === undefined) return 'no connection has ended yet';
  const code = last.code === null ? '' : ` with code ${last.code}`;
  const reason = last.reason === null ? '' : ` (${last.reason})`;
  return `${last.cause ?? 'closed'}${code}${reason}, ended by the ${last.by}`;
}

function seconds(ms: number | null): string {
  return `${Math.round((ms ?? 0) / 1_000)} s`;
}
