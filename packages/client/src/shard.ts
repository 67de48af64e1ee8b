import {
  createDecoder,
  EnvelopeReader,
  initialShardState,
  isFreshDispatch,
  noteDispatch,
  noteFrame,
  Opcode,
  type ResumableSession,
  type ResumeUrlPolicy,
  type ShardEffect,
  type ShardEvent,
  type ShardInput,
  type ShardPhase,
  type ShardState,
  type ShardTiming,
  stepShard,
  type TransportDecoder,
  type TransportName,
} from '@guildhall/protocol/client';
import type { Audience } from './audience.ts';
import { CommandQueue } from './command-queue.ts';
import { Connection } from './connection.ts';
import type { Gap } from './drift-watch.ts';
import {
  type GatewayClientError,
  IdentifyBudgetError,
  IdentifyGateError,
  ProtocolError,
  ResumeUrlError,
  TokenProviderError,
} from './errors.ts';
import type { EventContext } from './events.ts';
import { IdentifyClaim } from './identify-claim.ts';
import type { IdentifyGate } from './identify-gate.ts';
import type { Logger } from './logger.ts';
import type { LimitOptions } from './options.ts';
import {
  connectionUrl,
  heartbeatIntervalOf,
  heartbeatText,
  type Identity,
  identifyText,
  resumeText,
  sessionOf,
} from './payloads.ts';
import { SendLimiter } from './send-limiter.ts';
import { ShardTimers } from './shard-timers.ts';
import { type ShardView, viewOf } from './shard-view.ts';
import type { TokenSource } from './token-source.ts';
import { type ShardReport, ShardWatch } from './watching/shard-watch.ts';

/** What all shards of a client have in common. */
export interface ShardSettings extends Omit<Identity, 'token'> {
  readonly tokens: TokenSource;
  readonly resumeUrlPolicy: ResumeUrlPolicy;
  readonly transport: TransportName;
  readonly timing: ShardTiming;
  readonly limits: Required<LimitOptions>;
  readonly gate: IdentifyGate;
  /** Aborted when the client is closed. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** Whom a shard reports to. None of these may throw. */
export interface ShardHost {
  /** Who hears an event of the name; null when nobody does, so that it is not parsed. Asked anew for each event. */
  audienceOf(name: string): Audience | null;
  /** @param reason what the server or the network said at the last loss; null when nothing */
  lifecycle(shardId: number, event: ShardEvent, reason: string | null): void;
  /** The shard is in another phase, and what belongs to the change has been done. */
  phaseChanged(shard: Pick<Shard, 'id' | 'report'>, from: ShardPhase['name']): void;
  problem(error: GatewayClientError): void;
}

/** A peer that asks for heartbeats and reads none would otherwise fill the memory. */
const MAX_UNSENT_HEARTBEAT_BYTES = 16_384;

/** Not a value of JSON: `d` could not be read, and that has been dealt with. */
const UNREADABLE = Symbol('unreadable');

/** One for all shards of the thread: a message is read to its end before the next one comes, see `TransportDecoder`. */
const envelope = new EnvelopeReader();

/**
 * One shard: the machine's effects become sockets and timers, and what these report becomes its inputs. Every
 * decision is the machine's. Events of a session go past it, see `#onDispatch`.
 */
export class Shard {
  readonly id: number;
  readonly view: ShardView;
  readonly #shardCount: number;
  readonly #settings: ShardSettings;
  readonly #host: ShardHost;
  readonly #commands: CommandQueue;

  #state: ShardState;
  #connection: Connection | null = null;
  #decoder: TransportDecoder | null = null;
  /** Sockets that were let go and have not ended yet; each ends within `closeDeadlineMs`. */
  readonly #leaving = new Set<Connection>();
  readonly #timers = new ShardTimers((timer, epoch) => this.#input({ type: 'timer', epoch, timer }));
  readonly #claim: IdentifyClaim;
  readonly #watch: ShardWatch;
  /** The token of the present connection. */
  #usedToken = '';
  #dialledAtMs = 0;
  #lossReason: string | null = null;

  /** Inputs that came while effects were carried out: a handler may call `close`. */
  readonly #inputs: ShardInput[] = [];
  #stepping = false;
  readonly #closers: (() => void)[] = [];

  constructor(
    id: number,
    count: number,
    gatewayUrl: string,
    session: ResumableSession | null,
    settings: ShardSettings,
    host: ShardHost,
  ) {
    this.id = id;
    this.#shardCount = count;
    this.#settings = settings;
    this.#host = host;
    this.#commands = new CommandQueue(settings.limits.maxQueuedSends);
    const { timing, resumeUrlPolicy, tokens } = settings;
    const setup = { gatewayUrl, timing, resumeUrlPolicy, renewsToken: tokens.renews };
    this.#state = initialShardState(setup, session);
    this.#claim = new IdentifyClaim(settings.gate, id);
    this.#watch = new ShardWatch(id);
    this.view = viewOf(id, this.#watch, () => this.#state);
  }

  /** What a later resume needs; null without a session. */
  get session(): ResumableSession | null {
    return this.#state.session === null ? null : { ...this.#state.session };
  }

  open(): void {
    this.#input({ type: 'open' });
  }

  /** Resolves when the shard has no timer and no socket any more. */
  async close(session: 'keep' | 'end'): Promise<void> {
    this.#commands.clear();
    await new Promise<void>((resolve) => {
      this.#closers.push(resolve);
      this.#input({ type: 'close', session });
    });
    await Promise.all([...this.#leaving].map((connection) => connection.gone));
  }

  /** Ends every socket without waiting for the other side. */
  terminate(): void {
    this.#connection?.terminate();
    for (const connection of this.#leaving) connection.terminate();
  }

  /** Another shard was told what holds for all. */
  halt(stop: Extract<ShardInput, { type: 'halt' }>['stop']): void {
    this.#input({ type: 'halt', stop });
  }

  /** The process did nothing for a while. A connection that was dialled since then has not suffered from it. */
  slept({ ms, sinceMs }: Gap): void {
    if (this.#dialledAtMs <= sinceMs) this.#input({ type: 'slept', ms });
  }

  get report(): ShardReport {
    return this.#watch.report(this.#state, this.#commands.waiting);
  }

  /** See {@link CommandQueue.push}. */
  send(text: string): Promise<void> {
    return this.#commands.push(text);
  }

  #input(input: ShardInput): void {
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    } finally {
      this.#stepping = false;
    }
  }

  #step(input: ShardInput): void {
    const from = this.#state.phase.name;
    const { state, effects } = stepShard(this.#state, input);
    this.#state = state;
    const wasLive = from === 'live';
    const isLive = state.phase.name === 'live';
    if (wasLive && !isLive) this.#commands.detach();
    for (const effect of effects) this.#carryOut(effect);
    if (isLive && !wasLive) this.#attachCommands();
    if (state.phase.name !== from) this.#host.phaseChanged(this, from);
  }

  #carryOut(effect: ShardEffect): void {
    this.#watch.note(effect, this.#lossReason);
    switch (effect.type) {
      case 'dial':
        this.#dial(effect.epoch, effect.url);
        return;
      case 'send-heartbeat':
        this.#sendHeartbeat(effect.seq);
        return;
      case 'send-identify':
        this.#connection?.send(identifyText(this.#identity(), this.id, this.#shardCount));
        return;
      case 'send-resume':
        this.#connection?.send(resumeText(this.#usedToken, effect.sessionId, effect.seq));
        return;
      case 'abandon': {
        const connection = this.#connection;
        this.#letGo();
        connection?.abandon(effect.code);
        return;
      }
      case 'close':
        this.#connection?.close(effect.code);
        return;
      case 'request-identify':
        this.#requestIdentify(effect.epoch);
        return;
      case 'release-identify':
        this.#claim.giveUp();
        return;
      case 'renew-token':
        this.#renewToken(effect.epoch);
        return;
      case 'arm':
        this.#watch.noteArmed(effect.timer, this.#timers.arm(effect));
        return;
      case 'cancel':
        this.#timers.cancel(effect.timer);
        return;
      case 'emit':
        this.#announce(effect.event);
        return;
    }
  }

  #dial(epoch: number, gatewayUrl: string): void {
    const { transport, limits, timing, logger } = this.#settings;
    this.#watch.vitals.latencyMs = null;
    this.#lossReason = null;
    this.#dialledAtMs = performance.now();
    this.#usedToken = this.#settings.tokens.current;
    this.#decoder = createDecoder(transport, { maxMessageBytes: limits.maxMessageBytes });
    const url = connectionUrl(gatewayUrl, transport);
    logger.debug({ shard: this.id, url }, 'dialling the gateway');
    this.#connection = new Connection(
      url,
      { maxMessageBytes: limits.maxMessageBytes, closeDeadlineMs: timing.closeDeadlineMs },
      {
        connected: () => this.#input({ type: 'connected', epoch }),
        opened: () => this.#input({ type: 'opened', epoch }),
        received: (atMs, byteLength) => this.#onBytes(epoch, atMs, byteLength),
        sent: (byteLength) => this.#watch.noteSent(byteLength),
        message: (payload, binary) => this.#onMessage(epoch, payload, binary),
        lost: (code, reason) => {
          this.#lossReason = reason;
          if (epoch === this.#state.epoch) this.#letGo();
          this.#input({ type: 'lost', epoch, code });
        },
      },
    );
  }

  /** Forgets the connection, which may still be on its way out. */
  #letGo(): void {
    const connection = this.#connection;
    this.#decoder?.close();
    this.#decoder = null;
    this.#connection = null;
    if (connection === null) return;
    this.#leaving.add(connection);
    connection.gone.then(() => this.#leaving.delete(connection));
  }

  /** What is handed to `#onMessage` next came at the same time. */
  #onBytes(epoch: number, atMs: number, byteLength: number): void {
    if (epoch !== this.#state.epoch) return;
    noteFrame(this.#state);
    this.#watch.noteReceived(atMs, byteLength);
  }

  #onMessage(epoch: number, chunk: Buffer, binary: boolean): void {
    const decoder = this.#decoder;
    if (epoch !== this.#state.epoch || decoder === null) return;
    let message: Buffer | null;
    try {
      message = decoder.push(chunk, binary);
      if (message === null) return;
      envelope.read(message);
    } catch (error) {
      this.#refuse('a frame could not be decoded', error);
      return;
    }
    if (envelope.op === Opcode.DISPATCH) this.#onDispatch(message);
    else this.#onControl(message);
  }

  /** The hot path: an event of a live session changes `seq` and nothing else of the machine's state. */
  #onDispatch(message: Buffer): void {
    const { s: seq, t: name } = envelope;
    if (seq === null || name === null) {
      this.#refuse('an event came without number or name');
      return;
    }
    this.#watch.noteDispatch(seq, name, message.length);
    if (name === 'READY') {
      this.#onReady(message, seq);
    } else if (name === 'RESUMED') {
      this.#onResumed(message, seq);
    } else if (isFreshDispatch(this.#state, seq)) {
      // One that cannot be read has not been handed over: a resume has to repeat it.
      if (this.#deliver(message, name, seq)) noteDispatch(this.#state, seq);
    }
  }

  /** READY and RESUMED are handed over after the machine has gone live: their handlers may already send. */
  #onReady(message: Buffer, seq: number): void {
    const { epoch, phase } = this.#state;
    if (phase.name !== 'identifying') return;
    const data = this.#parse(message);
    if (data === UNREADABLE) return;
    const session = sessionOf(data);
    if (session === null) {
      this.#refuse('READY came without a session id');
      return;
    }
    this.#input({ type: 'ready', epoch, ...session, seq });
    this.#hear(this.#host.audienceOf('READY'), message, data, seq);
  }

  #onResumed(message: Buffer, seq: number): void {
    const { epoch, phase } = this.#state;
    if (phase.name !== 'resuming') return;
    this.#input({ type: 'resumed', epoch, seq });
    this.#deliver(message, 'RESUMED', seq);
  }

  /** Hands an event to those who listen. False when it could not be read. */
  #deliver(message: Buffer, name: string, seq: number): boolean {
    const audience = this.#host.audienceOf(name);
    const data = audience?.wantsData === true ? this.#parse(message) : undefined;
    if (data === UNREADABLE) return false;
    this.#hear(audience, message, data, seq);
    return true;
  }

  #hear(audience: Audience | null, message: Buffer, data: unknown, seq: number): void {
    this.#watch.noteHeard(audience !== null);
    audience?.hear(message, data, this.#contextOf(seq));
  }

  #contextOf(seq: number): EventContext {
    const replayed = this.#state.phase.name === 'resuming';
    return { shard: this.id, seq, replayed, receivedAtMs: this.#watch.vitals.lastFrameAtMs ?? 0 };
  }

  #onControl(message: Buffer): void {
    const { epoch } = this.#state;
    switch (envelope.op) {
      case Opcode.HELLO: {
        const data = this.#parse(message);
        if (data === UNREADABLE) return;
        const heartbeatIntervalMs = heartbeatIntervalOf(data);
        if (heartbeatIntervalMs === null) this.#refuse('HELLO came without a usable heartbeat interval');
        else this.#input({ type: 'hello', epoch, heartbeatIntervalMs });
        return;
      }
      case Opcode.HEARTBEAT:
        this.#input({ type: 'heartbeat-requested', epoch });
        return;
      case Opcode.HEARTBEAT_ACK:
        this.#watch.noteHeartbeatAck();
        this.#input({ type: 'heartbeat-ack', epoch });
        return;
      case Opcode.RECONNECT:
        this.#input({ type: 'reconnect-requested', epoch });
        return;
      case Opcode.INVALID_SESSION: {
        const data = this.#parse(message);
        if (data !== UNREADABLE) this.#input({ type: 'invalid-session', epoch, resumable: data === true });
        return;
      }
      default:
        this.#settings.logger.debug(
          { shard: this.id, op: envelope.op },
          'opcode without meaning to a client',
        );
    }
  }

  #parse(message: Buffer): unknown {
    try {
      return envelope.parseData(message);
    } catch (error) {
      this.#refuse('the data of a message is not JSON', error);
      return UNREADABLE;
    }
  }

  /** What the server sent makes no sense: drop the connection, resume with fresh contexts. */
  #refuse(what: string, cause?: unknown): void {
    const error = new ProtocolError(this.id, what, cause);
    this.#lossReason = error.message;
    this.#host.problem(error);
    this.#input({ type: 'undecodable', epoch: this.#state.epoch });
  }

  #sendHeartbeat(seq: number | null): void {
    const connection = this.#connection;
    if (connection === null || connection.unsentBytes > MAX_UNSENT_HEARTBEAT_BYTES) return;
    this.#watch.vitals.lastHeartbeatAtMs = Date.now();
    connection.send(heartbeatText(seq));
  }

  #attachCommands(): void {
    const { limits } = this.#settings;
    const connection = this.#connection;
    if (connection === null) return;
    this.#commands.attach({
      write: (text) => connection.send(text),
      limiter: new SendLimiter(
        { sendsPerWindow: limits.sendsPerWindow, windowMs: limits.sendWindowMs },
        this.#state.link.heartbeatIntervalMs,
      ),
    });
  }

  #requestIdentify(epoch: number): void {
    this.#claim.request(
      () => this.#input({ type: 'identify-granted', epoch }),
      (error) => {
        if (error instanceof IdentifyBudgetError) {
          this.#input({ type: 'identify-refused', epoch, retryAfterMs: error.retryAfterMs });
          return;
        }
        // A gate of the user's own making failed. Backoff and a new connection ask it again.
        this.#host.problem(new IdentifyGateError(this.id, error));
        this.#connection?.terminate();
      },
    );
  }

  #identity(): Identity {
    const { intents, presence, largeThreshold } = this.#settings;
    return { token: this.#usedToken, intents, presence, largeThreshold };
  }

  async #renewToken(epoch: number): Promise<void> {
    const { tokens, signal } = this.#settings;
    let renewed = false;
    try {
      renewed = await tokens.renew(this.#usedToken, signal);
    } catch (error) {
      if (error instanceof TokenProviderError) this.#host.problem(error);
    }
    // Who closes the client has not been refused: the shard is about to be told.
    if (signal.aborted) return;
    this.#input({ type: renewed ? 'token-renewed' : 'token-refused', epoch });
  }

  #announce(event: ShardEvent): void {
    if (event.type === 'resume-url-refused') this.#host.problem(new ResumeUrlError(this.id, event.url));
    if (event.type === 'stopped') this.#commands.clear();
    this.#host.lifecycle(this.id, event, this.#lossReason);
    if (event.type === 'closed') for (const resolve of this.#closers.splice(0)) resolve();
  }
}
