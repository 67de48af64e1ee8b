import type { ShardPhase, ShardState } from '@guildhall/protocol/client';
import type { ShardCount, ShardCounters } from './shard-counters.ts';

/** When signs of life were seen, in ms since the epoch; null before the first. */
export interface Vitals {
  /** From the last heartbeat to its acknowledgement, in ms; null before the first of a connection. */
  latencyMs: number | null;
  /** Any bytes of the server. What to watch to know that a connection lives: a quiet bot gets no events. */
  lastFrameAtMs: number | null;
  lastDispatchAtMs: number | null;
  lastHeartbeatAtMs: number | null;
  lastHeartbeatAckAtMs: number | null;
}

/** A look at a shard; every property is read anew. */
export interface ShardView extends Readonly<Vitals> {
  readonly id: number;
  readonly phase: ShardPhase['name'];
  /** Number of the last event handed over; null without a session. */
  readonly seq: number | null;
  /** Heartbeats since the last acknowledgement. More than one while frames arrive: the gateway is behind. */
  readonly unackedHeartbeats: number;
  readonly counters: ShardCounters;
}

export function freshVitals(): Vitals {
  return {
    latencyMs: null,
    lastFrameAtMs: null,
    lastDispatchAtMs: null,
    lastHeartbeatAtMs: null,
    lastHeartbeatAckAtMs: null,
  };
}

/** An acknowledgement has come with the last bytes. */
export function noteHeartbeatAck(vitals: Vitals): void {
  const { lastFrameAtMs, lastHeartbeatAtMs } = vitals;
  vitals.lastHeartbeatAckAtMs = lastFrameAtMs;
  if (lastFrameAtMs !== null && lastHeartbeatAtMs !== null) {
    vitals.latencyMs = lastFrameAtMs - lastHeartbeatAtMs;
  }
}

/** Shows numbers only: neither token nor session id can be reached through it. */
export function viewOf(id: number, vitals: Vitals, count: ShardCount, state: () => ShardState): ShardView {
  return Object.freeze({
    id,
    get phase() {
      return state().phase.name;
    },
    get seq() {
      return state().session?.seq ?? null;
    },
    get unackedHeartbeats() {
      return state().link.unacked;
    },
    get counters() {
      return count.counters;
    },
    get latencyMs() {
      return vitals.latencyMs;
    },
    get lastFrameAtMs() {
      return vitals.lastFrameAtMs;
    },
    get lastDispatchAtMs() {
      return vitals.lastDispatchAtMs;
    },
    get lastHeartbeatAtMs() {
      return vitals.lastHeartbeatAtMs;
    },
    get lastHeartbeatAckAtMs() {
      return vitals.lastHeartbeatAckAtMs;
    },
  });
}
