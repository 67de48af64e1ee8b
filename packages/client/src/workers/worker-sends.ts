import type { EncodedCommand, SendOptions } from '../command.ts';
import { AbortedError, SendError } from '../errors.ts';
import { Calls } from './calls.ts';
import type { ToWorker } from './messages.ts';

type Sending = Extract<ToWorker, { type: 'send' }>;

/** The thread that commands go to. `down`: another one is about to start. `gone`: none is. */
export interface SendThread {
  readonly name: 'up' | 'down' | 'gone';
  post(message: ToWorker): void;
}

/** Commands that a worker has been given, and those that wait for the next one. */
export class WorkerSends {
  readonly #thread: () => SendThread;
  readonly #maxWaiting: number;
  readonly #calls = new Calls<void>();
  #waiting: readonly Sending[] = [];

  constructor(maxWaiting: number, thread: () => SendThread) {
    this.#maxWaiting = maxWaiting;
    this.#thread = thread;
  }

  /** @throws SendError, AbortedError (as rejections) */
  async send(
    key: number,
    command: EncodedCommand,
    { priority = 'normal', signal }: SendOptions,
  ): Promise<void> {
    if (signal?.aborted) throw new AbortedError(signal.reason);
    const { payload, rule } = command;
    // A Buffer may be a piece of a larger one, all of which would cross.
    const own = typeof payload === 'string' ? payload : Buffer.from(new Uint8Array(payload).buffer);
    const { call, answer } = this.#calls.ask((call) =>
      this.#post({ type: 'send', key, call, command: { payload: own, rule }, priority }),
    );
    const takeBack = (): void => this.#takeBack(call);
    signal?.addEventListener('abort', takeBack, { once: true });
    try {
      await answer;
    } catch (error) {
      throw error instanceof AbortedError ? new AbortedError(signal?.reason) : error;
    } finally {
      signal?.removeEventListener('abort', takeBack);
    }
  }

  sent(call: number): void {
    this.#calls.answer(call);
  }

  unsent(call: number, error: unknown): void {
    this.#calls.refuse(call, error);
  }

  /** There is another thread. */
  deliver(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const sending of waiting) this.#post(sending);
  }

  /** The thread is gone: nobody answers. */
  refuseAll(error: SendError): void {
    this.#waiting = [];
    this.#calls.refuseAll(error);
  }

  #post(sending: Sending): void {
    const thread = this.#thread();
    if (thread.name === 'up') {
      thread.post(sending);
    } else if (thread.name === 'gone') {
      this.#calls.refuse(sending.call, new SendError('CLOSED', 'The worker of the shard is gone'));
    } else if (this.#waiting.length >= this.#maxWaiting) {
      const what = `${this.#maxWaiting} commands wait for a worker already; see limits.maxQueuedSends`;
      this.#calls.refuse(sending.call, new SendError('QUEUE_FULL', what));
    } else {
      this.#waiting = [...this.#waiting, sending];
    }
  }

  #takeBack(call: number): void {
    const rest = this.#waiting.filter((sending) => sending.call !== call);
    if (rest.length < this.#waiting.length) {
      this.#waiting = rest;
      this.#calls.refuse(call, new AbortedError());
    } else {
      this.#thread().post({ type: 'take-back', call });
    }
  }
}
