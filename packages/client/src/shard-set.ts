import type { Stop } from '@guildhall/protocol/client';
import type { Overlap } from './overlap.ts';
import { type KeptSessions, type ManagerHost, ShardManager, type ShardPlan } from './shard-manager.ts';
import type { ShardSettings } from './shard-settings.ts';

/** Whom the client's shards report to. */
export interface SetHost extends ManagerHost {
  /** Whether an event of the name is left out now, for the bot is behind. To be asked once for each event. */
  sheds(name: string): boolean;
}

/** Whom a set reports to while it is not yet the client's. */
export interface StagingHost {
  /** A shard has come further, or fallen back. */
  moved(): void;
  failed(stop: Stop, shardId: number): void;
}

/**
 * `serving`: the client's shards. `staged`: they get ready to be. `retired`: they were.
 * Who is not serving tells nobody what happens to its connections.
 */
export type SetRole =
  | { readonly name: 'serving' }
  | { readonly name: 'staged'; readonly host: StagingHost }
  | { readonly name: 'retired' };

/** All shards of one count, and what they are to the client. */
export class ShardSet {
  readonly plan: ShardPlan;
  readonly settings: ShardSettings;
  readonly manager: ShardManager;
  role: SetRole;
  /** While two sets hear the same guilds. */
  overlap: Overlap | null = null;
  /** The overlap in which this set is the new one. */
  #ahead: Overlap | null = null;

  constructor(
    plan: ShardPlan,
    kept: KeptSessions | null,
    settings: ShardSettings,
    host: SetHost,
    role: SetRole = { name: 'serving' },
  ) {
    this.plan = plan;
    this.settings = settings;
    this.role = role;
    const stopped = (stop: Stop, shardId: number, tell: () => void): void => {
      if (this.role.name === 'serving') tell();
      else if (this.role.name === 'staged') this.role.host.failed(stop, shardId);
    };
    this.manager = new ShardManager(plan, kept, settings, {
      problem: (error) => host.problem(error),
      audienceOf: (name) => {
        const { overlap } = this;
        if (overlap === null) return host.sheds(name) ? null : host.audienceOf(name);
        return overlap === this.#ahead ? overlap.newAudience(name) : overlap.oldAudience(name);
      },
      lifecycle: (shardId, event, reason) => {
        if (this.role.name === 'serving') host.lifecycle(shardId, event, reason);
        else if (this.role.name === 'staged') this.role.host.moved();
      },
      phaseChanged: (shard, from) => {
        if (this.role.name === 'serving') host.phaseChanged(shard, from);
      },
      allReady: () => {
        if (this.role.name === 'serving') host.allReady();
      },
      quarantined: (stop, shardId) => stopped(stop, shardId, () => host.quarantined(stop, shardId)),
      stopped: (stop, shardId) => stopped(stop, shardId, () => host.stopped(stop, shardId)),
    });
  }

  /** Takes part in an overlap, as the set that leaves or as the one that comes. */
  join(overlap: Overlap, as: 'old' | 'new'): void {
    this.overlap = overlap;
    this.#ahead = as === 'new' ? overlap : null;
  }

  /** Whether every shard has a session and a connection. */
  get isLive(): boolean {
    return [...this.manager.views.values()].every(({ phase }) => phase === 'live');
  }
}
