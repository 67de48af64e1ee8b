/** A clock with one timer that both stand still while nothing is read: what has not been read has not been late. */
export class ReadingTime {
  #passedMs = 0;
  /** Null while it stands. */
  #goingSinceMs: number | null = performance.now();
  #due: { readonly atMs: number; readonly task: () => void } | null = null;
  #timer: NodeJS.Timeout | undefined;

  get nowMs(): number {
    return this.#passedMs + (this.#goingSinceMs === null ? 0 : performance.now() - this.#goingSinceMs);
  }

  stand(stands: boolean): void {
    this.#passedMs = this.nowMs;
    this.#goingSinceMs = stands ? null : performance.now();
    this.#arm();
  }

  /** Replaces the task that waits. */
  after(ms: number, task: () => void): void {
    this.#due = { atMs: this.nowMs + ms, task };
    this.#arm();
  }

  cancel(): void {
    this.#due = null;
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const due = this.#due;
    if (due === null || this.#goingSinceMs === null) return;
    this.#timer = setTimeout(
      () => {
        this.#due = null;
        due.task();
      },
      Math.max(0, due.atMs - this.nowMs),
    );
  }
}
