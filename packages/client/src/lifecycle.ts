import type { ShardEvent, Stop } from '@guildhall/protocol/client';
import type { ClientParts } from './client-parts.ts';
import { loadCodec } from './codec.ts';
import { DriftWatch, type Gap, type LoopLag } from './drift-watch.ts';
import { ClientStateError, GatewayStopError, OpenDeadlineError, OptionError } from './errors.ts';
import { AllowedIdentifyGate } from './identify-allowance.ts';
import { type CloseOptions, Opening, type OpenOptions } from './opening.ts';
import type { ResolvedOptions, ShardSelection } from './options.ts';
import type { Resharding, ReshardOptions } from './resharding.ts';
import type { ShardManager } from './shard-manager.ts';
import type { SetHost, ShardSet } from './shard-set.ts';
import type { ShardSettings } from './shard-settings.ts';
import type { WorkerPool } from './workers/worker-pool.ts';

type ClientState =
  | { readonly name: 'idle' }
  | { readonly name: 'opening'; readonly opening: Opening }
  | { readonly name: 'open'; readonly set: ShardSet; readonly opening: Opening }
  | { readonly name: 'closing'; readonly closed: Promise<void> }
  /** The gateway refused for good; `open` may be tried again when the cause is gone. */
  | { readonly name: 'stopped'; readonly set: ShardSet };

/**
 * When a client has shards, and which:
 *
 *   idle ── open ──► opening ── all ready ──► open ── close ──► closing ──► idle
 *    ▲                  │                      │
 *    └── closed, late ──┴── refused for good ──┴──► stopped ── open, close ──►
 */
export class Lifecycle {
  readonly #parts: ClientParts;
  /** Waits for events end with the client. */
  readonly #endWaits: (error: unknown) => void;
  readonly #drift = new DriftWatch((gap) => this.#onSlept(gap));
  #state: ClientState = { name: 'idle' };
  #set: ShardSet | null = null;
  #pool: WorkerPool | null = null;
  #resharding: Resharding | null = null;
  /** From the call of `reshard` on, which is before there is anything in `#resharding`. */
  #isResharding = false;
  #lifetime: Pick<AbortController, 'abort' | 'signal'> = new AbortController();

  constructor(parts: ClientParts, endWaits: (error: unknown) => void) {
    this.#parts = parts;
    this.#endWaits = endWaits;
  }

  get stateName(): ClientState['name'] {
    return this.#state.name;
  }

  /** The shards of now, or those that were closed last; null before the first. */
  get set(): ShardSet | null {
    return this.#set;
  }

  /** Threads that the shards run in; null where they run in this one, and while the client is closed. */
  get pool(): WorkerPool | null {
    return this.#pool;
  }

  /** Aborted when the client is closed, or its opening has failed: nothing that was asked outlives it. */
  get lifetime(): AbortSignal {
    return this.#lifetime.signal;
  }

  get loopLag(): LoopLag {
    return this.#drift.lag;
  }

  /** Of each set that there is. */
  setReading(paused: boolean): void {
    if (this.#resharding === null) this.#set?.manager.setReading(paused);
    else this.#resharding.setReading(paused);
  }

  /** The shards to send through. @throws ClientStateError `NOT_OPEN` */
  requireRunning(): ShardManager {
    const set = this.#set;
    const { name } = this.#state;
    if (set === null || name === 'idle' || name === 'closing') {
      throw new ClientStateError('NOT_OPEN', 'The client is not open');
    }
    return set.manager;
  }

  /** @throws ClientStateError `ALREADY_OPEN` */
  requireClosed(): void {
    if (this.#state.name === 'idle' || this.#state.name === 'stopped') return;
    throw new ClientStateError('ALREADY_OPEN', 'The client is open already, or not closed yet');
  }

  /** See `GatewayClient.open`. */
  async open(options: OpenOptions): Promise<void> {
    this.requireClosed();
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

  /** See `GatewayClient.close`. */
  async close(options: CloseOptions): Promise<void> {
    this.#endWaits(new ClientStateError('CLOSED', 'The client was closed'));
    switch (this.#state.name) {
      case 'idle':
        if (options.session === 'end') await this.#parts.vault.forget();
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
        // Who kept the sessions has been overruled.
        if (options.session === 'end' && this.stateName === 'idle') await this.#parts.vault.forget();
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

  /** Whether the shard was quarantined; it tries again then. */
  reopen(shardId: number): boolean {
    return this.#state.name === 'open' && this.#state.set.manager.reopen(shardId);
  }

  /** See `GatewayClient.reshard`. */
  async reshard(shards: number | ShardSelection, options: ReshardOptions): Promise<void> {
    if (this.#state.name !== 'open') throw new ClientStateError('NOT_OPEN', 'The client is not open');
    if (this.#parts.options.workers.handlers !== null) {
      throw new OptionError(
        'workers.handlers',
        'left out where shards are to be changed: both sets would be heard',
      );
    }
    if (this.#isResharding) throw new ClientStateError('RESHARDING', 'Shards are being changed already');
    const { set, opening } = this.#state;
    this.#isResharding = true;
    this.#pool?.hearGuilds(true);
    try {
      // Loaded on first use: most clients never change their shards.
      const resharding = await import('./resharding.ts');
      const selection = resharding.selectionFor(shards, options);
      this.#parts.allowance.require(selection.ids.length);
      const plan = { ...selection, gatewayUrl: set.plan.gatewayUrl };
      const host = {
        ...this.#hostFor(opening),
        switched: (next: ShardSet) => this.#onSwitched(set, next, opening),
      };
      const change = new resharding.Resharding(set, plan, host, options);
      this.#resharding = change;
      if (this.#parts.backlog.isPaused) change.setReading(true);
      // While the module was loaded the client may have been closed or stopped.
      if (opening.signal.aborted) change.fail(opening.signal.reason);
      await change.run();
    } finally {
      this.#resharding = null;
      this.#isResharding = false;
      this.#pool?.hearGuilds(false);
    }
  }

  #onSwitched(from: ShardSet, to: ShardSet, opening: Opening): void {
    const { planner, vault, reporter } = this.#parts;
    this.#set = to;
    this.#state = { name: 'open', set: to, opening };
    planner.choose(to.plan);
    vault.touch();
    reporter.resharded(from.plan.count, to.plan.count);
  }

  /** From nothing to every shard being ready. */
  async #start(opening: Opening): Promise<void> {
    const { options, tokens, planner, vault, allowance, backlog } = this.#parts;
    const { signal } = opening;
    signal.throwIfAborted();
    // What connects is loaded by the first `open`: a process that imports the package may not come to it.
    const { ShardSet } = await import('./shard-set.ts');
    const codec = await loadCodec(options.encoding);
    await tokens.load(signal);
    const plan = await planner.plan(signal);
    signal.throwIfAborted();
    const { kept, startLimit } = await vault.recall(plan, signal);
    signal.throwIfAborted();
    for (const limit of [startLimit, plan.sessionStartLimit]) if (limit !== null) allowance.observe(limit);
    allowance.require(plan.ids.filter((id) => kept?.byShard.has(id) !== true).length);
    const gate = new AllowedIdentifyGate(planner.gateFor(plan.maxConcurrency), allowance);
    const tracksHandled = options.handling.resumeFrom === 'handled';
    const settings = { ...options, tokens, codec, gate, signal, tracksHandled, makeShard: null };
    this.#pool = await this.#startWorkers(plan.ids.length, settings);
    signal.throwIfAborted();
    const { makeShard } = this.#pool ?? settings;
    const set = new ShardSet(plan, kept, { ...settings, makeShard }, this.#hostFor(opening));
    this.#set = set;
    backlog.start();
    vault.startSaving(() => (this.#set ?? set).manager.sessions);
    this.#drift.start();
    set.manager.open();
    await opening.ready;
    // A handler of the last READY may have called `close`, after the promise had been resolved.
    signal.throwIfAborted();
    this.#state = { name: 'open', set, opening };
  }

  /** Null where the shards are to run in this thread. */
  async #startWorkers(shards: number, settings: ResolvedOptions & ShardSettings): Promise<WorkerPool | null> {
    const { count } = settings.workers;
    if (count === 0) return null;
    // Loaded on first use: most bots fit into one thread.
    const { WorkerPool } = await import('./workers/worker-pool.ts');
    return new WorkerPool(Math.min(count, shards), settings, this.#parts);
  }

  async #endWorkers(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.end();
  }

  async #abandonOpening({ closeWith }: Opening, error: unknown): Promise<void> {
    this.#drift.stop();
    this.#parts.backlog.stop();
    const set = this.#set;
    if (set === null) {
      await this.#endWorkers();
      // No shard has begun: sessions of before are as good as they were, unless `close` was told to end them.
      if (closeWith?.session === 'end') await this.#parts.vault.forget();
      this.#state = { name: 'idle' };
      return;
    }
    const session = closeWith?.session ?? (error instanceof OpenDeadlineError ? 'keep' : 'end');
    await this.#closeShards(set, { ...closeWith, session });
    this.#state = error instanceof GatewayStopError ? { name: 'stopped', set } : { name: 'idle' };
  }

  async #shutDown(set: ShardSet, options: CloseOptions): Promise<void> {
    this.#drift.stop();
    this.#parts.backlog.stop();
    const closed = new ClientStateError('CLOSED', 'The client was closed');
    this.#lifetime.abort(closed);
    await Promise.all([this.#resharding?.cancel(closed), this.#closeShards(set, options)]);
    this.#state = { name: 'idle' };
  }

  async #closeShards({ manager }: ShardSet, { session, deadlineMs }: CloseOptions): Promise<void> {
    const last = await manager.close(session, deadlineMs);
    await Promise.all([this.#endWorkers(), this.#parts.vault.stopSaving(last, deadlineMs)]);
  }

  #hostFor(opening: Opening): SetHost {
    const { reporter, backlog, vault } = this.#parts;
    return {
      audienceOf: (name) => reporter.audienceOf(name),
      sheds: (name) => {
        if (!backlog.sheds(name)) return false;
        reporter.tally.of(name).shed += 1;
        return true;
      },
      lifecycle: (shardId, event, reason) => {
        const loss = reporter.lifecycle(shardId, event, reason);
        if (loss !== null) opening.lastLoss = loss;
        if (isSessionStart(event)) vault.touch();
      },
      phaseChanged: (shard, from) => reporter.phaseChanged(shard, from),
      problem: (error) => reporter.problem(error),
      allReady: () => opening.succeed(),
      quarantined: (stop, shardId) => this.#onQuarantined(stop, shardId, opening),
      stopped: (stop, shardId) => this.#onStopped(stop, shardId, opening),
    };
  }

  /** A shard that will not be ready makes `open` fail; afterwards the others do not suffer for it. */
  #onQuarantined(stop: Stop, shardId: number, opening: Opening): void {
    const error = this.#stopError(stop, shardId);
    if (this.#state.name === 'opening') opening.abort(error);
    this.#parts.reporter.stop('quarantined', error);
  }

  #onStopped(stop: Stop, shardId: number, opening: Opening): void {
    const error = this.#stopError(stop, shardId);
    this.#resharding?.fail(error);
    if (this.#state.name === 'open') this.#state = { name: 'stopped', set: this.#state.set };
    opening.abort(error);
    this.#parts.reporter.stop('stopped', error);
    this.#endWaits(error);
  }

  #stopError(stop: Stop, shardId: number): GatewayStopError {
    const { intents } = this.#parts.options;
    return new GatewayStopError(stop, shardId, { intents, shardCount: this.#set?.plan.count ?? 0 });
  }

  #onSlept(gap: Gap): void {
    const fields = { ms: gap.ms, lagMs: this.#drift.lag.lastMs };
    this.#parts.options.logger.warn(fields, 'the process did nothing for a while');
    this.#set?.manager.slept(gap);
  }
}

function isSessionStart(event: ShardEvent): boolean {
  return event.type === 'ready' || (event.type === 'phase' && event.phase === 'identifying');
}
