/** As many ends within so long are a fault that another thread will not mend. */
const MAX_RESTARTS = 5;
const WINDOW_MS = 60_000;
const BASE_MS = 250;

/** Says when another thread takes the place of one that has ended: the first at once, the next ones ever later. */
export class RestartGovernor {
  readonly #now: () => number;
  #endedAtMs: readonly number[] = [];

  /** @param now ms of a clock that nobody sets */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns how long to wait, in ms; null: no other thread is to be started */
  next(): number | null {
    const nowMs = this.#now();
    const recent = this.#endedAtMs.filter((atMs) => nowMs - atMs < WINDOW_MS);
    this.#endedAtMs = [...recent, nowMs];
    if (recent.length >= MAX_RESTARTS) return null;
    return recent.length === 0 ? 0 : BASE_MS * 2 ** (recent.length - 1);
  }

  /** What was is forgotten. */
  reset(): void {
    this.#endedAtMs = [];
  }
}
