import type { Session, SessionSummary } from '../api/types.ts';

/** Seconds that are remembered. */
export const RATE_SECONDS = 30;

const QUIET: readonly number[] = Array.from({ length: RATE_SECONDS }, () => 0);

/** Events a second of each session, of the last half minute, oldest first. Reckoned from sequence numbers. */
export class Rates {
  readonly #bySession = new Map<string, readonly number[]>();

  of(sessionId: string): readonly number[] {
    return this.#bySession.get(sessionId) ?? QUIET;
  }

  /** A second is over. @param before the sessions as they were at its beginning */
  turn(summaries: readonly SessionSummary[], before: ReadonlyMap<string, Session>): void {
    const counts = new Map<string, number>();
    for (const { id, seq } of summaries) {
      const session = before.get(id);
      if (session !== undefined && seq > session.seq) counts.set(id, seq - session.seq);
    }
    for (const id of new Set([...this.#bySession.keys(), ...counts.keys()])) {
      const next = [...this.of(id).slice(1), counts.get(id) ?? 0];
      if (next.every((count) => count === 0)) this.#bySession.delete(id);
      else this.#bySession.set(id, next);
    }
  }

  forget(sessionId: string): void {
    this.#bySession.delete(sessionId);
  }
}
