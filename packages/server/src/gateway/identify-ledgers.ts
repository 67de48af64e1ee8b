import { IdentifyLedger, type IdentifyLimits } from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import type { SessionStartLimit } from './control.ts';

/**
 * The identify counts of all applications. Bounded by the applications of the world, which keeps the day's starts: they
 * are counted by a monotonic clock, and kept by the calendar's.
 */
export class IdentifyLedgers {
  readonly #limits: IdentifyLimits;
  readonly #nowMs: () => number;
  readonly #world: World;
  readonly #ledgers = new Map<Snowflake, IdentifyLedger>();

  /** @param nowMs monotonic milliseconds */
  constructor(limits: IdentifyLimits, nowMs: () => number, world: World) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#world = world;
  }

  takeBucket(applicationId: Snowflake, shardId: number): boolean {
    return this.#of(applicationId).takeBucket(shardId, this.#nowMs());
  }

  countStart(applicationId: Snowflake): boolean {
    return this.#of(applicationId).countStart(this.#nowMs());
  }

  /** Lets the world keep what is counted. @throws WorldError UNKNOWN_APPLICATION, or when it takes no change */
  keep(applicationId: Snowflake): void {
    const { count, startedAtMs } = this.#of(applicationId).window;
    const ageMs = this.#nowMs() - startedAtMs;
    this.#world.sessionStarts.put({ id: applicationId, count, startedAtMs: this.#world.now() - ageMs });
  }

  sessionStartLimit(applicationId: Snowflake): SessionStartLimit {
    const ledger = this.#ledgers.get(applicationId) ?? this.#create(applicationId);
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
    const ledger = this.#create(applicationId);
    this.#ledgers.set(applicationId, ledger);
    return ledger;
  }

  #create(applicationId: Snowflake): IdentifyLedger {
    const kept = this.#world.sessionStarts.get(applicationId);
    if (kept === undefined) return new IdentifyLedger(this.#limits);
    // A calendar that was set back must not make the window longer than it is.
    const ageMs = Math.max(0, this.#world.now() - kept.startedAtMs);
    const window = { count: kept.count, startedAtMs: this.#nowMs() - ageMs };
    return new IdentifyLedger(this.#limits, window);
  }
}
