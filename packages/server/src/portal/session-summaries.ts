import type { SessionSnapshot } from '../gateway/control.ts';

/** What of a session changes all the time. */
export type SessionSummary = Pick<
  SessionSnapshot,
  'id' | 'state' | 'seq' | 'lastHeartbeatAt' | 'heartbeatLateMs' | 'replayBuffer' | 'traffic'
>;

/** Sessions in one turn. When more have changed, the others come in the next. */
const MAX_PER_TURN = 500;

/** Sums up the sessions that are not any more what was told of them last. */
export class SessionSummaries {
  /** By session id. */
  readonly #told = new Map<string, string>();
  #next = 0;

  /** @param sessions all there are */
  turn(sessions: readonly SessionSnapshot[]): readonly SessionSummary[] {
    const changed: SessionSummary[] = [];
    let looked = 0;
    for (; looked < sessions.length && changed.length < MAX_PER_TURN; looked += 1) {
      const session = sessions[(this.#next + looked) % sessions.length];
      if (session === undefined) continue;
      const { id, state, seq, lastHeartbeatAt, heartbeatLateMs, replayBuffer, traffic } = session;
      const said = `${state} ${seq} ${lastHeartbeatAt} ${traffic.sentBytes}`;
      if (this.#told.get(id) === said) continue;
      this.#told.set(id, said);
      changed.push({ id, state, seq, lastHeartbeatAt, heartbeatLateMs, replayBuffer, traffic });
    }
    this.#next = sessions.length === 0 ? 0 : (this.#next + looked) % sessions.length;
    return changed;
  }

  /** The session is no more. */
  forget(sessionId: string): void {
    this.#told.delete(sessionId);
  }
}
