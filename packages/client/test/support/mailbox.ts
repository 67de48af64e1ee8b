/** Values in order of arrival; who asks too early waits, who waits too long gets an error that says for what. */
export class Mailbox<T> {
  readonly #name: string;
  readonly #values: T[] = [];
  readonly #waiting: { readonly resolve: (value: T) => void; readonly timer: NodeJS.Timeout }[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  put(value: T): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#values.push(value);
      return;
    }
    clearTimeout(waiter.timer);
    waiter.resolve(value);
  }

  take(deadlineMs = 30_000): Promise<T> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift() as T);
    const late = new Error(`Nothing came within ${deadlineMs} ms: ${this.#name}`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const at = this.#waiting.findIndex((waiter) => waiter.resolve === resolve);
        this.#waiting.splice(at, 1);
        reject(late);
      }, deadlineMs);
      this.#waiting.push({ resolve, timer });
    });
  }

  /** What has arrived and has not been taken. */
  get waiting(): readonly T[] {
    return this.#values;
  }
}
