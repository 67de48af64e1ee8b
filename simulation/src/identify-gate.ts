/** One gate for all shards of a process: who may identify, and when. */
import {
  type IdentifyBudget,
  observeLimit,
  type SessionStartLimit,
  type spendStart,
} from '@guildhall/protocol';
import type { ProcessClock, ProcessTimer } from './process-clock.ts';

export interface IdentifyGateOptions {
  readonly clock: ProcessClock;
  readonly maxConcurrency: number;
  /** Shortest time between two starts of one bucket. */
  readonly bucketMs: number;
  /**
   * Where `bucketMs` begins. The server counts a start when it arrives: two that are sent 5 s apart may arrive closer
   * together. From the release on (READY) the former start is known to have been counted.
   */
  readonly spacing: 'from-release' | 'from-grant';
  /** What the API says of the session starts. */
  readonly startLimit: () => SessionStartLimit;
  /** Starts that are left alone. */
  readonly reserve: number;
  readonly spendStart: typeof spendStart;
}

interface Waiter {
  readonly shardId: number;
  readonly grant: () => void;
  readonly refuse: (retryAfterMs: number) => void;
}

interface Bucket {
  readonly queue: Waiter[];
  holder: { readonly shardId: number; readonly grantedAtMs: number; used: boolean } | null;
  notBeforeMs: number;
  timer: ProcessTimer | null;
}

export class IdentifyGate {
  readonly #options: IdentifyGateOptions;
  readonly #buckets: readonly Bucket[];
  #budget: IdentifyBudget | null = null;

  constructor(options: IdentifyGateOptions) {
    this.#options = options;
    this.#buckets = Array.from({ length: options.maxConcurrency }, () => ({
      queue: [],
      holder: null,
      notBeforeMs: 0,
      timer: null,
    }));
  }

  get armedTimers(): number {
    return this.#buckets.filter(({ timer }) => timer !== null).length;
  }

  holds(shardId: number): boolean {
    return this.#bucket(shardId).holder?.shardId === shardId;
  }

  /** Queues the shard. One of the two is called once, later, unless the shard releases first. */
  request(shardId: number, grant: () => void, refuse: (retryAfterMs: number) => void): void {
    const bucket = this.#bucket(shardId);
    bucket.queue.push({ shardId, grant, refuse });
    if (bucket.timer === null) this.#next(bucket);
  }

  /** The holder has sent its Identify. */
  use(shardId: number): void {
    const { holder } = this.#bucket(shardId);
    if (holder?.shardId === shardId) holder.used = true;
  }

  /** The shard needs its slot, or its place in the queue, no longer. */
  release(shardId: number): void {
    const bucket = this.#bucket(shardId);
    const place = bucket.queue.findIndex((waiter) => waiter.shardId === shardId);
    if (place >= 0) bucket.queue.splice(place, 1);
    const { holder } = bucket;
    if (holder?.shardId === shardId) {
      const { spacing, bucketMs, clock } = this.#options;
      const fromMs = spacing === 'from-release' ? clock.nowMs : holder.grantedAtMs;
      if (holder.used) bucket.notBeforeMs = fromMs + bucketMs;
      bucket.holder = null;
    }
    this.#next(bucket);
  }

  /** The process ends. */
  clear(): void {
    for (const bucket of this.#buckets) {
      bucket.queue.length = 0;
      bucket.holder = null;
      this.#next(bucket);
    }
  }

  #next(bucket: Bucket): void {
    const { clock } = this.#options;
    if (bucket.timer !== null) clock.cancel(bucket.timer);
    bucket.timer = null;
    if (bucket.holder !== null || bucket.queue.length === 0) return;
    bucket.timer = clock.schedule(bucket.notBeforeMs - clock.nowMs, () => {
      bucket.timer = null;
      const waiter = bucket.queue.shift();
      if (waiter === undefined) return;
      const retryAfterMs = this.#spend();
      if (retryAfterMs === null) {
        bucket.holder = { shardId: waiter.shardId, grantedAtMs: clock.nowMs, used: false };
        waiter.grant();
      } else {
        waiter.refuse(retryAfterMs);
        this.#next(bucket);
      }
    });
  }

  /** Null when the start is granted. */
  #spend(): number | null {
    const { clock, startLimit, reserve, spendStart } = this.#options;
    const budget = observeLimit(this.#budget, startLimit(), clock.nowMs);
    const judgement = spendStart(budget, reserve, clock.nowMs);
    this.#budget = judgement.type === 'granted' ? judgement.budget : budget;
    return judgement.type === 'granted' ? null : judgement.retryAfterMs;
  }

  #bucket(shardId: number): Bucket {
    const bucket = this.#buckets[shardId % this.#options.maxConcurrency];
    if (bucket === undefined) throw new RangeError(`No bucket for shard ${shardId}`);
    return bucket;
  }
}
