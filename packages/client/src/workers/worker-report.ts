import type { BacklogStatus } from '../backlog.ts';
import type { LoopLag } from '../drift-watch.ts';

/** One worker thread as it was at one moment. */
export interface WorkerReport {
  /** 0..workers - 1. */
  readonly id: number;
  /** Ids of the shards that run in it. */
  readonly shards: readonly number[];
  /** Times that another thread has taken its place. */
  readonly restarts: number;
  /** Events that have come over, and their bytes. */
  readonly crossedEvents: number;
  readonly crossedBytes: number;
  /** Buffers that they came in: one for all events of a turn, as far as they fit. */
  readonly batches: number;
  /** Events that wait in the worker for the main thread, and what is done about it. As of at most a second ago. */
  readonly backlog: BacklogStatus | null;
  /** How late the event loop of the worker is. As of at most a second ago; null before the first look. */
  readonly loopLag: LoopLag | null;
}
