export interface WaitOptions {
  /** Default 5,000 ms. */
  readonly timeoutMs?: number;
  /** Rejects with its reason when it aborts. */
  readonly signal?: AbortSignal;
}

export const DEFAULT_WAIT_MS = 5_000;

/** The event did not come in time. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
  readonly code = 'WAIT_TIMEOUT';
}

/** The server was closed while somebody waited. */
export class ServerClosedError extends Error {
  override readonly name = 'ServerClosedError';
  readonly code = 'SERVER_CLOSED';
}

/** The application has not responded within its three seconds: its user sees "The application did not respond". */
export class NoResponseError extends Error {
  override readonly name = 'NoResponseError';
  readonly code = 'NO_RESPONSE';
}
