import type { StopCode } from '../verdicts.ts';

/** Everything a shard's lifecycle can be tuned by. Milliseconds throughout. */
export interface ShardTiming {
  /** From dialling to the open WebSocket. */
  readonly dialDeadlineMs: number;
  /** From the open WebSocket to HELLO. */
  readonly helloDeadlineMs: number;
  /** From IDENTIFY to READY. Discord may answer late in an outage. */
  readonly readyDeadlineMs: number;
  /** Longest silence between RESUME and RESUMED; a replayed event starts it anew. */
  readonly resumedDeadlineMs: number;
  /** From our close frame to the server's. */
  readonly closeDeadlineMs: number;
  /** Upper end of the first reconnect's random delay; doubles with each failure. */
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** How long a shard must be live before its failures are forgotten. READY alone forgives nothing. */
  readonly stableMs: number;
  /** Random wait before identifying again after op 9 `d:false`. */
  readonly invalidSessionMinMs: number;
  readonly invalidSessionMaxMs: number;
  /** Failures of the resume host after which the session is resumed through the base URL. */
  readonly resumeHostFailures: number;
  /** Resumes in a row that die in silence after HELLO before the session is given up. */
  readonly silentResumes: number;
  /** 4003 before READY/RESUMED in a row before the shard stops. */
  readonly earlyRejections: number;
}

export const DEFAULT_SHARD_TIMING: ShardTiming = {
  dialDeadlineMs: 15_000,
  helloDeadlineMs: 20_000,
  readyDeadlineMs: 30_000,
  resumedDeadlineMs: 20_000,
  closeDeadlineMs: 2_000,
  backoffBaseMs: 1_000,
  backoffCapMs: 60_000,
  stableMs: 60_000,
  invalidSessionMinMs: 1_000,
  invalidSessionMaxMs: 5_000,
  resumeHostFailures: 2,
  silentResumes: 5,
  earlyRejections: 3,
};

/** What a resume needs. `seq` alone is changed in place: it moves with every event, past the machine. */
export interface ResumableSession {
  readonly id: string;
  readonly resumeGatewayUrl: string;
  seq: number;
}

/** The life signs of one connection; a new one for each. `frames` alone is changed in place, by the hot path. */
export interface Link {
  /** Frames of any kind that have arrived. */
  frames: number;
  readonly framesAtLastBeat: number;
  /** The last heartbeat has been acknowledged (or none was sent yet). */
  readonly acked: boolean;
  /** Interval from HELLO; 0 before. */
  readonly heartbeatIntervalMs: number;
}

export interface Stop {
  readonly code: StopCode;
  readonly closeCode: number;
}

/**
 * Where a shard stands.
 *
 *                    ┌───────────────────── waiting ◄───────────── any loss ─────────────┐
 *                    ▼                                                                   │
 *   idle ──open──► dialing ──opened──► greeting ──HELLO──► queued ──granted──► identifying ──READY──► live
 *    ▲                                     └──HELLO with a session──► resuming ──RESUMED──────────────┘
 *    └──── closing ◄── close()                     4004, 4010-4014, 4003 three times too early ──► stopped
 */
export type ShardPhase =
  | { readonly name: 'idle' }
  | { readonly name: 'waiting' }
  | { readonly name: 'dialing'; readonly onResumeHost: boolean }
  | { readonly name: 'greeting'; readonly onResumeHost: boolean }
  | { readonly name: 'queued' }
  | { readonly name: 'identifying' }
  | { readonly name: 'resuming'; readonly seqAtStart: number; readonly seqAtLastLook: number }
  | { readonly name: 'live' }
  | { readonly name: 'closing' }
  | { readonly name: 'stopped'; readonly stop: Stop };

export interface ShardState {
  readonly timing: ShardTiming;
  readonly gatewayUrl: string;
  readonly phase: ShardPhase;
  /** Number of the present or last connection. Whatever comes from an older one is ignored. */
  readonly epoch: number;
  readonly link: Link;
  readonly session: ResumableSession | null;
  /** Connections lost since the shard was last stable; sets the backoff. */
  readonly failures: number;
  readonly resumeHostFailures: number;
  readonly silentResumes: number;
  readonly earlyRejections: number;
}

export type ShardTimer = 'backoff' | 'deadline' | 'heartbeat' | 'stable';

/** What happened. Inputs from a socket, a timer or the gate carry the epoch they belong to. */
export type ShardInput =
  | { readonly type: 'open' }
  | { readonly type: 'close'; readonly session: 'keep' | 'end' }
  /** Another shard of the application met a verdict that holds for all. */
  | { readonly type: 'halt'; readonly stop: Stop }
  | { readonly type: 'opened'; readonly epoch: number }
  /** The connection ended, or never came to be. `code` is null without a close frame. */
  | { readonly type: 'lost'; readonly epoch: number; readonly code: number | null }
  | { readonly type: 'undecodable'; readonly epoch: number }
  | { readonly type: 'hello'; readonly epoch: number; readonly heartbeatIntervalMs: number }
  | { readonly type: 'heartbeat-requested'; readonly epoch: number }
  | { readonly type: 'heartbeat-ack'; readonly epoch: number }
  | { readonly type: 'reconnect-requested'; readonly epoch: number }
  | { readonly type: 'invalid-session'; readonly epoch: number; readonly resumable: boolean }
  | {
      readonly type: 'ready';
      readonly epoch: number;
      readonly sessionId: string;
      readonly resumeGatewayUrl: string | null;
      readonly seq: number;
    }
  | { readonly type: 'resumed'; readonly epoch: number; readonly seq: number }
  | { readonly type: 'identify-granted'; readonly epoch: number }
  | { readonly type: 'timer'; readonly epoch: number; readonly timer: ShardTimer };

export type ShardEvent =
  | { readonly type: 'phase'; readonly phase: ShardPhase['name'] }
  | { readonly type: 'ready' }
  | { readonly type: 'resumed' }
  /** The connection is gone and the shard will come back. */
  | {
      readonly type: 'disconnected';
      readonly cause: LossCause;
      readonly code: number | null;
      readonly next: 'resume' | 'identify';
    }
  /** 4003 on a live connection: the owner took an intent away or reset the token. */
  | { readonly type: 'session-revoked' }
  /** The session cannot be resumed; events since the last one handed over are lost. */
  | { readonly type: 'session-lost' }
  | { readonly type: 'stopped'; readonly stop: Stop }
  | { readonly type: 'closed' };

export type LossCause =
  | 'dial-failed'
  | 'dial-deadline'
  | 'hello-deadline'
  | 'ready-deadline'
  | 'resumed-deadline'
  | 'zombie'
  | 'closed-by-server'
  | 'connection-lost'
  | 'reconnect-requested'
  | 'invalid-session'
  | 'undecodable';

/** What the shell has to do. Payloads that hold the token are built by the shell: no secret is in a state or trace. */
export type ShardEffect =
  | { readonly type: 'dial'; readonly epoch: number; readonly url: string }
  | { readonly type: 'send-heartbeat'; readonly seq: number | null }
  | { readonly type: 'send-identify' }
  | { readonly type: 'send-resume'; readonly sessionId: string; readonly seq: number }
  /** Send a close frame and forget the connection; the shell ends the handshake by itself within `closeDeadlineMs`. */
  | { readonly type: 'abandon'; readonly epoch: number; readonly code: number }
  /** Send a close frame and report `lost` when the handshake is done. */
  | { readonly type: 'close'; readonly epoch: number; readonly code: number }
  | { readonly type: 'request-identify'; readonly epoch: number }
  /** The identify slot is no longer needed: it was used, or its connection is gone. */
  | { readonly type: 'release-identify' }
  /** A timer that fires once after a time drawn evenly from minMs..maxMs; arming it again replaces it. */
  | {
      readonly type: 'arm';
      readonly timer: ShardTimer;
      readonly epoch: number;
      readonly minMs: number;
      readonly maxMs: number;
    }
  | { readonly type: 'cancel'; readonly timer: ShardTimer }
  | { readonly type: 'emit'; readonly event: ShardEvent };

export interface ShardStep {
  readonly state: ShardState;
  readonly effects: readonly ShardEffect[];
}
