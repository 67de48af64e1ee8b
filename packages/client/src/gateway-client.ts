import { COMMAND_OPCODES, type ShardEvent, type Stop } from '@guildhall/protocol/client';
import type { GatewaySendPayload } from 'discord-api-types/v10';
import { Audiences } from './audience.ts';
import { Emitter, type Handler, type Remover } from './emitter.ts';
import {
  AbortedError,
  ClientStateError,
  type GatewayClientError,
  GatewayStopError,
  HandlerError,
  OpenDeadlineError,
  OptionError,
  SendError,
  SessionStartLimitError,
} from './errors.ts';
import type { GatewayEvents, RawEvents } from './events.ts';
import { fetchGatewayInfo } from './gateway-info.ts';
import { type IdentifyGate, LocalIdentifyGate } from './identify-gate.ts';
import { type GatewayClientOptions, MAX_TIMER_MS, type ResolvedOptions, resolveOptions } from './options.ts';
import { type KeptSessions, type ManagerHost, ShardManager, type ShardPlan } from './shard-manager.ts';
import type { ShardView } from './shard-view.ts';

export interface OpenOptions {
  /** Gives up and closes everything. */
  readonly signal?: AbortSignal;
  /** For all shards together, in ms; 1..2^31-1. Default: none, for in an outage shards wait as long as it takes. */
  readonly deadlineMs?: number;
}

export interface CloseOptions {
  /**
   * `end`: the bot goes offline at once. `keep`: the sessions can be resumed for some minutes, by the next `open`
   * of this client.
   */
  readonly session: 'keep' | 'end';
  /** After this many ms sockets are cut off. Default: each has `timing.closeDeadlineMs` for its handshake. */
  readonly deadlineMs?: number;
}

/** Opcodes 3, 4, 8, 31 and 43; the others are sent by the client itself. */
export type GatewayCommand = Extract<GatewaySendPayload, { op: 3 | 4 | 8 | 31 | 43 }>;

/** One call of `open`, from its start until it settles. */
interface Opening {
  /** Its signal's reason is the error that `open` rejects with. */
  readonly abort: AbortController;
  readonly ready: PromiseWithResolvers<void>;
  readonly settled: PromiseWithResolvers<void>;
  /** Set by `close`. */
  closeWith: CloseOptions | null;
}

type ClientState =
  | { readonly name: 'idle' }
  | { readonly name: 'opening'; readonly opening: Opening }
  | { readonly name: 'open'; readonly manager: ShardManager }
  | { readonly name: 'closing'; readonly closed: Promise<void> }
  /** The gateway refused for good; `open` may be tried again when the cause is gone. */
  | { readonly name: 'stopped'; readonly manager: ShardManager };

const NO_SHARDS: ReadonlyMap<number, ShardView> = new Map();
const END: CloseOptions = { session: 'end' };

/**
 * A bot's connection to the Discord gateway: all its shards, kept alive until `close` or a final refusal.
 *
 *     const client = new GatewayClient({ token, intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'] });
 *     client.on('MESSAGE_CREATE', (message) => console.log(message.content));
 *     await client.open();
 *
 * @see https://docs.discord.com/developers/events/gateway
 */
export class GatewayClient {
  readonly #options: ResolvedOptions;
  readonly #emitter: Emitter<GatewayEvents>;
  readonly #rawEmitter: Emitter<RawEvents>;
  readonly #audiences: Audiences;
  #state: ClientState = { name: 'idle' };
  #manager: ShardManager | null = null;
  #kept: KeptSessions | null = null;
  #gate: { readonly maxConcurrency: number; readonly gate: IdentifyGate } | null = null;

  /** @throws OptionError for an option that is not allowed. Connects to nothing. */
  constructor(options: GatewayClientOptions) {
    this.#options = resolveOptions(options);
    const onFailure = (event: PropertyKey, error: unknown): void =>
      this.#onHandlerFailure(String(event), error);
    this.#emitter = new Emitter(onFailure);
    this.#rawEmitter = new Emitter(onFailure);
    this.#audiences = new Audiences(this.#emitter, this.#rawEmitter);
  }

  /** The shards that run here, by id; empty before `open`. */
  get shards(): ReadonlyMap<number, ShardView> {
    return this.#manager?.views ?? NO_SHARDS;
  }

  /**
   * Adds a handler, from the next event on. Handlers of one shard's events are called in order of `seq`; the next event does not wait for
   * a promise that a handler returns. What a handler throws or rejects with goes to the event `error`.
   * @returns removes the handler when called or disposed of
   */
  on<Name extends keyof GatewayEvents>(event: Name, handler: Handler<GatewayEvents[Name]>): Remover {
    return this.#emitter.on(event, handler);
  }

  /** As `on`, for the next event only. */
  once<Name extends keyof GatewayEvents>(event: Name, handler: Handler<GatewayEvents[Name]>): Remover {
    return this.#emitter.once(event, handler);
  }

  off<Name extends keyof GatewayEvents>(event: Name, handler: Handler<GatewayEvents[Name]>): void {
    this.#emitter.off(event, handler);
  }

  /**
   * Adds a handler that gets an event's message as bytes, before the handlers of `on` get what is in it. An event
   * that only raw handlers hear is not parsed. The bytes are good during the call only, see {@link RawEvents}.
   *
   *     client.onRaw('*', (name, message, { shard }) => queue.publish(`${shard}.${name}`, Buffer.from(message)));
   *
   * @returns removes the handler when called or disposed of
   */
  onRaw<Name extends keyof RawEvents>(event: Name, handler: Handler<RawEvents[Name]>): Remover {
    return this.#rawEmitter.on(event, handler);
  }

  /**
   * Connects; resolves when every shard is ready. Connections that break, meanwhile or later, are mended without
   * anybody being told but the handlers. When it rejects, all sockets and timers are gone and the sessions ended;
   * after OpenDeadlineError they are kept, so that trying again costs no identifies.
   *
   * @throws GatewayStopError when the gateway refuses for good, such as a wrong token
   * @throws GatewayInfoError when `GET /gateway/bot` fails
   * @throws SessionStartLimitError when too few session starts are left today
   * @throws AbortedError, OpenDeadlineError when `signal` or `deadlineMs` end the attempt
   * @throws ClientStateError `ALREADY_OPEN`, or `CLOSED` when `close` is called meanwhile
   */
  async open({ signal, deadlineMs }: OpenOptions = {}): Promise<void> {
    if (this.#state.name !== 'idle' && this.#state.name !== 'stopped') {
      throw new ClientStateError('ALREADY_OPEN', 'The client is open already, or not closed yet');
    }
    if (deadlineMs !== undefined && !(deadlineMs >= 1 && deadlineMs <= MAX_TIMER_MS)) {
      throw new OptionError('deadlineMs', `a number of ms from 1 to ${MAX_TIMER_MS}`);
    }
    const opening: Opening = {
      abort: new AbortController(),
      ready: Promise.withResolvers(),
      settled: Promise.withResolvers(),
      closeWith: null,
    };
    // It may be rejected before anybody waits for it.
    opening.ready.promise.catch(() => {});
    opening.abort.signal.addEventListener('abort', () => opening.ready.reject(opening.abort.signal.reason));
    this.#state = { name: 'opening', opening };
    this.#manager = null;

    const onAbort = (): void => opening.abort.abort(new AbortedError(signal?.reason));
    const onDeadline = (): void =>
      opening.abort.abort(new OpenDeadlineError(deadlineMs ?? 0, this.#manager?.notReady ?? []));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = deadlineMs === undefined ? undefined : setTimeout(onDeadline, deadlineMs);
    try {
      await this.#start(opening);
    } catch (error) {
      await this.#abandonOpening(opening, error);
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      opening.settled.resolve();
    }
  }

  /**
   * Closes every shard; resolves when no socket and no timer is left. Never rejects, may be called in any state,
   * and makes a waiting `open` reject.
   */
  async close(options: CloseOptions = END): Promise<void> {
    switch (this.#state.name) {
      case 'idle':
        if (options.session === 'end') this.#kept = null;
        return;
      case 'opening': {
        const { opening } = this.#state;
        opening.closeWith = options;
        opening.abort.abort(
          new ClientStateError('CLOSED', 'The client was closed before all shards were ready'),
        );
        await opening.settled.promise;
        return;
      }
      case 'closing':
        await this.#state.closed;
        return;
      case 'open':
      case 'stopped': {
        const closed = this.#shutDown(this.#state.manager, options);
        this.#state = { name: 'closing', closed };
        await closed;
        return;
      }
    }
  }

  /** Ends the sessions, as `close()` does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Sends a command through a shard. Waits while the shard is away or the rate limit is used up.
   * Resolves when the command has been written to a connection; the gateway does not acknowledge commands.
   * @throws SendError (as a rejection), ClientStateError `NOT_OPEN` before `open`
   * @see https://docs.discord.com/developers/events/gateway-events#send-events
   */
  async send(shardId: number, command: GatewayCommand): Promise<void> {
    if (!COMMAND_OPCODES.has(command.op)) {
      throw new SendError('NOT_A_COMMAND', `Opcode ${command.op} is sent by the client itself`);
    }
    const text = JSON.stringify({ op: command.op, d: command.d });
    const { maxSendBytes } = this.#options.limits;
    const bytes = Buffer.byteLength(text);
    if (bytes > maxSendBytes) {
      throw new SendError('TOO_LARGE', `The command has ${bytes} bytes; the gateway takes ${maxSendBytes}`);
    }
    const manager = this.#manager;
    if (manager === null || this.#state.name === 'closing') {
      throw new ClientStateError('NOT_OPEN', 'The client is not open');
    }
    await manager.send(shardId, text);
  }

  /** From nothing to every shard being ready. */
  async #start(opening: Opening): Promise<void> {
    const { signal } = opening.abort;
    signal.throwIfAborted();
    const plan = await this.#makePlan(signal);
    signal.throwIfAborted();
    const settings = { ...this.#options, gate: this.#gateFor(plan.maxConcurrency) };
    const manager = new ShardManager(plan, this.#kept, settings, this.#hostFor(plan, opening));
    this.#manager = manager;
    this.#kept = null;
    manager.open();
    await opening.ready.promise;
    // A handler of the last READY may have called `close`, after the promise had been resolved.
    signal.throwIfAborted();
    this.#state = { name: 'open', manager };
  }

  async #makePlan(signal: AbortSignal): Promise<ShardPlan & { readonly maxConcurrency: number }> {
    const { shards, gatewayUrl, identify, apiBase, token } = this.#options;
    if (gatewayUrl !== null) {
      const selection = shards === 'auto' ? allShards(1) : shards;
      return { ...selection, gatewayUrl, maxConcurrency: identify.maxConcurrency };
    }
    const info = await fetchGatewayInfo({ apiBase, token, signal });
    const selection = shards === 'auto' ? allShards(info.shards) : shards;
    const { remaining, resetAfterMs, maxConcurrency } = info.sessionStartLimit;
    const kept = this.#kept?.shardCount === selection.count ? this.#kept.byShard : null;
    const needed = selection.ids.filter((id) => kept?.has(id) !== true).length;
    if (remaining < needed) throw new SessionStartLimitError(remaining, needed, resetAfterMs);
    return { ...selection, gatewayUrl: info.url, maxConcurrency };
  }

  /** The gate outlives `close`: Discord counts its pause from the last identify, whoever sent it. */
  #gateFor(maxConcurrency: number): IdentifyGate {
    const { gate, bucketMs } = this.#options.identify;
    if (gate !== null) return gate;
    if (this.#gate?.maxConcurrency !== maxConcurrency) {
      this.#gate = { maxConcurrency, gate: new LocalIdentifyGate(maxConcurrency, bucketMs) };
    }
    return this.#gate.gate;
  }

  async #abandonOpening({ closeWith }: Opening, error: unknown): Promise<void> {
    const manager = this.#manager;
    if (manager === null) {
      // No shard has begun: sessions of before are as good as they were, unless `close` was told to end them.
      if (closeWith?.session === 'end') this.#kept = null;
      this.#state = { name: 'idle' };
      return;
    }
    const session = closeWith?.session ?? (error instanceof OpenDeadlineError ? 'keep' : 'end');
    const kept = await manager.close(session, closeWith?.deadlineMs);
    this.#kept = session === 'keep' ? kept : null;
    this.#state = error instanceof GatewayStopError ? { name: 'stopped', manager } : { name: 'idle' };
  }

  async #shutDown(manager: ShardManager, { session, deadlineMs }: CloseOptions): Promise<void> {
    const kept = await manager.close(session, deadlineMs);
    this.#kept = session === 'keep' ? kept : null;
    this.#state = { name: 'idle' };
  }

  #hostFor(plan: ShardPlan, opening: Opening): ManagerHost {
    return {
      audienceOf: (name) => this.#audiences.of(name),
      lifecycle: (shardId, event, reason) => this.#onLifecycle(shardId, event, reason),
      problem: (error) => this.#report(error),
      allReady: () => opening.ready.resolve(),
      stopped: (stop, shardId) => this.#onStopped(stop, shardId, plan, opening),
    };
  }

  #onLifecycle(shard: number, event: ShardEvent, reason: string | null): void {
    const { logger } = this.#options;
    switch (event.type) {
      case 'phase':
        logger.debug({ shard, phase: event.phase }, 'shard phase');
        this.#emitter.emit('phase', { shard, phase: event.phase });
        return;
      case 'ready':
        logger.info({ shard }, 'shard ready');
        this.#emitter.emit('shardReady', { shard });
        return;
      case 'resumed':
        logger.info({ shard }, 'shard resumed');
        this.#emitter.emit('shardResumed', { shard });
        return;
      case 'disconnected': {
        const { cause, code, next } = event;
        logger.warn({ shard, cause, code, reason, next }, 'shard disconnected');
        this.#emitter.emit('shardDisconnected', { shard, cause, code, reason, next });
        return;
      }
      case 'session-revoked':
        logger.warn({ shard }, 'session revoked: the token was reset or a privileged intent taken away');
        this.#emitter.emit('sessionRevoked', { shard });
        return;
      case 'session-lost':
        logger.warn({ shard }, 'session lost');
        this.#emitter.emit('sessionLost', { shard });
        return;
      case 'stopped':
      case 'closed':
        // Told once for all shards: by `onStopped`, and by the promise of `close`.
        return;
    }
  }

  #onStopped(stop: Stop, shardId: number, plan: ShardPlan, opening: Opening): void {
    const context = { intents: this.#options.intents, shardCount: plan.count };
    const error = new GatewayStopError(stop, shardId, context);
    this.#options.logger.error(
      { shard: shardId, code: error.code, closeCode: error.closeCode },
      error.message,
    );
    if (this.#state.name === 'open') this.#state = { name: 'stopped', manager: this.#state.manager };
    opening.abort.abort(error);
    this.#emitter.emit('stopped', error);
  }

  #onHandlerFailure(event: string, cause: unknown): void {
    const error = new HandlerError(event, cause);
    // A failing error handler is not asked about its own failure.
    if (event === 'error') this.#options.logger.error({ err: error }, error.message);
    else this.#report(error);
  }

  #report(error: GatewayClientError): void {
    if (this.#emitter.has('error')) this.#emitter.emit('error', error);
    else this.#options.logger.error({ err: error }, error.message);
  }
}

function allShards(count: number): { readonly ids: readonly number[]; readonly count: number } {
  return { ids: Array.from({ length: count }, (_, id) => id), count };
}
