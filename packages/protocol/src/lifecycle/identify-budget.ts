/**
 * What a client knows of its session starts: `session_start_limit` of `GET /gateway/bot`, counted on by itself.
 * At the end of them Discord ends every session of the application and resets its token.
 * @see https://docs.discord.com/developers/events/gateway#session-start-limit-object
 */
export interface IdentifyBudget {
  readonly total: number;
  readonly remaining: number;
  /** When `remaining` is `total` again; null while it is. */
  readonly resetAtMs: number | null;
}

/** As the REST API answers; plain data that a store may keep. */
export interface SessionStartLimit {
  readonly total: number;
  readonly remaining: number;
  readonly resetAfterMs: number;
}

export type BudgetJudgement =
  | { readonly type: 'granted'; readonly budget: IdentifyBudget }
  | { readonly type: 'refused'; readonly retryAfterMs: number };

const WINDOW_MS = 86_400_000;
/** A reset that is further away is not believed. */
const MAX_RESET_AFTER_MS = 7 * WINDOW_MS;
/** Discord may say 0 while the starts are not back yet. */
const MIN_RESET_AFTER_MS = 5_000;

/**
 * The budget after the API has been asked. Starts of other processes are seen here; our own of the last seconds may be
 * missing from the answer, so within a window it never gives back what has been counted.
 */
export function observeLimit(
  before: IdentifyBudget | null,
  { total, remaining, resetAfterMs }: SessionStartLimit,
  nowMs: number,
): IdentifyBudget {
  const known = before === null ? null : current(before, nowMs);
  const spent = known === null ? 0 : known.total - known.remaining;
  const left = Math.max(0, Math.min(remaining, total - spent));
  if (left >= total) return { total, remaining: total, resetAtMs: null };
  const afterMs = Math.min(Math.max(resetAfterMs, MIN_RESET_AFTER_MS), MAX_RESET_AFTER_MS);
  return { total, remaining: left, resetAtMs: nowMs + afterMs };
}

export function limitOf(budget: IdentifyBudget, nowMs: number): SessionStartLimit {
  const { total, remaining, resetAtMs } = current(budget, nowMs);
  return { total, remaining, resetAfterMs: resetAtMs === null ? 0 : resetAtMs - nowMs };
}

/** One start, if at least `reserve` are left after it. */
export function spendStart(before: IdentifyBudget, reserve: number, nowMs: number): BudgetJudgement {
  const budget = current(before, nowMs);
  const { remaining, resetAtMs } = budget;
  if (remaining - 1 < reserve) {
    return { type: 'refused', retryAfterMs: resetAtMs === null ? WINDOW_MS : resetAtMs - nowMs };
  }
  return {
    type: 'granted',
    budget: { ...budget, remaining: remaining - 1, resetAtMs: resetAtMs ?? nowMs + WINDOW_MS },
  };
}

function current(budget: IdentifyBudget, nowMs: number): IdentifyBudget {
  const { total, resetAtMs } = budget;
  if (resetAtMs === null || nowMs < resetAtMs) return budget;
  return { total, remaining: total, resetAtMs: null };
}
