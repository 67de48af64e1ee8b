import {
  type BudgetJudgement,
  type IdentifyBudget,
  limitOf,
  observeLimit,
  type SessionStartLimit,
  spendStart,
} from '@guildhall/protocol/client';
import { IdentifyBudgetError, SessionStartLimitError } from './errors.ts';
import type { IdentifyGate, Release } from './identify-gate.ts';

/** How much of the day's session starts is left. */
export interface IdentifyBudgetStatus extends SessionStartLimit {
  /** Starts that are not used. */
  readonly reserve: number;
  /** A shard was refused: it waits until the starts are back. */
  readonly refused: boolean;
}

export interface AllowanceOptions {
  /** What is known before anybody is asked. */
  readonly startLimit: SessionStartLimit;
  /** Starts to leave untouched; null: a twentieth of the total. */
  readonly reserve: number | null;
  /** Asks the API anew; null where there is none to ask. */
  readonly refresh: (() => Promise<SessionStartLimit>) | null;
  readonly onLow: (status: IdentifyBudgetStatus) => void;
  /** A refresh failed; the own count goes on. */
  readonly onStale: (error: unknown) => void;
}

/** Other processes spend from the same budget, so the own count is believed for so long only. */
const FRESH_MS = 300_000;
/** A shard is not sent away for hours on an answer that is older. */
const FRESH_TO_REFUSE_MS = 10_000;
const RESERVE_SHARE = 0.05;

/** The session starts of one application, as one process sees them. It outlives `close`, as Discord's count does. */
export class IdentifyAllowance {
  readonly #options: AllowanceOptions;
  #budget: IdentifyBudget;
  #observedAtMs = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | null = null;
  #toldLow = false;
  #toldRefused = false;

  constructor(options: AllowanceOptions) {
    this.#options = options;
    this.#budget = observeLimit(null, options.startLimit, Date.now());
  }

  get status(): IdentifyBudgetStatus {
    return { ...limitOf(this.#budget, Date.now()), reserve: this.#reserve, refused: this.#toldRefused };
  }

  /** Takes over what the API says. */
  observe(limit: SessionStartLimit): void {
    const nowMs = Date.now();
    this.#budget = observeLimit(this.#budget, limit, nowMs);
    this.#observedAtMs = nowMs;
  }

  /** @throws SessionStartLimitError when so many starts would touch the reserve */
  require(starts: number): void {
    this.#tell(false);
    const { status } = this;
    if (starts === 0 || status.remaining - starts >= status.reserve) return;
    throw new SessionStartLimitError(status.remaining, starts, status.reserve, status.resetAfterMs);
  }

  /** One start. @throws IdentifyBudgetError when it would touch the reserve */
  async spend(): Promise<void> {
    await this.#refreshOlderThan(FRESH_MS);
    let judgement = this.#take();
    if (judgement.type === 'refused') {
      await this.#refreshOlderThan(FRESH_TO_REFUSE_MS);
      judgement = this.#take();
    }
    this.#tell(judgement.type === 'refused');
    if (judgement.type === 'refused') throw new IdentifyBudgetError(judgement.retryAfterMs);
  }

  /** Judged and counted at once: shards that are let through together must not count on the same start. */
  #take(): BudgetJudgement {
    const nowMs = Date.now();
    const judgement = spendStart(this.#budget, this.#reserve, nowMs);
    if (judgement.type === 'granted') this.#budget = judgement.budget;
    return judgement;
  }

  async #refreshOlderThan(ms: number): Promise<void> {
    const { refresh } = this.#options;
    if (refresh === null || Date.now() - this.#observedAtMs <= ms) return;
    this.#refreshing ??= this.#refresh(refresh);
    await this.#refreshing;
  }

  async #refresh(refresh: () => Promise<SessionStartLimit>): Promise<void> {
    try {
      this.observe(await refresh());
    } catch (error) {
      // Not asked again for every shard while the API is away.
      this.#observedAtMs = Date.now();
      this.#options.onStale(error);
    } finally {
      this.#refreshing = null;
    }
  }

  get #reserve(): number {
    return this.#options.reserve ?? Math.floor(this.#budget.total * RESERVE_SHARE);
  }

  /** Once when it gets low, and once when it is used up; again after the starts have come back. */
  #tell(refused: boolean): void {
    const { status } = this;
    const isLow = status.remaining <= status.reserve + Math.floor(status.total * RESERVE_SHARE);
    if (!isLow) this.#toldRefused = false;
    const isNews = (isLow && !this.#toldLow) || (refused && !this.#toldRefused);
    this.#toldLow = isLow;
    this.#toldRefused ||= refused;
    if (isNews) this.#options.onLow({ ...status, refused });
  }
}

/** A gate behind which each grant is counted. */
export class AllowedIdentifyGate implements IdentifyGate {
  readonly #gate: IdentifyGate;
  readonly #allowance: IdentifyAllowance;

  constructor(gate: IdentifyGate, allowance: IdentifyAllowance) {
    this.#gate = gate;
    this.#allowance = allowance;
  }

  /** @throws IdentifyBudgetError */
  async acquire(shardId: number, signal: AbortSignal): Promise<Release> {
    const release = await this.#gate.acquire(shardId, signal);
    try {
      if (!signal.aborted) await this.#allowance.spend();
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }
}
