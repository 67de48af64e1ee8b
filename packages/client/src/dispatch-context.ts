import { RawGoneError } from './event-errors.ts';
import type { EventContext } from './events.ts';
import type { HandledSeq } from './handled-seq.ts';

/** The event whose message is being read: a buffer that all connections of the thread share holds it. */
let present: DispatchContext | null = null;

/** Made once for each event that somebody hears; what nobody asks for costs a field. */
export class DispatchContext implements EventContext {
  readonly shard: number;
  readonly seq: number;
  readonly replayed: boolean;
  readonly receivedAtMs: number;
  /** A view while the event is present, then a copy or nothing. */
  #message: Buffer;
  #copied = false;
  readonly #handled: HandledSeq | null;
  /** What its handlers returned; null where nobody asks. */
  #promises: PromiseLike<unknown>[] | null = null;

  constructor(
    shard: number,
    seq: number,
    replayed: boolean,
    receivedAtMs: number,
    message: Buffer,
    handled: HandledSeq | null,
  ) {
    this.shard = shard;
    this.seq = seq;
    this.replayed = replayed;
    this.receivedAtMs = receivedAtMs;
    this.#message = message;
    this.#handled = handled;
  }

  raw(): Buffer {
    if (this.#copied) return this.#message;
    if (present !== this) throw new RawGoneError(this.shard, this.seq);
    this.#message = Buffer.from(this.#message);
    this.#copied = true;
    return this.#message;
  }

  /** Its message is in the shared buffer from now on. */
  enter(): void {
    present = this;
  }

  /** The buffer is free for the next message. */
  leave(): void {
    present = null;
  }

  /** Settles when the event counts as handled; null when it does already. */
  get handling(): Promise<unknown> | null {
    return this.#promises === null ? null : Promise.allSettled(this.#promises);
  }

  /** The event counts as handled only when the returned function has been called. */
  hold(): () => void {
    if (this.#handled === null) return () => {};
    const { promise, resolve } = Promise.withResolvers<void>();
    this.handledAfter(promise);
    return resolve;
  }

  /** The event counts as handled only when the promise has settled. */
  handledAfter(promise: PromiseLike<unknown>): void {
    const { seq } = this;
    const handled = this.#handled;
    if (handled === null) return;
    handled.begin(seq);
    this.#promises ??= [];
    this.#promises.push(promise);
    const done = (): void => handled.done(seq);
    promise.then(done, done);
  }
}

/** Of the arguments of a handler; null where it hears no event of the gateway. */
export function contextOf(args: readonly unknown[]): DispatchContext | null {
  const last = args.at(-1);
  return last instanceof DispatchContext ? last : null;
}
