/** A connection's whole stream, made beforehand: frames as they stand on the wire, compressed in one context. */

import { type Payload, Payloads } from '../harness/payloads.ts';
import { type Compression, SyncCodec } from '../harness/sync-codec.ts';
import { frame } from '../harness/websocket.ts';

/** What of a stretch of events a client hears: a fifth of it, 3 of 100, or all. */
export type Hearing = 'messages' | 'members' | 'all';

/** The sum that a client's handlers come to: of the lengths of what they are told. */
export interface Expectation {
  readonly events: number;
  readonly checksum: number;
}

const NAMES = { messages: 'MESSAGE_CREATE', members: 'GUILD_MEMBER_UPDATE' } as const;

interface Event {
  readonly frame: Buffer;
  readonly name: string;
  readonly contentLength: number;
}

export class Recording {
  readonly hello: Buffer;
  readonly greetings: Buffer;
  /** Bytes of one event on average: as text, and on the wire. */
  readonly textBytes: number;
  readonly wireBytes: number;
  readonly #events: readonly Event[];

  constructor(compression: Compression, events: number, resumeGatewayUrl: string) {
    const payloads = new Payloads();
    const codec = compression === 'none' ? null : SyncCodec.compressor(compression);
    let textBytes = 0;
    const write = (payload: Payload): Buffer => {
      const text = Buffer.from(JSON.stringify(payload));
      textBytes += text.length;
      return codec === null ? frame(text, false) : frame(codec.push(text), true);
    };
    this.hello = write(payloads.hello());
    this.greetings = Buffer.concat(payloads.greetings(resumeGatewayUrl).map(write));
    textBytes = 0;
    this.#events = Array.from({ length: events }, () => {
      const payload = payloads.next();
      const { content } = payload.d as { readonly content?: string };
      return { frame: write(payload), name: payload.t ?? '', contentLength: content?.length ?? 0 };
    });
    this.textBytes = textBytes / events;
    this.wireBytes = this.#events.reduce((sum, event) => sum + event.frame.length, 0) / events;
  }

  /** The frames of a stretch, one by one. @throws RangeError beyond the end */
  frames(from: number, count: number): readonly Buffer[] {
    return this.#stretch(from, count).map((event) => event.frame);
  }

  expectation(from: number, count: number, hearing: Hearing): Expectation {
    const stretch = this.#stretch(from, count);
    const heard = hearing === 'all' ? stretch : stretch.filter(({ name }) => name === NAMES[hearing]);
    return {
      events: heard.length,
      checksum: heard.reduce(
        (sum, { name, contentLength }) => sum + (hearing === 'messages' ? contentLength : name.length),
        0,
      ),
    };
  }

  #stretch(from: number, count: number): readonly Event[] {
    if (from + count > this.#events.length) throw new RangeError('the recording has ended');
    return this.#events.slice(from, from + count);
  }
}
