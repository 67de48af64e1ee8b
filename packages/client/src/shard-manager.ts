import type { ResumableSession, ShardEvent, Stop } from '@guildhall/protocol/client';
import { encodeCommand, type GatewayCommand, type SendOptions, withoutRule } from './command.ts';
import type { Gap } from './drift-watch.ts';
import { SendError } from './errors.ts';
import type { LossReason } from './loss-error.ts';
import { Shard } from './shard.ts';
import type { ShardHandle } from './shard-handle.ts';
import type { ShardHost, ShardSettings } from './shard-settings.ts';
import type { ShardView } from './shard-view.ts';
import type { ShardReport } from './watching/shard-watch.ts';

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
  /** A shard was stopped; the others go on. */
  quarantined(stop: Stop, shardId: number): void;
  /** No shard will come back: after a final refusal, or because each was quarantined. Once. */
  stopped(stop: Stop, shardId: number): void;
}

/** The shards of one client from `open` to `close`. */
export class ShardManager {
  readonly views: ReadonlyMap<number, ShardView>;
  readonly #plan: ShardPlan;
  readonly #shards = new Map<number, ShardHandle>();
  readonly #notReady: Set<number>;
  readonly #host: ManagerHost;
  readonly #settings: ShardSettings;
  readonly #quarantined = new Set<number>();
  #halted = false;

  constructor(plan: ShardPlan, kept: KeptSessions | null, settings: ShardSettings, host: ManagerHost) {
    this.#plan = plan;
    this.#host = host;
    this.#settings = settings;
    this.#notReady = new Set(plan.ids);
    const shardHost: ShardHost = {
      ...host,
      lifecycle: (shardId, event, reason) => this.#onLifecycle(shardId, event, reason),
    };
    const sessions = kept?.shardCount === plan.count ? kept.byShard : null;
    for (const id of plan.ids) {
      const session = sessions?.get(id) ?? null;
      const { makeShard } = settings;
      const parts = [id, plan.count, plan.gatewayUrl, session, settings, shardHost] as const;
      this.#shards.set(id, makeShard === null ? new Shard(...parts) : makeShard(...parts));
    }
    this.views = new Map([...this.#shards].map(([id, shard]) => [id, shard.view]));
  }

  /** Shards that have not been ready yet. */
  get notReady(): readonly number[] {
    return [...this.#notReady];
  }

  get reports(): readonly ShardReport[] {
    return [...this.#shards.values()].map((shard) => shard.report);
  }

  /** A copy of what could be resumed now. */
  get sessions(): KeptSessions {
    const byShard = new Map<number, ResumableSession>();
    for (const { id, session } of this.#shards.values()) if (session !== null) byShard.set(id, session);
    return { shardCount: this.#plan.count, byShard };
  }

  open(): void {
    for (const shard of this.#shards.values()) shard.open();
  }

  /** Whether the shard was quarantined; it tries again then. */
  reopen(shardId: number): boolean {
    if (this.#halted || !this.#quarantined.delete(shardId)) return false;
    this.#shards.get(shardId)?.open();
    return true;
  }

  /** The process did nothing for a while. */
  slept(gap: Gap): void {
    for (const shard of this.#shards.values()) shard.slept(gap);
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
    return this.sessions;
  }

  /**
   * @param isRepeat the gateway has said when: no own count holds the command back
   * @throws SendError, AbortedError (as rejections)
   */
  async send(
    shardId: number,
    command: GatewayCommand,
    options: SendOptions,
    isRepeat = false,
  ): Promise<void> {
    const { codec, limits } = this.#settings;
    const encoded = encodeCommand(command, codec, limits.maxSendBytes);
    const shard = this.#shards.get(shardId);
    if (shard === undefined) throw new SendError('UNKNOWN_SHARD', `Shard ${shardId} does not run here`);
    if (this.#halted) throw new SendError('CLOSED', 'The gateway has stopped the shards for good');
    if (this.#quarantined.has(shardId)) throw new SendError('CLOSED', `Shard ${shardId} is quarantined`);
    await shard.send(isRepeat ? withoutRule(encoded) : encoded, options);
  }

  /** Stops or starts reading events from all shards. */
  setReading(paused: boolean): void {
    for (const shard of this.#shards.values()) shard.setReading(paused);
  }

  #onLifecycle(shardId: number, event: ShardEvent, reason: LossReason): void {
    this.#host.lifecycle(shardId, event, reason);
    switch (event.type) {
      case 'ready':
      case 'resumed':
        if (this.#notReady.delete(shardId) && this.#notReady.size === 0) this.#host.allReady();
        return;
      case 'stopped':
        if (event.stop.scope === 'application') this.#haltAll(event.stop, shardId);
        else this.#quarantine(event.stop, shardId);
        return;
      default:
    }
  }

  /** A loop of one shard says nothing about the others. */
  #quarantine(stop: Stop, shardId: number): void {
    this.#quarantined.add(shardId);
    this.#host.quarantined(stop, shardId);
    if (this.#quarantined.size < this.#shards.size) return;
    this.#halted = true;
    this.#host.stopped(stop, shardId);
  }

  /** What one shard was told holds for all. */
  #haltAll(stop: Stop, shardId: number): void {
    if (this.#halted) return;
    this.#halted = true;
    for (const shard of this.#shards.values()) shard.halt(stop);
    this.#host.stopped(stop, shardId);
  }
}
