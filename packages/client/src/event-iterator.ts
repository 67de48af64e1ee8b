import type { Backlog } from './backlog.ts';
import { IteratorOverflowError } from './event-errors.ts';

/**
 * What happens to an event that finds the buffer of an iterator full. `pause` (default): it is kept, and nothing is read
 * from the gateway until half of the buffer is free; nothing is lost. `drop-oldest`, `drop-newest`: one is lost.
 * `error`: the iteration ends with `IteratorOverflowError` behind what is in the buffer.
 */
export type IteratorOverflow = 'pause' | 'drop-oldest' | 'drop-newest' | 'error';

interface Item<Args> {
  readonly args: Args;
  /** Called when the event has been dealt with, or dropped. */
  readonly done: (() => void) | null;
}

/** `full`: ended by an overflow; what is in the buffer still comes, then the error. */
type State = 'open' | 'full' | 'ended';

/** Events in a bounded buffer, taken out one by one. An event counts as handled when the next one is asked for. */
export class EventIterator<Args extends readonly unknown[]> implements AsyncIterableIterator<Args> {
  readonly #name: string;
  readonly #maxBuffered: number;
  readonly #overflow: IteratorOverflow;
  readonly #backlog: Backlog;
  readonly #items: Item<Args>[] = [];
  readonly #takers: PromiseWithResolvers<IteratorResult<Args, undefined>>[] = [];
  readonly #onEnd: () => void;
  #state: State = 'open';
  #holds = false;
  #taken: Item<Args> | null = null;
  #dropped = 0;

  /** @param onEnd called once; no event comes after it */
  constructor(
    name: string,
    { maxBuffered, overflow }: { readonly maxBuffered: number; readonly overflow: IteratorOverflow },
    backlog: Backlog,
    onEnd: () => void,
  ) {
    this.#name = name;
    this.#maxBuffered = maxBuffered;
    this.#overflow = overflow;
    this.#backlog = backlog;
    this.#onEnd = onEnd;
  }

  /** Events that the overflow policy has dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Events in the buffer. */
  get buffered(): number {
    return this.#items.length;
  }

  next(): Promise<IteratorResult<Args, undefined>> {
    this.#finishTaken();
    const item = this.#takeItem();
    if (item !== null) return Promise.resolve({ value: item.args, done: false });
    if (this.#state === 'full') {
      this.#state = 'ended';
      return Promise.reject(new IteratorOverflowError(this.#name, this.#maxBuffered));
    }
    if (this.#state === 'ended') return Promise.resolve({ value: undefined, done: true });
    const taker = Promise.withResolvers<IteratorResult<Args, undefined>>();
    this.#takers.push(taker);
    return taker.promise;
  }

  /** Ends the iteration: `break` in a loop does this. What is in the buffer is let go. */
  return(): Promise<IteratorResult<Args, undefined>> {
    this.#finishTaken();
    while (this.#takeItem() !== null) this.#finishTaken();
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  put(args: Args, done: (() => void) | null): void {
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      this.#finishTaken();
      this.#taken = { args, done };
      taker.resolve({ value: args, done: false });
      return;
    }
    if (this.#items.length >= this.#maxBuffered && !this.#makeRoom()) {
      done?.();
      return;
    }
    this.#items.push({ args, done });
    this.#backlog.add();
  }

  /** No event comes any more; those in the buffer still do. */
  end(): void {
    if (this.#state === 'open') this.#stop('ended');
    for (const taker of this.#takers.splice(0)) taker.resolve({ value: undefined, done: true });
  }

  /** @returns whether the event that has come may be kept */
  #makeRoom(): boolean {
    switch (this.#overflow) {
      case 'pause':
        if (!this.#holds) {
          this.#holds = true;
          this.#backlog.hold();
        }
        return true;
      case 'drop-oldest':
        this.#items.shift()?.done?.();
        this.#backlog.remove();
        this.#dropped += 1;
        return true;
      case 'drop-newest':
        this.#dropped += 1;
        return false;
      case 'error':
        this.#stop('full');
        return false;
    }
  }

  #stop(state: 'full' | 'ended'): void {
    this.#state = state;
    this.#onEnd();
    this.#letGo();
  }

  #takeItem(): Item<Args> | null {
    const item = this.#items.shift() ?? null;
    if (item === null) return null;
    this.#taken = item;
    this.#backlog.remove();
    if (this.#items.length <= this.#maxBuffered / 2) this.#letGo();
    return item;
  }

  #finishTaken(): void {
    this.#taken?.done?.();
    this.#taken = null;
  }

  #letGo(): void {
    if (!this.#holds) return;
    this.#holds = false;
    this.#backlog.release();
  }
}
