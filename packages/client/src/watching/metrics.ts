import type { MetricFamily, MetricSample, MetricType } from '@guildhall/protocol/client';
import type { WorkerReport } from '../workers/worker-report.ts';
import type { ClientReport } from './client-report.ts';

import type { ShardReport } from './shard-watch.ts';

/** What a family is made of besides its name and samples. */
interface Meaning {
  readonly type: MetricType;
  readonly unit?: MetricFamily['unit'];
  readonly help: string;
}

type Labels = MetricSample['labels'];
/** Null: this shard has no such sample now. */
type ShardValue = (shard: ShardReport) => number | null;

const PREFIX = 'guildhall_client_';
const MS_PER_S = 1_000;

/**
 * The whole report in the units and names of Prometheus. Times of day are timestamps, not ages, so that they are right
 * whenever they are looked at.
 */
export function metricsOf(report: ClientReport): readonly MetricFamily[] {
  return [
    ...clientFamilies(report),
    ...workerFamilies(report),
    ...eventFamilies(report),
    ...shardFamilies(report),
  ];
}

function clientFamilies(report: ClientReport): MetricFamily[] {
  const { identifyBudget, loopLag, shards, handlerFailures, backlog } = report;
  const phases = new Map<string, number>();
  for (const { phase } of shards) phases.set(phase, (phases.get(phase) ?? 0) + 1);
  return [
    family(
      'state',
      { type: 'info', help: 'What the client as a whole is doing.' },
      sample(1, { state: report.name }, '_info'),
    ),
    family(
      'shards',
      { type: 'gauge', help: 'Shards of this process in each phase.' },
      ...[...phases].map(([phase, count]) => sample(count, { phase })),
    ),
    gauge(
      'identifies_remaining',
      'Session starts left today, the reserve included.',
      identifyBudget.remaining,
    ),
    gauge('identifies_reserve', 'Session starts that the client leaves untouched.', identifyBudget.reserve),
    gauge('identifies_limit', 'Session starts of a whole day.', identifyBudget.total),
    gauge(
      'identifies_reset_seconds',
      'Until all session starts are back.',
      identifyBudget.resetAfterMs / MS_PER_S,
      'seconds',
    ),
    gauge(
      'loop_lag_seconds',
      'How late the event loop was at the last look.',
      loopLag.lastMs / MS_PER_S,
      'seconds',
    ),
    gauge(
      'loop_lag_max_seconds',
      'How late the event loop has been at worst since the client was opened.',
      loopLag.maxMs / MS_PER_S,
      'seconds',
    ),
    family(
      'handler_failures',
      { type: 'counter', help: 'Handlers that threw, or whose promise was rejected.' },
      total(handlerFailures, {}),
    ),
    gauge('backlog_events', 'Events that wait for sequential handlers or iterators.', backlog.queued),
    family(
      'backlog_pauses',
      { type: 'counter', help: 'How often reading was paused, for the bot was behind.' },
      total(backlog.pauses, {}),
    ),
    family(
      'backlog_paused_seconds',
      { type: 'counter', unit: 'seconds', help: 'How long reading was paused in all.' },
      total(backlog.pausedMs / MS_PER_S, {}),
    ),
  ];
}

function workerFamilies({ workers }: ClientReport): MetricFamily[] {
  const perWorker = (name: string, meaning: Meaning, value: (worker: WorkerReport) => number | null) =>
    family(
      name,
      meaning,
      ...workers.flatMap((worker) => {
        const found = value(worker);
        const labels = { worker: String(worker.id) };
        if (found === null) return [];
        return meaning.type === 'counter' ? total(found, labels) : sample(found, labels);
      }),
    );
  return [
    perWorker(
      'worker_restarts',
      {
        type: 'counter',
        help: 'Times that a worker thread ended by itself, and another one took its place.',
      },
      ({ restarts }) => restarts,
    ),
    perWorker(
      'worker_events',
      { type: 'counter', help: 'Events that came over from a worker, for a handler of the main thread.' },
      ({ crossedEvents }) => crossedEvents,
    ),
    perWorker(
      'worker_event_bytes',
      { type: 'counter', unit: 'bytes', help: 'Bytes of those events.' },
      ({ crossedBytes }) => crossedBytes,
    ),
    perWorker(
      'worker_batches',
      { type: 'counter', help: 'Buffers that they came in.' },
      ({ batches }) => batches,
    ),
    perWorker(
      'worker_backlog_events',
      {
        type: 'gauge',
        help: 'Events that wait in a worker, for the main thread or for handlers in the worker.',
      },
      ({ backlog }) => backlog?.queued ?? null,
    ),
    perWorker(
      'worker_loop_lag_seconds',
      { type: 'gauge', unit: 'seconds', help: 'How late the event loop of a worker was at the last look.' },
      ({ loopLag }) => (loopLag === null ? null : loopLag.lastMs / MS_PER_S),
    ),
  ];
}

function eventFamilies({ events }: ClientReport): MetricFamily[] {
  const named = events.map((event) => ({ ...event, label: event.name === '' ? 'undocumented' : event.name }));
  return [
    family(
      'events',
      {
        type: 'counter',
        help: 'Events by what became of them: parsed for handlers, given to raw handlers only, skipped unread, or shed.',
      },
      ...named.flatMap(({ label: event, parsed, raw, skipped, shed }) => [
        total(parsed, { event, handling: 'parsed' }),
        total(raw, { event, handling: 'raw' }),
        total(skipped, { event, handling: 'skipped' }),
        total(shed, { event, handling: 'shed' }),
      ]),
    ),
    family(
      'handler_seconds',
      {
        type: 'summary',
        unit: 'seconds',
        help: 'How long the handlers of one event took to return, all together; of the first and every 16th event.',
      },
      ...named.flatMap(({ label: event, timed, timedMs }) => [
        sample(timedMs / MS_PER_S, { event }, '_sum'),
        sample(timed, { event }, '_count'),
      ]),
    ),
    family(
      'handler_slowest_seconds',
      { type: 'gauge', unit: 'seconds', help: 'The longest of those times since the client was made.' },
      ...named.map(({ label: event, slowestMs }) => sample(slowestMs / MS_PER_S, { event })),
    ),
  ];
}

function shardFamilies({ shards, atMs }: ClientReport): MetricFamily[] {
  const perShard = (name: string, meaning: Meaning, value: ShardValue): MetricFamily =>
    family(
      name,
      meaning,
      ...shards.flatMap((shard) => {
        const found = value(shard);
        if (found === null) return [];
        return meaning.type === 'counter' ? total(found, labelsOf(shard)) : sample(found, labelsOf(shard));
      }),
    );
  const counter = (name: string, help: string, value: ShardValue, unit: MetricFamily['unit'] = null) =>
    perShard(name, { type: 'counter', unit, help }, value);
  const level = (name: string, help: string, value: ShardValue) =>
    perShard(name, { type: 'gauge', help }, value);
  const moment = (name: string, help: string, ageMs: ShardValue) =>
    perShard(name, { type: 'gauge', unit: 'seconds', help }, (shard) => {
      const age = ageMs(shard);
      return age === null ? null : (atMs - age) / MS_PER_S;
    });
  return [
    level('shard_live', '1 while the shard has a live session, else 0.', ({ phase }) =>
      phase === 'live' ? 1 : 0,
    ),
    level('shard_attempts', 'Connections lost since the shard was last stable.', ({ attempts }) => attempts),
    level('shard_queued_sends', 'Commands that wait for their turn.', ({ queuedSends }) => queuedSends),
    level(
      'shard_unacked_heartbeats',
      'Heartbeats without an acknowledgement yet.',
      (shard) => shard.unackedHeartbeats,
    ),
    counter('shard_dials', 'Connections dialled.', ({ counters }) => counters.dials),
    counter('shard_identifies', 'Session starts spent.', ({ counters }) => counters.identifies),
    counter('shard_resumes', 'Resumes sent.', ({ counters }) => counters.resumes),
    counter(
      'shard_sessions_lost',
      'Sessions whose missed events are gone.',
      (shard) => shard.counters.sessionsLost,
    ),
    counter(
      'shard_close_deadlines',
      'Closing handshakes not finished in time.',
      (shard) => shard.counters.closeDeadlines,
    ),
    family(
      'shard_losses',
      {
        type: 'counter',
        help: 'Connections given up or lost, by cause; causes that have not occurred are left out.',
      },
      ...shards.flatMap((shard) =>
        Object.entries(shard.counters.losses)
          .filter(([, count]) => count > 0)
          .map(([cause, count]) => total(count, { ...labelsOf(shard), cause })),
      ),
    ),
    counter(
      'shard_received_bytes',
      'Bytes of the WebSocket that came.',
      ({ traffic }) => traffic.receivedBytes,
      'bytes',
    ),
    counter(
      'shard_sent_bytes',
      'Bytes of the WebSocket that went out.',
      ({ traffic }) => traffic.sentBytes,
      'bytes',
    ),
    counter(
      'shard_event_bytes',
      'Bytes of events after decompression.',
      ({ traffic }) => traffic.eventBytes,
      'bytes',
    ),
    family(
      'shard_events',
      { type: 'counter', help: 'Events that somebody listened to, and events that were skipped unread.' },
      ...shards.flatMap((shard) => [
        total(shard.traffic.heard, { ...labelsOf(shard), handling: 'heard' }),
        total(shard.traffic.skipped, { ...labelsOf(shard), handling: 'skipped' }),
      ]),
    ),
    family(
      'shard_heartbeat_latency_seconds',
      {
        type: 'summary',
        unit: 'seconds',
        help: 'From a heartbeat to its acknowledgement; quantiles of the last 128, sum and count of all.',
      },
      ...shards.flatMap(latencySamples),
    ),
    moment(
      'shard_session_start_timestamp_seconds',
      'When the present session came to be.',
      (shard) => shard.sessionAgeMs,
    ),
    moment(
      'shard_last_frame_timestamp_seconds',
      'When the last bytes came.',
      (shard) => shard.lastFrameAgeMs,
    ),
    moment(
      'shard_last_ack_timestamp_seconds',
      'When the last heartbeat was acknowledged.',
      (shard) => shard.lastHeartbeatAckAgeMs,
    ),
    moment(
      'shard_last_dispatch_timestamp_seconds',
      'When the last event came.',
      (shard) => shard.lastDispatchAgeMs,
    ),
  ];
}

function latencySamples(shard: ShardReport): MetricSample[] {
  const { medianMs, p99Ms, sumMs, count } = shard.latency;
  const labels = labelsOf(shard);
  const quantiles = [['0.5', medianMs] as const, ['0.99', p99Ms] as const].flatMap(([quantile, ms]) =>
    ms === null ? [] : [sample(ms / MS_PER_S, { ...labels, quantile })],
  );
  return [...quantiles, sample(sumMs / MS_PER_S, labels, '_sum'), sample(count, labels, '_count')];
}

function labelsOf({ id }: ShardReport): Labels {
  return { shard: String(id) };
}

function family(
  name: string,
  { type, unit = null, help }: Meaning,
  ...samples: MetricSample[]
): MetricFamily {
  return { name: `${PREFIX}${name}`, type, unit, help, samples };
}

function gauge(name: string, help: string, value: number, unit: MetricFamily['unit'] = null): MetricFamily {
  return family(name, { type: 'gauge', unit, help }, sample(value, {}));
}

function sample(value: number, labels: Labels, suffix = ''): MetricSample {
  return { suffix, labels, value };
}

function total(value: number, labels: Labels): MetricSample {
  return sample(value, labels, '_total');
}
