import { type MetricFamily, openMetricsText, type SessionStartLimit } from '@guildhall/protocol/client';
import { type ClientParts, clientParts } from './client-parts.ts';

import type { GatewayCommand, SendOptions } from './command.ts';
import type { LoopLag } from './drift-watch.ts';
import { EventHub } from './event-hub.ts';
import type { ExplainOptions, Finding } from './explain/finding.ts';
import type { IntentsOption } from './hearable.ts';
import type { IdentifyBudgetStatus } from './identify-allowance.ts';
import { Lifecycle } from './lifecycle.ts';
import type { MemberRequest, MemberResult } from './member-requests.ts';
import type { CloseOptions, OpenOptions } from './opening.ts';
import { type GatewayClientOptions, resolveOptions, type ShardSelection } from './options.ts';
import type { ReshardOptions } from './resharding.ts';
import type { SessionRecord } from './session-record.ts';
import type { ShardView } from './shard-view.ts';
import type { ClientReport } from './watching/client-report.ts';
import { metricsOf } from './watching/metrics.ts';
import type { StateChange } from './watching/shard-watch.ts';
import { stateChanges } from './watching/state-changes.ts';

const NO_SHARDS: ReadonlyMap<number, ShardView> = new Map();
const END: CloseOptions = { session: 'end' };
const KEEP: CloseOptions = { session: 'keep' };

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
  readonly #parts: ClientParts;
  readonly #lifecycle: Lifecycle;

  /** @throws OptionError for an option that is not allowed. Connects to nothing. */
  constructor(options: GatewayClientOptions<Intents>) {
    const parts = clientParts(
      resolveOptions(options),
      (paused) => this.#lifecycle.setReading(paused),
      () => this.#lifecycle.lifetime,
    );
    super(parts);
    this.#parts = parts;
    this.#lifecycle = new Lifecycle(parts, (error) => this.endWaits(error));
  }

  /** The shards that run here, by id; empty before `open`. */
  get shards(): ReadonlyMap<number, ShardView> {
    return this.#lifecycle.set?.manager.views ?? NO_SHARDS;
  }

  /** How many shards the bot has, here and elsewhere; null before that is known. */
  get shardCount(): number | null {
    return this.#lifecycle.set?.plan.count ?? null;
  }

  /** The day's session starts, as far as known. What a store keeps for `identify.startLimit` of the next process. */
  get identifyBudget(): IdentifyBudgetStatus {
    return this.#parts.allowance.status;
  }

  /** How late the event loop is: looked at once a second while the client is open. */
  get loopLag(): LoopLag {
    return this.#lifecycle.loopLag;
  }

  /** All that is known of the client and its shards at this moment, as plain data. */
  get state(): ClientReport {
    const { reporter } = this.#parts;
    return {
      name: this.#lifecycle.stateName,
      atMs: Date.now(),
      shardCount: this.shardCount,
      shards: this.#lifecycle.set?.manager.reports ?? [],
      workers: this.#lifecycle.pool?.reports ?? [],
      events: reporter.tally.report,
      handlerFailures: reporter.handlerFailures,
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
    return stateChanges((handler) => this.#parts.reporter.events.on('stateChange', handler), signal);
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
    const { options: settings, tokens, directory, allowance, reporter } = this.#parts;
    const subject = {
      settings,
      report: this.state,
      tokens,
      directory,
      observe: (limit: SessionStartLimit) => {
        allowance.observe(limit);
        return allowance.status;
      },
      handled: new Set([...reporter.handled, ...(this.#lifecycle.pool?.handled ?? [])]),
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
    await this.#lifecycle.open(options);
  }

  /**
   * Closes every shard; resolves when no socket and no timer is left. Never rejects, may be called in any state,
   * and makes a waiting `open` reject.
   */
  async close(options: CloseOptions = END): Promise<void> {
    await this.#lifecycle.close(options);
  }

  /**
   * Closes every shard and hands its sessions over: `attach` in another process goes on with them, and gets each event
   * that comes meanwhile. `seq` of each is that of the last event that was given to handlers; what these do with it
   * asynchronously is theirs to wait for. The next `open` of this client begins new sessions.
   * @throws ClientStateError `NOT_OPEN` when there is nothing to hand over
   */
  async detach({ deadlineMs }: Pick<CloseOptions, 'deadlineMs'> = {}): Promise<SessionRecord> {
    await this.close({ session: 'keep', ...(deadlineMs === undefined ? {} : { deadlineMs }) });
    return await this.#parts.vault.takeAway();
  }

  /**
   * Lets the next `open` go on with the sessions of another process, without identifying. What does not belong to this
   * bot, its intents, gateway and number of shards is told to the logger, and not used: the shards identify.
   * @param snapshot what `detach` returned, as it is or from JSON
   * @throws ClientStateError `ALREADY_OPEN`
   */
  attach(snapshot: unknown): void {
    this.#lifecycle.requireClosed();
    this.#parts.vault.attach(snapshot);
  }

  /** Ends the sessions, as `close()` does. Of a client that has been closed, those that were kept stay so. */
  [Symbol.asyncDispose](): Promise<void> {
    const { stateName } = this.#lifecycle;
    return this.close(stateName === 'idle' || stateName === 'closing' ? KEEP : END);
  }

  /**
   * Lets a quarantined shard try again; its session is resumed where it has one.
   * @returns whether the shard was quarantined
   */
  reopen(shardId: number): boolean {
    return this.#lifecycle.reopen(shardId);
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
    await this.#lifecycle.reshard(shards, options);
  }

  /**
   * Sends a command through a shard. Waits while the shard is away or a limit is used up: 120 payloads a minute, less
   * what heartbeats need; 5 presences in 20 s, of which only the last that waits is sent; one request for all
   * members of a guild in 30 s. Commands that wait survive a resume; on a new session a waiting presence goes with
   * Identify, as the last one sent does, and the others are sent after READY.
   *
   * Resolves when the command has been written to a connection; the gateway does not acknowledge commands.
   * @throws SendError, AbortedError (as rejections), ClientStateError `NOT_OPEN` before `open` and after `close`
   * @see https://docs.discord.com/developers/events/gateway-events#send-events
   */
  async send(shardId: number, command: GatewayCommand, options: SendOptions = {}): Promise<void> {
    await this.#lifecycle.requireRunning().send(shardId, command, options);
  }

  /**
   * Asks the gateway for members of a guild, through the shard that has it, and gathers the answer. A request that the gateway
   * puts off (RATE_LIMITED) is repeated when it says so; a session that is lost meanwhile, too.
   *
   *     const { members } = await client.requestGuildMembers({ guildId, query: '' });
   *
   * @throws MemberRequestError, SendError, AbortedError, OptionError (as rejections)
   * @throws ClientStateError `NOT_OPEN` before `open` and after `close`, `CLOSED` when the client is closed meanwhile
   */
  async requestGuildMembers(request: MemberRequest): Promise<MemberResult> {
    const lifecycle = this.#lifecycle;
    lifecycle.requireRunning();
    const { lifetime } = lifecycle;
    // Loaded on first use: most bots ask for nobody.
    const { requestMembers } = await import('./member-requests.ts');
    return await requestMembers(request, {
      events: this.#parts.reporter.events,
      intents: this.#parts.options.intents,
      lifetime,
      shardCount: () => this.shardCount ?? 1,
      send: async (...command) => lifecycle.requireRunning().send(...command),
    });
  }
}
