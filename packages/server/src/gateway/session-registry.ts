import { CloseCode, shardOfGuild } from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';
import type { Connection } from './connection.ts';
import type { MissedDispatches, Session } from './session.ts';
import type { TimerWheel } from './timer-wheel.ts';

export interface SessionRegistryOptions {
  readonly wheel: TimerWheel;
  /** Milliseconds since 1970, for what the owner is shown. */
  readonly now: () => number;
  /** How long a session without a connection is kept. */
  readonly retentionMs: number;
  /** Beyond it the session that has been without a connection longest is dropped. */
  readonly maxSessions: number;
  /** Told when the sessions of a guild have changed. */
  readonly onAudienceChange: (guildId: Snowflake) => void;
  /** Told of each session that is no more, with the code that ends it. */
  readonly onEnd: (session: Session, code: number) => void;
  /** Told when the last session of a bot has ended. */
  readonly onBotGone: (botUserId: Snowflake) => void;
}

const NO_SESSIONS: ReadonlySet<Session> = new Set();

/**
 * Every session, and the ways to find it. The one place where a session changes hands:
 *
 *   add ──► live ──detach──► detached ──attach──► replaying ──► live          any ──end──► ended
 *                               └──retention over──► ended
 */
export class SessionRegistry {
  readonly #options: SessionRegistryOptions;
  readonly #byId = new Map<string, Session>();
  readonly #byApplication = new Map<Snowflake, Set<Session>>();
  readonly #byBot = new Map<Snowflake, Set<Session>>();
  readonly #byGuild = new Map<Snowflake, Set<Session>>();
  /** In the order in which they lost their connections. */
  readonly #detached = new Set<Session>();

  constructor(options: SessionRegistryOptions) {
    this.#options = options;
  }

  get(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  get counts(): { readonly all: number; readonly connected: number } {
    return { all: this.#byId.size, connected: this.#byId.size - this.#detached.size };
  }

  all(): Iterable<Session> {
    return this.#byId.values();
  }

  ofApplication(applicationId: Snowflake): ReadonlySet<Session> {
    return this.#byApplication.get(applicationId) ?? NO_SESSIONS;
  }

  ofBot(botUserId: Snowflake): ReadonlySet<Session> {
    return this.#byBot.get(botUserId) ?? NO_SESSIONS;
  }

  ofGuild(guildId: Snowflake): ReadonlySet<Session> {
    return this.#byGuild.get(guildId) ?? NO_SESSIONS;
  }

  /** A new session, live on this connection. */
  add(session: Session, connection: Connection): void {
    if (this.#byId.size >= this.#options.maxSessions) {
      const [oldest] = this.#detached;
      if (oldest !== undefined) this.end(oldest);
    }
    this.#byId.set(session.id, session);
    addTo(this.#byApplication, session.identity.applicationId, session);
    addTo(this.#byBot, session.identity.botUserId, session);
    for (const guildId of session.guildIds) this.#enter(session, guildId);
    session.attachment = { kind: 'live', connection, sinceMs: this.#options.now() };
  }

  /** Closes the connection of a session that somebody resumes elsewhere; it is detached then, or has ended. */
  displace(sessionId: string): void {
    const connection = this.#byId.get(sessionId)?.connection;
    connection?.close(CloseCode.UNKNOWN_ERROR, 'The session was resumed on another connection.');
  }

  /** The session, which has no connection, goes on on this one, which is to get what was missed first. */
  attach(session: Session, connection: Connection, missed: MissedDispatches): void {
    if (session.attachment.kind === 'detached') session.attachment.expiry.cancel();
    this.#detached.delete(session);
    session.attachment = { kind: 'replaying', connection, sinceMs: this.#options.now(), missed };
  }

  /** The session has lost its connection and waits for a resume. */
  detach(session: Session): void {
    const { retentionMs, wheel, now } = this.#options;
    session.attachment = {
      kind: 'detached',
      expiresAtMs: now() + retentionMs,
      expiry: wheel.schedule(retentionMs, () => this.end(session)),
    };
    this.#detached.add(session);
  }

  /** The session is no more. A connection that it still has is closed with the code. */
  end(session: Session, code: number = CloseCode.SESSION_TIMED_OUT, reason?: string): void {
    if (!this.#byId.delete(session.id)) return;
    const { attachment } = session;
    const { applicationId, botUserId } = session.identity;
    session.attachment = { kind: 'ended' };
    session.backlog.length = 0;
    this.#detached.delete(session);
    for (const guildId of [...session.guildIds]) this.leaveGuild(session, guildId);
    removeFrom(this.#byApplication, applicationId, session);
    const wasLast = removeFrom(this.#byBot, botUserId, session);
    if (attachment.kind === 'detached') attachment.expiry.cancel();
    this.#options.onEnd(session, code);
    if (attachment.kind === 'live' || attachment.kind === 'replaying') {
      attachment.connection.close(code, reason);
    }
    if (wasLast) this.#options.onBotGone(botUserId);
  }

  /** The bot is in a guild of the session's shard. False if it was known already. */
  joinGuild(session: Session, guildId: Snowflake): boolean {
    const [shardId, shardCount] = session.identity.shard;
    if (session.guildIds.has(guildId) || shardOfGuild(guildId, shardCount) !== shardId) return false;
    session.guildIds.add(guildId);
    this.#enter(session, guildId);
    return true;
  }

  leaveGuild(session: Session, guildId: Snowflake): void {
    session.guildIds.delete(guildId);
    session.unloadedGuildIds.delete(guildId);
    removeFrom(this.#byGuild, guildId, session);
    this.#options.onAudienceChange(guildId);
  }

  #enter(session: Session, guildId: Snowflake): void {
    addTo(this.#byGuild, guildId, session);
    this.#options.onAudienceChange(guildId);
  }
}

function addTo(index: Map<Snowflake, Set<Session>>, key: Snowflake, session: Session): void {
  const sessions = index.get(key);
  if (sessions === undefined) index.set(key, new Set([session]));
  else sessions.add(session);
}

/** @returns whether it was the last of its key */
function removeFrom(index: Map<Snowflake, Set<Session>>, key: Snowflake, session: Session): boolean {
  const sessions = index.get(key);
  if (sessions === undefined || !sessions.delete(session)) return false;
  if (sessions.size > 0) return false;
  index.delete(key);
  return true;
}
