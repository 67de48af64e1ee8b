import { randomBytes } from 'node:crypto';
import {
  EMPTY_SEND_WINDOW,
  type EncodingName,
  Intent,
  ReplayBuffer,
  replayBufferEvents,
  type SendWindow,
  type SharedBody,
  type TransportName,
} from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';
import type { Connection } from './connection.ts';
import type { CloseRecord } from './control.ts';
import { FrameLog } from './frame-log.ts';
import type { Timer } from './timer-wheel.ts';

/** What Identify has settled for the life of the session. */
export interface SessionIdentity {
  readonly applicationId: Snowflake;
  readonly botUserId: Snowflake;
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
  /** Gateway version. */
  readonly version: number;
  /** Whether it sees the content of messages that are not exempt: by the intent, on v9 by the application's setting. */
  readonly seesContent: boolean;
  /** Whether it is told of channels that the bot does not see without what they are. */
  readonly obfuscatesChannels: boolean;
  readonly largeThreshold: number;
  /** Identify asked for single compressed messages, which a resumed connection gets, too. */
  readonly compress: boolean;
  readonly library: { readonly os: string; readonly browser: string; readonly device: string };
}

/** Ends with `lost` when the replay buffer has run over before the client took it all. */
export type MissedDispatches = Iterator<readonly [seq: number, body: SharedBody], 'complete' | 'lost'>;

export type Attachment =
  | { readonly kind: 'live'; readonly connection: Connection; readonly sinceMs: number }
  /** A resume was accepted: what was missed is on its way, and what happens meanwhile waits in the replay buffer. */
  | {
      readonly kind: 'replaying';
      readonly connection: Connection;
      readonly sinceMs: number;
      readonly missed: MissedDispatches;
    }
  | { readonly kind: 'detached'; readonly expiresAtMs: number; readonly expiry: Timer }
  | { readonly kind: 'ended' };

const SESSION_ID_BYTES = 16;
/** Closes that a session remembers; the oldest is forgotten. */
const MAX_CLOSE_RECORDS = 20;

/** What a bot holds on one shard. It outlives its connections. */
export class Session {
  readonly id: string = randomBytes(SESSION_ID_BYTES).toString('hex');
  readonly identity: SessionIdentity;
  readonly createdAtMs: number;
  /** Guilds of the bot on this shard. Changed by the registry alone. */
  readonly guildIds: Set<Snowflake>;
  /** Guilds that READY has named and that have not been loaded yet; none without the intent GUILDS. */
  readonly unloadedGuildIds: Set<Snowflake>;
  readonly replay: ReplayBuffer<SharedBody>;
  /** Answers that are made piece by piece: the chunks of Request Guild Members, the sounds of many guilds. */
  readonly backlog: Iterator<SharedBody>[] = [];
  /** Presence updates of the last window. */
  presenceWindow: SendWindow = EMPTY_SEND_WINDOW;
  attachment: Attachment = { kind: 'ended' };
  transport: TransportName = 'none';
  encoding: EncodingName = 'json';
  lastHeartbeatAtMs: number | null = null;
  /** See SessionSnapshot. */
  heartbeatLateMs: number | null = null;
  /** See SessionSnapshot. */
  sentBytes = 0;
  plainBytes = 0;
  /** What was said besides the dispatches. */
  readonly frames: FrameLog;
  #seq = 0;
  readonly #closes: CloseRecord[] = [];

  constructor(
    identity: SessionIdentity,
    guildIds: ReadonlySet<Snowflake>,
    options: { readonly replayBytes: number; readonly createdAtMs: number; readonly logsFrames: boolean },
  ) {
    this.identity = identity;
    this.createdAtMs = options.createdAtMs;
    this.frames = new FrameLog(options.logsFrames);
    this.guildIds = new Set(guildIds);
    this.unloadedGuildIds = new Set((identity.intents & Intent.GUILDS) === 0 ? [] : guildIds);
    this.replay = new ReplayBuffer(replayBufferEvents(guildIds.size), options.replayBytes);
  }

  /** The last sequence number given out. */
  get seq(): number {
    return this.#seq;
  }

  /** The connection that it is attached to. */
  get connection(): Connection | null {
    const { attachment } = this;
    return attachment.kind === 'live' || attachment.kind === 'replaying' ? attachment.connection : null;
  }

  /** Oldest first. */
  get closes(): readonly CloseRecord[] {
    return this.#closes;
  }

  /** The event's way to the client: numbered, kept for a resume, and sent if somebody listens. */
  dispatch(body: SharedBody): void {
    this.#seq += 1;
    this.replay.push(body, body.byteLength);
    if (this.attachment.kind === 'live') this.attachment.connection.dispatch(this.#seq, body);
  }

  /** A dispatch to the present connection alone (READY, RESUMED), which no resume repeats. */
  dispatchUnrepeated(connection: Connection, body: SharedBody): void {
    this.#seq += 1;
    this.replay.push(null, 0);
    connection.announce(this.#seq, body);
  }

  /** @param intervalMs that the client was told */
  recordHeartbeat(nowMs: number, intervalMs: number): void {
    const { lastHeartbeatAtMs: before, attachment } = this;
    const isSecond = before !== null && 'sinceMs' in attachment && before >= attachment.sinceMs;
    this.heartbeatLateMs = isSecond ? nowMs - before - intervalMs : null;
    this.lastHeartbeatAtMs = nowMs;
  }

  recordClose(record: CloseRecord): void {
    this.#closes.push(record);
    if (this.#closes.length > MAX_CLOSE_RECORDS) this.#closes.shift();
  }
}
