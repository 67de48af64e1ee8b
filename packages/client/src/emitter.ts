/** Takes the handler away again: call it, or let `using` do so. */
export type Remover = (() => void) & Disposable;

/** Arguments of each event by name. */
export type EventMap = { readonly [name: string]: readonly unknown[] };

export type Handler<Arguments extends readonly unknown[]> = (...args: Arguments) => unknown;

/** One handler as it was added. */
export interface Listener {
  readonly event: PropertyKey;
  readonly handler: (...args: never[]) => unknown;
  /** The handler by which `off` finds it. */
  readonly given: (...args: never[]) => unknown;
  readonly once: boolean;
}

/** What becomes of handlers' results. None of these may throw. */
export interface Outcomes {
  /** A handler threw, or its promise was rejected. @param args it got */
  failed(event: PropertyKey, error: unknown, args: readonly unknown[]): void;
  /** A handler has returned a promise. Null: nobody wants to know. */
  readonly pending: ((promise: PromiseLike<unknown>, args: readonly unknown[]) => void) | null;
}

const NOBODY: readonly Listener[] = [];

/**
 * Handlers by event name, called in the order in which they were added. A handler's failure, thrown or rejected,
 * goes to `outcomes` and stops nobody else. One that is added or removed during an event does not change who
 * gets that event.
 */
export class Emitter<Events extends { readonly [Name in keyof Events]: readonly unknown[] }> {
  // Copied on every change, so that an event in progress walks a list that stays as it was.
  readonly #listeners = new Map<PropertyKey, readonly Listener[]>();
  readonly #outcomes: Outcomes;
  readonly #changed: (event: PropertyKey) => void;
  #changes = 0;

  /** @param changed told of each event whose handlers have come or gone */
  constructor(outcomes: Outcomes, changed: (event: PropertyKey) => void = () => {}) {
    this.#outcomes = outcomes;
    this.#changed = changed;
  }

  /** @param given by which `off` finds it; default: the handler itself */
  on<Name extends keyof Events>(
    name: Name,
    handler: Handler<Events[Name]>,
    given: Handler<Events[Name]> = handler,
  ): Remover {
    return this.#add({ event: name, handler, given, once: false });
  }

  once<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): Remover {
    return this.#add({ event: name, handler, given: handler, once: true });
  }

  /** Removes the handler wherever it was added to this event; nothing happens when it was not. */
  off<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): void {
    this.#keep(name, (listener) => listener.given !== handler);
  }

  /** How often handlers have come or gone. While it stays, so do all lists. */
  get changes(): number {
    return this.#changes;
  }

  has(name: keyof Events): boolean {
    return this.#listeners.has(name);
  }

  /** Events that have a handler. */
  get names(): Iterable<PropertyKey> {
    return this.#listeners.keys();
  }

  /** Who would hear an event now. The list stays as it is when handlers come or go. */
  listeners(name: keyof Events): readonly Listener[] {
    return this.#listeners.get(name) ?? NOBODY;
  }

  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    this.call(this.listeners(name), args);
  }

  /** @param listeners of an event of this emitter whose arguments these are */
  call(listeners: readonly Listener[], args: readonly unknown[]): void {
    for (const listener of listeners) {
      if (listener.once) this.#remove(listener);
      try {
        const result: unknown = Reflect.apply(listener.handler, undefined, args);
        if (isThenable(result)) {
          result.then(undefined, (error: unknown) => this.#outcomes.failed(listener.event, error, args));
          this.#outcomes.pending?.(result, args);
        }
      } catch (error) {
        this.#outcomes.failed(listener.event, error, args);
      }
    }
  }

  #add(listener: Listener): Remover {
    this.#listeners.set(listener.event, [...(this.#listeners.get(listener.event) ?? NOBODY), listener]);
    this.#changes += 1;
    this.#changed(listener.event);
    const remove = (): void => this.#remove(listener);
    return Object.assign(remove, { [Symbol.dispose]: remove });
  }

  #remove(removed: Listener): void {
    this.#keep(removed.event, (listener) => listener !== removed);
  }

  #keep(event: PropertyKey, predicate: (listener: Listener) => boolean): void {
    const rest = (this.#listeners.get(event) ?? NOBODY).filter(predicate);
    if (rest.length === 0) this.#listeners.delete(event);
    else this.#listeners.set(event, rest);
    this.#changes += 1;
    this.#changed(event);
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
