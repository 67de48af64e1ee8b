import type { SessionStartLimit, Stop } from '@guildhall/protocol/client';
import type { Backlog } from './backlog.ts';
import { loadCodec } from './codec.ts';
import type { GatewayCommand, SendOptions } from './command.ts';
import { DriftWatch, type Gap, type LoopLag } from './drift-watch.ts';
import {
  AbortedError,
  ClientStateError,
  GatewayInfoError,
  GatewayStopError,
  OpenDeadlineError,
  OptionError,
} from './errors.ts';
import { EventHub, hubParts } from './event-hub.ts';
import type { GatewayInfo } from './gateway-info.ts';
import type { IntentsOption } from './hearable.ts';
import { AllowedIdentifyGate, IdentifyAllowance, type IdentifyBudgetStatus } from './identify-allowance.ts';
import { type IdentifyGate, LocalIdentifyGate } from './identify-gate.ts';
import type { ConnectionLossError } from './loss-error.ts';
import type { MemberRequest, MemberResult } from './member-requests.ts';
import { type GatewayClientOptions, MAX_TIMER_MS, type ResolvedOptions, resolveOptions } from './options.ts';
import type { Reporter } from './reporter.ts';
import type { KeptSessions, ManagerHost, ShardManager, ShardPlan } from './shard-manager.ts';
import type { ShardView } from './shard-view.ts';
import { TokenSource } from './token-source.ts';

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

/** One call of `open`, from its start until it settles. */
interface Opening {
  /** Its signal's reason is the error that `open` rejects with. */
  readonly abort: AbortController;
  readonly ready: PromiseWithResolvers<void>;
  readonly settled: PromiseWithResolvers<void>;
  /** Set by `close`. */
  closeWith: CloseOptions | null;
  lastLoss: ConnectionLossError | null;
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
export class GatewayClient<const Intents extends IntentsOption = IntentsOption> extends EventHub<Intents> {
  readonly #options: ResolvedOptions;
  readonly #reporter: Reporter;
  readonly #backlog: Backlog;
  #state: ClientState = { name: 'idle' };
  #manager: ShardManager | null = null;
  #kept: KeptSessions | null = null;
  #gate: { readonly maxConcurrency: number; readonly gate: IdentifyGate } | null = null;
  readonly #tokens: TokenSource;
  readonly #allowance: IdentifyAllowance;
  /** Aborted when the client is closed, or its opening has failed: nothing that was asked outlives it. */
  #lifetime = new AbortController();
  readonly #drift = new DriftWatch((gap) => this.#onSlept(gap));

  /** @throws OptionError for an option that is not allowed. Connects to nothing. */
  constructor(options: GatewayClientOptions<Intents>) {
    const resolved = resolveOptions(options);
    const parts = hubParts(resolved, (paused) => this.#manager?.setReading(paused));
    super(parts);
    this.#options = resolved;
    this.#reporter = parts.reporter;
    this.#backlog = parts.backlog;
    const { token, tokenProvider, timing, identify, gatewayUrl } = this.#options;
    const provided = { token, provider: tokenProvider, deadlineMs: timing.tokenDeadlineMs };
    this.#tokens = new TokenSource(provided);
    this.#allowance = new IdentifyAllowance({
      startLimit: identify.startLimit,
      reserve: identify.reserve,
      refresh: gatewayUrl === null ? () => this.#fetchStartLimit() : null,
      onLow: (status) => this.#reporter.budgetLow(status),
      onStale: (err) => this.#options.logger.warn({ err }, 'the session starts left could not be asked for'),
    });
  }

  /** The shards that run here, by id; empty before `open`. */
  get shards(): ReadonlyMap<number, ShardView> {
    return this.#manager?.views ?? NO_SHARDS;
  }

  /** The day's session starts, as far as known. What a store keeps for `identify.startLimit` of the next process. */
  get identifyBudget(): IdentifyBudgetStatus {
    return this.#allowance.status;
  }

  /** How late the event loop is: looked at once a second while the client is open. */
  get loopLag(): LoopLag {
    return this.#drift.lag;
  }

  /**
   * Connects; resolves when every shard is ready. Connections that break, meanwhile or later, are mended without
   * anybody being told but the handlers. When it rejects, all sockets and timers are gone and the sessions ended;
   * after OpenDeadlineError they are kept, so that trying again costs no identifies.
   *
   * @throws GatewayStopError when the gateway refuses for good, such as a wrong token, or a shard is quarantined
   * @throws GatewayInfoError when `GET /gateway/bot` fails
   * @throws TokenProviderError when the token provider fails
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
      lastLoss: null,
    };
    // It may be rejected before anybody waits for it.
    opening.ready.promise.catch(() => {});
    opening.abort.signal.addEventListener('abort', () => opening.ready.reject(opening.abort.signal.reason));
    this.#state = { name: 'opening', opening };
    this.#lifetime = opening.abort;
    this.#manager = null;

    const onAbort = (): void => opening.abort.abort(new AbortedError(signal?.reason));
    const onDeadline = (): void =>
      opening.abort.abort(
        new OpenDeadlineError(deadlineMs ?? 0, this.#manager?.notReady ?? [], opening.lastLoss),
      );
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
    this.endWaits(new ClientStateError('CLOSED', 'The client was closed'));
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
   * Lets a quarantined shard try again; its session is resumed where it has one.
   * @returns whether the shard was quarantined
   */
  reopen(shardId: number): boolean {
    return this.#state.name === 'open' && this.#state.manager.reopen(shardId);
  }

  /**
   * Sends a command through a shard. Waits while the shard is away or a limit is used up: 120 payloads a minute, less
   * what heartbeats need; 5 presences in 20 s, of which only the last that waits is sent; one request for all
   * members of a guild in 30 s. Commands that wait survive a resume; on a new session a waiting presence goes with
   * Identify, as the last one sent does, and the others are sent after READY.
   *
   * Resolves when the command has been written to a connection; the gateway does not acknowledge commands.
   * @throws SendError, AbortedError (as rejections), ClientStateError `NOT_OPEN` before `open`
   * @see https://docs.discord.com/developers/events/gateway-events#send-events
   */
  async send(shardId: number, command: GatewayCommand, options: SendOptions = {}): Promise<void> {
    await this.#running.send(shardId, command, options);
  }

  /**
   * Asks the gateway for members of a guild, through the shard that has it, and gathers the answer. A request that the gateway
   * puts off (RATE_LIMITED) is repeated when it says so; a session that is lost meanwhile, too.
   *
   *     const { members } = await client.requestGuildMembers({ guildId, query: '' });
   *
   * @throws MemberRequestError, SendError, AbortedError, OptionError (as rejections)
   * @throws ClientStateError `NOT_OPEN` before `open`, `CLOSED` when the client is closed meanwhile
   */
  async requestGuildMembers(request: MemberRequest): Promise<MemberResult> {
    return await this.#running.requestMembers(request, this.#reporter.events);
  }

  /** @throws ClientStateError `NOT_OPEN` */
  get #running(): ShardManager {
    const manager = this.#manager;
    if (manager === null || this.#state.name === 'closing') {
      throw new ClientStateError('NOT_OPEN', 'The client is not open');
    }
    return manager;
  }

  /** From nothing to every shard being ready. */
  async #start(opening: Opening): Promise<void> {
    const { signal } = opening.abort;
    signal.throwIfAborted();
    // What connects is loaded by the first `open`: a process that imports the package may not come to it.
    const { ShardManager } = await import('./shard-manager.ts');
    const codec = await loadCodec(this.#options.encoding);
    await this.#tokens.load(signal);
    const plan = await this.#makePlan(signal);
    signal.throwIfAborted();
    const kept = this.#kept?.shardCount === plan.count ? this.#kept.byShard : null;
    this.#allowance.require(plan.ids.filter((id) => kept?.has(id) !== true).length);
    const gate = new AllowedIdentifyGate(this.#gateFor(plan.maxConcurrency), this.#allowance);
    const tracksHandled = this.#options.handling.resumeFrom === 'handled';
    const own = { tokens: this.#tokens, codec, gate, signal, tracksHandled };
    const settings = { ...this.#options, ...own };
    const manager = new ShardManager(plan, this.#kept, settings, this.#hostFor(plan, opening));
    this.#manager = manager;
    this.#backlog.start();
    this.#kept = null;
    this.#drift.start();
    manager.open();
    await opening.ready.promise;
    // A handler of the last READY may have called `close`, after the promise had been resolved.
    signal.throwIfAborted();
    this.#state = { name: 'open', manager };
  }

  async #makePlan(signal: AbortSignal): Promise<ShardPlan & { readonly maxConcurrency: number }> {
    const { shards, gatewayUrl, identify } = this.#options;
    if (gatewayUrl !== null) {
      const selection = shards === 'auto' ? allShards(1) : shards;
      return { ...selection, gatewayUrl, maxConcurrency: identify.maxConcurrency };
    }
    const info = await this.#fetchInfo(signal);
    const selection = shards === 'auto' ? allShards(info.shards) : shards;
    this.#allowance.observe(info.sessionStartLimit);
    return { ...selection, gatewayUrl: info.url, maxConcurrency: info.sessionStartLimit.maxConcurrency };
  }

  async #fetchStartLimit(): Promise<SessionStartLimit> {
    return (await this.#fetchInfo(this.#lifetime.signal)).sessionStartLimit;
  }

  /** A token that the API refuses is asked for once more, where there is somebody to ask. */
  async #fetchInfo(signal: AbortSignal): Promise<GatewayInfo> {
    const { fetchGatewayInfo } = await import('./gateway-info.ts');
    const { apiBase, proxy } = this.#options;
    const token = this.#tokens.current;
    try {
      return await fetchGatewayInfo({ apiBase, token, signal, proxy });
    } catch (error) {
      const rejected = error instanceof GatewayInfoError && error.code === 'TOKEN_REJECTED';
      if (!rejected || !(await this.#tokens.renew(token, signal))) throw error;
      return await fetchGatewayInfo({ apiBase, token: this.#tokens.current, signal, proxy });
    }
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
    this.#drift.stop();
    this.#backlog.stop();
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
    this.#drift.stop();
    this.#backlog.stop();
    this.#lifetime.abort(new ClientStateError('CLOSED', 'The client was closed'));
    const kept = await manager.close(session, deadlineMs);
    this.#kept = session === 'keep' ? kept : null;
    this.#state = { name: 'idle' };
  }

  #hostFor(plan: ShardPlan, opening: Opening): ManagerHost {
    return {
      audienceOf: (name) => (this.#backlog.sheds(name) ? null : this.#reporter.audienceOf(name)),
      lifecycle: (shardId, event, reason) => {
        const loss = this.#reporter.lifecycle(shardId, event, reason);
        if (loss !== null) opening.lastLoss = loss;
      },
      problem: (error) => this.#reporter.problem(error),
      allReady: () => opening.ready.resolve(),
      quarantined: (stop, shardId) => this.#onQuarantined(stop, shardId, plan, opening),
      stopped: (stop, shardId) => this.#onStopped(stop, shardId, plan, opening),
    };
  }

  /** A shard that will not be ready makes `open` fail; afterwards the others do not suffer for it. */
  #onQuarantined(stop: Stop, shardId: number, plan: ShardPlan, opening: Opening): void {
    const error = this.#stopError(stop, shardId, plan);
    if (this.#state.name === 'opening') opening.abort.abort(error);
    this.#reporter.stop('quarantined', error);
  }

  #onSlept(gap: Gap): void {
    const fields = { ms: gap.ms, lagMs: this.#drift.lag.lastMs };
    this.#options.logger.warn(fields, 'the process did nothing for a while');
    this.#manager?.slept(gap);
  }

  #stopError(stop: Stop, shardId: number, plan: ShardPlan): GatewayStopError {
    return new GatewayStopError(stop, shardId, { intents: this.#options.intents, shardCount: plan.count });
  }

  #onStopped(stop: Stop, shardId: number, plan: ShardPlan, opening: Opening): void {
    const error = this.#stopError(stop, shardId, plan);
    if (this.#state.name === 'open') this.#state = { name: 'stopped', manager: this.#state.manager };
    opening.abort.abort(error);
    this.#reporter.stop('stopped', error);
    this.endWaits(error);
  }
}

function allShards(count: number): { readonly ids: readonly number[]; readonly count: number } {
  return { ids: Array.from({ length: count }, (_, id) => id), count };
}
