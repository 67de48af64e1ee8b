import { AbortedError } from '../errors.ts';
import type { IdentifyGate, Release } from '../identify-gate.ts';
import type { Logger } from '../logger.ts';
import type { ShardSettings } from '../shard-settings.ts';
import { Calls } from './calls.ts';
import type { FromWorker, ToWorker } from './messages.ts';

type Post = (message: FromWorker) => void;

/** The one gate of all threads: it is in the main thread, and so is the count of session starts. */
export class GateOfMainThread implements IdentifyGate {
  readonly #post: Post;
  readonly #calls = new Calls<void>();

  constructor(post: Post) {
    this.#post = post;
  }

  /** @throws IdentifyBudgetError, AbortedError, or what a gate of the user's own threw */
  async acquire(shardId: number, signal: AbortSignal): Promise<Release> {
    if (signal.aborted) throw new AbortedError(signal.reason);
    const { call, answer } = this.#calls.ask((call) => this.#post({ type: 'claim', call, shardId }));
    let isOver = false;
    const giveUp = (): void => {
      if (isOver) return;
      isOver = true;
      this.#post({ type: 'claim-over', call });
    };
    const onAbort = (): void => {
      giveUp();
      this.#calls.refuse(call, new AbortedError(signal.reason));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await answer;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    return giveUp;
  }

  granted(call: number): void {
    this.#calls.answer(call);
  }

  refused(call: number, error: unknown): void {
    this.#calls.refuse(call, error);
  }
}

/** The token as the main thread knows it; only that asks a provider. */
export class TokenOfMainThread implements Pick<ShardSettings['tokens'], 'current' | 'renews' | 'renew'> {
  current: string;
  readonly renews: boolean;
  readonly #post: Post;
  readonly #calls = new Calls<boolean>();

  constructor(current: string, renews: boolean, post: Post) {
    this.current = current;
    this.renews = renews;
    this.#post = post;
  }

  /** The signal is looked at by the main thread, which answers in any case. @throws TokenProviderError */
  renew(rejected: string): Promise<boolean> {
    return this.#calls.ask((call) => this.#post({ type: 'renew', call, rejected })).answer;
  }

  answered({ call, renewed }: Extract<ToWorker, { type: 'renewed' }>): void {
    this.#calls.answer(call, renewed);
  }

  refused(call: number, error: unknown): void {
    this.#calls.refuse(call, error);
  }
}

/** Writes with the main thread's logger. */
export function loggerOfMainThread(post: Post): Logger {
  const level =
    (name: keyof Logger) =>
    (fields: object, message: string): void =>
      post({ type: 'log', level: name, fields, message });
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}
