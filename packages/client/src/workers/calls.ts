/** Questions to another thread that have not been answered yet. */
export class Calls<Answer> {
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #last = 0;

  /** @param ask posts the question under this number */
  ask(ask: (call: number) => void): { readonly call: number; readonly answer: Promise<Answer> } {
    this.#last += 1;
    const call = this.#last;
    const settle = Promise.withResolvers<Answer>();
    this.#waiting.set(call, settle);
    ask(call);
    return { call, answer: settle.promise };
  }

  answer(call: number, answer: Answer): void {
    this.#take(call)?.resolve(answer);
  }

  refuse(call: number, error: unknown): void {
    this.#take(call)?.reject(error);
  }

  /** Nobody will answer. */
  refuseAll(error: unknown): void {
    for (const call of [...this.#waiting.keys()]) this.refuse(call, error);
  }

  #take(call: number): PromiseWithResolvers<Answer> | undefined {
    const settle = this.#waiting.get(call);
    this.#waiting.delete(call);
    return settle;
  }
}
