/** The figures of the server over the last hour. */
import type { Snowflake } from '../../world/entities.ts';
import type { Figures } from './figures.ts';
import { SeriesRing } from './series-ring.ts';

/** In the order of the documentation. */
export const SERIES = [
  'worldEvents',
  'deliveries',
  'clientMessages',
  'sentBytes',
  'savedBytes',
  'restRequests',
  'restLimited',
  'cpu',
  'rssBytes',
  'heapBytes',
  'sessions',
] as const;

export type SeriesName = (typeof SERIES)[number];

/** What the metrics were in one interval. */
export interface Sample extends Readonly<Record<SeriesName, number>> {
  /** Milliseconds since 1970 by the machine's clock, which nobody puts forward. */
  readonly atMs: number;
  readonly budgets: readonly BudgetSample[];
}

export interface BudgetSample {
  readonly applicationId: Snowflake;
  readonly total: number;
  readonly remaining: number;
}

export interface History {
  readonly intervalMs: number;
  /** How many samples are kept. */
  readonly capacity: number;
  readonly atMs: readonly number[];
  readonly series: Readonly<Record<SeriesName, readonly number[]>>;
  /** `remaining` ends with the last sample and may begin later than the others. */
  readonly budgets: readonly {
    readonly applicationId: Snowflake;
    readonly total: number;
    readonly remaining: readonly number[];
  }[];
}

const INTERVAL_MS = 2_000;
const HOUR_MS = 3_600_000;
const CAPACITY = HOUR_MS / INTERVAL_MS;
/** Applications whose budget is remembered: the first that identify. */
const MAX_BUDGETS = 20;
const MS_PER_S = 1_000;
const PRECISION = 1_000;

/** Looks at the figures once in an interval, by one timer, and remembers an hour of them in memory of a fixed size. */
export class MetricsSampler {
  readonly #read: () => Figures;
  readonly #ring = new SeriesRing(['atMs', ...SERIES], CAPACITY);
  readonly #budgets = new Map<Snowflake, { total: number; readonly ring: SeriesRing<'remaining'> }>();
  readonly #listeners = new Set<(sample: Sample) => void>();
  #before: Figures;
  #interval: NodeJS.Timeout | null = null;

  constructor(read: () => Figures) {
    this.#read = read;
    this.#before = read();
  }

  start(): void {
    this.#interval ??= setInterval(() => this.take(Date.now()), INTERVAL_MS).unref();
  }

  stop(): void {
    if (this.#interval !== null) clearInterval(this.#interval);
    this.#interval = null;
    this.#listeners.clear();
  }

  /** @returns a function that removes the listener */
  watch(listener: (sample: Sample) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends an interval. @param atMs milliseconds since 1970 */
  take(atMs: number): void {
    const now = this.#read();
    const sample = sampleBetween(this.#before, now, atMs);
    this.#before = now;
    this.#ring.push(sample);
    this.#remember(sample.budgets);
    for (const listener of this.#listeners) listener(sample);
  }

  history(): History {
    return {
      intervalMs: INTERVAL_MS,
      capacity: CAPACITY,
      atMs: this.#ring.values('atMs'),
      series: Object.fromEntries(SERIES.map((name) => [name, this.#ring.values(name)])) as Record<
        SeriesName,
        number[]
      >,
      budgets: Array.from(this.#budgets, ([applicationId, { total, ring }]) => ({
        applicationId,
        total,
        remaining: ring.values('remaining'),
      })),
    };
  }

  #remember(budgets: readonly BudgetSample[]): void {
    const present = new Set(budgets.map(({ applicationId }) => applicationId));
    for (const id of this.#budgets.keys()) if (!present.has(id)) this.#budgets.delete(id);
    for (const { applicationId, total, remaining } of budgets) {
      const known = this.#budgets.get(applicationId) ?? {
        total,
        ring: new SeriesRing(['remaining'], CAPACITY),
      };
      known.total = total;
      known.ring.push({ remaining });
      this.#budgets.set(applicationId, known);
    }
  }
}

function sampleBetween(before: Figures, now: Figures, atMs: number): Sample {
  const seconds = Math.max((now.atMs - before.atMs) / MS_PER_S, 1 / PRECISION);
  const rate = (count: (figures: Figures) => number) => rounded((count(now) - count(before)) / seconds);
  return {
    atMs,
    worldEvents: rate(({ traffic }) => traffic.worldEvents),
    deliveries: rate(({ traffic }) => traffic.deliveries),
    clientMessages: rate(({ traffic }) => traffic.received),
    sentBytes: rate(({ traffic }) => traffic.sentBytes),
    savedBytes: rate(({ traffic }) => traffic.plainBytes - traffic.sentBytes),
    restRequests: rate(({ requests }) => requests.all),
    restLimited: rate(({ requests }) => requests.limited),
    cpu: rate(({ cpuS }) => cpuS),
    rssBytes: now.rssBytes,
    heapBytes: now.heapBytes,
    sessions: now.sessions.connected,
    budgets: now.budgets.slice(0, MAX_BUDGETS).map(({ applicationId, limit: { total, remaining } }) => ({
      applicationId,
      total,
      remaining,
    })),
  };
}

function rounded(value: number): number {
  return Math.round(value * PRECISION) / PRECISION;
}
