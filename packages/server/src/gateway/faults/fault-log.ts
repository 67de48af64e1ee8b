import type { Snowflake } from '../../world/entities.ts';
import type { Fault } from './fault.ts';

/** A fault that has met somebody, and what was seen of that client afterwards. */
export interface FaultRecord {
  readonly planId: string;
  readonly fault: Fault;
  readonly at: string;
  /** Null when nobody knew yet whose connection it was. */
  readonly applicationId: Snowflake | null;
  /** Shard id. */
  readonly shard: number | null;
  readonly sessionId: string | null;
  /** Oldest first: `closed 1006 by client`, `resumed`, `identified` … */
  readonly afterwards: readonly { readonly at: string; readonly what: string }[];
}

interface Entry extends FaultRecord {
  readonly atMs: number;
  readonly afterwards: { readonly at: string; readonly what: string }[];
}

const MAX_RECORDS = 1_000;
const MAX_NOTES = 20;
/** What a client does later has other causes. */
const NOTED_FOR_MS = 300_000;

/** The faults of late. The oldest are forgotten. */
export class FaultLog {
  readonly #now: () => number;
  readonly #onRecord: (record: FaultRecord) => void;
  readonly #entries: Entry[] = [];

  /**
   * @param now milliseconds since 1970
   * @param onRecord told of each record when it is made
   */
  constructor(now: () => number, onRecord: (record: FaultRecord) => void) {
    this.#now = now;
    this.#onRecord = onRecord;
  }

  get records(): readonly FaultRecord[] {
    return this.#entries.map(recordOf);
  }

  record(fault: Omit<FaultRecord, 'at' | 'afterwards'>): void {
    const atMs = this.#now();
    const entry: Entry = { ...fault, atMs, at: iso(atMs), afterwards: [] };
    this.#entries.push(entry);
    if (this.#entries.length > MAX_RECORDS) this.#entries.shift();
    this.#onRecord(recordOf(entry));
  }

  /** What a shard of an application was seen to do. */
  note(applicationId: Snowflake, shard: number, what: string): void {
    if (this.#entries.length === 0) return;
    const nowMs = this.#now();
    for (const entry of this.#entries) {
      if (nowMs - entry.atMs > NOTED_FOR_MS || entry.afterwards.length >= MAX_NOTES) continue;
      const isUnknown = entry.applicationId === null;
      if (isUnknown || (entry.applicationId === applicationId && (entry.shard ?? shard) === shard)) {
        entry.afterwards.push({ at: iso(nowMs), what });
      }
    }
  }
}

/** A copy, which later notes do not change. */
function recordOf({ atMs: _, ...record }: Entry): FaultRecord {
  return { ...record, afterwards: [...record.afterwards] };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
