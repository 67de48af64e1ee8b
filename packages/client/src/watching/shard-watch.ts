import type { ShardEffect, ShardEvent, ShardPhase, ShardState, ShardTimer } from '@guildhall/protocol/client';
import type { LossReason } from '../loss-error.ts';
import { ShardCount, type ShardCounters } from '../shard-counters.ts';
import { type CloseRecord, closeRecordOf } from './close-record.ts';
import { type LatencyReport, LatencyWindow } from './latency-window.ts';
import { dispatchTraces, traceClose, traceEffect } from './traces.ts';

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

/** What has gone through the connections of a shard. Plain numbers that only grow, changed in place by the hot path. */
export interface Traffic {
  /** Bytes of the WebSocket behind its handshake; without what TLS adds. */
  receivedBytes: number;
  sentBytes: number;
  /** Bytes of events after decompression; heartbeats and their like do not count. */
  eventBytes: number;
  /** Events that somebody listened to. */
  heard: number;
  /** Events that nobody listened to or that were shed, so that they were not read. */
  skipped: number;
}

/** One shard as it was at one moment: plain data, without token and session id. */
export interface ShardReport {
  readonly id: number;
  readonly phase: ShardPhase['name'];
  readonly phaseAgeMs: number;
  /** Connections lost since the shard was last stable (`timing.stableMs`). The pause before the next grows with it. */
  readonly attempts: number;
  /** Until the shard dials again, in ms; null unless it waits for that. */
  readonly retryInMs: number | null;
  readonly lastClose: CloseRecord | null;
  /** Since the READY or, in a process that took the session over, the RESUMED that brought it; null without a session. */
  readonly sessionAgeMs: number | null;
  /** Number of the last event handed over; null without a session. */
  readonly seq: number | null;
  /** As HELLO asked for it; null before. */
  readonly heartbeatIntervalMs: number | null;
  /** Heartbeats since the last acknowledgement. */
  readonly unackedHeartbeats: number;
  readonly latency: LatencyReport;
  /** Since the last of each, on whatever connection; null before the first. */
  readonly lastFrameAgeMs: number | null;
  readonly lastHeartbeatAgeMs: number | null;
  readonly lastHeartbeatAckAgeMs: number | null;
  readonly lastDispatchAgeMs: number | null;
  readonly traffic: Readonly<Traffic>;
  /** Bytes of events for each byte received: above 1 where compression pays. Null before the first byte. */
  readonly compressionRatio: number | null;
  /** Commands that wait for their turn. */
  readonly queuedSends: number;
  readonly counters: ShardCounters;
}

/** A phase of a shard has ended. */
export interface StateChange {
  readonly shard: number;
  readonly from: ShardPhase['name'];
  readonly to: ShardPhase['name'];
  /** How the shard stands now. */
  readonly report: ShardReport;
}

/** Keeps what is to be known of one shard, by watching the machine's effects and what the hot path counts. */
export class ShardWatch {
  readonly vitals: Vitals = {
    latencyMs: null,
    lastFrameAtMs: null,
    lastDispatchAtMs: null,
    lastHeartbeatAtMs: null,
    lastHeartbeatAckAtMs: null,
  };
  readonly traffic: Traffic = { receivedBytes: 0, sentBytes: 0, eventBytes: 0, heard: 0, skipped: 0 };
  readonly #id: number;
  readonly #count = new ShardCount();
  readonly #latency = new LatencyWindow();
  #phaseAtMs = Date.now();
  #sessionAtMs: number | null = null;
  #retryAtMs: number | null = null;
  #lastClose: CloseRecord | null = null;

  constructor(id: number) {
    this.#id = id;
  }

  get counters(): ShardCounters {
    return this.#count.counters;
  }

  /** @param lossReason of the last loss */
  note(effect: ShardEffect, lossReason: LossReason): void {
    this.#count.note(effect);
    traceEffect(this.#id, effect);
    if (effect.type === 'emit') this.#noteEvent(effect.event, lossReason);
    else if (effect.type === 'dial') this.#retryAtMs = null;
  }

  noteArmed(timer: ShardTimer, afterMs: number): void {
    if (timer === 'backoff') this.#retryAtMs = Date.now() + afterMs;
  }

  /** Hot path, as are the next three. */
  noteReceived(atMs: number, byteLength: number): void {
    this.vitals.lastFrameAtMs = atMs;
    this.traffic.receivedBytes += byteLength;
  }

  noteSent(byteLength: number): void {
    this.traffic.sentBytes += byteLength;
  }

  noteDispatch(seq: number, name: string, byteLength: number): void {
    const { vitals, traffic } = this;
    vitals.lastDispatchAtMs = vitals.lastFrameAtMs;
    traffic.eventBytes += byteLength;
    if (dispatchTraces.hasSubscribers) {
      dispatchTraces.publish({ shard: this.#id, seq, name, bytes: byteLength });
    }
  }

  noteHeard(heard: boolean): void {
    if (heard) this.traffic.heard += 1;
    else this.traffic.skipped += 1;
  }

  /** An acknowledgement has come with the last bytes. */
  noteHeartbeatAck(): void {
    const { vitals } = this;
    const { lastFrameAtMs, lastHeartbeatAtMs } = vitals;
    vitals.lastHeartbeatAckAtMs = lastFrameAtMs;
    if (lastFrameAtMs === null || lastHeartbeatAtMs === null) return;
    // The wall clock may have been set back in between.
    vitals.latencyMs = Math.max(0, lastFrameAtMs - lastHeartbeatAtMs);
    this.#latency.note(vitals.latencyMs);
  }

  report({ phase, session, link, governor }: ShardState, queuedSends: number): ShardReport {
    const nowMs = Date.now();
    const { vitals, traffic } = this;
    return {
      id: this.#id,
      phase: phase.name,
      phaseAgeMs: nowMs - this.#phaseAtMs,
      attempts: governor.failures,
      retryInMs:
        phase.name === 'waiting' && this.#retryAtMs !== null ? Math.max(0, this.#retryAtMs - nowMs) : null,
      lastClose: this.#lastClose,
      sessionAgeMs: session === null ? null : ageOf(this.#sessionAtMs, nowMs),
      seq: session?.seq ?? null,
      heartbeatIntervalMs: link.heartbeatIntervalMs === 0 ? null : link.heartbeatIntervalMs,
      unackedHeartbeats: link.unacked,
      latency: this.#latency.report,
      lastFrameAgeMs: ageOf(vitals.lastFrameAtMs, nowMs),
      lastHeartbeatAgeMs: ageOf(vitals.lastHeartbeatAtMs, nowMs),
      lastHeartbeatAckAgeMs: ageOf(vitals.lastHeartbeatAckAtMs, nowMs),
      lastDispatchAgeMs: ageOf(vitals.lastDispatchAtMs, nowMs),
      traffic: { ...traffic },
      compressionRatio: traffic.receivedBytes === 0 ? null : traffic.eventBytes / traffic.receivedBytes,
      queuedSends,
      counters: this.counters,
    };
  }

  #noteEvent(event: ShardEvent, lossReason: LossReason): void {
    const nowMs = Date.now();
    if (event.type === 'phase') this.#phaseAtMs = nowMs;
    else if (event.type === 'ready') this.#sessionAtMs = nowMs;
    else if (event.type === 'resumed') this.#sessionAtMs ??= nowMs;
    else if (event.type === 'session-lost') this.#sessionAtMs = null;
    const record = closeRecordOf(event, lossReason, nowMs);
    if (record === null) return;
    this.#lastClose = record;
    traceClose(this.#id, record);
  }
}

function ageOf(atMs: number | null, nowMs: number): number | null {
  return atMs === null ? null : Math.max(0, nowMs - atMs);
}
