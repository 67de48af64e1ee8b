import type { BacklogStatus } from '../backlog.ts';
import type { LoopLag } from '../drift-watch.ts';
import type { IdentifyBudgetStatus } from '../identify-allowance.ts';
import type { WorkerReport } from '../workers/worker-report.ts';
import type { EventReport } from './event-tally.ts';
import type { ShardReport } from './shard-watch.ts';

/** `stopped`: the gateway refused for good. */
export type ClientStateName = 'idle' | 'opening' | 'open' | 'closing' | 'stopped';

/** A client as it was at one moment: plain data, without token and session ids. */
export interface ClientReport {
  readonly name: ClientStateName;
  /** In ms since the epoch. */
  readonly atMs: number;
  /** How many shards there are in all, here and elsewhere; null before that is known. */
  readonly shardCount: number | null;
  /** Those that run here, by rising id. */
  readonly shards: readonly ShardReport[];
  /** Threads of the option `workers`, by rising id; none where the shards run in this thread. */
  readonly workers: readonly WorkerReport[];
  /** By name, of all shards since the client was made; only those that have come. */
  readonly events: readonly EventReport[];
  /** Handlers that threw, or whose promise was rejected. */
  readonly handlerFailures: number;
  /** How far handlers and iterators are behind. */
  readonly backlog: BacklogStatus;
  readonly identifyBudget: IdentifyBudgetStatus;
  readonly loopLag: LoopLag;
}
