import { SendError } from './errors.ts';
import type { SendLimiter } from './send-limiter.ts';

interface Waiting {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: SendError) => void;
}

/** The connection that commands may go to at the moment. */
interface Outlet {
  readonly write: (text: string) => void;
  readonly limiter: SendLimiter;
}

/**
 * Commands of one shard, in order. They wait here while the shard has no live session and while the limit is used
 * up; they outlive connections.
 */
export class CommandQueue {
  readonly #maxWaiting: number;
  readonly #waiting: Waiting[] = [];
  #outlet: Outlet | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves when the command has been given to a connection; nothing says that the gateway has read it.
   * @throws SendError `QUEUE_FULL`, or `CLOSED` when the shard is closed before its turn
   */
  push(text: string): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) {
      return Promise.reject(
        new SendError('QUEUE_FULL', `${this.#maxWaiting} commands wait already; see limits.maxQueuedSends`),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, resolve, reject });
      this.#drain();
    });
  }

  attach(outlet: Outlet): void {
    this.#outlet = outlet;
    this.#drain();
  }

  detach(): void {
    this.#outlet = null;
    this.#clearTimer();
  }

  /** Refuses all that wait; the shard is closed. */
  clear(): void {
    this.detach();
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new SendError('CLOSED', 'The shard was closed before the command could be sent'));
    }
  }

  #drain(): void {
    if (this.#outlet === null || this.#timer !== null) return;
    const { write, limiter } = this.#outlet;
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const nowMs = performance.now();
      const waitMs = limiter.waitMs(nowMs);
      if (waitMs > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = null;
          this.#drain();
        }, Math.ceil(waitMs));
        return;
      }
      this.#waiting.shift();
      limiter.noteSend(nowMs);
      write(next.text);
      next.resolve();
    }
  }

  #clearTimer(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}
