import { AbortedError } from './errors.ts';

/** Gives the slot back; a second call does nothing. */
export type Release = () => void;

/**
 * Decides when a shard may identify. A shard holds its slot from the grant until READY or the loss of its
 * connection. Put one behind this interface that is shared by machines when a bot runs on several.
 */
export interface IdentifyGate {
  /**
   * Resolves when the shard may identify now.
   * @throws AbortedError when `signal` is aborted first; the claim is then withdrawn
   */
  acquire(shardId: number, signal: AbortSignal): Promise<Release>;
}

interface Claim {
  readonly grant: (release: Release) => void;
}

interface Bucket {
  held: boolean;
  notBeforeMs: number;
  timer: NodeJS.Timeout | null;
  /** First come, first served. A shard claims once at a time, so this is bounded by the number of shards. */
  readonly claims: Set<Claim>;
}

/**
 * The gate of one process: one shard at a time for each `shardId % maxConcurrency`, the next one `bucketMs` after the
 * former has released its slot. Counting from the grant is not enough: two identifies that were sent 5 s apart on
 * connections of different delay arrive less than 5 s apart. Once READY is here, the identify has been counted.
 * @see https://docs.discord.com/developers/events/gateway#sharding-max-concurrency
 */
export class LocalIdentifyGate implements IdentifyGate {
  readonly #maxConcurrency: number;
  readonly #bucketMs: number;
  readonly #buckets = new Map<number, Bucket>();

  constructor(maxConcurrency: number, bucketMs: number) {
    this.#maxConcurrency = maxConcurrency;
    this.#bucketMs = bucketMs;
  }

  acquire(shardId: number, signal: AbortSignal): Promise<Release> {
    const bucket = this.#bucketOf(shardId);
    return new Promise<Release>((resolve, reject) => {
      const onAbort = (): void => {
        bucket.claims.delete(claim);
        this.#advance(bucket);
        reject(new AbortedError(signal.reason));
      };
      const claim: Claim = {
        grant: (release) => {
          signal.removeEventListener('abort', onAbort);
          resolve(release);
        },
      };
      if (signal.aborted) {
        reject(new AbortedError(signal.reason));
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      bucket.claims.add(claim);
      this.#advance(bucket);
    });
  }

  #bucketOf(shardId: number): Bucket {
    const key = shardId % this.#maxConcurrency;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { held: false, notBeforeMs: 0, timer: null, claims: new Set() };
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  /** Brings the bucket to where it should be: grants, waits on a timer, or rests without one. */
  #advance(bucket: Bucket): void {
    if (bucket.timer !== null) {
      clearTimeout(bucket.timer);
      bucket.timer = null;
    }
    const [claim] = bucket.claims;
    if (bucket.held || claim === undefined) return;

    const nowMs = Date.now();
    // Never more than one pause, also when the wall clock has been set back.
    const waitMs = Math.min(bucket.notBeforeMs - nowMs, this.#bucketMs);
    if (waitMs > 0) {
      bucket.timer = setTimeout(() => {
        bucket.timer = null;
        bucket.notBeforeMs = 0;
        this.#advance(bucket);
      }, waitMs);
      return;
    }
    bucket.claims.delete(claim);
    bucket.held = true;
    let released = false;
    claim.grant(() => {
      if (released) return;
      released = true;
      bucket.held = false;
      bucket.notBeforeMs = Date.now() + this.#bucketMs;
      this.#advance(bucket);
    });
  }
}
