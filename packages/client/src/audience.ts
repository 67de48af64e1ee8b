import { isDispatchName } from '@guildhall/protocol/client';
import type { Emitter, Listener } from './emitter.ts';
import type { EventContext, GatewayEvents, RawEvents } from './events.ts';

/** Who hears an event. One that was taken before a handler came or went does not know of it. */
export interface Audience {
  /** Whether somebody wants what is in the message, so that it has to be parsed. */
  readonly wantsData: boolean;
  /**
   * Calls everybody, those of the bytes first.
   * @param message a view that is good during the call only; `context.raw()` copies it
   * @param data read before, when it is wanted: the bytes lie open to handlers
   */
  hear(message: Buffer, data: unknown, context: EventContext): void;
}

/** The audiences of all events, each put together once and kept until the handlers change. */
export class Audiences {
  readonly #emitter: Emitter<GatewayEvents>;
  readonly #rawEmitter: Emitter<RawEvents>;
  /** By documented name; null: nobody. */
  readonly #known = new Map<string, Audience | null>();
  /** Of both emitters, when `#known` was right. */
  #changes = 0;

  constructor(emitter: Emitter<GatewayEvents>, rawEmitter: Emitter<RawEvents>) {
    this.#emitter = emitter;
    this.#rawEmitter = rawEmitter;
  }

  /** Null: nobody listens. Only `*` hears names that are not documented, for those have no type. */
  of(name: string): Audience | null {
    const changes = this.#emitter.changes + this.#rawEmitter.changes;
    if (changes !== this.#changes) {
      this.#known.clear();
      this.#changes = changes;
    }
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const audience = this.#gather(name);
    // Of the other names the server may make up as many as it likes.
    if (isDispatchName(name)) this.#known.set(name, audience);
    return audience;
  }

  #gather(name: string): Audience | null {
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
        if (rawNamed.length > 0) rawEmitter.call(rawNamed, [message, context]);
        if (rawAll.length > 0) rawEmitter.call(rawAll, [name, message, context]);
        // The gateway is taken at its word about the shape of its events.
        if (named.length > 0) emitter.call(named, [data, context]);
        if (all.length > 0) emitter.call(all, [name, data, context]);
      },
    };
  }
}
