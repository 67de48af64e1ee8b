import type { ResumableSession, ShardEvent, Stop } from '@guildhall/protocol/client';
import { SendError } from './errors.ts';
import { Shard, type ShardHost, type ShardSettings } from './shard.ts';
import type { ShardView } from './shard-view.ts';

/** Which shards to run, and where. */
export interface ShardPlan {
  readonly ids: readonly number[];
  readonly count: number;
  readonly gatewayUrl: string;
}

/** Sessions to resume, by shard id. They are worth nothing to another number of shards. */
export interface KeptSessions {
  readonly shardCount: number;
  readonly byShard: ReadonlyMap<number, ResumableSession>;
}

/** Whom the shards together report to. None of these may throw. */
export interface ManagerHost extends ShardHost {
  /** Every shard has been ready once. */
  allReady(): void;
  /** A final refusal; all shards have been stopped. Once. */
  stopped(stop: Stop, shardId: number): void;
}

/** The shards of one client from `open` to `close`. */
export class ShardManager {
  readonly views: ReadonlyMap<number, ShardView>;
  readonly #plan: ShardPlan;
  readonly #shards = new Map<number, Shard>();
  readonly #notReady: Set<number>;
  readonly #host: ManagerHost;
  #halted = false;

  constructor(plan: ShardPlan, kept: KeptSessions | null, settings: ShardSettings, host: ManagerHost) {
    this.#plan = plan;
    this.#host = host;
    this.#notReady = new Set(plan.ids);
    const shardHost: ShardHost = {
      ...host,
      lifecycle: (shardId, event, reason) => this.#onLifecycle(shardId, event, reason),
    };
    const sessions = kept?.shardCount === plan.count ? kept.byShard : null;
    for (const id of plan.ids) {
      const session = sessions?.get(id) ?? null;
      this.#shards.set(id, new Shard(id, plan.count, plan.gatewayUrl, session, settings, shardHost));
    }
    this.views = new Map([...this.#shards].map(([id, shard]) => [id, shard.view]));
  }

  /** Shards that have not been ready yet. */
  get notReady(): readonly number[] {
    return [...this.#notReady];
  }

  open(): void {
    for (const shard of this.#shards.values()) shard.open();
  }

  /**
   * Resolves when no shard has a timer or a socket any more.
   * @param deadlineMs after which sockets are ended without waiting for the other side
   * @returns the sessions that can be resumed
   */
  async close(session: 'keep' | 'end', deadlineMs?: number): Promise<KeptSessions> {
    const shards = [...this.#shards.values()];
    const closing = Promise.all(shards.map((shard) => shard.close(session)));
    const terminate = (): void => {
      for (const shard of shards) shard.terminate();
    };
    const timer = deadlineMs === undefined ? undefined : setTimeout(terminate, deadlineMs);
    await closing;
    clearTimeout(timer);
    const byShard = new Map<number, ResumableSession>();
    for (const shard of shards) {
      if (shard.session !== null) byShard.set(shard.id, shard.session);
    }
    return { shardCount: this.#plan.count, byShard };
  }

  /** @throws SendError (as a rejection) */
  async send(shardId: number, text: string): Promise<void> {
    const shard = this.#shards.get(shardId);
    if (shard === undefined) throw new SendError('UNKNOWN_SHARD', `Shard ${shardId} does not run here`);
    if (this.#halted) throw new SendError('CLOSED', 'The gateway has stopped the shards for good');
    await shard.send(text);
  }

  #onLifecycle(shardId: number, event: ShardEvent, reason: string | null): void {
    this.#host.lifecycle(shardId, event, reason);
    switch (event.type) {
      case 'ready':
      case 'resumed':
        if (this.#notReady.delete(shardId) && this.#notReady.size === 0) this.#host.allReady();
        return;
      case 'stopped':
        this.#haltAll(event.stop, shardId);
        return;
      default:
    }
  }

  /** Every stop in the table of verdicts is about the application: what one shard was told holds for all. */
  #haltAll(stop: Stop, shardId: number): void {
    if (this.#halted) return;
    this.#halted = true;
    for (const shard of this.#shards.values()) shard.halt(stop);
    this.#host.stopped(stop, shardId);
  }
}
