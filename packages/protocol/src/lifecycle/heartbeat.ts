/** When to beat, and what silence means. */
import type { ShardTiming } from './shard-timing.ts';

/** The life signs of one connection; a new one for each. `frames` alone is changed in place, by the hot path. */
export interface Link {
  /** Frames of any kind that have arrived. */
  frames: number;
  readonly framesAtLastBeat: number;
  /** Heartbeats since the last acknowledgement. Told, never judged: events may hold it up. */
  readonly unacked: number;
  /** Interval that is kept: HELLO's, or a shorter one of the user's; 0 before HELLO. */
  readonly heartbeatIntervalMs: number;
  /** Interval from HELLO, by which the gateway counts; 0 before. */
  readonly gatewayIntervalMs: number;
  /** We do not read, for the bot is behind: that nothing arrives says nothing of the other end. */
  readonly deaf: boolean;
  readonly onResumeHost: boolean;
}

export function freshLink(onResumeHost = false): Link {
  return {
    frames: 0,
    framesAtLastBeat: 0,
    unacked: 0,
    heartbeatIntervalMs: 0,
    gatewayIntervalMs: 0,
    deaf: false,
    onResumeHost,
  };
}

/** How long after a heartbeat nothing may come. */
export function ackDeadlineMs({ heartbeatIntervalMs }: Link, timing: ShardTiming): number {
  return Math.min(timing.ackDeadlineMs, heartbeatIntervalMs / 2);
}

/** From one heartbeat to the next: with the wait for its answer it makes one interval. */
export function beatEveryMs(link: Link, timing: ShardTiming): number {
  return link.heartbeatIntervalMs - ackDeadlineMs(link, timing);
}

export function isSilent({ frames, framesAtLastBeat, deaf }: Link): boolean {
  return !deaf && frames === framesAtLastBeat;
}

/**
 * Whether a process that did nothing for so long has missed more heartbeats than a gateway forgives. Discord does not
 * say how many that is; no gateway is known to wait for less than one and a half intervals.
 */
export function isForgotten(link: Link, sleptMs: number): boolean {
  return sleptMs >= link.gatewayIntervalMs * 1.5;
}
