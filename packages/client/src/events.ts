import type { DispatchData, DispatchName, LossCause, ShardPhase } from '@guildhall/protocol/client';
import type { BacklogStatus } from './backlog.ts';
import type { GatewayClientError, GatewayStopError } from './errors.ts';
import type { IdentifyBudgetStatus } from './identify-allowance.ts';
import type { ConnectionLossError } from './loss-error.ts';
import type { StateChange } from './watching/shard-watch.ts';

/** What a handler learns besides the event itself. */
export interface EventContext {
  /** Id of the shard that received the event. */
  readonly shard: number;
  /** Number of the event within the shard's session. */
  readonly seq: number;
  /** Whether the event was missed while the shard was away and arrived late, after a resume. */
  readonly replayed: boolean;
  /** When its last bytes arrived, in ms since the epoch. */
  readonly receivedAtMs: number;
  /**
   * The whole message as it came, after decompression: JSON in UTF-8, or a term with `encoding: 'etf'`. Copied at the
   * first call, which has to come while the handler is being called; who does not ask pays nothing.
   * @throws RawGoneError when the first call comes later, such as after an `await`
   */
  raw(): Buffer;
}

export interface ShardDisconnected {
  readonly shard: number;
  readonly cause: LossCause;
  /** Close code of the server; null without a close frame. */
  readonly code: number | null;
  /** What the server or the network said: a close reason, a failed dial's HTTP status. Null when nothing. */
  readonly reason: string | null;
  /** How the shard will come back. */
  readonly next: 'resume' | 'identify';
  /**
   * Ends like this one in a row, soon after the shard had gone live; 0 for an end that cannot make a loop. From
   * `timing.loopKicks` on the shard is slowed, at `timing.quarantineKicks` it is quarantined.
   */
  readonly times: number;
  /** The same as an error: a stable code, and a message that says what may help. */
  readonly error: ConnectionLossError;
}

/** Arguments of the handlers of everything that is not an event of the gateway itself. */
export interface ClientEvents {
  /** A new session has begun on a shard. Its READY event follows. */
  readonly shardReady: readonly [event: { readonly shard: number }];
  /** A session goes on; everything missed has been replayed before this. */
  readonly shardResumed: readonly [event: { readonly shard: number }];
  /** A connection is gone; the shard comes back by itself. */
  readonly shardDisconnected: readonly [event: ShardDisconnected];
  /** The owner reset the token or took a privileged intent away; the shard identifies anew. */
  readonly sessionRevoked: readonly [event: { readonly shard: number }];
  /** A session cannot be resumed. Events between the last one seen and the next READY are lost. */
  readonly sessionLost: readonly [event: { readonly shard: number }];
  /** A shard was left alone, for it was caught in a loop. The others go on; `reopen` lets it try again. */
  readonly quarantined: readonly [error: GatewayStopError];
  /**
   * Few session starts are left today: once when they are at twice the usual reserve, and once when a shard has to
   * wait until they are back.
   */
  readonly identifyBudgetLow: readonly [status: IdentifyBudgetStatus];
  /** A final refusal: every shard has stopped. Once per `open`. */
  readonly stopped: readonly [error: GatewayStopError];
  /** Something failed that stops nothing. Without a handler it goes to the logger. */
  readonly error: readonly [error: GatewayClientError];
  /** A shard is in another phase. For the whole of what is known of it then; `phase` costs less. */
  readonly stateChange: readonly [change: StateChange];
  /** Handlers hear another number of shards from now on. The new ones know the guilds that the old ones knew. */
  readonly resharded: readonly [event: { readonly from: number; readonly to: number }];
  /** The bot falls behind the gateway, or has caught up: events are shed, or reading is paused, see `handling`. */
  readonly overload: readonly [status: BacklogStatus];
  /** A handler that runs in a worker has told something, see the option `workers`. */
  readonly workerMessage: readonly [event: { readonly worker: number; readonly message: unknown }];
  readonly phase: readonly [event: { readonly shard: number; readonly phase: ShardPhase['name'] }];
}

/** Handlers' arguments by event: the gateway's own names, `*` for all of those, and the client's. */
export type GatewayEvents = {
  readonly [Name in DispatchName]: readonly [data: DispatchData[Name], context: EventContext];
} & {
  readonly '*': readonly [name: string, data: unknown, context: EventContext];
} & ClientEvents;

/**
 * Arguments of raw handlers: the whole message, JSON in UTF-8 or a term of ETF, takes the place of what is in it. It is a view of a
 * buffer that the next message overwrites: good during the call only. `Buffer.from(message)` is a copy to keep.
 */
export type RawEvents = {
  readonly [Name in DispatchName]: readonly [message: Buffer, context: EventContext];
} & {
  readonly '*': readonly [name: string, message: Buffer, context: EventContext];
};
