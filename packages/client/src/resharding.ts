import { Intent, type Stop } from '@guildhall/protocol/client';
import { AbortedError, OptionError, ReshardError } from './errors.ts';
import { MAX_TIMER_MS, resolveShards, type ShardSelection } from './options.ts';
import { Overlap } from './overlap.ts';
import { ReadingTime } from './reading-time.ts';
import type { ShardPlan } from './shard-manager.ts';
import { type SetHost, ShardSet } from './shard-set.ts';

export interface ReshardOptions {
  /** Gives up; the old shards go on. */
  readonly signal?: AbortSignal;
  /** For the new shards to get ready, in ms; 1..2^31-1. Default: none, for identifies take as long as their gate lets them. */
  readonly deadlineMs?: number;
  /**
   * How far one set of shards may lag behind the other, in ms. The new set is watched for so long before the switch, and
   * the old one is kept for so long after it. Default 5000; 10..600000.
   */
  readonly lagMs?: number;
}

export interface ReshardingHost extends SetHost {
  /** The new set is the client's. */
  switched(set: ShardSet): void;
}

const DEFAULT_LAG_MS = 5_000;
/** A guild that is not available does not come: after so long without another one the rest is not waited for. */
const GUILDS_QUIET_MS = 15_000;

/**
 *   staging ── all new shards live, their guilds heard, then `lagMs` of peace ──► switched ── `lagMs` ──► done
 *      └── a refusal, the signal, the deadline, too much to keep: the new set is closed, the old one stays
 */
type State =
  | { readonly name: 'staging' }
  | { readonly name: 'switched' }
  | { readonly name: 'over'; readonly closed: Promise<unknown> };

/** One change from a set of shards to another, while events flow. */
export class Resharding {
  readonly #old: ShardSet;
  readonly #new: ShardSet;
  readonly #host: ReshardingHost;
  readonly #overlap: Overlap;
  readonly #options: ReshardOptions;
  readonly #lagMs: number;
  readonly #switching = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();
  #state: State = { name: 'staging' };
  readonly #time = new ReadingTime();

  constructor(old: ShardSet, plan: ShardPlan, host: ReshardingHost, options: ReshardOptions) {
    const { lagMs = DEFAULT_LAG_MS } = options;
    this.#old = old;
    this.#host = host;
    this.#options = options;
    this.#lagMs = lagMs;
    this.#overlap = new Overlap(
      {
        envelope: old.settings.codec.envelope,
        now: () => this.#time.nowMs,
        lagMs,
        speakers: { old: firstOf(old.plan), new: firstOf(plan) },
        hearsGuilds: (old.settings.intents & Intent.GUILDS) !== 0,
      },
      {
        audienceOf: (name) => host.audienceOf(name),
        sheds: (name) => host.sheds(name),
        guildSettled: () => this.#look(),
        overflowed: () => this.fail(new Error('the old shards have been behind the new ones for too long')),
      },
    );
    const staging = {
      moved: () => this.#look(),
      failed: (stop: Stop, shardId: number) => this.fail(stopOf(stop, shardId)),
    };
    this.#new = new ShardSet(plan, null, old.settings, host, { name: 'staged', host: staging });
  }

  /**
   * Resolves when handlers hear the new shards, and the old ones are closed.
   * @throws ReshardError; the old shards go on then as if nothing had been
   */
  async run(): Promise<void> {
    const { signal, deadlineMs } = this.#options;
    const onAbort = (): void => this.fail(new AbortedError(signal?.reason));
    const deadline =
      deadlineMs === undefined
        ? undefined
        : setTimeout(() => this.fail(new Error(`not ready within ${deadlineMs} ms`)), deadlineMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    else if (this.#state.name === 'staging') this.#begin();
    try {
      await this.#switching.promise;
    } catch (cause) {
      await this.#settled();
      throw new ReshardError(this.#new.plan.count, cause);
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', onAbort);
    }
    await this.#settled();
  }

  /** Before the switch: closes the new set. After it: closes the old one at once. */
  fail(cause: unknown): void {
    if (this.#state.name === 'over') return;
    if (this.#state.name === 'switched') {
      this.#finish();
      return;
    }
    this.#time.cancel();
    this.#old.overlap = null;
    this.#new.role = { name: 'retired' };
    this.#state = { name: 'over', closed: this.#new.manager.close('end') };
    this.#switching.reject(cause);
  }

  /** Stops or starts reading of both sets. While neither reads, neither catches up: no time passes here. */
  setReading(paused: boolean): void {
    this.#old.manager.setReading(paused);
    this.#new.manager.setReading(paused);
    this.#time.stand(paused);
  }

  /** The client is closed: resolves when only its own shards are left. */
  async cancel(cause: unknown): Promise<void> {
    this.fail(cause);
    await this.#settled();
  }

  #begin(): void {
    this.#old.join(this.#overlap, 'old');
    this.#new.join(this.#overlap, 'new');
    this.#new.manager.open();
  }

  /** Anything that happens to the new set before the switch puts it off. */
  #look(): void {
    if (this.#state.name !== 'staging') return;
    this.#time.cancel();
    if (!this.#new.isLive) return;
    const waitsForGuilds = this.#overlap.expectedGuilds > 0;
    this.#time.after(waitsForGuilds ? GUILDS_QUIET_MS : this.#lagMs, () => {
      if (!waitsForGuilds) {
        this.#switchOver();
        return;
      }
      this.#overlap.expectNoMoreGuilds();
      this.#look();
    });
  }

  #switchOver(): void {
    this.#state = { name: 'switched' };
    this.#old.role = { name: 'retired' };
    this.#new.role = { name: 'serving' };
    this.#host.switched(this.#new);
    // A handler that was told of the switch may have closed the client.
    if (!this.#isOver) this.#time.after(this.#lagMs, () => this.#finish());
    this.#overlap.switchOver();
    this.#switching.resolve();
  }

  get #isOver(): boolean {
    return this.#state.name === 'over';
  }

  #finish(): void {
    this.#time.cancel();
    this.#new.overlap = null;
    this.#state = { name: 'over', closed: this.#old.manager.close('end') };
    this.#over.resolve();
  }

  async #settled(): Promise<void> {
    if (this.#state.name === 'switched') await this.#over.promise;
    if (this.#state.name === 'over') await this.#state.closed;
  }
}

/** @throws OptionError for what is not allowed, in either */
export function selectionFor(
  shards: number | ShardSelection,
  { deadlineMs = 1, lagMs = DEFAULT_LAG_MS }: ReshardOptions,
): ShardSelection {
  if (!(deadlineMs >= 1 && deadlineMs <= MAX_TIMER_MS)) {
    throw new OptionError('deadlineMs', `a number of ms from 1 to ${MAX_TIMER_MS}`);
  }
  if (!(lagMs >= 10 && lagMs <= 600_000)) throw new OptionError('lagMs', 'a number of ms from 10 to 600000');
  const selection = resolveShards(shards);
  if (selection === 'auto') throw new OptionError('shards', 'a number or { ids, count }');
  return selection;
}

function firstOf({ ids }: ShardPlan): number {
  return Math.min(...ids);
}

function stopOf({ code, closeCode, cause }: Stop, shardId: number): Error {
  const told = closeCode === null ? cause : `close code ${closeCode}`;
  return new Error(`shard ${shardId} was refused (${told}): ${code}`);
}
