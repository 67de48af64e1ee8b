import type { Audience } from './audience.ts';
import { DispatchContext } from './dispatch-context.ts';
import { HandledSeq } from './handled-seq.ts';
import type { ShardWatch } from './watching/shard-watch.ts';

/** Hands the events of one shard to those who listen. */
export class Delivery {
  readonly #shardId: number;
  readonly #watch: ShardWatch;
  /** Of the present session; null where nobody asks. */
  #handled: HandledSeq | null;

  constructor(shardId: number, watch: ShardWatch, tracksHandled: boolean) {
    this.#shardId = shardId;
    this.#watch = watch;
    this.#handled = tracksHandled ? new HandledSeq() : null;
  }

  /** What the handlers of the last session still do says nothing about the new one. */
  sessionBegan(): void {
    if (this.#handled !== null) this.#handled = new HandledSeq();
  }

  /** The last event that a resume need not repeat. */
  resumeSeq(handedOver: number): number {
    return this.#handled?.upTo(handedOver) ?? handedOver;
  }

  /** Hot path. @param data of the event; nothing where the audience wants none */
  tell(audience: Audience | null, message: Buffer, data: unknown, seq: number, replayed: boolean): void {
    this.#watch.noteHeard(audience !== null);
    if (audience === null) return;
    const receivedAtMs = this.#watch.vitals.lastFrameAtMs ?? 0;
    const context = new DispatchContext(this.#shardId, seq, replayed, receivedAtMs, message, this.#handled);
    context.enter();
    audience.hear(message, data, context);
    context.leave();
  }
}
