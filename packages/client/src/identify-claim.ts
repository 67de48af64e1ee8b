import type { IdentifyGate, Release } from './identify-gate.ts';

/** One shard's dealings with the gate: at most one claim or slot at a time, given up by one call. */
export class IdentifyClaim {
  readonly #gate: IdentifyGate;
  readonly #shardId: number;
  #pending: AbortController | null = null;
  #release: Release | null = null;

  constructor(gate: IdentifyGate, shardId: number) {
    this.#gate = gate;
    this.#shardId = shardId;
  }

  /** Calls one of the two, or neither when the claim is given up first. */
  async request(onGranted: () => void, onRefused: (error: unknown) => void): Promise<void> {
    this.giveUp();
    const claim = new AbortController();
    this.#pending = claim;
    let release: Release;
    try {
      release = await this.#gate.acquire(this.#shardId, claim.signal);
    } catch (error) {
      if (!claim.signal.aborted) onRefused(error);
      return;
    }
    if (claim.signal.aborted) {
      release();
      return;
    }
    this.#release = release;
    onGranted();
  }

  /** Withdraws the claim, or gives the slot back. */
  giveUp(): void {
    this.#pending?.abort();
    this.#pending = null;
    this.#release?.();
    this.#release = null;
  }
}
