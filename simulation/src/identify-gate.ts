/** One gate for all shards of a process: who may identify, and when. */
import type { Timer, VirtualClock } from './virtual-clock.ts';

export interface IdentifyGateOptions {
  readonly clock: VirtualClock;
  readonly maxConcurrency: number;
  /** Shortest time between two starts of one bucket. */
  readonly bucketMs: number;
  /**
   * Where `bucketMs` begins. The server counts a start when it arrives: two that are sent 5 s apart may arrive closer
   * together. From the release on (READY) the former start is known to have been counted.
   */
  readonly spacing: 'from-release' | 'from-grant';
  /** Starts per `resetMs`; the gate holds back what would go over. */
  readonly startsPerWindow: number;
  readonly resetMs: number;
}

interface Waiter {
  readonly shardId: number;
  readonly grant: () => void;
}

interface Bucket {
  readonly queue: Waiter[];
  holder: { readonly shardId: number; readonly grantedAtMs: number; used: boolean } | null;
  notBeforeMs: number;
  timer: Timer | null;
}

export class IdentifyGate {
  readonly #options: IdentifyGateOptions;
  readonly #buckets: readonly Bucket[];
  #windowStartedAtMs = Number.NEGATIVE_INFINITY;
  #starts = 0;

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

  /** Queues the shard. `grant` is called once, later, unless the shard releases first. */
  request(shardId: number, grant: () => void): void {
    const bucket = this.#bucket(shardId);
    bucket.queue.push({ shardId, grant });
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
    const atMs = Math.max(bucket.notBeforeMs, this.#budgetAtMs());
    bucket.timer = clock.schedule(atMs - clock.nowMs, () => {
      bucket.timer = null;
      if (this.#budgetAtMs() > clock.nowMs) return this.#next(bucket);
      const waiter = bucket.queue.shift();
      if (waiter === undefined) return;
      if (this.#starts === 0) this.#windowStartedAtMs = clock.nowMs;
      this.#starts += 1;
      bucket.holder = { shardId: waiter.shardId, grantedAtMs: clock.nowMs, used: false };
      waiter.grant();
    });
  }

  /** When the day's budget allows the next start. */
  #budgetAtMs(): number {
    const { clock, startsPerWindow, resetMs } = this.#options;
    const resetAtMs = this.#windowStartedAtMs + resetMs;
    if (clock.nowMs >= resetAtMs) this.#starts = 0;
    return this.#starts < startsPerWindow ? clock.nowMs : resetAtMs;
  }

  #bucket(shardId: number): Bucket {
    const bucket = this.#buckets[shardId % this.#options.maxConcurrency];
    if (bucket === undefined) throw new RangeError(`No bucket for shard ${shardId}`);
    return bucket;
  }
}
