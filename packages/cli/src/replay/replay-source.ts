import { RecordingError, readRecording } from '../record/recording-reader.ts';

/** An event as it was recorded. */
export interface RecordedEvent {
  /** Milliseconds after READY. */
  readonly afterMs: number;
  readonly name: string;
  readonly d: unknown;
}

interface RecordedShard {
  /** `d` of its first READY. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly readyAtMs: number;
}

/** A recording, sorted out by shards. Its events are read from the file each time. */
export class ReplaySource {
  readonly #file: string;
  readonly #shards: ReadonlyMap<number, RecordedShard>;
  readonly #shardOfConnection: ReadonlyMap<number, number>;

  private constructor(
    file: string,
    shards: ReadonlyMap<number, RecordedShard>,
    shardOfConnection: ReadonlyMap<number, number>,
  ) {
    this.#file = file;
    this.#shards = shards;
    this.#shardOfConnection = shardOfConnection;
  }

  /** Looks through the whole file once. @throws RecordingError for one in which nobody got READY */
  static async open(file: string): Promise<ReplaySource> {
    const shards = new Map<number, RecordedShard>();
    const shardOfConnection = new Map<number, number>();
    const shardOfSession = new Map<unknown, number>();
    for await (const line of readRecording(file)) {
      if (line.kind === 'received' && line.t === 'READY') {
        const ready = line.d as Readonly<Record<string, unknown>>;
        const shard = Array.isArray(ready.shard) ? Number(ready.shard[0]) : 0;
        shardOfConnection.set(line.connection, shard);
        shardOfSession.set(ready.session_id, shard);
        if (!shards.has(shard)) shards.set(shard, { ready, readyAtMs: line.at });
      } else if (line.kind === 'sent' && line.op === RESUME) {
        const shard = shardOfSession.get((line.d as { readonly session_id?: unknown } | null)?.session_id);
        if (shard !== undefined) shardOfConnection.set(line.connection, shard);
      }
    }
    if (shards.size === 0) throw new RecordingError(`${file}: nobody got READY in it`);
    return new ReplaySource(file, shards, shardOfConnection);
  }

  /** Shard ids, rising. */
  get shards(): readonly number[] {
    return [...this.#shards.keys()].sort((a, b) => a - b);
  }

  /** `d` of READY; undefined for a shard that was not recorded. */
  ready(shard: number): Readonly<Record<string, unknown>> | undefined {
    return this.#shards.get(shard)?.ready;
  }

  /** Everything that a shard heard after READY, once, over all its connections. */
  async *events(shard: number): AsyncGenerator<RecordedEvent, void, undefined> {
    const recorded = this.#shards.get(shard);
    if (recorded === undefined) return;
    let lastSeq = 0;
    for await (const line of readRecording(this.#file)) {
      if (line.kind !== 'received' || line.op !== DISPATCH || line.t === null) continue;
      if (this.#shardOfConnection.get(line.connection) !== shard) continue;
      const seq = line.s ?? 0;
      // A new session counts from its READY; what a resume repeats has been told.
      if (line.t === 'READY') lastSeq = seq;
      if (seq <= lastSeq) continue;
      lastSeq = seq;
      if (line.t === 'RESUMED') continue;
      yield { afterMs: Math.max(0, line.at - recorded.readyAtMs), name: line.t, d: line.d };
    }
  }
}

const DISPATCH = 0;
const RESUME = 6;
