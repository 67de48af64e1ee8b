import type { Audience } from './audience.ts';
import { DispatchContext } from './dispatch-context.ts';
import { HandledSeq } from './handled-seq.ts';

/** Hands the events of one shard to those who listen. */
export class Delivery {
  readonly #shardId: number;
  /** Of the present session; null where nobody asks. */
  #handled: HandledSeq | null;

  constructor(shardId: number, tracksHandled: boolean) {
    this.#shardId = shardId;
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
  tell(
    audience: Audience,
    message: Buffer,
    data: unknown,
    seq: number,
    replayed: boolean,
    receivedAtMs: number,
  ): void {
    const context = new DispatchContext(this.#shardId, seq, replayed, receivedAtMs, message, this.#handled);
    context.enter();
    audience.hear(message, data, context);
    context.leave();
  }
}
