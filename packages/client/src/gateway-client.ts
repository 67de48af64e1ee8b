import { COMMAND_OPCODES, type SessionStartLimit, type Stop } from '@guildhall/protocol/client';
import type { GatewaySendPayload } from 'discord-api-types/v10';
import { DriftWatch, type Gap, type LoopLag } from './drift-watch.ts';
import type { Handler, Remover } from './emitter.ts';
import { ClientStateError, GatewayStopError, OpenDeadlineError, SendError } from './errors.ts';
import type { GatewayEvents, RawEvents } from './events.ts';
import type { ExplainOptions, Finding } from './explain/finding.ts';
import { GatewayDirectory } from './gateway-directory.ts';
import { AllowedIdentifyGate, IdentifyAllowance, type IdentifyBudgetStatus } from './identify-allowance.ts';
import { type IdentifyGate, LocalIdentifyGate } from './identify-gate.ts';
import { type CloseOptions, Opening, type OpenOptions } from './opening.ts';
import { type GatewayClientOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { Reporter } from './reporter.ts';
import { type KeptSessions, type ManagerHost, ShardManager, type ShardPlan } from './shard-manager.ts';
import type { ShardView } from './shard-view.ts';
import { TokenSource } from './token-source.ts';
import type { ClientReport } from './watching/client-report.ts';
import { type MetricFamily, openMetricsText } from './watching/metric-family.ts';
import { metricsOf } from './watching/metrics.ts';
import type { StateChange } from './watching/shard-watch.ts';
import { stateChanges } from './watching/state-changes.ts';

/** Opcodes 3, 4, 8, 31 and 43; the others are sent by the client itself. */
export type GatewayCommand = Extract<GatewaySendPayload, { op: 3 | 4 | 8 | 31 | 43 }>;

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
  readonly #reporter: Reporter;
  #state: ClientState = { name: 'idle' };
  #manager: ShardManager | null = null;
  #kept: KeptSessions | null = null;
  #gate: { readonly maxConcurrency: number; readonly gate: IdentifyGate } | null = null;
  readonly #tokens: TokenSource;
  readonly #directory: GatewayDirectory;
  readonly #allowance: IdentifyAllowance;
  /** Aborted when the client is closed, or its opening has failed: nothing that was asked outlives it. */
  #lifetime = new AbortController();
  readonly #drift = new DriftWatch((gap) => this.#onSlept(gap));

  /** @throws OptionError for an option that is not allowed. Connects to nothing. */
  constructor(options: GatewayClientOptions) {
    this.#options = resolveOptions(options);
    const { token, tokenProvider, timing, identify, gatewayUrl } = this.#options;
    const provided = { token, provider: tokenProvider, deadlineMs: timing.tokenDeadlineMs };
    this.#tokens = new TokenSource(provided);
    this.#directory = new GatewayDirectory(this.#options.apiBase, this.#tokens);
    this.#allowance = new IdentifyAllowance({
      startLimit: identify.startLimit,
      reserve: identify.reserve,
      refresh: gatewayUrl === null ? () => this.#directory.startLimit(this.#lifetime.signal) : null,
      onLow: (status) => this.#reporter.budgetLow(status),
      onStale: (err) => this.#options.logger.warn({ err }, 'the session starts left could not be asked for'),
    });
    this.#reporter = new Reporter(this.#options.logger);
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

  /** All that is known of the client and its shards at this moment, as plain data. */
  get state(): ClientReport {
    return {
      name: this.#state.name,
      atMs: Date.now(),
      shardCount: this.#manager?.count ?? null,
      shards: this.#manager?.reports ?? [],
      events: this.#reporter.tally.report,
      handlerFailures: this.#reporter.handlerFailures,
      identifyBudget: this.identifyBudget,
      loopLag: this.loopLag,
    };
  }

  /**
   * The event `stateChange` as a loop: from its first step on, until `signal` is aborted or the loop is left. Who falls
   * behind by more than 1024 changes misses the oldest.
   */
  stateChanges({ signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<StateChange, void, void> {
    return stateChanges((handler) => this.on('stateChange', handler), signal);
  }

  /** `state` as metrics with the names and units of Prometheus. */
  metrics(): readonly MetricFamily[] {
    return metricsOf(this.state);
  }

  /** `metrics()` as text, to be served as {@link OPEN_METRICS_CONTENT_TYPE}. */
  openMetrics(): string {
    return openMetricsText(this.metrics());
  }

  /**
   * Why do I receive nothing? Asks the API and, unless a shard stands, knocks at the gateway; spends no session start.
   * What was found, the worst first. May be called in any state.
   * @throws AbortedError when `signal` is aborted
   */
  async explain(options: ExplainOptions = {}): Promise<readonly Finding[]> {
    // Loaded on first use: who never asks does not pay for it.
    const { explain } = await import('./explain/explain.ts');
    const subject = {
      settings: this.#options,
      report: this.state,
      tokens: this.#tokens,
      directory: this.#directory,
      observe: (limit: SessionStartLimit) => {
        this.#allowance.observe(limit);
        return this.#allowance.status;
      },
      handled: this.#reporter.handled,
    };
    return explain(subject, options);
  }

  /**
   * Adds a handler, from the next event on. Handlers of one shard's events are called in order of `seq`; the next event does not wait for
   * a promise that a handler returns. What a handler throws or rejects with goes to the event `error`.
   * @returns removes the handler when called or disposed of
   */
  on<Name extends keyof GatewayEvents>(event: Name, handler: Handler<GatewayEvents[Name]>): Remover {
    return this.#reporter.events.on(event, handler);
  }

  /** As `on`, for the next event only. */
  once<Name extends keyof GatewayEvents>(event: Name, handler: Handler<GatewayEvents[Name]>): Remover {
    return this.#reporter.events.once(event, handler);
  }

  off<Name extends keyof GatewayEvents>(event: Name, handler: Handler<GatewayEvents[Name]>): void {
    this.#reporter.events.off(event, handler);
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
    return this.#reporter.rawEvents.on(event, handler);
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
  async open(options: OpenOptions = {}): Promise<void> {
    if (this.#state.name !== 'idle' && this.#state.name !== 'stopped') {
      throw new ClientStateError('ALREADY_OPEN', 'The client is open already, or not closed yet');
    }
    const opening = new Opening(options, () => this.#manager?.notReady ?? []);
    this.#state = { name: 'opening', opening };
    this.#lifetime = opening.abort;
    this.#manager = null;

    try {
      await this.#start(opening);
    } catch (error) {
      await this.#abandonOpening(opening, error);
      throw error;
    } finally {
      opening.settle();
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
   * Lets a quarantined shard try again; its session is resumed where it has one.
   * @returns whether the shard was quarantined
   */
  reopen(shardId: number): boolean {
    return this.#state.name === 'open' && this.#state.manager.reopen(shardId);
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
    await this.#tokens.load(signal);
    const plan = await this.#makePlan(signal);
    signal.throwIfAborted();
    const kept = this.#kept?.shardCount === plan.count ? this.#kept.byShard : null;
    this.#allowance.require(plan.ids.filter((id) => kept?.has(id) !== true).length);
    const gate = new AllowedIdentifyGate(this.#gateFor(plan.maxConcurrency), this.#allowance);
    const settings = { ...this.#options, tokens: this.#tokens, gate, signal };
    const manager = new ShardManager(plan, this.#kept, settings, this.#hostFor(plan, opening));
    this.#manager = manager;
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
    const info = await this.#directory.info(signal);
    const selection = shards === 'auto' ? allShards(info.shards) : shards;
    this.#allowance.observe(info.sessionStartLimit);
    return { ...selection, gatewayUrl: info.url, maxConcurrency: info.sessionStartLimit.maxConcurrency };
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
    this.#lifetime.abort(new ClientStateError('CLOSED', 'The client was closed'));
    const kept = await manager.close(session, deadlineMs);
    this.#kept = session === 'keep' ? kept : null;
    this.#state = { name: 'idle' };
  }

  #hostFor(plan: ShardPlan, opening: Opening): ManagerHost {
    return {
      audienceOf: (name) => this.#reporter.audienceOf(name),
      lifecycle: (shardId, event, reason) => {
        const loss = this.#reporter.lifecycle(shardId, event, reason);
        if (loss !== null) opening.lastLoss = loss;
      },
      phaseChanged: (shard, from) => this.#reporter.phaseChanged(shard, from),
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
  }
}

function allShards(count: number): { readonly ids: readonly number[]; readonly count: number } {
  return { ids: Array.from({ length: count }, (_, id) => id), count };
}
