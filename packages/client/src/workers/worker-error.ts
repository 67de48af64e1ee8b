import { GatewayClientError, messageOf } from '../errors.ts';

/** A worker thread has ended by itself. `cause` is the error that it ended with, where there was one. */
export class WorkerLostError extends GatewayClientError {
  override readonly name = 'WorkerLostError';
  readonly code = 'WORKER_LOST';
  /** Number of the thread: 0..workers - 1. */
  readonly worker: number;
  /** Ids of the shards that ran in it. */
  readonly shardIds: readonly number[];
  /** Whether another thread takes its place; else its shards are quarantined. */
  readonly restarts: boolean;

  constructor(worker: number, shardIds: readonly number[], restarts: boolean, how: number | Error) {
    const what = typeof how === 'number' ? `with exit code ${how}` : `by an error: ${messageOf(how)}`;
    const next = restarts
      ? 'Another one goes on with its sessions'
      : 'It has ended too often: its shards are quarantined, and reopen(shardId) lets them try again';
    super(
      `Worker ${worker} with ${shardIds.length} shard(s) ended ${what}. ${next}`,
      typeof how === 'number' ? undefined : { cause: how },
    );
    this.worker = worker;
    this.shardIds = shardIds;
    this.restarts = restarts;
  }
}
