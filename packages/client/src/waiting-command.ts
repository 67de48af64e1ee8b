import type { Payload } from './codec.ts';
import type { CommandRule, EncodedCommand } from './command.ts';
import { AbortedError, type GatewayClientError } from './errors.ts';

interface Caller {
  readonly command: EncodedCommand;
  readonly resolve: () => void;
  readonly reject: (error: GatewayClientError) => void;
  /** Stops listening to the signal. */
  readonly forget: () => void;
}

/**
 * One place in the queue. Several callers share the place of a presence: the last one's is sent, and what becomes of it
 * they all learn.
 */
export class WaitingCommand {
  readonly #callers: Caller[] = [];
  readonly #onEmpty: (command: WaitingCommand) => void;

  /** @param onEmpty told when the last caller has taken the command back */
  constructor(onEmpty: (command: WaitingCommand) => void) {
    this.#onEmpty = onEmpty;
  }

  /** Of the last caller who still wants it. */
  get command(): EncodedCommand | null {
    return this.#callers.at(-1)?.command ?? null;
  }

  get payload(): Payload {
    return this.command?.payload ?? '';
  }

  get rule(): CommandRule {
    return this.command?.rule ?? { type: 'none' };
  }

  /** How many share it. */
  get callers(): number {
    return this.#callers.length;
  }

  get isEmpty(): boolean {
    return this.callers === 0;
  }

  join(command: EncodedCommand, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#callers.splice(this.#callers.indexOf(caller), 1);
        reject(new AbortedError(signal?.reason));
        if (this.isEmpty) this.#onEmpty(this);
      };
      const forget = (): void => signal?.removeEventListener('abort', onAbort);
      const caller: Caller = { command, resolve, reject, forget };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#callers.push(caller);
    });
  }

  /** The command has been written. */
  settle(): void {
    for (const { resolve, forget } of this.#callers.splice(0)) {
      forget();
      resolve();
    }
  }

  /** What the caller of this command wanted has come about, and so has what those before wanted. */
  settleUpTo(command: EncodedCommand): void {
    const at = this.#callers.findIndex((caller) => caller.command === command);
    for (const { resolve, forget } of this.#callers.splice(0, at + 1)) {
      forget();
      resolve();
    }
  }

  refuse(error: GatewayClientError): void {
    for (const { reject, forget } of this.#callers.splice(0)) {
      forget();
      reject(error);
    }
  }
}
