import {
  createDecoder,
  initialShardState,
  isFreshDispatch,
  noteDispatch,
  noteFrame,
  Opcode,
  type ResumableSession,
  type ShardEffect,
  type ShardEvent,
  type ShardInput,
  type ShardState,
  stepShard,
  type TransportDecoder,
} from '@guildhall/protocol/client';
import type { Audience } from './audience.ts';
import type { EncodedCommand, SendOptions } from './command.ts';
import { CommandQueue } from './command-queue.ts';
import { Connection } from './connection.ts';
import { DispatchContext } from './dispatch-context.ts';
import type { Gap } from './drift-watch.ts';
import {
  IdentifyBudgetError,
  IdentifyGateError,
  ProtocolError,
  ResumeUrlError,
  TokenProviderError,
} from './errors.ts';
import { HandledSeq } from './handled-seq.ts';
import { IdentifyClaim } from './identify-claim.ts';
import {
  connectionUrl,
  heartbeatIntervalOf,
  heartbeatMessage,
  type Identity,
  identifyMessage,
  resumeMessage,
  sessionOf,
} from './payloads.ts';
import { Reading } from './reading.ts';
import { SendLimiter } from './send-limiter.ts';
import type { ShardHost, ShardSettings } from './shard-settings.ts';
import { ShardTimers } from './shard-timers.ts';
import { type ShardView, viewOf } from './shard-view.ts';
import { type ShardReport, ShardWatch } from './watching/shard-watch.ts';

/** A peer that asks for heartbeats and reads none would otherwise fill the memory. */
const MAX_UNSENT_HEARTBEAT_BYTES = 16_384;

/** Not a value of JSON: `d` could not be read, and that has been dealt with. */
const UNREADABLE = Symbol('unreadable');

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
  /** Of the present session; null where nobody asks. */
  #handled: HandledSeq | null = null;
  readonly #reading = new Reading();
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
    const { timing, resumeUrlPolicy, tokens, heartbeatIntervalMs, tracksHandled } = settings;
    const own = heartbeatIntervalMs === null ? {} : { heartbeatIntervalMs };
    const setup = { gatewayUrl, timing, resumeUrlPolicy, renewsToken: tokens.renews, ...own };
    if (tracksHandled) this.#handled = new HandledSeq();
    this.#state = initialShardState(setup, session);
    this.#claim = new IdentifyClaim(settings.gate, id);
    this.#watch = new ShardWatch(id);
    this.view = viewOf(id, this.#watch, () => this.#state);
  }

  /** What a later resume needs; null without a session. */
  get session(): ResumableSession | null {
    const { session } = this.#state;
    return session === null ? null : { ...session, seq: this.#handled?.upTo(session.seq) ?? session.seq };
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
    return this.#watch.report(this.#state, this.#commands.length);
  }

  /** See {@link CommandQueue.push}. */
  send(command: EncodedCommand, options: SendOptions): Promise<void> {
    return this.#commands.push(command, options);
  }

  /** Stops or starts reading the events of a session; what leads to one is always read, and heartbeats go on. */
  setReading(paused: boolean): void {
    this.#reading.held = paused;
    this.#followReading();
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
    this.#followReading();
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
        this.#send(identifyMessage(this.#identity(), this.id, this.#shardCount));
        return;
      case 'send-resume':
        this.#send(resumeMessage(this.#usedToken, effect.sessionId, effect.seq));
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
    const { transport, codec, limits, timing, proxy, logger } = this.#settings;
    this.#watch.vitals.latencyMs = null;
    this.#lossReason = null;
    this.#dialledAtMs = performance.now();
    this.#usedToken = this.#settings.tokens.current;
    this.#decoder = createDecoder(transport, {
      maxMessageBytes: limits.maxMessageBytes,
      messageEnd: codec.messageEnd(),
    });
    const url = connectionUrl(gatewayUrl, codec.name, transport);
    logger.debug({ shard: this.id, url }, 'dialling the gateway');
    this.#connection = new Connection(
      url,
      { maxMessageBytes: limits.maxMessageBytes, closeDeadlineMs: timing.closeDeadlineMs, proxy },
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
    this.#reading.reset();
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
    const { envelope } = this.#settings.codec;
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
    const { s: seq, t: name } = this.#settings.codec.envelope;
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
    if (this.#handled !== null) this.#handled = new HandledSeq();
    this.#input({ type: 'ready', epoch, ...session, seq });
    this.#tell(this.#host.audienceOf('READY'), message, data, seq);
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
    this.#tell(audience, message, data, seq);
    return true;
  }

  #tell(audience: Audience | null, message: Buffer, data: unknown, seq: number): void {
    this.#watch.noteHeard(audience !== null);
    if (audience === null) return;
    const replayed = this.#state.phase.name === 'resuming';
    const receivedAtMs = this.#watch.vitals.lastFrameAtMs ?? 0;
    const context = new DispatchContext(this.id, seq, replayed, receivedAtMs, message, this.#handled);
    context.enter();
    audience.hear(message, data, context);
    context.leave();
  }

  #onControl(message: Buffer): void {
    const { epoch } = this.#state;
    const { op } = this.#settings.codec.envelope;
    switch (op) {
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
        this.#settings.logger.debug({ shard: this.id, op }, 'opcode without meaning to a client');
    }
  }

  #parse(message: Buffer): unknown {
    try {
      return this.#settings.codec.envelope.parseData(message);
    } catch (error) {
      this.#refuse('the data of a message could not be decoded', error);
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
    this.#send(heartbeatMessage(seq));
  }

  #send(message: object): void {
    this.#connection?.send(this.#settings.codec.encode(message));
  }

  #followReading(): void {
    const { phase, epoch } = this.#state;
    const paused = this.#reading.follow(phase, this.#connection);
    if (paused !== null) this.#input({ type: 'reading', epoch, paused });
  }

  #attachCommands(): void {
    const { limits } = this.#settings;
    const connection = this.#connection;
    const { phase } = this.#state;
    if (connection === null) return;
    if (phase.name === 'live' && phase.started) this.#commands.sessionBegan();
    this.#commands.attach({
      write: (payload) => connection.send(payload),
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
    const sent = this.#commands.identifyPresence();
    return { token: this.#usedToken, intents, presence: sent ?? presence, largeThreshold };
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
