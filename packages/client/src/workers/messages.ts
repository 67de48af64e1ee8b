/** What the threads tell each other, in order: nothing overtakes what was told, or came from the gateway, before it. */
import type {
  EncodingName,
  ResumableSession,
  ResumeUrlPolicy,
  ShardEvent,
  ShardPhase,
  ShardTiming,
  Stop,
  TransportName,
} from '@guildhall/protocol/client';
import type { GatewayPresenceUpdateData } from 'discord-api-types/v10';
import type { BacklogStatus } from '../backlog.ts';
import type { EncodedCommand, SendPriority } from '../command.ts';
import type { LoopLag } from '../drift-watch.ts';
import type { ResolvedHandling } from '../handling-options.ts';
import type { Logger } from '../logger.ts';
import type { LimitOptions } from '../options.ts';
import type { EventReport } from '../watching/event-tally.ts';
import type { ShardReport } from '../watching/shard-watch.ts';
import type { WireValue } from './wire-error.ts';

/** All that a worker needs to run shards: what of the options is plain data. */
export interface WorkerSettings {
  readonly token: string;
  readonly renewsToken: boolean;
  readonly intents: number;
  readonly presence: GatewayPresenceUpdateData | null;
  readonly largeThreshold: number | null;
  readonly resumeUrlPolicy: ResumeUrlPolicy;
  readonly transport: TransportName;
  readonly encoding: EncodingName;
  /** As a URL, with its credentials. */
  readonly proxy: string | null;
  readonly timing: ShardTiming;
  readonly heartbeatIntervalMs: number | null;
  readonly limits: Required<LimitOptions>;
  readonly handling: ResolvedHandling;
  /** Whether anybody reads what is logged. */
  readonly logs: boolean;
  /** URL of the module with handlers that run in the worker; null: there are none. */
  readonly handlers: string | null;
  /** Of a `WantedBoard`. */
  readonly wanted: SharedArrayBuffer;
}

/** What a thread begins with. */
export interface WorkerData {
  readonly worker: number;
  readonly settings: WorkerSettings;
}

/** `key` names a shard: while shards are being changed there are two of one id. `call` names what is answered later. */
export type ToWorker =
  | {
      readonly type: 'shard';
      readonly key: number;
      readonly id: number;
      readonly count: number;
      readonly gatewayUrl: string;
      readonly session: ResumableSession | null;
      /** The last that was sent; null: that of the settings. */
      readonly presence: GatewayPresenceUpdateData | null;
    }
  | { readonly type: 'open' | 'terminate'; readonly key: number }
  | { readonly type: 'close'; readonly key: number; readonly session: 'keep' | 'end' }
  | { readonly type: 'halt'; readonly key: number; readonly stop: Stop }
  /** What came behind `seq` could not be read. The answer is `repeats`: what follows it comes again, or is new. */
  | { readonly type: 'repeat-behind'; readonly key: number; readonly seq: number }
  | { readonly type: 'reading'; readonly key: number; readonly paused: boolean }
  | {
      readonly type: 'send';
      readonly key: number;
      readonly call: number;
      readonly command: EncodedCommand;
      readonly priority: SendPriority;
    }
  | { readonly type: 'take-back'; readonly call: number }
  /** Answers to `claim` and `renew`. */
  | { readonly type: 'granted'; readonly call: number }
  | { readonly type: 'renewed'; readonly call: number; readonly renewed: boolean }
  | {
      readonly type: 'refused';
      readonly of: 'claim' | 'renew';
      readonly call: number;
      readonly error: WireValue;
    }
  | { readonly type: 'token'; readonly token: string }
  /** A batch has been handed over. Its buffer comes back to be used again. */
  | { readonly type: 'handed-over'; readonly count: number; readonly buffer: ArrayBuffer }
  /** The client is about to close, so that nobody is asked for anything more. */
  | { readonly type: 'ending' };

export type FromWorker =
  | {
      readonly type: 'events';
      readonly buffer: ArrayBuffer;
      readonly byteLength: number;
      readonly count: number;
    }
  | {
      readonly type: 'lifecycle';
      readonly key: number;
      readonly event: ShardEvent;
      readonly phase: ShardPhase['name'];
      /** A text, an error or null. */
      readonly reason: WireValue;
      readonly session: ResumableSession | null;
    }
  | {
      readonly type: 'phase';
      readonly key: number;
      readonly from: ShardPhase['name'];
      readonly report: ShardReport;
      readonly session: ResumableSession | null;
    }
  | {
      readonly type: 'closed';
      readonly key: number;
      readonly report: ShardReport;
      readonly session: ResumableSession | null;
    }
  | { readonly type: 'repeats'; readonly key: number; readonly session: ResumableSession | null }
  | { readonly type: 'problem'; readonly error: WireValue }
  /** What a handler in the worker has to say. */
  | { readonly type: 'told'; readonly message: unknown }
  | { readonly type: 'log'; readonly level: keyof Logger; readonly fields: object; readonly message: string }
  /** Answers to `send`. */
  | { readonly type: 'sent'; readonly call: number }
  | { readonly type: 'unsent'; readonly call: number; readonly error: WireValue }
  /** Asks for a slot of the identify gate; `claim-over` gives it back or withdraws the claim. */
  | { readonly type: 'claim'; readonly call: number; readonly shardId: number }
  | { readonly type: 'claim-over'; readonly call: number }
  | { readonly type: 'renew'; readonly call: number; readonly rejected: string }
  | Pulse;

/** Once a second: what has changed since the last one. */
export interface Pulse {
  readonly type: 'pulse';
  readonly shards: readonly {
    readonly key: number;
    readonly seq: number | null;
    readonly report: ShardReport;
  }[];
  /** What became of events in the worker, since the last pulse. Those that crossed are counted where they are heard. */
  readonly events: readonly EventReport[];
  /** Events that have a handler in the worker. */
  readonly handled: readonly string[];
  readonly loopLag: LoopLag;
  readonly backlog: BacklogStatus;
}
