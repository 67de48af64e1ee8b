import { useMemo, useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { VirtualList } from '../../../ui/virtual-list.tsx';
import { isWantedFrame } from './frame-names.ts';
import { FrameRow } from './frame-row.tsx';
import type { Frames, HeldFrame } from './use-frames.ts';

const ROW_PX = 37;
const DIRECTIONS = { both: 'Both ways', server: 'From the server', client: 'From the client' } as const;

const keyOf = (frame: HeldFrame) => frame.key;

/** What has just gone over the connection, and what goes. */
export function FramesSection({
  frames: { frames, error },
  isPaused,
  onPause,
}: {
  readonly frames: Frames;
  readonly isPaused: boolean;
  readonly onPause: (isPaused: boolean) => void;
}) {
  const [query, setQuery] = useState('');
  const [from, setFrom] = useState<keyof typeof DIRECTIONS>('both');
  const [openKeys, setOpenKeys] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(
    () => (frames ?? []).filter((frame) => isWantedFrame(frame, from, query)),
    [frames, from, query],
  );
  const toggle = (key: string) =>
    setOpenKeys((known) => {
      const next = new Set(known);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    <section aria-label="Frames">
      <h3>Last frames</h3>
      <div className="frames-tools">
        <input
          className="input"
          type="search"
          aria-label="Filter by event"
          placeholder="Filter by event"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <select
          className="input"
          aria-label="Direction"
          value={from}
          onChange={(event) => setFrom(event.target.value as keyof typeof DIRECTIONS)}
        >
          {Object.entries(DIRECTIONS).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <Button aria-pressed={isPaused} onClick={() => onPause(!isPaused)}>
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
      </div>
      {error !== null && <p className="field-error">{error}</p>}
      <div className="frames-box">
        {shown.length > 0 ? (
          <VirtualList
            className="frames"
            role="list"
            rowRole="listitem"
            label="Frames, oldest first"
            items={shown}
            keyOf={keyOf}
            estimatePx={ROW_PX}
            isAtEnd
          >
            {(frame) => (
              <FrameRow frame={frame} isOpen={openKeys.has(frame.key)} onToggle={() => toggle(frame.key)} />
            )}
          </VirtualList>
        ) : (
          <p className="frames-none">
            {frames === null
              ? 'Reading…'
              : frames.length === 0
                ? 'Nothing was said yet.'
                : 'No frame is like this.'}
          </p>
        )}
      </div>
      <p className="field-hint">
        Dispatches are those that are kept for a resume; their time is when this page has seen them.
      </p>
    </section>
  );
}
