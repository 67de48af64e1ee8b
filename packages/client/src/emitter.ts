/** Takes the handler away again: call it, or let `using` do so. */
export type Remover = (() => void) & Disposable;

/** Arguments of each event by name. */
export type EventMap = { readonly [name: string]: readonly unknown[] };

export type Handler<Arguments extends readonly unknown[]> = (...args: Arguments) => unknown;

interface Entry {
  readonly handler: (...args: never[]) => unknown;
  readonly once: boolean;
}

/**
 * Handlers by event name, called in the order in which they were added. A handler's failure, thrown or rejected,
 * goes to `onFailure` and stops nobody else. One that is added or removed during an event does not change who
 * gets that event.
 */
export class Emitter<Events extends { readonly [Name in keyof Events]: readonly unknown[] }> {
  // Copied on every change, so that an event in progress walks a list that stays as it was.
  readonly #entries = new Map<keyof Events, readonly Entry[]>();
  readonly #onFailure: (event: keyof Events, error: unknown) => void;

  /** @param onFailure must not throw */
  constructor(onFailure: (event: keyof Events, error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  on<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): Remover {
    return this.#add(name, { handler, once: false });
  }

  once<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): Remover {
    return this.#add(name, { handler, once: true });
  }

  /** Removes the handler wherever it was added to this event; nothing happens when it was not. */
  off<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): void {
    this.#keep(name, (entry) => entry.handler !== handler);
  }

  has(name: keyof Events): boolean {
    return this.#entries.has(name);
  }

  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    const entries = this.#entries.get(name);
    if (entries === undefined) return;
    for (const entry of entries) {
      if (entry.once) this.#remove(name, entry);
      try {
        const result: unknown = Reflect.apply(entry.handler, undefined, args);
        if (isThenable(result)) result.then(undefined, (error: unknown) => this.#onFailure(name, error));
      } catch (error) {
        this.#onFailure(name, error);
      }
    }
  }

  #add(name: keyof Events, entry: Entry): Remover {
    this.#entries.set(name, [...(this.#entries.get(name) ?? []), entry]);
    const remove = (): void => this.#remove(name, entry);
    return Object.assign(remove, { [Symbol.dispose]: remove });
  }

  #remove(name: keyof Events, removed: Entry): void {
    this.#keep(name, (entry) => entry !== removed);
  }

  #keep(name: keyof Events, predicate: (entry: Entry) => boolean): void {
    const rest = (this.#entries.get(name) ?? []).filter(predicate);
    if (rest.length === 0) this.#entries.delete(name);
    else this.#entries.set(name, rest);
  }
}

interface Thenable {
  then(fulfilled: undefined, rejected: (error: unknown) => void): unknown;
}

function isThenable(value: unknown): value is Thenable {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
