import type { IncomingMessage, Server } from 'node:http';
import {
  CloseCode,
  type IdentifyRequest,
  isSendableCloseCode,
  type ResumeRequest,
  type SharedBody,
  verdictOf,
} from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';
import type { ApplicationRevokedEvent, WorldEvent } from '../world/events.ts';
import type { Logger } from '../world/logger.ts';
import type { World } from '../world/world.ts';
import { Audience } from './audience.ts';
import { ChannelSights } from './channel-sights.ts';
import { Commands } from './commands.ts';
import { Connection, type ConnectionHost, type ConnectionParts } from './connection.ts';
import type { GatewayContext } from './context.ts';
import type {
  CloseRecord,
  FrameCursor,
  FramePage,
  GatewayControl,
  GatewayEvent,
  SessionSnapshot,
  SessionStartLimit,
} from './control.ts';
import { ControlFrames } from './control-frames.ts';
import { fanOut } from './fan-out.ts';
import { FaultPlans } from './faults/fault-plans.ts';
import { Flusher } from './flusher.ts';
import { framesOf } from './frame-view.ts';
import { GuildBodies } from './guild-bodies.ts';
import { loadNextGuild, tellOfGuild } from './guild-news.ts';
import { handleIdentify } from './identify.ts';
import { IdentifyLedgers } from './identify-ledgers.ts';
import type { GatewayLimits } from './limits.ts';
import { GatewayNews } from './news.ts';
import { setPresence } from './presence.ts';
import { handleResume, replayNext } from './resume.ts';
import type { Session } from './session.ts';
import { SessionRegistry } from './session-registry.ts';
import { snapshotOf } from './session-snapshot.ts';
import { ThreadAccess } from './thread-access.ts';
import type { TimerWheel } from './timer-wheel.ts';
import { Traffic } from './traffic.ts';
import { listenForUpgrades } from './upgrade.ts';
import { leaveVoice, tellVoiceServer } from './voice-commands.ts';

export interface GatewayParts {
  readonly world: World;
  readonly limits: GatewayLimits;
  readonly wheel: TimerWheel;
  readonly log: Logger;
  /** The URL under which the sender of a request can reach the server again. */
  readonly gatewayUrl: (request: IncomingMessage) => string;
  /** Default false: hidden channels are obfuscated for sessions that ask for it. */
  readonly obfuscatesChannels?: boolean;
  /** Told in VOICE_SERVER_UPDATE. Default null: there is no voice server to go to. */
  readonly voiceEndpoint?: string | null;
  /** Monotonic milliseconds. Default: the process's. */
  readonly nowMs?: () => number;
  /** 0 up to, not including, 1. Default Math.random. */
  readonly random?: () => number;
}

const GUILDS_PER_RECOMMENDED_SHARD = 1_000;

/** Discord's end of the gateway: connections come from an HTTP server, events from the world's bus. */
export class Gateway implements GatewayControl {
  readonly faults: FaultPlans;
  readonly traffic = new Traffic();
  readonly #parts: GatewayParts;
  readonly #context: GatewayContext;
  readonly #registry: SessionRegistry;
  readonly #news: GatewayNews;
  readonly #audience: Audience;
  readonly #connectionParts: ConnectionParts;
  readonly #connections = new Set<Connection>();
  readonly #unsubscribe: () => void;
  #stopListening: (() => void) | null = null;
  #whenEmpty: (() => void) | null = null;
  #closing: Promise<void> | null = null;

  constructor(parts: GatewayParts) {
    const { world, limits, wheel, log } = parts;
    this.#parts = parts;
    const nowMs = parts.nowMs ?? (() => performance.now());
    this.#news = new GatewayNews(log);
    this.#registry = new SessionRegistry({
      wheel,
      now: () => world.now(),
      retentionMs: limits.sessionRetentionMs,
      maxSessions: limits.maxSessions,
      onAudienceChange: (guildId) => this.#audience.forget(guildId),
      onEnd: (session, code) => {
        leaveVoice(this.#context, session);
        this.#news.tell(() => ({ kind: 'session-ended', session: snapshotOf(session), code }));
      },
      onBotGone: (botUserId) => setPresence(this.#context, botUserId, { status: 'offline' }),
    });
    this.#audience = new Audience(world, this.#registry);
    const ledgers = new IdentifyLedgers(
      {
        maxConcurrency: limits.maxConcurrency,
        bucketMs: limits.identifyBucketMs,
        startsPerWindow: limits.startsPerWindow,
        resetMs: limits.startsWindowMs,
      },
      nowMs,
      world,
    );
    const random = parts.random ?? Math.random;
    const guildBodies = new GuildBodies(world);
    this.faults = new FaultPlans(
      () => world.now(),
      () => this.#breakLive(),
      (record) => this.#news.tell(() => ({ kind: 'fault', record })),
    );
    const threadAccess = new ThreadAccess(world, this.#registry);
    this.#context = {
      world,
      registry: this.#registry,
      ledgers,
      guildBodies,
      faultLog: this.faults.log,
      threadAccess,
      channelSights: new ChannelSights(world, this.#registry),
      obfuscatesChannels: parts.obfuscatesChannels ?? false,
      news: this.#news,
      limits,
      voiceEndpoint: parts.voiceEndpoint ?? null,
      log,
      nowMs,
      editReady: (_, ready) => ready,
      random,
    };
    this.#connectionParts = {
      host: this.#createHost(new Commands(this.#context)),
      limits,
      maxPayloadBytes: limits.maxPayloadBytes,
      maxWritableBytes: limits.maxWritableBytes,
      closeTimeoutMs: limits.closeTimeoutMs,
      flusher: new Flusher(),
      controlFrames: new ControlFrames(),
      faults: this.faults,
      traffic: this.traffic,
      wheel,
      nowMs,
      now: () => world.now(),
      log,
    };
    this.#unsubscribe = world.bus.subscribe((event) => this.#onWorldEvent(event));
  }

  /** Takes the upgrades of the server. */
  attach(server: Server): void {
    const { limits, gatewayUrl, log } = this.#parts;
    this.#stopListening?.();
    this.#stopListening = listenForUpgrades(server, {
      faults: this.faults,
      unknownEncoding: limits.unknownEncoding,
      unknownCompression: limits.unknownCompression,
      hasRoom: () => this.#closing === null && this.#connections.size < limits.maxConnections,
      gatewayUrl,
      onRefused: (url, status) => this.#news.tell(() => ({ kind: 'upgrade-refused', url, status })),
      onConnection: (socket, head, terms) => {
        const { url, version, encoding, transport: compression } = terms;
        this.#news.tell(() => ({ kind: 'connection-opened', url, version, encoding, compression }));
        const connection = new Connection(socket, terms, this.#connectionParts);
        this.#connections.add(connection);
        connection.open(head);
      },
      log,
    });
  }

  /**
   * Asks every client to reconnect (op 7), closes with 1001 those that are still there after the grace, and drops all
   * sessions. New upgrades are refused with 503 meanwhile.
   */
  close({ graceMs = 0 }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#shutDown(graceMs);
    return this.#closing;
  }

  sessionCounts(): { readonly all: number; readonly connected: number } {
    return this.#registry.counts;
  }

  identifiedApplications(): readonly Snowflake[] {
    return this.#context.ledgers.applications();
  }

  sessionStartLimit(applicationId: Snowflake): SessionStartLimit {
    return this.#context.ledgers.sessionStartLimit(applicationId);
  }

  recommendedShards(applicationId: Snowflake): number {
    const { applications, guilds } = this.#parts.world;
    const application = applications.get(applicationId);
    const guildCount = application === undefined ? 0 : guilds.ofUser(application.botUserId).size;
    return Math.max(1, Math.ceil(guildCount / GUILDS_PER_RECOMMENDED_SHARD));
  }

  sessions(applicationId?: Snowflake): readonly SessionSnapshot[] {
    return Array.from(
      applicationId === undefined ? this.#registry.all() : this.#registry.ofApplication(applicationId),
      snapshotOf,
    );
  }

  session(sessionId: string): SessionSnapshot | undefined {
    const session = this.#registry.get(sessionId);
    return session === undefined ? undefined : snapshotOf(session);
  }

  /** @throws RangeError for a code that no close frame can carry */
  closeConnection(sessionId: string, code: number, reason?: string): boolean {
    requireCloseCode(code);
    const connection = this.#registry.get(sessionId)?.connection;
    connection?.close(code, reason);
    return connection !== undefined && connection !== null;
  }

  /** @throws RangeError for a code that no close frame can carry */
  endSession(sessionId: string, code: number = CloseCode.SESSION_TIMED_OUT): boolean {
    requireCloseCode(code);
    const session = this.#registry.get(sessionId);
    if (session === undefined) return false;
    this.#registry.end(session, code);
    return true;
  }

  requestReconnect(sessionId: string): boolean {
    return this.#applyTo(sessionId, (connection) => connection.apply({ type: 'request-reconnect' }));
  }

  invalidate(sessionId: string, resumable: boolean): boolean {
    return this.#applyTo(sessionId, (connection) => connection.apply({ type: 'invalid-session', resumable }));
  }

  frames(sessionId: string, after: FrameCursor | null, limit: number): FramePage | undefined {
    const session = this.#registry.get(sessionId);
    return session === undefined ? undefined : framesOf(session, after, limit);
  }

  async roundTrip(sessionId: string): Promise<number | null> {
    return this.#registry.get(sessionId)?.connection?.roundTrip() ?? null;
  }

  watch(listener: (event: GatewayEvent) => void): () => void {
    return this.#news.watch(listener);
  }

  /** Lays the last hand on READY of the sessions to come, in place of the one before. */
  editReady(edit: (session: SessionSnapshot, ready: object) => object): void {
    this.#context.editReady = edit;
  }

  /**
   * Events for one session alone, behind what it is owed already: numbered, kept for a resume, and taken from `events` as fast as the
   * client reads.
   * @returns false when there is no such session
   */
  feed(sessionId: string, events: Generator<SharedBody>): boolean {
    const session = this.#registry.get(sessionId);
    if (session === undefined) return false;
    session.backlog.push(events);
    session.connection?.wake();
    return true;
  }

  #applyTo(sessionId: string, action: (connection: Connection) => void): boolean {
    const connection = this.#registry.get(sessionId)?.connection ?? null;
    if (connection === null) return false;
    action(connection);
    return true;
  }

  /** Plans that no session has met yet meet those that are live. */
  #breakLive(): void {
    for (const session of [...this.#registry.all()]) session.connection?.meetFaults();
  }

  #createHost(commands: Commands): ConnectionHost {
    const context = this.#context;
    return {
      identify: (connection: Connection, request: IdentifyRequest) =>
        this.#guarded(connection, () => handleIdentify(context, connection, request)),
      resume: (connection: Connection, request: ResumeRequest) =>
        this.#guarded(connection, () => handleResume(context, connection, request)),
      command: (session, op, d) => this.#guarded(session.connection, () => commands.run(session, op, d)),
      heartbeat: (session) => {
        session.recordHeartbeat(context.world.now(), context.limits.heartbeatIntervalMs);
        context.news.tell(() => ({ kind: 'heartbeat', sessionId: session.id }));
      },
      detached: (session, connection, fate, close) => this.#onDetached(session, connection, fate, close),
      feed: (session, connection) => this.#feed(session, connection),
      ended: (connection) => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#whenEmpty?.();
      },
    };
  }

  /** A fault of ours must cost one connection, not the process. */
  #guarded(connection: Connection | null, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#parts.log.error({ err: error }, 'a client message could not be handled');
      connection?.close(CloseCode.UNKNOWN_ERROR);
    }
  }

  #onDetached(
    session: Session,
    connection: Connection,
    fate: 'kept' | 'gone',
    close: CloseRecord | null,
  ): void {
    if (close !== null) session.recordClose(close);
    this.faults.log.note(
      session.identity.applicationId,
      session.identity.shard[0],
      close === null ? 'invalidated' : `closed ${close.code ?? 'without a code'} by ${close.by}`,
    );
    // Else it was ended while attached, or resumed elsewhere: the registry knows.
    const isItsOwn = session.connection === connection;
    if (isItsOwn) {
      this.#parts.log.info({ sessionId: session.id, fate, close }, 'a session has lost its connection');
      this.#registry.detach(session);
    }
    this.#news.tell(() => ({ kind: 'session-closed', session: snapshotOf(session), close }));
    if (isItsOwn && fate === 'gone') this.#registry.end(session, close?.code ?? CloseCode.SESSION_TIMED_OUT);
  }

  /** One piece of what the client is owed: missed events, then guilds not loaded yet, then long answers. */
  #feed(session: Session, connection: Connection): boolean {
    const { attachment, backlog } = session;
    let more = false;
    this.#guarded(connection, () => {
      if (attachment.kind === 'replaying') {
        more = replayNext(session, attachment);
        return;
      }
      if (attachment.kind !== 'live') return;
      if (loadNextGuild(this.#context, session)) {
        more = true;
        return;
      }
      const [answer] = backlog;
      if (answer === undefined) return;
      const next = answer.next();
      if (next.done === true) backlog.shift();
      else session.dispatch(next.value);
      more = true;
    });
    return more;
  }

  #onWorldEvent(event: WorldEvent): void {
    this.#context.guildBodies.note(event);
    switch (event.kind) {
      case 'dispatch':
        this.traffic.worldEvents += 1;
        fanOut(event, this.#audience);
        this.#context.threadAccess.note(event);
        return;
      case 'guild-permissions':
        this.#audience.forget(event.guildId);
        this.#context.threadAccess.note(event);
        this.#context.channelSights.note(event);
        return;
      case 'application-revoked':
        this.#revoke(event);
        return;
      case 'voice-connected':
        tellVoiceServer(this.#context, event);
        return;
      case 'interaction-changed':
      case 'commands-changed':
      case 'application-changed':
        return;
      default:
        this.#audience.forget(event.guildId);
        this.#context.threadAccess.note(event);
        this.#context.channelSights.note(event);
        tellOfGuild(this.#context, event);
    }
  }

  /**
   * Every session of the application ends at once, on all shards, without op 7 or 9 before it; those without a connection
   * too, unless a limit says otherwise.
   * @see https://github.com/discord/discord-api-docs/issues/6970
   */
  #revoke(event: ApplicationRevokedEvent): void {
    const { applicationId, cause } = event;
    const { revocationCode, revokesDetached } = this.#parts.limits;
    this.#news.tell(() => event);
    const sessions = [...this.#registry.ofApplication(applicationId)].filter(
      ({ connection }) => revokesDetached || connection !== null || cause === 'application-deleted',
    );
    this.#parts.log.warn(
      { applicationId, cause, sessions: sessions.length },
      'all sessions of an application end',
    );
    for (const session of sessions) {
      this.#registry.end(session, revocationCode, verdictOf(revocationCode).reason);
    }
    if (cause === 'application-deleted') this.#context.ledgers.forget(applicationId);
  }

  async #shutDown(graceMs: number): Promise<void> {
    const { wheel, limits } = this.#parts;
    if (graceMs > 0) {
      for (const connection of this.#connections) connection.apply({ type: 'request-reconnect' });
      await this.#emptyWithin(wheel, graceMs);
    }
    for (const connection of [...this.#connections])
      connection.close(CloseCode.GOING_AWAY, 'The server shuts down.');
    await this.#emptyWithin(wheel, Math.min(limits.closeTimeoutMs, FAREWELL_MS));
    for (const connection of [...this.#connections]) connection.destroy();
    await this.#emptyWithin(wheel, FAREWELL_MS);
    for (const session of [...this.#registry.all()]) this.#registry.end(session);
    this.#unsubscribe();
    this.#stopListening?.();
  }

  /** Resolves when no connection is left, or after `ms`. */
  #emptyWithin(wheel: TimerWheel, ms: number): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        this.#whenEmpty = null;
        resolve();
      };
      const timer = wheel.schedule(ms, done);
      this.#whenEmpty = done;
    });
  }
}

/** How long a shutdown waits for the answers to its close frames. */
const FAREWELL_MS = 500;

function requireCloseCode(code: number): void {
  if (!isSendableCloseCode(code)) throw new RangeError(`${code} is no close code that a server can send`);
}
