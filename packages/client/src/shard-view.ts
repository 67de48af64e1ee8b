import type { ShardPhase, ShardState } from '@guildhall/protocol/client';
import type { ShardCounters } from './shard-counters.ts';
import type { ShardWatch, Vitals } from './watching/shard-watch.ts';

/** A look at a shard; every property is read anew. `client.state` holds all of one moment. */
export interface ShardView extends Readonly<Vitals> {
  readonly id: number;
  readonly phase: ShardPhase['name'];
  /** Number of the last event handed over; null without a session. */
  readonly seq: number | null;
  /** Heartbeats since the last acknowledgement. More than one while frames arrive: the gateway is behind. */
  readonly unackedHeartbeats: number;
  readonly counters: ShardCounters;
}

/** Shows numbers only: neither token nor session id can be reached through it. */
export function viewOf(id: number, watch: ShardWatch, state: () => ShardState): ShardView {
  const { vitals } = watch;
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
      return watch.counters;
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
