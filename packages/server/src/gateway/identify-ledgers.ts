import { IdentifyLedger, type IdentifyLimits } from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';
import type { SessionStartLimit } from './control.ts';

/** The identify counts of all applications. Bounded by the applications of the world. */
export class IdentifyLedgers {
  readonly #limits: IdentifyLimits;
  readonly #nowMs: () => number;
  readonly #ledgers = new Map<Snowflake, IdentifyLedger>();

  /** @param nowMs monotonic milliseconds */
  constructor(limits: IdentifyLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  takeBucket(applicationId: Snowflake, shardId: number): boolean {
    return this.#of(applicationId).takeBucket(shardId, this.#nowMs());
  }

  countStart(applicationId: Snowflake): boolean {
    return this.#of(applicationId).countStart(this.#nowMs());
  }

  sessionStartLimit(applicationId: Snowflake): SessionStartLimit {
    const ledger = this.#ledgers.get(applicationId) ?? new IdentifyLedger(this.#limits);
    return {
      total: this.#limits.startsPerWindow,
      remaining: ledger.remaining(this.#nowMs()),
      reset_after: Math.ceil(ledger.resetAfterMs(this.#nowMs())),
      max_concurrency: this.#limits.maxConcurrency,
    };
  }

  /** Those that have identified. */
  applications(): readonly Snowflake[] {
    return [...this.#ledgers.keys()];
  }

  /** The application is no more. */
  forget(applicationId: Snowflake): void {
    this.#ledgers.delete(applicationId);
  }

  #of(applicationId: Snowflake): IdentifyLedger {
    const known = this.#ledgers.get(applicationId);
    if (known !== undefined) return known;
    const ledger = new IdentifyLedger(this.#limits);
    this.#ledgers.set(applicationId, ledger);
    return ledger;
  }
}
