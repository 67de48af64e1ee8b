import { type ShardEffect, type ShardInput, type ShardState, stepShard } from '@guildhall/protocol/client';

/** Feeds a shard's machine one input at a time. What comes while effects are carried out waits for its turn. */
export class MachineRunner {
  #state: ShardState;
  /** A handler that an effect has called may ask for more: to close, for one. */
  readonly #inputs: ShardInput[] = [];
  #stepping = false;
  readonly #carryOut: (effects: readonly ShardEffect[], before: ShardState) => void;

  /** @param carryOut is called with the effects of each step, when its state is the present one already */
  constructor(initial: ShardState, carryOut: (effects: readonly ShardEffect[], before: ShardState) => void) {
    this.#state = initial;
    this.#carryOut = carryOut;
  }

  /** Of now: each step brings another object. */
  get state(): ShardState {
    return this.#state;
  }

  input(input: ShardInput): void {
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    } finally {
      this.#stepping = false;
    }
  }

  #step(input: ShardInput): void {
    const before = this.#state;
    const { state, effects } = stepShard(before, input);
    this.#state = state;
    this.#carryOut(effects, before);
  }
}
