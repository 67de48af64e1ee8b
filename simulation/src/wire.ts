/** One connection: two ordered byte streams, each with its own delays, and all the ways in which it can go wrong. */

import type { Random } from '@guildhall/protocol';
import { encodeClose, encodeText, FrameReader } from './frame-codec.ts';
import type { Timer, VirtualClock } from './virtual-clock.ts';

/** Who is told, by a reset, that a broken connection is broken. Nobody: it is half open at both ends. */
export interface Learners {
  readonly client: boolean;
  readonly server: boolean;
}

export type Direction = 'up' | 'down';

/** Delay of one direction: `minMs` + up to `jitterMs`, never overtaking what was written before. */
export interface Delay {
  readonly minMs: number;
  readonly jitterMs: number;
}

export interface EndHandlers {
  /** TCP stands and the upgrade is asked for. */
  connected(): void;
  opened(): void;
  text(text: string): void;
  /** `code` is null when no close frame was seen. Called once. */
  closed(code: number | null): void;
}

export interface WireOptions {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly up: Delay;
  readonly down: Delay;
  /** How long an end waits for the other's close frame before it drops the connection. */
  readonly closeDeadlineMs: number;
}

/** A write is carried as two pieces this often, so that readers meet partial frames. */
const SPLIT_PROBABILITY = 0.05;
const MAX_RESET_DELAY_MS = 300;

export class Wire {
  readonly client: End;
  readonly server: End;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #up: Pipe;
  readonly #down: Pipe;
  #broken = false;
  #impaired = false;
  #longestNapMs = 0;

  constructor({ clock, random, up, down, closeDeadlineMs }: WireOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#up = new Pipe(clock, random, up, () => this.server);
    this.#down = new Pipe(clock, random, down, () => this.client);
    this.client = new End(clock, this.#up, closeDeadlineMs);
    this.server = new End(clock, this.#down, closeDeadlineMs);
  }

  /** Bytes have been lost or held up: either end may rightly find the other silent. */
  get impaired(): boolean {
    return this.#impaired;
  }

  /** The longest time that the client's process stood still: the server may rightly find it silent. */
  get longestNapMs(): number {
    return this.#longestNapMs;
  }

  /** Whether the bytes of both directions arrive. */
  get carries(): boolean {
    return !this.#up.lost && !this.#down.lost;
  }

  /** Ends both directions at once: what is under way is lost. */
  sever(learners: Learners): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#impaired = true;
    this.#up.lose();
    this.#down.lose();
    if (learners.client) this.#reset(this.client);
    if (learners.server) this.#reset(this.server);
  }

  /** Severs the connection when this many more bytes of the direction have arrived. */
  cutAfter(direction: Direction, bytes: number, learners: Learners): void {
    this.#pipe(direction).cutAfter(bytes, () => this.sever(learners));
  }

  /** A cut that has not come yet does not come any more. */
  spare(): void {
    this.#up.spare();
    this.#down.spare();
  }

  /** From now on the bytes of one direction vanish, and nobody is told. */
  mute(direction: Direction): void {
    this.#impaired = true;
    this.#pipe(direction).lose();
  }

  /** Bytes written from now on arrive after the moment, in order. */
  stall(direction: Direction, untilMs: number): void {
    this.#impaired = true;
    this.#pipe(direction).stall(untilMs);
  }

  neglect(ms: number): void {
    this.#longestNapMs = Math.max(this.#longestNapMs, ms);
  }

  /** The TCP handshake; the upgrade may be asked for afterwards. */
  connect(): void {
    this.#up.run(() => this.#down.run(() => this.client.connect()));
  }

  /** The upgrade request, then `answer` decides at the server's door. */
  upgrade(answer: () => { readonly accepted: boolean; readonly answerAfterMs: number }): void {
    this.#up.run(() => {
      const { accepted, answerAfterMs } = answer();
      this.#down.stall(this.#clock.nowMs + answerAfterMs);
      this.#down.run(() => (accepted ? this.client.open() : this.client.finish(null)));
      if (accepted) this.server.open();
      else this.server.finish(null);
    });
  }

  #pipe(direction: Direction): Pipe {
    return direction === 'up' ? this.#up : this.#down;
  }

  #reset(end: End): void {
    this.#clock.schedule(this.#random.between(0, MAX_RESET_DELAY_MS), () => end.finish(null));
  }
}

/**
 * One side's hold on the connection.
 *
 *   dialing ──► open ──close()──► closing ──their close frame, or the deadline──► closed
 *                 └────────────── their close frame (echoed), a reset ───────────────┘
 */
export class End {
  readonly #clock: VirtualClock;
  readonly #out: Pipe;
  readonly #closeDeadlineMs: number;
  readonly #reader = new FrameReader();
  #handlers: EndHandlers | null = null;
  #state: 'dialing' | 'open' | 'closing' | 'closed' = 'dialing';
  #linger: Timer | null = null;

  constructor(clock: VirtualClock, out: Pipe, closeDeadlineMs: number) {
    this.#clock = clock;
    this.#out = out;
    this.#closeDeadlineMs = closeDeadlineMs;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** The upgrade has been seen, and the end not been closed. */
  get isEstablished(): boolean {
    return this.#state === 'open' || this.#state === 'closing';
  }

  attach(handlers: EndHandlers): void {
    this.#handlers = handlers;
  }

  /** Nothing that happens here is reported any more. */
  forget(): void {
    this.#handlers = null;
  }

  send(text: string): void {
    if (this.#state === 'open') this.#out.write(encodeText(text));
  }

  /** Sends a close frame, once, and waits for the other's no longer than the deadline. */
  close(code: number): void {
    if (this.#state === 'dialing') this.terminate();
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#out.write(encodeClose(code));
    this.#linger = this.#clock.schedule(this.#closeDeadlineMs, () => this.terminate());
  }

  /** Drops the connection; the other end is told by a reset, if the bytes still flow. */
  terminate(): void {
    if (this.#state === 'closed') return;
    this.#out.run((peer) => peer.finish(null));
    this.finish(null);
  }

  /** @internal the pipe's and the wire's side of an end */
  connect(): void {
    if (this.#state === 'dialing') this.#handlers?.connected();
  }

  /** @internal */
  open(): void {
    if (this.#state !== 'dialing') return;
    this.#state = 'open';
    this.#handlers?.opened();
  }

  /** @internal */
  receive(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      if (this.#state === 'closed' || this.#state === 'dialing') return;
      if (frame.kind === 'text') {
        this.#handlers?.text(frame.text);
        continue;
      }
      if (this.#state === 'open') this.#out.write(encodeClose(frame.code));
      this.finish(frame.code);
    }
  }

  /** @internal */
  finish(code: number | null): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    if (this.#linger !== null) this.#clock.cancel(this.#linger);
    this.#linger = null;
    this.#handlers?.closed(code);
  }
}

class Pipe {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #delay: Delay;
  readonly #receiver: () => End;
  #lastAtMs = 0;
  #lost = false;
  #bytesUntilCut = Number.POSITIVE_INFINITY;
  #onCut: (() => void) | null = null;

  constructor(clock: VirtualClock, random: Random, delay: Delay, receiver: () => End) {
    this.#clock = clock;
    this.#random = random;
    this.#delay = delay;
    this.#receiver = receiver;
  }

  get lost(): boolean {
    return this.#lost;
  }

  write(bytes: Buffer): void {
    if (this.#random.chance(SPLIT_PROBABILITY)) {
      const at = this.#random.integer(1, bytes.length - 1);
      this.#carry(bytes.subarray(0, at));
      this.#carry(bytes.subarray(at));
    } else {
      this.#carry(bytes);
    }
  }

  /** Runs the action when all that was written before has arrived. */
  run(action: (receiver: End) => void): void {
    this.#schedule(() => action(this.#receiver()));
  }

  stall(untilMs: number): void {
    this.#lastAtMs = Math.max(this.#lastAtMs, untilMs);
  }

  lose(): void {
    this.#lost = true;
  }

  spare(): void {
    this.#bytesUntilCut = Number.POSITIVE_INFINITY;
    this.#onCut = null;
  }

  cutAfter(bytes: number, onCut: () => void): void {
    if (this.#onCut !== null) return;
    this.#bytesUntilCut = bytes;
    this.#onCut = onCut;
  }

  #carry(bytes: Buffer): void {
    this.#schedule(() => {
      if (bytes.length <= this.#bytesUntilCut) {
        this.#bytesUntilCut -= bytes.length;
        this.#receiver().receive(bytes);
        return;
      }
      const arrived = bytes.subarray(0, this.#bytesUntilCut);
      this.#bytesUntilCut = 0;
      if (arrived.length > 0) this.#receiver().receive(arrived);
      this.#onCut?.();
    });
  }

  #schedule(action: () => void): void {
    if (this.#lost) return;
    const { minMs, jitterMs } = this.#delay;
    const atMs = Math.max(this.#lastAtMs, this.#clock.nowMs + minMs + this.#random.next() * jitterMs);
    this.#lastAtMs = atMs;
    this.#clock.scheduleAt(atMs, () => {
      if (!this.#lost) action();
    });
  }
}
