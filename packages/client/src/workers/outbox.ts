import type { Backlog } from '../backlog.ts';
import { BATCH_BYTES, type BatchedEvent, BatchWriter } from './event-batch.ts';
import type { FromWorker } from './messages.ts';

export type Post = (messages: readonly FromWorker[], transfer: readonly ArrayBuffer[]) => void;

/** While as many batches have not been handed over yet, events are gathered: the busier the main thread, the larger are they. */
const MAX_EAGER_BATCHES = 2;
/** Bytes that may wait to be handed over before nothing more is read. */
const MAX_WAITING_BYTES = 4 * 2 ** 20;
const MAX_SPARES = 4;

/**
 * What a worker tells the main thread: all of a turn in one go, in order, so that what belongs together is seen together.
 * Events go by transfer. Those that have not been handed over yet count in the worker's backlog, which sheds or pauses.
 */
export class Outbox {
  readonly #post: Post;
  readonly #backlog: Backlog;
  readonly #spares: ArrayBuffer[] = [];
  readonly #writer = new BatchWriter(() => this.#spares.pop());
  #messages: FromWorker[] = [];
  #transfer: ArrayBuffer[] = [];
  /** Lengths of the batches that have not been handed over, oldest first. */
  readonly #underWay: number[] = [];
  #waitingBytes = 0;
  #holds = false;
  #flushing = false;

  constructor(post: Post, backlog: Backlog) {
    this.#post = post;
    this.#backlog = backlog;
  }

  /** Hot path. */
  add(message: Buffer, event: BatchedEvent): void {
    if (!this.#writer.fits(message)) {
      this.#seal();
      this.#flush();
    }
    this.#writer.add(message, event);
    this.#backlog.add();
    this.#flushLater();
  }

  post(message: FromWorker): void {
    this.#seal();
    this.#messages.push(message);
    this.#flushLater();
  }

  /** The oldest batch is done. */
  handedOver(count: number, buffer: ArrayBuffer): void {
    this.#waitingBytes -= this.#underWay.shift() ?? 0;
    if (buffer.byteLength === BATCH_BYTES && this.#spares.length < MAX_SPARES) this.#spares.push(buffer);
    if (this.#writer.count > 0) this.#flushLater();
    if (this.#holds && this.#waitingBytes <= MAX_WAITING_BYTES / 2) {
      this.#holds = false;
      this.#backlog.release();
    }
    for (let left = count; left > 0; left -= 1) this.#backlog.remove();
  }

  #flushLater(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      if (this.#messages.length > 0 || this.#underWay.length < MAX_EAGER_BATCHES) {
        this.#seal();
        this.#flush();
      }
    });
  }

  /** What comes next goes behind the events that are there. */
  #seal(): void {
    const batch = this.#writer.take();
    if (batch === null) return;
    this.#messages.push({ type: 'events', ...batch });
    this.#transfer.push(batch.buffer);
    this.#underWay.push(batch.byteLength);
    this.#waitingBytes += batch.byteLength;
    if (this.#holds || this.#waitingBytes <= MAX_WAITING_BYTES) return;
    this.#holds = true;
    this.#backlog.hold();
  }

  #flush(): void {
    if (this.#messages.length === 0) return;
    const messages = this.#messages;
    const transfer = this.#transfer;
    this.#messages = [];
    this.#transfer = [];
    this.#post(messages, transfer);
  }
}
