import { Duplex } from 'node:stream';

/**
 * A socket whose kernel takes what it likes: a fast one has copied a chunk before `write` returns, a slow one still points
 * at the caller's memory until `drain` is called, as Node does when the kernel did not take all.
 */
export class FakeSocket extends Duplex {
  /** What has been sent, in order. */
  readonly sent: Buffer[] = [];
  isSlow = false;
  #held: { readonly chunk: Buffer; readonly taken: () => void } | null = null;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    if (this.isSlow) {
      this.#held = { chunk, taken };
      return;
    }
    this.sent.push(Buffer.from(chunk));
    taken();
  }

  /** The kernel has room for one more chunk. */
  takeOne(): void {
    const held = this.#held;
    this.#held = null;
    if (held === null) return;
    this.sent.push(Buffer.from(held.chunk));
    held.taken();
  }

  /** The kernel takes all that waits. */
  takeAll(): void {
    this.isSlow = false;
    while (this.#held !== null) this.takeOne();
  }
}
