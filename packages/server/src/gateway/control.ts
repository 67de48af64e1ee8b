/** What the rest of the house may ask of the gateway: figures for `/gateway/bot`, and the owner's hand on live sessions. */
import type { Snowflake } from '../world/entities.ts';
import type { ApplicationRevokedEvent } from '../world/events.ts';
import type { FaultPlan, RestFault } from './faults/fault.ts';
import type { FaultRecord } from './faults/fault-log.ts';

export type { Fault, FaultPlan, OpeningFault, RestFault, SessionFault } from './faults/fault.ts';
export type { FaultRecord } from './faults/fault-log.ts';

/** @see https://docs.discord.com/developers/events/gateway#session-start-limit-object */
export interface SessionStartLimit {
  readonly total: number;
  readonly remaining: number;
  /** Milliseconds until `remaining` is `total` again; 0 when the window has not begun. */
  readonly reset_after: number;
  readonly max_concurrency: number;
}

/** A close that a session lived through (its connection ended, the session may have gone on). */
export interface CloseRecord {
  readonly at: string;
  /** Close code, or null when the TCP connection ended without a close frame. */
  readonly code: number | null;
  readonly by: 'client' | 'server';
  readonly reason: string;
}

export interface SessionSnapshot {
  readonly id: string;
  readonly applicationId: Snowflake;
  readonly shard: readonly [id: number, count: number];
  readonly state: 'live' | 'replaying' | 'detached';
  readonly intents: readonly string[];
  readonly intentBits: number;
  readonly version: number;
  readonly encoding: 'json' | 'etf';
  readonly compression: 'none' | 'zlib-stream' | 'zstd-stream' | 'zlib-payload';
  /** Identify's `properties`, as the client named itself. */
  readonly library: { readonly os: string; readonly browser: string; readonly device: string };
  /** Last sequence number given out. */
  readonly seq: number;
  readonly replayBuffer: { readonly events: number; readonly bytes: number; readonly maxEvents: number };
  /** Bytes of its dispatches that went out, frames included, and what those would have been without compression. */
  readonly traffic: { readonly sentBytes: number; readonly plainBytes: number };
  /** What waits for a client that reads too slowly; 0 without a connection. */
  readonly unsentBytes: number;
  readonly createdAt: string;
  /** When the present connection was attached; null while detached. */
  readonly connectedAt: string | null;
  readonly lastHeartbeatAt: string | null;
  /**
   * By how many milliseconds more than the interval the last heartbeat came after the one before it on this connection;
   * negative when it came early. Null before there were two. No round trip: a client does not answer the acknowledgement.
   */
  readonly heartbeatLateMs: number | null;
  /** When a detached session will be dropped; null while attached. */
  readonly expiresAt: string | null;
  /** Newest last, bounded. */
  readonly closes: readonly CloseRecord[];
}

/** A message of the gateway, as it went over a session's connection, or the end of one. */
export interface GatewayFrame {
  readonly from: 'client' | 'server';
  /** Null of a dispatch: those are kept for a resume, without their time. */
  readonly at: string | null;
  /** Null of the end of a connection. */
  readonly op: number | null;
  readonly t: string | null;
  readonly s: number | null;
  /** Decoded, without tokens. Null also when it was too large to be kept or shown, see `bytes`. */
  readonly d: unknown;
  /** Of a dispatch, its JSON text; of what the client has sent, what it sent. Null for others. */
  readonly bytes: number | null;
  /** Of a dispatch: what is in the WebSocket frame, encoded and compressed as for this session. */
  readonly wireBytes: number | null;
  readonly close: Omit<CloseRecord, 'at'> | null;
}

export interface FramePage {
  /** In the order of their coming and going. */
  readonly frames: readonly GatewayFrame[];
  /** For what comes after these. */
  readonly cursor: FrameCursor;
}

export interface FrameCursor {
  /** Of the last dispatch. */
  readonly seq: number;
  /** How many others there have been. */
  readonly count: number;
}

/** What happens to sessions, for those who watch: not a word of single dispatches. */
export type GatewayEvent =
  /** An upgrade has become a connection. `url`: as it was dialled, without its query. */
  | {
      readonly kind: 'connection-opened';
      readonly url: string;
      readonly version: number;
      readonly encoding: SessionSnapshot['encoding'];
      readonly compression: SessionSnapshot['compression'];
    }
  /** An upgrade has become none. `status`: of HTTP, null when there was no answer on purpose. */
  | { readonly kind: 'upgrade-refused'; readonly url: string; readonly status: number | null }
  /** All sessions of the application end now. */
  | ApplicationRevokedEvent
  /** An Identify was accepted; READY is on its way. */
  | { readonly kind: 'session-opened'; readonly session: SessionSnapshot }
  /**
   * A Resume was accepted; what was missed is on its way. `seq`: the last number that the client says it has; `url`: what its
   * connection dialled, without query.
   */
  | {
      readonly kind: 'session-resumed';
      readonly session: SessionSnapshot;
      readonly seq: number;
      readonly url: string;
    }
  /** A heartbeat of a session has come. */
  | { readonly kind: 'heartbeat'; readonly sessionId: string }
  /** The session has lost its connection. `close` is null when that goes on without it (op 9). */
  | { readonly kind: 'session-closed'; readonly session: SessionSnapshot; readonly close: CloseRecord | null }
  /** The session is no more. `code`: with which its connection is closed, or a resume would have been refused. */
  | { readonly kind: 'session-ended'; readonly session: SessionSnapshot; readonly code: number }
  | {
      readonly kind: 'refused';
      readonly request: 'identify' | 'resume';
      /** Of a token that is not valid, the application that it was made for. */
      readonly applicationId: Snowflake;
      /** Shard id; null when the session of a resume is not known. */
      readonly shard: number | null;
      /** Close code; null for op 9. */
      readonly code: number | null;
    }
  /** A fault has met somebody. */
  | { readonly kind: 'fault'; readonly record: FaultRecord };

/** A plan that waits for those whom it is to meet. */
export interface StandingPlan extends FaultPlan {
  readonly id: string;
  /** How many more it will meet. */
  readonly left: number;
}

/** Breaking it on purpose. */
export interface FaultControl {
  /** Plans that have not been used up. */
  list(): readonly StandingPlan[];
  /**
   * A session fault meets live connections at once, others when they come.
   * @throws GuildhallOptionError for a bad plan
   */
  add(plan: FaultPlan): StandingPlan;
  /** False when there is no such plan any more. What it has broken stays so. */
  remove(id: string): boolean;
  clear(): void;
  /** Faults that have met somebody, oldest first, with what the client then did. Bounded. */
  readonly records: readonly FaultRecord[];
  /** What a request of an application is to meet; null for nothing. @param path behind the version */
  forRequest(applicationId: Snowflake, method: string, path: string): RestFault | null;
}

/** Counts since the gateway began. They only rise. */
export interface TrafficTotals {
  /** Events of the world, whether or not a session has heard them. */
  readonly worldEvents: number;
  /** Dispatches that went out, one for each connection. */
  readonly deliveries: number;
  /** Messages of clients. */
  readonly received: number;
  /** Bytes of the dispatches that went out, frames included. */
  readonly sentBytes: number;
  /** What those would have been without compression. */
  readonly plainBytes: number;
}

export interface GatewayControl {
  readonly faults: FaultControl;
  /** What they are at this moment: it goes on counting. */
  readonly traffic: TrafficTotals;
  /** Sessions that there are, and those of them that have a connection. */
  sessionCounts(): { readonly all: number; readonly connected: number };
  sessionStartLimit(applicationId: Snowflake): SessionStartLimit;
  /** Applications that have started a session since the server began. */
  identifiedApplications(): readonly Snowflake[];
  /** max(1, ceil(guilds / 1000)). */
  recommendedShards(applicationId: Snowflake): number;
  /** Of the application, or of all. */
  sessions(applicationId?: Snowflake): readonly SessionSnapshot[];
  session(sessionId: string): SessionSnapshot | undefined;
  /** The last messages of the session both ways, those after the cursor. Undefined when there is no such session. */
  frames(sessionId: string, after: FrameCursor | null, limit: number): FramePage | undefined;
  /**
   * Asks the client's WebSocket for a sign of life (a ping frame).
   * @returns milliseconds until its pong; null when the session has no connection, or no pong came in time
   */
  roundTrip(sessionId: string): Promise<number | null>;
  /** Closes the session's connection with the code and keeps or drops the session as that code's verdict says. False if it has none. */
  closeConnection(sessionId: string, code: number, reason?: string): boolean;
  /** Drops the session; a live connection is closed with the code (default 4009). False if unknown. */
  endSession(sessionId: string, code?: number): boolean;
  /** Sends op 7; the connection is closed some seconds later if the client does not. False if not attached. */
  requestReconnect(sessionId: string): boolean;
  /** Sends op 9; `resumable: false` drops the session. False if not attached. */
  invalidate(sessionId: string, resumable: boolean): boolean;
  /**
   * Listeners are called at once, in the order of what happens, and must be quick.
   * @returns a function that removes the listener
   */
  watch(listener: (event: GatewayEvent) => void): () => void;
}
