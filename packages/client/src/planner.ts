import type { GatewayDirectory } from './gateway-directory.ts';
import type { GatewayInfo } from './gateway-info.ts';
import { type IdentifyGate, LocalIdentifyGate } from './identify-gate.ts';
import type { ResolvedOptions, ShardSelection } from './options.ts';
import type { ShardPlan } from './shard-manager.ts';

export interface GatewayPlan extends ShardPlan {
  readonly maxConcurrency: number;
  /** What the API said with it; null where it was not asked. */
  readonly sessionStartLimit: GatewayInfo['sessionStartLimit'] | null;
}

/** Finds out where to connect, with how many shards and how many at once: from the options, else from the API. */
export class Planner {
  readonly #options: ResolvedOptions;
  readonly #directory: GatewayDirectory;
  #shards: ResolvedOptions['shards'];
  #gate: { readonly maxConcurrency: number; readonly gate: IdentifyGate } | null = null;

  constructor(options: ResolvedOptions, directory: GatewayDirectory) {
    this.#options = options;
    this.#directory = directory;
    this.#shards = options.shards;
  }

  /** Counts for every plan from now on. */
  choose(shards: ShardSelection): void {
    this.#shards = shards;
  }

  /**
   * @throws GatewayInfoError, TokenProviderError
   * @throws the signal's reason when it is aborted
   */
  async plan(signal: AbortSignal): Promise<GatewayPlan> {
    const { gatewayUrl, identify } = this.#options;
    const shards = this.#shards;
    if (gatewayUrl !== null) {
      const selection = shards === 'auto' ? allShards(1) : shards;
      return { ...selection, gatewayUrl, maxConcurrency: identify.maxConcurrency, sessionStartLimit: null };
    }
    const info = await this.#directory.info(signal);
    const { sessionStartLimit } = info;
    const selection = shards === 'auto' ? allShards(info.shards) : shards;
    const { maxConcurrency } = sessionStartLimit;
    return { ...selection, gatewayUrl: info.url, maxConcurrency, sessionStartLimit };
  }

  /** The gate outlives `close`: Discord counts its pause from the last identify, whoever sent it. */
  gateFor(maxConcurrency: number): IdentifyGate {
    const { gate, bucketMs } = this.#options.identify;
    if (gate !== null) return gate;
    if (this.#gate?.maxConcurrency !== maxConcurrency) {
      this.#gate = { maxConcurrency, gate: new LocalIdentifyGate(maxConcurrency, bucketMs) };
    }
    return this.#gate.gate;
  }
}

export function allShards(count: number): ShardSelection {
  return { ids: Array.from({ length: count }, (_, id) => id), count };
}
