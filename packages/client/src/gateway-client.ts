import {
  type MetricFamily,
  openMetricsText,
  type SessionStartLimit,
  type ShardEvent,
  type Stop,
} from '@guildhall/protocol/client';
import type { Backlog } from './backlog.ts';
import { loadCodec } from './codec.ts';
import type { GatewayCommand, SendOptions } from './command.ts';
import { DriftWatch, type Gap, type LoopLag } from './drift-watch.ts';
import { ClientStateError, GatewayStopError, OpenDeadlineError } from './errors.ts';
import { EventHub, hubParts } from './event-hub.ts';
import type { ExplainOptions, Finding } from './explain/finding.ts';
import { GatewayDirectory } from './gateway-directory.ts';
import type { IntentsOption } from './hearable.ts';
import { AllowedIdentifyGate, IdentifyAllowance, type IdentifyBudgetStatus } from './identify-allowance.ts';
import type { MemberRequest, MemberResult } from './member-requests.ts';
import { type CloseOptions, Opening, type OpenOptions } from './opening.ts';
import {
  type GatewayClientOptions,
  type ResolvedOptions,
  resolveOptions,
  type ShardSelection,
} from './options.ts';
import { Planner } from './planner.ts';
import type { Reporter } from './reporter.ts';
import type { Resharding, ReshardOptions } from './resharding.ts';
import type { SessionRecord } from './session-record.ts';
import { SessionVault } from './session-vault.ts';
import type { ShardManager } from './shard-manager.ts';
import type { SetHost, ShardSet } from './shard-set.ts';
import type { ShardView } from './shard-view.ts';
import { TokenSource } from './token-source.ts';
import type { ClientReport } from './watching/client-report.ts';
import { metricsOf } from './watching/metrics.ts';
import type { StateChange } from './watching/shard-watch.ts';
import { stateChanges } from './watching/state-changes.ts';

type ClientState =
  | { readonly name: 'idle' }
  | { readonly name: 'opening'; readonly opening: Opening }
  | { readonly name: 'open'; readonly set: ShardSet; readonly opening: Opening }
  | { readonly name: 'closing'; readonly closed: Promise<void> }
  /** The gateway refused for good; `open` may be tried again when the cause is gone. */
  | { readonly name: 'stopped'; readonly set: ShardSet };

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
  #set: ShardSet | null = null;
  #resharding: Resharding | null = null;
  /** From the call of `reshard` on, which is before there is anything in `#resharding`. */
  #isResharding = false;
  readonly #tokens: TokenSource;
  readonly #directory: GatewayDirectory;
  readonly #planner: Planner;
  readonly #allowance: IdentifyAllowance;
  readonly #vault: SessionVault;
  /** Aborted when the client is closed, or its opening has failed: nothing that was asked outlives it. */
  #lifetime: Pick<AbortController, 'abort' | 'signal'> = new AbortController();
  readonly #drift = new DriftWatch((gap) => this.#onSlept(gap));

  /** @throws OptionError for an option that is not allowed. Connects to nothing. */
  constructor(options: GatewayClientOptions<Intents>) {
    const resolved = resolveOptions(options);
    const parts = hubParts(resolved, (paused) => this.#setReading(paused));
    super(parts);
    this.#options = resolved;
    this.#reporter = parts.reporter;
    this.#backlog = parts.backlog;
    const { token, tokenProvider, timing, identify, gatewayUrl } = this.#options;
    const provided = { token, provider: tokenProvider, deadlineMs: timing.tokenDeadlineMs };
    this.#tokens = new TokenSource(provided);
    this.#directory = new GatewayDirectory(this.#options, this.#tokens);
    this.#planner = new Planner(this.#options, this.#directory);
    this.#allowance = new IdentifyAllowance({
      startLimit: identify.startLimit,
      reserve: identify.reserve,
      refresh: gatewayUrl === null ? () => this.#directory.startLimit(this.#lifetime.signal) : null,
      onLow: (status) => this.#reporter.budgetLow(status),
      onStale: (err) => this.#options.logger.warn({ err }, 'the session starts left could not be asked for'),
    });
    this.#vault = new SessionVault({
      ...this.#options.sessions,
      store: this.#options.sessionStore,
      intents: this.#options.intents,
      logger: this.#options.logger,
      token: () => this.#tokens.current,
      startLimit: () => this.#allowance.status,
      onProblem: (error) => this.#reporter.problem(error),
    });
  }

  /** The shards that run here, by id; empty before `open`. */
  get shards(): ReadonlyMap<number, ShardView> {
    return this.#set?.manager.views ?? NO_SHARDS;
  }

  /** How many shards the bot has, here and elsewhere; null before that is known. */
  get shardCount(): number | null {
    return this.#set?.plan.count ?? null;
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
      shardCount: this.shardCount,
      shards: this.#set?.manager.reports ?? [],
      events: this.#reporter.tally.report,
      handlerFailures: this.#reporter.handlerFailures,
      backlog: this.backlog,
      identifyBudget: this.identifyBudget,
      loopLag: this.loopLag,
    };
  }

  /**
   * The event `stateChange` as a loop: from its first step on, until `signal` is aborted or the loop is left. Who falls
   * behind by more than 1024 changes misses the oldest.
   */
  stateChanges({ signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<StateChange, void, void> {
    return stateChanges((handler) => this.#reporter.events.on('stateChange', handler), signal);
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
    this.#requireClosed();
    const opening = new Opening(options, () => this.#set?.manager.notReady ?? []);
    this.#state = { name: 'opening', opening };
    this.#lifetime = opening;
    this.#set = null;
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
    this.endWaits(new ClientStateError('CLOSED', 'The client was closed'));
    switch (this.#state.name) {
      case 'idle':
        if (options.session === 'end') await this.#vault.forget();
        return;
      case 'opening': {
        const { opening } = this.#state;
        opening.closeWith = options;
        opening.abort(new ClientStateError('CLOSED', 'The client was closed before all shards were ready'));
        await opening.settled;
        return;
      }
      case 'closing':
        await this.#state.closed;
        return;
      case 'open':
      case 'stopped': {
        const closed = this.#shutDown(this.#state.set, options);
        this.#state = { name: 'closing', closed };
        await closed;
        return;
      }
    }
  }

  /**
   * Closes every shard and hands its sessions over: `attach` in another process goes on with them, and gets each event
   * that comes meanwhile. `seq` of each is that of the last event that was given to handlers; what these do with it
   * asynchronously is theirs to wait for. The next `open` of this client begins new sessions.
   * @throws ClientStateError `NOT_OPEN` when there is nothing to hand over
   */
  async detach({ deadlineMs }: Pick<CloseOptions, 'deadlineMs'> = {}): Promise<SessionRecord> {
    await this.close({ session: 'keep', ...(deadlineMs === undefined ? {} : { deadlineMs }) });
    return await this.#vault.takeAway();
  }

  /**
   * Lets the next `open` go on with the sessions of another process, without identifying. What does not belong to this
   * bot, its intents, gateway and number of shards is told to the logger, and not used: the shards identify.
   * @param snapshot what `detach` returned, as it is or from JSON
   * @throws ClientStateError `ALREADY_OPEN`
   */
  attach(snapshot: unknown): void {
    this.#requireClosed();
    this.#vault.attach(snapshot);
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
    return this.#state.name === 'open' && this.#state.set.manager.reopen(shardId);
  }

  /**
   * Goes over to another number of shards while events flow: the new shards get ready beside the old ones, then take
   * their place, and the old ones are closed. Handlers hear each event once. They are not told READY and the
   * GUILD_CREATE of guilds that they know; `resharded` says when shard ids have their new meaning. While reading is paused,
   * see the option `handling`, nothing goes on. Every later `open` of this client has the new number, too.
   *
   * @param shards all of the bot's, here: a number; or which of how many, as the option `shards`
   * @throws OptionError
   * @throws SessionStartLimitError when too few session starts are left; nothing has been begun
   * @throws ReshardError when the new shards do not get ready; the old ones go on
   * @throws ClientStateError `NOT_OPEN`, or `RESHARDING` while another one is under way
   */
  async reshard(shards: number | ShardSelection, options: ReshardOptions = {}): Promise<void> {
    if (this.#state.name !== 'open') throw new ClientStateError('NOT_OPEN', 'The client is not open');
    if (this.#isResharding) throw new ClientStateError('RESHARDING', 'Shards are being changed already');
    const { set, opening } = this.#state;
    this.#isResharding = true;
    try {
      // Loaded on first use: most clients never change their shards.
      const resharding = await import('./resharding.ts');
      const selection = resharding.selectionFor(shards, options);
      this.#allowance.require(selection.ids.length);
      const plan = { ...selection, gatewayUrl: set.plan.gatewayUrl };
      const host = {
        ...this.#hostFor(opening),
        switched: (next: ShardSet) => this.#onSwitched(set, next, opening),
      };
      const change = new resharding.Resharding(set, plan, host, options);
      this.#resharding = change;
      if (this.#backlog.isPaused) change.setReading(true);
      // While the module was loaded the client may have been closed or stopped.
      if (opening.signal.aborted) change.fail(opening.signal.reason);
      await change.run();
    } finally {
      this.#resharding = null;
      this.#isResharding = false;
    }
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
    await this.#requireRunning().send(shardId, command, options);
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
    this.#requireRunning();
    const { signal: lifetime } = this.#lifetime;
    // Loaded on first use: most bots ask for nobody.
    const { requestMembers } = await import('./member-requests.ts');
    return await requestMembers(request, {
      events: this.#reporter.events,
      intents: this.#options.intents,
      lifetime,
      shardCount: () => this.shardCount ?? 1,
      send: async (...command) => this.#requireRunning().send(...command),
    });
  }

  /** @throws ClientStateError `NOT_OPEN` */
  #requireRunning(): ShardManager {
    const set = this.#set;
    if (set === null || this.#state.name === 'closing') {
      throw new ClientStateError('NOT_OPEN', 'The client is not open');
    }
    return set.manager;
  }

  /** Of each set that there is. */
  #setReading(paused: boolean): void {
    if (this.#resharding === null) this.#set?.manager.setReading(paused);
    else this.#resharding.setReading(paused);
  }

  #onSwitched(from: ShardSet, to: ShardSet, opening: Opening): void {
    this.#set = to;
    this.#state = { name: 'open', set: to, opening };
    this.#planner.choose(to.plan);
    this.#vault.touch();
    this.#reporter.resharded(from.plan.count, to.plan.count);
  }

  #requireClosed(): void {
    if (this.#state.name === 'idle' || this.#state.name === 'stopped') return;
    throw new ClientStateError('ALREADY_OPEN', 'The client is open already, or not closed yet');
  }

  /** From nothing to every shard being ready. */
  async #start(opening: Opening): Promise<void> {
    const { signal } = opening;
    signal.throwIfAborted();
    // What connects is loaded by the first `open`: a process that imports the package may not come to it.
    const { ShardSet } = await import('./shard-set.ts');
    const codec = await loadCodec(this.#options.encoding);
    await this.#tokens.load(signal);
    const plan = await this.#planner.plan(signal);
    signal.throwIfAborted();
    const { kept, startLimit } = await this.#vault.recall(plan, signal);
    signal.throwIfAborted();
    for (const limit of [startLimit, plan.sessionStartLimit])
      if (limit !== null) this.#allowance.observe(limit);
    this.#allowance.require(plan.ids.filter((id) => kept?.byShard.has(id) !== true).length);
    const gate = new AllowedIdentifyGate(this.#planner.gateFor(plan.maxConcurrency), this.#allowance);
    const tracksHandled = this.#options.handling.resumeFrom === 'handled';
    const own = { tokens: this.#tokens, codec, gate, signal, tracksHandled };
    const set = new ShardSet(plan, kept, { ...this.#options, ...own }, this.#hostFor(opening));
    this.#set = set;
    this.#backlog.start();
    this.#vault.startSaving(() => (this.#set ?? set).manager.sessions);
    this.#drift.start();
    set.manager.open();
    await opening.ready;
    // A handler of the last READY may have called `close`, after the promise had been resolved.
    signal.throwIfAborted();
    this.#state = { name: 'open', set, opening };
  }

  async #abandonOpening({ closeWith }: Opening, error: unknown): Promise<void> {
    this.#drift.stop();
    this.#backlog.stop();
    const set = this.#set;
    if (set === null) {
      // No shard has begun: sessions of before are as good as they were, unless `close` was told to end them.
      if (closeWith?.session === 'end') await this.#vault.forget();
      this.#state = { name: 'idle' };
      return;
    }
    const session = closeWith?.session ?? (error instanceof OpenDeadlineError ? 'keep' : 'end');
    await this.#closeShards(set, { ...closeWith, session });
    this.#state = error instanceof GatewayStopError ? { name: 'stopped', set } : { name: 'idle' };
  }

  async #shutDown(set: ShardSet, options: CloseOptions): Promise<void> {
    this.#drift.stop();
    this.#backlog.stop();
    const closed = new ClientStateError('CLOSED', 'The client was closed');
    this.#lifetime.abort(closed);
    await Promise.all([this.#resharding?.cancel(closed), this.#closeShards(set, options)]);
    this.#state = { name: 'idle' };
  }

  async #closeShards({ manager }: ShardSet, { session, deadlineMs }: CloseOptions): Promise<void> {
    await this.#vault.stopSaving(await manager.close(session, deadlineMs), deadlineMs);
  }

  #hostFor(opening: Opening): SetHost {
    return {
      audienceOf: (name) => this.#reporter.audienceOf(name),
      sheds: (name) => this.#sheds(name),
      lifecycle: (shardId, event, reason) => {
        const loss = this.#reporter.lifecycle(shardId, event, reason);
        if (loss !== null) opening.lastLoss = loss;
        if (isSessionStart(event)) this.#vault.touch();
      },
      phaseChanged: (shard, from) => this.#reporter.phaseChanged(shard, from),
      problem: (error) => this.#reporter.problem(error),
      allReady: () => opening.succeed(),
      quarantined: (stop, shardId) => this.#onQuarantined(stop, shardId, opening),
      stopped: (stop, shardId) => this.#onStopped(stop, shardId, opening),
    };
  }

  /** A shard that will not be ready makes `open` fail; afterwards the others do not suffer for it. */
  #onQuarantined(stop: Stop, shardId: number, opening: Opening): void {
    const error = this.#stopError(stop, shardId);
    if (this.#state.name === 'opening') opening.abort(error);
    this.#reporter.stop('quarantined', error);
  }

  /** Hot path. */
  #sheds(name: string): boolean {
    if (!this.#backlog.sheds(name)) return false;
    this.#reporter.tally.of(name).shed += 1;
    return true;
  }

  #onSlept(gap: Gap): void {
    const fields = { ms: gap.ms, lagMs: this.#drift.lag.lastMs };
    this.#options.logger.warn(fields, 'the process did nothing for a while');
    this.#set?.manager.slept(gap);
  }

  #stopError(stop: Stop, shardId: number): GatewayStopError {
    const { intents } = this.#options;
    return new GatewayStopError(stop, shardId, { intents, shardCount: this.shardCount ?? 0 });
  }

  #onStopped(stop: Stop, shardId: number, opening: Opening): void {
    const error = this.#stopError(stop, shardId);
    this.#resharding?.fail(error);
    if (this.#state.name === 'open') this.#state = { name: 'stopped', set: this.#state.set };
    opening.abort(error);
    this.#reporter.stop('stopped', error);
    this.endWaits(error);
  }
}

function isSessionStart(event: ShardEvent): boolean {
  return event.type === 'ready' || (event.type === 'phase' && event.phase === 'identifying');
}
