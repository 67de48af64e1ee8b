import { randomUUID } from 'node:crypto';
import { GuildhallOptionError } from '../../option-error.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { FaultControl, StandingPlan } from '../control.ts';
import {
  type FaultPlan,
  isOpeningFault,
  isRestFault,
  isSessionFault,
  type OpeningFault,
  type RestFault,
  readFaultPlan,
  type SessionFault,
} from './fault.ts';
import { FaultLog, type FaultRecord } from './fault-log.ts';

/** A session as plans see it. */
export interface FaultTarget {
  readonly applicationId: Snowflake;
  readonly shard: number;
  readonly sessionId: string;
}

export interface PlannedSessionFault {
  readonly planId: string;
  readonly fault: SessionFault;
  readonly afterEvents: number | null;
  readonly afterMs: number | null;
}

interface Standing {
  readonly id: string;
  readonly plan: FaultPlan;
  left: number;
}

const MAX_PLANS = 1_000;

/** The faults that are planned and have not been used up. */
export class FaultPlans implements FaultControl {
  readonly log: FaultLog;
  readonly #standing = new Map<string, Standing>();
  readonly #onSessionFault: () => void;

  /**
   * @param now milliseconds since 1970
   * @param onSessionFault there is one more for sessions, which those that are live may meet at once
   * @param onRecord a fault has met somebody
   */
  constructor(now: () => number, onSessionFault: () => void, onRecord: (record: FaultRecord) => void) {
    this.log = new FaultLog(now, onRecord);
    this.#onSessionFault = onSessionFault;
  }

  get records(): readonly FaultRecord[] {
    return this.log.records;
  }

  list(): readonly StandingPlan[] {
    return [...this.#standing.values()].map(({ id, plan, left }) => ({ ...plan, id, left }));
  }

  /** @throws GuildhallOptionError for a bad plan, or too many */
  add(value: FaultPlan): StandingPlan {
    const plan = readFaultPlan(value);
    if (this.#standing.size >= MAX_PLANS) {
      throw new GuildhallOptionError('plan', `one of ${MAX_PLANS} at most`, 'one more');
    }
    const standing: Standing = { id: randomUUID(), plan, left: plan.times ?? 1 };
    this.#standing.set(standing.id, standing);
    if (isSessionFault(plan.fault)) this.#onSessionFault();
    return { ...plan, id: standing.id, left: standing.left };
  }

  /** @returns false when there is no such plan any more */
  remove(id: string): boolean {
    return this.#standing.delete(id);
  }

  clear(): void {
    this.#standing.clear();
  }

  /** The next opening fault of one of these kinds, which is thereby used. */
  takeOpening<Kind extends OpeningFault['kind']>(
    ...kinds: readonly Kind[]
  ): Extract<OpeningFault, { readonly kind: Kind }> | null {
    for (const standing of this.#standing.values()) {
      const { fault } = standing.plan;
      if (!isOpeningFault(fault) || !kinds.includes(fault.kind as Kind)) continue;
      this.#use(standing, { applicationId: null, shard: null, sessionId: null });
      return fault as Extract<OpeningFault, { readonly kind: Kind }>;
    }
    return null;
  }

  /** Every fault that a session's connection is to meet; each is thereby used. */
  takeForSession(target: FaultTarget): readonly PlannedSessionFault[] {
    const taken: PlannedSessionFault[] = [];
    for (const standing of this.#standing.values()) {
      const { fault, applicationId, shard, sessionId, afterEvents, afterMs } = standing.plan;
      if (!isSessionFault(fault)) continue;
      if (applicationId !== undefined && applicationId !== target.applicationId) continue;
      if (shard !== undefined && shard !== target.shard) continue;
      if (sessionId !== undefined && sessionId !== target.sessionId) continue;
      this.#use(standing, target);
      taken.push({
        planId: standing.id,
        fault,
        afterEvents: afterEvents ?? null,
        afterMs: afterMs ?? null,
      });
    }
    return taken;
  }

  /** @param path behind the version */
  forRequest(applicationId: Snowflake, method: string, path: string): RestFault | null {
    for (const standing of this.#standing.values()) {
      const { plan } = standing;
      if (!isRestFault(plan.fault)) continue;
      if (plan.applicationId !== undefined && plan.applicationId !== applicationId) continue;
      if (plan.method !== undefined && plan.method !== method) continue;
      if (plan.path !== undefined && !path.startsWith(plan.path)) continue;
      this.#use(standing, { applicationId, shard: null, sessionId: null });
      return plan.fault;
    }
    return null;
  }

  #use(standing: Standing, met: { readonly [Name in keyof FaultTarget]: FaultTarget[Name] | null }): void {
    standing.left -= 1;
    if (standing.left === 0) this.#standing.delete(standing.id);
    this.log.record({ planId: standing.id, fault: standing.plan.fault, ...met });
  }
}
