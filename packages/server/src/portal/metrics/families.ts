/** The figures of the server as Prometheus reads them. */
import type { MetricFamily, MetricSample, MetricType } from '@guildhall/protocol';
import type { Figures } from './figures.ts';

const MS_PER_S = 1_000;

/** Names and units as Prometheus wants them; what belongs to the process has the names that its exporters give it. */
export function familiesOf(figures: Figures): readonly MetricFamily[] {
  const { traffic, sessions, requests, budgets } = figures;
  return [
    counter(
      'guildhall_world_events',
      'Events of the world, whether or not a session has heard them.',
      traffic.worldEvents,
    ),
    counter('guildhall_deliveries', 'Dispatches that went out, one for each connection.', traffic.deliveries),
    counter('guildhall_client_messages', 'Messages of gateway clients.', traffic.received),
    counter(
      'guildhall_sent_bytes',
      'Bytes of the dispatches that went out, frames included.',
      traffic.sentBytes,
      'bytes',
    ),
    counter(
      'guildhall_uncompressed_bytes',
      'What those bytes would have been without compression.',
      traffic.plainBytes,
      'bytes',
    ),
    family('guildhall_sessions', 'gauge', 'Sessions with a connection, and those that wait for a resume.', [
      sample(sessions.connected, { state: 'connected' }),
      sample(sessions.all - sessions.connected, { state: 'detached' }),
    ]),
    family(
      'guildhall_rest_requests',
      'counter',
      'Requests of bots by how they were answered: 429 is limited, other 4xx refused, 5xx failed.',
      (['succeeded', 'refused', 'limited', 'failed'] as const).map((outcome) =>
        sample(requests[outcome], { outcome }, '_total'),
      ),
    ),
    family(
      'guildhall_identifies_remaining',
      'gauge',
      'Session starts left, of the applications that have started one.',
      budgets.map(({ applicationId, limit }) => sample(limit.remaining, { application: applicationId })),
    ),
    family(
      'guildhall_identifies_limit',
      'gauge',
      'Session starts of a whole day.',
      budgets.map(({ applicationId, limit }) => sample(limit.total, { application: applicationId })),
    ),
    family(
      'guildhall_identifies_reset_seconds',
      'gauge',
      'Until all session starts are back.',
      budgets.map(({ applicationId, limit }) =>
        sample(limit.reset_after / MS_PER_S, { application: applicationId }),
      ),
      'seconds',
    ),
    counter('process_cpu_seconds', 'Processor time of the whole process.', figures.cpuS, 'seconds'),
    family(
      'process_resident_memory_bytes',
      'gauge',
      'Memory of the whole process.',
      [sample(figures.rssBytes, {})],
      'bytes',
    ),
    family(
      'nodejs_heap_size_used_bytes',
      'gauge',
      'What lives on the heap of V8.',
      [sample(figures.heapBytes, {})],
      'bytes',
    ),
  ];
}

function counter(name: string, help: string, value: number, unit: MetricFamily['unit'] = null): MetricFamily {
  return family(name, 'counter', help, [sample(value, {}, '_total')], unit);
}

function family(
  name: string,
  type: MetricType,
  help: string,
  samples: readonly MetricSample[],
  unit: MetricFamily['unit'] = null,
): MetricFamily {
  return { name, type, unit, help, samples };
}

function sample(value: number, labels: MetricSample['labels'], suffix = ''): MetricSample {
  return { suffix, labels, value };
}
