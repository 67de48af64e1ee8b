import type { StopCode, Verdict } from '../verdicts.ts';
import type { Link } from './heartbeat.ts';
import type { Governor } from './reconnect-governor.ts';
import type { ResumeUrlPolicy } from './resume-url.ts';
import type { ShardTiming } from './shard-timing.ts';

/** What does not change while a shard exists. */
export interface ShardSetup {
  /** The base URL, where sessions begin. */
  readonly gatewayUrl: string;
  readonly timing: ShardTiming;
  readonly resumeUrlPolicy: ResumeUrlPolicy;
  /** Somebody can be asked for another token when this one is refused. */
  readonly renewsToken: boolean;
  /** Interval to keep where HELLO asks for a longer one. */
  readonly heartbeatIntervalMs?: number;
}

/** What a resume needs. `seq` alone is changed in place: it moves with every event, past the machine. */
export interface ResumableSession {
  readonly id: string;
  readonly resumeGatewayUrl: string;
  seq: number;
}

/** Why a shard does not come back. */
export interface Stop {
  readonly code: StopCode;
  /** Null where a loop of opcodes was left. */
  readonly closeCode: number | null;
  /** `shard`: the others go on, and `open` lets this one try again. */
  readonly scope: Verdict['scope'];
  /** `halted`: another shard met a verdict that holds for all. */
  readonly cause: LossCause | 'halted';
  /** Equal ends in a row that led here. */
  readonly times: number;
}

/**
 * Where a shard stands.
 *
 *                    ┌──────────────────── waiting ◄────────── any loss, a refused identify ─────┐
 *                    ▼                        ▲                                                  │
 *   idle ──open──► dialing ──opened──► greeting ──HELLO──► queued ──granted──► identifying ──READY──► live
 *    ▲                                     └──HELLO with a session──► resuming ──RESUMED──────────────┘
 *    └──── closing ◄── close()        4004 ──► renewing ──another token──► waiting
 *                                     4004 again, 4010-4014, 4003 three times too early, a loop ──► stopped
 */
export type ShardPhase =
  | { readonly name: 'idle' }
  | { readonly name: 'waiting' }
  /** `connect`: DNS, TCP and TLS. `upgrade`: the request has been sent. */
  | { readonly name: 'dialing'; readonly stage: 'connect' | 'upgrade' }
  | { readonly name: 'greeting' }
  | { readonly name: 'queued' }
  | { readonly name: 'identifying' }
  | { readonly name: 'resuming'; readonly seqAtStart: number; readonly seqAtLastLook: number }
  /** `started`: by READY; a resumed session costs no start. */
  | { readonly name: 'live'; readonly started: boolean }
  /** `identified`: an Identify is under way; its slot is given back when the gateway has surely counted it. */
  | { readonly name: 'closing'; readonly identified: boolean }
  | { readonly name: 'renewing' }
  | { readonly name: 'stopped'; readonly stop: Stop };

export interface ShardState {
  readonly setup: ShardSetup;
  readonly phase: ShardPhase;
  /** Number of the present or last connection. Whatever comes from an older one is ignored. */
  readonly epoch: number;
  readonly link: Link;
  readonly session: ResumableSession | null;
  readonly governor: Governor;
  /** Failures in a row, before and during a resume; they choose the host of the next one. */
  readonly hostFailures: number;
  readonly silentResumes: number;
  readonly earlyRejections: number;
  /** The token is another one than the last that was refused, and has not been accepted yet. */
  readonly tokenRenewed: boolean;
  /** Deadlines that have passed and are looked at once more before anything is given up. */
  readonly lookedAt: readonly ShardTimer[];
}

export type ShardTimer = 'ack' | 'backoff' | 'deadline' | 'heartbeat' | 'stable';

/** What happened. Inputs from a socket, a timer or the gate carry the epoch they belong to. */
export type ShardInput =
  | { readonly type: 'open' }
  | { readonly type: 'close'; readonly session: 'keep' | 'end' }
  /** Another shard of the application met a verdict that holds for all. */
  | { readonly type: 'halt'; readonly stop: Stop }
  /** The process did nothing for so long while this connection stood: the machine slept, or the event loop. */
  | { readonly type: 'slept'; readonly ms: number }
  /** The bot is behind, and nothing is read from the present connection until it has caught up. */
  | { readonly type: 'reading'; readonly epoch: number; readonly paused: boolean }
  /** TCP and TLS stand, and the upgrade is asked for. May be left out: `opened` follows anyway. */
  | { readonly type: 'connected'; readonly epoch: number }
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
  /** The budget of session starts does not allow one now. */
  | { readonly type: 'identify-refused'; readonly epoch: number; readonly retryAfterMs: number }
  | { readonly type: 'token-renewed'; readonly epoch: number }
  /** There is no other token, or none came. */
  | { readonly type: 'token-refused'; readonly epoch: number }
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
      /** Equal ends in a row, soon after the shard had gone live; 0 for an end that cannot make a loop. */
      readonly times: number;
    }
  /** READY named a host that the policy does not allow; the session will be resumed through the base URL. */
  | { readonly type: 'resume-url-refused'; readonly url: string }
  /** 4003 on a live connection: the owner took an intent away or reset the token. */
  | { readonly type: 'session-revoked' }
  /** The session cannot be resumed; events since the last one handed over are lost. */
  | { readonly type: 'session-lost' }
  | { readonly type: 'stopped'; readonly stop: Stop }
  /** `inTime`: the closing handshake, where there was one, was done before its deadline. */
  | { readonly type: 'closed'; readonly inTime: boolean };

export const LOSS_CAUSES = [
  'dial-failed',
  'connect-deadline',
  'upgrade-deadline',
  'hello-deadline',
  'ready-deadline',
  'resumed-deadline',
  'zombie',
  'overslept',
  'closed-by-server',
  'connection-lost',
  'reconnect-requested',
  'invalid-session',
  'undecodable',
  'identify-refused',
  'token-rejected',
] as const;

export type LossCause = (typeof LOSS_CAUSES)[number];

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
  /** The gateway does not take the token: ask for another, once for all shards. */
  | { readonly type: 'renew-token'; readonly epoch: number }
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
