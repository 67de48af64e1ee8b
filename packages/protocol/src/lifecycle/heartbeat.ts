/** When to beat, and what silence means. */
import type { ShardTiming } from './shard-timing.ts';

/** The life signs of one connection; a new one for each. `frames` alone is changed in place, by the hot path. */
export interface Link {
  /** Frames of any kind that have arrived. */
  frames: number;
  readonly framesAtLastBeat: number;
  /** Heartbeats since the last acknowledgement. Told, never judged: events may hold it up. */
  readonly unacked: number;
  /** Interval from HELLO; 0 before. */
  readonly heartbeatIntervalMs: number;
  readonly onResumeHost: boolean;
}

export function freshLink(onResumeHost = false): Link {
  return { frames: 0, framesAtLastBeat: 0, unacked: 0, heartbeatIntervalMs: 0, onResumeHost };
}

/** How long after a heartbeat nothing may come. */
export function ackDeadlineMs({ heartbeatIntervalMs }: Link, timing: ShardTiming): number {
  return Math.min(timing.ackDeadlineMs, heartbeatIntervalMs / 2);
}

/** From one heartbeat to the next: with the wait for its answer it makes one interval of HELLO. */
export function beatEveryMs(link: Link, timing: ShardTiming): number {
  return link.heartbeatIntervalMs - ackDeadlineMs(link, timing);
}

export function isSilent({ frames, framesAtLastBeat }: Link): boolean {
  return frames === framesAtLastBeat;
}

/**
 * Whether a process that did nothing for so long has missed more heartbeats than a gateway forgives. Discord does not
 * say how many that is; no gateway is known to wait for less than one and a half intervals.
 */
export function isForgotten(link: Link, sleptMs: number): boolean {
  return sleptMs >= link.heartbeatIntervalMs * 1.5;
}
