import { setTimeout as sleep } from 'node:timers/promises';
import { SharedBody } from '@guildhall/protocol';
import type { Gateway } from '@guildhall/server';
import type { RecordedEvent } from './replay-source.ts';

/** Events that wait for a client to read; beyond it no more are read from the file. */
const MAX_AHEAD = 1_000;

/** Plays events to one session, at their pace or as fast as it reads. */
export class Player {
  readonly #gateway: Gateway;
  readonly #sessionId: string;
  readonly #ahead: SharedBody[] = [];
  #isFed = false;
  #onRoom: (() => void) | null = null;
  #played = 0;

  constructor(gateway: Gateway, sessionId: string) {
    this.#gateway = gateway;
    this.#sessionId = sessionId;
  }

  /** How many events the session has been given. */
  get played(): number {
    return this.#played;
  }

  /**
   * Resolves when the session has been given all.
   * @param speed times as fast as recorded; 0 for as fast as the client reads
   * @throws the signal's reason
   */
  async play(events: AsyncIterable<RecordedEvent>, speed: number, signal: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    for await (const { afterMs, name, d } of events) {
      signal.throwIfAborted();
      if (speed > 0) await this.#until(startedMs + afterMs / speed, signal);
      this.#ahead.push(new SharedBody(name, JSON.stringify(d)));
      this.#feed();
      if (this.#ahead.length >= MAX_AHEAD) await this.#belowAhead(MAX_AHEAD / 2, signal);
    }
    await this.#belowAhead(1, signal);
  }

  async #until(dueMs: number, signal: AbortSignal): Promise<void> {
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await sleep(waitMs, undefined, { signal });
  }

  #feed(): void {
    if (this.#isFed) return;
    // The gateway may have taken all of it before `feed` returns.
    this.#isFed = true;
    if (!this.#gateway.feed(this.#sessionId, this.#take())) this.#isFed = false;
  }

  /** Taken from by the gateway, when the client has room. */
  *#take(): Generator<SharedBody> {
    for (let body = this.#ahead.shift(); body !== undefined; body = this.#ahead.shift()) {
      this.#played += 1;
      this.#onRoom?.();
      yield body;
    }
    this.#isFed = false;
  }

  /** Resolves when fewer wait. */
  async #belowAhead(count: number, signal: AbortSignal): Promise<void> {
    while (this.#ahead.length >= count) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = () => reject(signal.reason);
      this.#onRoom = resolve;
      signal.addEventListener('abort', onAbort, { once: true });
      await promise.finally(() => signal.removeEventListener('abort', onAbort));
    }
    this.#onRoom = null;
  }
}
