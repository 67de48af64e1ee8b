import type { GatewayControl, GatewayEvent, SessionSnapshot } from '../../gateway/control.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { SightingName } from './scenario.ts';

/** Something that was seen of the client. */
export interface Seen {
  /** Null for what only explains. */
  readonly name: SightingName | null;
  /** Monotonic. */
  readonly atMs: number;
  /** For people. */
  readonly text: string;
  /** What an expectation may ask for, and what a step may save. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The oldest are forgotten. */
const MAX_SEEN = 10_000;

/** Sees what the client does, and keeps it in order. */
export class Witness {
  readonly #applicationId: Snowflake;
  readonly #nowMs: () => number;
  readonly #seen: Seen[] = [];
  /** How many have been forgotten. */
  #forgotten = 0;
  /** The last number that a session was sent before it lost its connection. */
  readonly #lastSeqs = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  readonly #unwatch: () => void;

  constructor(control: GatewayControl, applicationId: Snowflake, nowMs: () => number) {
    this.#applicationId = applicationId;
    this.#nowMs = nowMs;
    this.#unwatch = control.watch((event) => this.#onEvent(event));
  }

  close(): void {
    this.#unwatch();
  }

  /** Where the next one will be. */
  get position(): number {
    return this.#forgotten + this.#seen.length;
  }

  /** Those from a position on, with their own. */
  *from(position: number): Generator<readonly [position: number, seen: Seen]> {
    for (let index = Math.max(0, position - this.#forgotten); index < this.#seen.length; index += 1) {
      const seen = this.#seen[index];
      if (seen !== undefined) yield [this.#forgotten + index, seen];
    }
  }

  /** Told of each one. @returns a function that removes the listener */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The client's process has ended. */
  exited(code: number | null, how: string): void {
    this.#note('exited', how, { code });
  }

  #note(name: SightingName | null, text: string, facts: Readonly<Record<string, unknown>> = {}): void {
    this.#seen.push({ name, atMs: this.#nowMs(), text, facts });
    if (this.#seen.length > MAX_SEEN) {
      this.#seen.shift();
      this.#forgotten += 1;
    }
    for (const listener of [...this.#listeners]) listener();
  }

  #onEvent(event: GatewayEvent): void {
    switch (event.kind) {
      case 'connection-opened': {
        const { kind: _, ...facts } = event;
        this.#note('connected', `connected to ${event.url}`, facts);
        return;
      }
      case 'upgrade-refused': {
        const { url, status } = event;
        this.#note(
          'upgrade-refused',
          `upgrade at ${url} ${status === null ? 'ignored' : `refused with ${status}`}`,
          {
            url,
            status,
          },
        );
        return;
      }
      case 'heartbeat':
        this.#note('heartbeat', 'heartbeat', { session: event.sessionId });
        return;
      case 'fault':
        this.#note(null, `met by the fault ${event.record.fault.kind}`);
        return;
      case 'application-revoked':
        if (event.applicationId === this.#applicationId)
          this.#note(null, `all sessions revoked: ${event.cause}`);
        return;
      case 'refused': {
        if (event.applicationId !== this.#applicationId) return;
        const { request, shard, code } = event;
        const how = code === null ? 'op 9' : code;
        this.#note('refused', `${request} of shard ${shard ?? '?'} refused with ${how}`, {
          request,
          shard,
          code: code ?? 0,
        });
        return;
      }
      default:
        if (event.session.applicationId === this.#applicationId) this.#onSessionEvent(event);
    }
  }

  #onSessionEvent(
    event: Extract<
      GatewayEvent,
      { kind: 'session-opened' | 'session-resumed' | 'session-closed' | 'session-ended' }
    >,
  ): void {
    const { session } = event;
    const facts = { session, shard: session.shard[0], compression: session.compression };
    switch (event.kind) {
      case 'session-opened':
        this.#note('identified', `identified: ${labelOf(session)}`, facts);
        return;
      case 'session-resumed': {
        const { seq, url } = event;
        const lastSeq = this.#lastSeqs.get(session.id) ?? null;
        const sent = lastSeq === null || lastSeq === seq ? '' : `, though ${lastSeq} was sent`;
        this.#note('resumed', `resumed: ${labelOf(session)} from seq ${seq}${sent}, at ${url}`, {
          ...facts,
          seq,
          url,
          lastSeq,
        });
        return;
      }
      case 'session-closed': {
        this.#lastSeqs.set(session.id, session.seq);
        const { close } = event;
        if (close === null) {
          this.#note(null, `${labelOf(session)} taken off its connection by op 9`);
          return;
        }
        const how = `${close.code ?? 'without a close frame'} by ${close.by}`;
        this.#note('closed', `closed ${how}: ${labelOf(session)} after seq ${session.seq}`, {
          ...facts,
          by: close.by,
          code: close.code ?? 0,
        });
        return;
      }
      case 'session-ended':
        this.#lastSeqs.delete(session.id);
        this.#note(null, `${labelOf(session)} is no more`);
    }
  }
}

/** Long enough to tell the sessions of a scenario apart. */
const SHOWN_ID_CHARS = 6;

function labelOf({ id, shard }: SessionSnapshot): string {
  return `session ${id.slice(0, SHOWN_ID_CHARS)}… of shard ${shard[0]}`;
}
