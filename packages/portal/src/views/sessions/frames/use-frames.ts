import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../../../api/api-error.ts';
import { api } from '../../../api/client.ts';
import type { GatewayFrame } from '../../../api/types.ts';

/** A frame as the page holds it. */
export interface HeldFrame extends GatewayFrame {
  readonly key: string;
  /** When the page has come to know of it; null for those that were there before. */
  readonly seenAt: string | null;
}

export interface Frames {
  /** Oldest first; null until they have been read. */
  readonly frames: readonly HeldFrame[] | null;
  readonly error: string | null;
}

const POLL_MS = 1_000;
const MAX_HELD = 500;

/** The last frames of a session, and those that come as long as it is not paused. */
export function useFrames(sessionId: string, isPaused: boolean): Frames {
  const [held, setHeld] = useState<Frames>({ frames: null, error: null });
  const cursor = useRef<string | null>(null);
  const count = useRef(0);
  useEffect(() => {
    if (isPaused) return undefined;
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async () => {
      try {
        const after = cursor.current;
        const page = await api.frames(sessionId, after);
        if (!isWanted) return;
        cursor.current = page.cursor;
        const seenAt = after === null ? null : new Date().toISOString();
        const added = page.frames.map((frame) => {
          count.current += 1;
          return { ...frame, key: String(count.current), seenAt };
        });
        setHeld(({ frames }) =>
          added.length === 0 && frames !== null
            ? { frames, error: null }
            : { frames: [...(frames ?? []), ...added].slice(-MAX_HELD), error: null },
        );
      } catch (error) {
        if (isWanted) setHeld(({ frames }) => ({ frames, error: messageOf(error) }));
      }
      if (isWanted) timer = setTimeout(poll, POLL_MS);
    };
    void poll();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [sessionId, isPaused]);
  return held;
}
