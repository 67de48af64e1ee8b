import { GatewayClientError } from './errors.ts';

/** `raw()` of an event was called after its handlers had returned: its bytes have been overwritten. */
export class RawGoneError extends GatewayClientError {
  override readonly name = 'RawGoneError';
  readonly code = 'RAW_GONE';
  readonly shardId: number;
  readonly seq: number;

  constructor(shardId: number, seq: number) {
    super(
      `The bytes of event ${seq} of shard ${shardId} are gone. Call raw() before the first await of the handler; for ` +
        'sequential handlers and iterators set their option "raw"',
    );
    this.shardId = shardId;
    this.seq = seq;
  }
}

/** Reading is paused, and no handler has finished for a while: perhaps none ever will. */
export class OverloadError extends GatewayClientError {
  override readonly name = 'OverloadError';
  readonly code = 'OVERLOAD_STUCK';
  /** Events that wait. */
  readonly queued: number;

  constructor(queued: number, ms: number) {
    super(
      `${queued} events wait, nothing is read, and no handler has finished for ${ms} ms. Look for a handler that never ` +
        'ends, or that waits for an event which cannot come meanwhile, and for an iterator that nobody takes from',
    );
    this.queued = queued;
  }
}

/** The buffer of an iterator with `overflow: 'error'` was full when the next event came. */
export class IteratorOverflowError extends GatewayClientError {
  override readonly name = 'IteratorOverflowError';
  readonly code = 'ITERATOR_OVERFLOW';

  constructor(event: string, maxBuffered: number) {
    super(
      `More than ${maxBuffered} events of ${event} waited to be taken. Take them faster, raise "maxBuffered", or choose ` +
        'another policy with "overflow"',
    );
  }
}

/** `waitFor` has not seen what it waits for in time. */
export class WaitTimeoutError extends GatewayClientError {
  override readonly name = 'WaitTimeoutError';
  readonly code = 'WAIT_TIMEOUT';

  constructor(event: string, timeoutMs: number) {
    super(`No ${event} that fits came within ${timeoutMs} ms`);
  }
}
