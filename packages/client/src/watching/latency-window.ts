/** What the last heartbeats of a shard took, in ms; null before the first acknowledgement. */
export interface LatencyReport {
  readonly lastMs: number | null;
  readonly meanMs: number | null;
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
  /** Of all acknowledgements, not only of the last ones. */
  readonly count: number;
  readonly sumMs: number;
}

/** More than an hour of Discord's interval, and the fewest of which the 99th percentile is not the maximum. */
const SAMPLES = 128;

/** The times of the last heartbeats: a ring, so that what was bad last week is forgotten. */
export class LatencyWindow {
  /** Made with the first sample: a shard that never gets so far holds none. */
  #samples: Float32Array | null = null;
  #count = 0;
  #sumMs = 0;

  note(ms: number): void {
    this.#samples ??= new Float32Array(SAMPLES);
    this.#samples[this.#count % SAMPLES] = ms;
    this.#count += 1;
    this.#sumMs += ms;
  }

  /** Mean and percentiles are of the last 128. */
  get report(): LatencyReport {
    const count = this.#count;
    const sumMs = this.#sumMs;
    const samples = this.#samples;
    if (samples === null) return { lastMs: null, meanMs: null, medianMs: null, p99Ms: null, count, sumMs };
    const sorted = samples.slice(0, Math.min(count, SAMPLES)).sort();
    return {
      lastMs: samples[(count - 1) % SAMPLES] ?? null,
      meanMs: sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length,
      medianMs: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      count,
      sumMs,
    };
  }
}

/** The smallest sample that so great a share of all does not exceed. */
function percentile(sorted: Float32Array, share: number): number | null {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? null;
}
