import type { Duplex } from 'node:stream';
import type { Timer, TimerWheel } from '../timer-wheel.ts';

/** What a valve does to the bytes. */
export type ValveMode =
  | { readonly kind: 'freeze' }
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  | { readonly kind: 'split'; readonly bytes: number }
  | { readonly kind: 'reset'; readonly bytes: number };

const DRIP_INTERVAL_MS = 50;

/** Sits between a connection and its socket and spoils what is written. */
export class Valve {
  readonly #socket: Duplex;
  readonly #wheel: TimerWheel;
  #mode: ValveMode;
  /** Waits to be let through, oldest first. */
  readonly #held: Buffer[] = [];
  #heldBytes = 0;
  #timer: Timer | null = null;
  #isDraining = false;
  /** Wait until nothing is held. */
  #onEmpty: (() => void)[] = [];

  constructor(socket: Duplex, wheel: TimerWheel, mode: ValveMode) {
    this.#socket = socket;
    this.#wheel = wheel;
    this.#mode = mode;
    this.#begin();
  }

  /** Bytes that wait here. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Calls back when all that waits here has been let through; never when that does not come. */
  onceEmpty(callback: () => void): void {
    if (this.#heldBytes === 0) callback();
    else this.#onEmpty.push(callback);
  }

  /** Another fault on the same connection. */
  change(mode: ValveMode): void {
    this.#mode = mode;
    this.#begin();
  }

  write(bytes: Buffer): void {
    if (this.#mode.kind === 'reset') {
      this.#writeUpTo(this.#mode.bytes, bytes);
      return;
    }
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
    this.#begin();
  }

  /** Nothing is let through any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#held.length = 0;
    this.#heldBytes = 0;
    this.#onEmpty = [];
  }

  #begin(): void {
    switch (this.#mode.kind) {
      case 'freeze':
        this.#socket.pause();
        return;
      case 'reset':
        this.#release(this.#heldBytes);
        if (this.#mode.bytes === 0) reset(this.#socket);
        return;
      case 'drip':
        this.#drip(this.#mode.bytesPerSecond);
        return;
      case 'split':
        if (!this.#isDraining) this.#drain();
        return;
    }
  }

  #writeUpTo(bytesLeft: number, bytes: Buffer): void {
    if (bytes.length < bytesLeft) {
      this.#mode = { kind: 'reset', bytes: bytesLeft - bytes.length };
      this.#socket.write(Buffer.from(bytes));
      return;
    }
    this.#mode = { kind: 'reset', bytes: 0 };
    if (bytesLeft === 0) reset(this.#socket);
    else this.#socket.write(Buffer.from(bytes.subarray(0, bytesLeft)), () => reset(this.#socket));
  }

  #drip(bytesPerSecond: number): void {
    if (this.#timer !== null || this.#heldBytes === 0) return;
    this.#timer = this.#wheel.schedule(DRIP_INTERVAL_MS, () => {
      this.#timer = null;
      if (this.#mode.kind !== 'drip') return;
      this.#release(Math.max(1, Math.floor((bytesPerSecond * DRIP_INTERVAL_MS) / 1_000)));
      this.#drip(bytesPerSecond);
    });
  }

  #drain(): void {
    if (this.#mode.kind !== 'split' || this.#heldBytes === 0) {
      this.#isDraining = false;
      return;
    }
    this.#isDraining = true;
    this.#release(this.#mode.bytes);
    setImmediate(() => this.#drain());
  }

  #release(bytes: number): void {
    let left = bytes;
    while (left > 0) {
      const [first] = this.#held;
      if (first === undefined) return;
      const piece = first.subarray(0, left);
      if (piece.length === first.length) this.#held.shift();
      else this.#held[0] = first.subarray(piece.length);
      this.#heldBytes -= piece.length;
      left -= piece.length;
      this.#socket.write(piece);
      if (this.#heldBytes === 0) for (const callback of this.#onEmpty.splice(0)) callback();
    }
  }
}

/** A TLS socket has no hand on its TCP connection: it ends without the farewell of TLS, which clients take for the same. */
function reset(socket: Duplex): void {
  if (!('encrypted' in socket) && 'resetAndDestroy' in socket && typeof socket.resetAndDestroy === 'function')
    socket.resetAndDestroy();
  else socket.destroy();
}
