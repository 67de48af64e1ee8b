/** The truth about dispatches: what the server sent in each session, and how far each shard's handlers have come. */
import { expect } from './properties.ts';

/** Stands in a session's log where READY or RESUMED used up a sequence number. */
const NOT_AN_EVENT = 0;

interface Cursor {
  readonly sessionId: string;
  seq: number;
}

export class DeliveryRecord {
  /** Per session the event of each `s`; index 0 is unused. */
  readonly #logs = new Map<string, number[]>();
  readonly #cursors = new Map<number, Cursor>();
  #delivered = 0;
  #lastEvent = 0;

  /** Events handed to handlers so far. */
  get delivered(): number {
    return this.#delivered;
  }

  /** An event with an id of its own. */
  newEvent(): number {
    this.#lastEvent += 1;
    return this.#lastEvent;
  }

  sent(sessionId: string, seq: number, event: number | null): void {
    const log = this.#logs.get(sessionId) ?? [NOT_AN_EVENT];
    this.#logs.set(sessionId, log);
    log[seq] = event ?? NOT_AN_EVENT;
  }

  /** A process starts with what was stored, or with nothing. */
  processStarted(shardId: number, session: { readonly id: string; readonly seq: number } | null): void {
    if (session === null) this.#cursors.delete(shardId);
    else this.#cursors.set(shardId, { sessionId: session.id, seq: session.seq });
  }

  sessionBegan(shardId: number, sessionId: string, seq: number): void {
    const former = this.#cursors.get(shardId);
    expect(former === undefined, 'gap-is-announced', () => {
      return `shard ${shardId} began ${sessionId} while holding ${former?.sessionId}`;
    });
    this.#cursors.set(shardId, { sessionId, seq });
  }

  /** The shard has said that its session is lost, or its user has ended it. */
  sessionGivenUp(shardId: number): void {
    this.#cursors.delete(shardId);
  }

  handed(shardId: number, seq: number, event: number): void {
    const cursor = this.#advance(shardId, seq);
    const sent = this.#logs.get(cursor.sessionId)?.[seq];
    expect(sent === event, 'each-event-once-in-order', () => {
      return `shard ${shardId} was handed event ${event} as s=${seq} of ${cursor.sessionId}; the server sent ${sent}`;
    });
    this.#delivered += 1;
  }

  /** RESUMED closes the replay: nothing before it may be missing. */
  resumed(shardId: number, seq: number): void {
    this.#advance(shardId, seq);
  }

  /** What the shard would store now must be what its handlers have seen: no more, no less. */
  storable(shardId: number, session: { readonly id: string; readonly seq: number }): void {
    const cursor = this.#cursors.get(shardId);
    expect(
      cursor !== undefined &&
        cursor.sessionId === session.id &&
        cursor.seq <= session.seq &&
        this.#missing(cursor, session.seq + 1) === null,
      'each-event-once-in-order',
      () => `shard ${shardId} holds ${session.id} at s=${session.seq}; its handlers are at s=${cursor?.seq}`,
    );
  }

  /** Everything sent in the session has been handed over. */
  complete(shardId: number, sessionId: string): void {
    const cursor = this.#cursors.get(shardId);
    const log = this.#logs.get(sessionId) ?? [];
    const missing = cursor === undefined ? 1 : this.#missing(cursor, log.length);
    expect(cursor?.sessionId === sessionId && missing === null, 'complete-at-the-end', () => {
      return `shard ${shardId}: s=${missing} of ${log.length - 1} in ${sessionId} was never handed over`;
    });
  }

  #advance(shardId: number, seq: number): Cursor {
    const cursor = this.#cursors.get(shardId);
    if (cursor === undefined || seq <= cursor.seq) {
      expect(false, 'each-event-once-in-order', () => {
        return `shard ${shardId}: s=${seq} after s=${cursor?.seq} of ${cursor?.sessionId}`;
      });
      throw new Error('unreachable');
    }
    const missing = this.#missing(cursor, seq);
    expect(missing === null, 'each-event-once-in-order', () => {
      return `shard ${shardId}: s=${seq} came, s=${missing} of ${cursor.sessionId} did not`;
    });
    cursor.seq = seq;
    return cursor;
  }

  /** The first event after the cursor and before `endSeq`. */
  #missing(cursor: Cursor, endSeq: number): number | null {
    const log = this.#logs.get(cursor.sessionId);
    if (log === undefined) return null;
    for (let seq = cursor.seq + 1; seq < endSeq; seq += 1) {
      if (log[seq] !== NOT_AN_EVENT) return seq;
    }
    return null;
  }
}
