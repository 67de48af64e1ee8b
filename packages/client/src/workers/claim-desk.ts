import type { IdentifyGate, Release } from '../identify-gate.ts';

interface Claim {
  readonly controller: AbortController;
  release: Release | null;
}

/** Takes the claims of one worker to the gate of the main thread. */
export class ClaimDesk {
  readonly #gate: IdentifyGate;
  readonly #claims = new Map<number, Claim>();

  constructor(gate: IdentifyGate) {
    this.#gate = gate;
  }

  /**
   * Resolves when the claim is granted; never, when it is over before.
   * @throws what the gate threw
   */
  async claim(call: number, shardId: number): Promise<void> {
    const claim: Claim = { controller: new AbortController(), release: null };
    this.#claims.set(call, claim);
    const { signal } = claim.controller;
    try {
      const release = await this.#gate.acquire(shardId, signal);
      if (signal.aborted) release();
      else claim.release = release;
    } catch (error) {
      this.#claims.delete(call);
      throw error;
    }
  }

  /** Withdraws the claim, or gives its slot back. */
  over(call: number): void {
    const claim = this.#claims.get(call);
    this.#claims.delete(call);
    claim?.controller.abort();
    claim?.release?.();
  }

  /** The worker is gone. */
  allOver(): void {
    for (const call of [...this.#claims.keys()]) this.over(call);
  }
}
