import { isDispatchName } from '@guildhall/protocol/client';
import type { DispatchContext } from './dispatch-context.ts';
import type { Emitter, Listener } from './emitter.ts';
import type { GatewayEvents, RawEvents } from './events.ts';
import { type EventCount, type EventTally, isTimed, noteHandlers } from './watching/event-tally.ts';

/** Who hears an event. One that was taken before a handler came or went does not know of it. */
export interface Audience {
  /** Whether somebody wants what is in the message, so that it has to be parsed. */
  readonly wantsData: boolean;
  /**
   * Calls everybody, those of the bytes first.
   * @param message a view that is good during the call only; `context.raw()` copies it
   * @param data read before, when it is wanted: the bytes lie open to handlers
   */
  hear(message: Buffer, data: unknown, context: DispatchContext): void;
}

interface Known {
  /** Null: nobody. */
  readonly audience: Audience | null;
  readonly count: EventCount;
}

/** The audiences of all events, each put together once and kept until the handlers change. */
export class Audiences {
  readonly #emitter: Emitter<GatewayEvents>;
  readonly #rawEmitter: Emitter<RawEvents>;
  readonly #tally: EventTally;
  /** By documented name. */
  readonly #known = new Map<string, Known>();
  /** Of both emitters, when `#known` was right. */
  #changes = 0;

  constructor(emitter: Emitter<GatewayEvents>, rawEmitter: Emitter<RawEvents>, tally: EventTally) {
    this.#emitter = emitter;
    this.#rawEmitter = rawEmitter;
    this.#tally = tally;
  }

  /**
   * To be asked once for each event that comes, for this is where one that nobody hears is counted.
   * @returns null when nobody listens. Only `*` hears names that are not documented, for those have no type.
   */
  of(name: string): Audience | null {
    const changes = this.#emitter.changes + this.#rawEmitter.changes;
    if (changes !== this.#changes) {
      this.#known.clear();
      this.#changes = changes;
    }
    const { audience, count } = this.#known.get(name) ?? this.#learn(name);
    if (audience === null) count.skipped += 1;
    return audience;
  }

  #learn(name: string): Known {
    const count = this.#tally.of(name);
    const known = { audience: this.#gather(name, count), count };
    // Of the other names the server may make up as many as it likes.
    if (isDispatchName(name)) this.#known.set(name, known);
    return known;
  }

  #gather(name: string, count: EventCount): Audience | null {
    const emitter = this.#emitter;
    const rawEmitter = this.#rawEmitter;
    const documented = isDispatchName(name);
    const named: readonly Listener[] = documented ? emitter.listeners(name) : [];
    const all = emitter.listeners('*');
    const rawNamed: readonly Listener[] = documented ? rawEmitter.listeners(name) : [];
    const rawAll = rawEmitter.listeners('*');
    const wantsData = named.length > 0 || all.length > 0;
    if (!wantsData && rawNamed.length === 0 && rawAll.length === 0) return null;
    return {
      wantsData,
      hear: (message, data, context) => {
        if (wantsData) count.parsed += 1;
        else count.raw += 1;
        const startedAtMs = isTimed(count) ? performance.now() : 0;
        if (rawNamed.length > 0) rawEmitter.call(rawNamed, [message, context]);
        if (rawAll.length > 0) rawEmitter.call(rawAll, [name, message, context]);
        // The gateway is taken at its word about the shape of its events.
        if (named.length > 0) emitter.call(named, [data, context]);
        if (all.length > 0) emitter.call(all, [name, data, context]);
        if (startedAtMs > 0) noteHandlers(count, startedAtMs);
      },
    };
  }
}
