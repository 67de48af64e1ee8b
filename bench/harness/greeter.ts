import { frameSize } from './websocket.ts';

export interface GreeterEvents {
  /** The upgrade has been answered. */
  upgraded(): void;
  /** One of the greetings, valid during the call. */
  message(payload: Buffer): void;
}

const HEAD_END = '\r\n\r\n';

/** Reads a connection's first bytes: the answer to the upgrade, then so many messages. */
export class Greeter {
  #pending: Buffer = Buffer.alloc(0);
  #state: 'head' | 'messages' = 'head';
  #awaited: number;

  constructor(messages: number) {
    this.#awaited = messages;
  }

  /** @returns null, or what follows the greetings */
  read(chunk: Buffer, events: GreeterEvents): Buffer | null {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    if (this.#state === 'head') {
      const end = this.#pending.indexOf(HEAD_END);
      if (end < 0) return null;
      this.#pending = this.#pending.subarray(end + HEAD_END.length);
      this.#state = 'messages';
      events.upgraded();
    }
    while (this.#awaited > 0) {
      const size = frameSize(this.#pending, 0);
      if (size === null || this.#pending.length < size.header + size.payload) return null;
      events.message(this.#pending.subarray(size.header, size.header + size.payload));
      this.#pending = this.#pending.subarray(size.header + size.payload);
      this.#awaited -= 1;
    }
    return this.#pending;
  }
}
