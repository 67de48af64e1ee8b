import type { ClientReport } from '@guildhall/client';

const SHOWN = 4;

/** How much has come between two reports of a client, as one line; null when nothing has. */
export function ratesLine(before: ClientReport, now: ClientReport): string | null {
  const seconds = (now.atMs - before.atMs) / 1_000;
  const known = new Map(before.events.map((event) => [event.name, heardOf(event)]));
  const rates = now.events
    .map((event) => ({ name: event.name, count: heardOf(event) - (known.get(event.name) ?? 0) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  if (rates.length === 0 || seconds <= 0) return null;
  const total = rates.reduce((sum, { count }) => sum + count, 0);
  const named = rates
    .slice(0, SHOWN)
    .map(({ name, count }) => `${name === '' ? 'undocumented' : name} ${rate(count / seconds)}`);
  const bytes = receivedOf(now) - receivedOf(before);
  return [
    `-- ${rate(total / seconds)} events/s: ${named.join(', ')}${rates.length > SHOWN ? ', …' : ''}`,
    `${rate(bytes / 1_000 / seconds)} kB/s`,
    `latency ${latencyOf(now)}`,
  ].join('  |  ');
}

function heardOf({ parsed, raw, skipped, shed }: ClientReport['events'][number]): number {
  return parsed + raw + skipped + shed;
}

function receivedOf({ shards }: ClientReport): number {
  return shards.reduce((sum, { traffic }) => sum + traffic.receivedBytes, 0);
}

/** The worst of all shards. */
function latencyOf({ shards }: ClientReport): string {
  const known = shards.flatMap(({ latency }) => latency.lastMs ?? []);
  return known.length === 0 ? 'not known yet' : `${Math.round(Math.max(...known))} ms`;
}

function rate(perSecond: number): string {
  return perSecond.toFixed(perSecond < 10 ? 1 : 0);
}
