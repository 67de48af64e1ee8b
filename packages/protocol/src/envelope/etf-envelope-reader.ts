import type { Envelope } from './envelope-reader.ts';
import { type Peek, parseEtfData, peekEtf } from './etf-peek.ts';

const NOTHING: Peek = { op: 0, s: null, t: null, d: null };

/** The outside of gateway messages in ETF, one after the other. One serves all connections of a thread. */
export class EtfEnvelopeReader implements Envelope {
  #peek: Peek = NOTHING;

  get op(): number {
    return this.#peek.op;
  }

  get s(): number | null {
    return this.#peek.s;
  }

  get t(): string | null {
    return this.#peek.t;
  }

  /** @throws DecodeError, EnvelopeError as {@link peekEtf} does */
  read(message: Buffer): void {
    this.#peek = peekEtf(message);
  }

  /**
   * Decodes `d` of the message that was read last; undefined when there is none.
   * @throws DecodeError, EnvelopeError
   */
  parseData(message: Buffer): unknown {
    return parseEtfData(message, this.#peek);
  }
}
