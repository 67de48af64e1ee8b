import type { Remover } from '../emitter.ts';
import type { StateChange } from './shard-watch.ts';

/** Changes that a slow reader may fall behind; the oldest go first, for what counts is where a shard is now. */
const MAX_WAITING = 1_024;

/**
 * Changes one after the other, from the first step of the loop on, until `signal` is aborted or the loop is left. It does not end with the
 * client, which may be opened again.
 * @param subscribe adds a handler
 */
export async function* stateChanges(
  subscribe: (handler: (change: StateChange) => void) => Remover,
  signal: AbortSignal | undefined,
): AsyncGenerator<StateChange, void, void> {
  const waiting: StateChange[] = [];
  let wake = (): void => {};
  using _handler = subscribe((change) => {
    if (waiting.length === MAX_WAITING) waiting.shift();
    waiting.push(change);
    wake();
  });
  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    while (signal?.aborted !== true) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
