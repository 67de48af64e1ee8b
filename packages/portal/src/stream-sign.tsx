import { streamState } from './state/hall.ts';
import { useStore } from './state/store.ts';

const SAYS = { connecting: 'Connecting…', live: 'Live', stale: 'Not up to date, reconnecting…' } as const;

/** Whether what the page shows is so at this moment. */
export function StreamSign() {
  const state = useStore(streamState);
  return (
    <p className={`stream stream-${state}`} role="status">
      <span className="dot" />
      {SAYS[state]}
    </p>
  );
}
