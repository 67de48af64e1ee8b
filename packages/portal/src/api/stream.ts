import { BASE } from './client.ts';
import type { HallEvent } from './types.ts';

/** `stale`: what is shown may not be so any more. */
export type StreamState = 'connecting' | 'live' | 'stale';

export interface StreamOptions {
  /** In the order of their coming, all of one frame of the screen at once. */
  readonly onEvents: (events: readonly HallEvent[]) => void;
  readonly onState: (state: StreamState) => void;
}

/** The server gives a sign of life each second. */
const STALE_AFTER_MS = 4_000;
const WATCH_INTERVAL_MS = 1_000;
const RETRY_MS = 1_000;
/** A page in the background gets no frames; then this is how late it may be. */
const MAX_BATCH_MS = 250;

/**
 * Listens to what happens. Comes again by itself, also where the browser would give up, and says when it has heard
 * nothing for too long.
 * @returns a function that leaves
 */
export function openStream({ onEvents, onState }: StreamOptions): () => void {
  let source: EventSource | null = null;
  let heardAt = performance.now();
  let retry: ReturnType<typeof setTimeout> | undefined;
  let batch: HallEvent[] = [];
  let frame = 0;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  const deliver = () => {
    cancelAnimationFrame(frame);
    clearTimeout(deadline);
    const events = batch;
    batch = [];
    if (events.length > 0) onEvents(events);
  };
  const receive = ({ data }: MessageEvent<string>) => {
    heardAt = performance.now();
    onState('live');
    if (batch.length === 0) {
      frame = requestAnimationFrame(deliver);
      deadline = setTimeout(deliver, MAX_BATCH_MS);
    }
    batch.push(JSON.parse(data) as HallEvent);
  };
  const connect = () => {
    source = new EventSource(`${BASE}/events`);
    source.onmessage = receive;
    source.onerror = () => {
      onState('stale');
      // After a refusal (a server that is just starting) the browser does not come again by itself.
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      retry = setTimeout(connect, RETRY_MS);
    };
  };
  const watch = setInterval(() => {
    if (performance.now() - heardAt > STALE_AFTER_MS) onState('stale');
  }, WATCH_INTERVAL_MS);
  onState('connecting');
  connect();
  return () => {
    clearInterval(watch);
    clearTimeout(retry);
    cancelAnimationFrame(frame);
    clearTimeout(deadline);
    source?.close();
  };
}
