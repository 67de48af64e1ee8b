/**
 * Tells a bot of active threads that it did not see before and sees now, by all of their channel: THREAD_LIST_SYNC. What
 * it loses sight of, it finds out by itself.
 * @see https://docs.discord.com/developers/topics/threads#channel-access
 */
import { Intent } from '@guildhall/protocol';
import { PRIVATE_THREAD_TYPE } from '../world/channel-kinds.ts';
import type { Snowflake } from '../world/entities.ts';
import type { WorldEvent } from '../world/events.ts';
import type { World } from '../world/world.ts';
import { bodyOf } from './fan-out.ts';
import type { SessionRegistry } from './session-registry.ts';

/**
 * Where a bot sees active threads, with the channel that they are in: by the channel itself for public ones, which are all
 * seen or none; by the thread for private ones.
 */
type Sights = ReadonlyMap<Snowflake, Snowflake>;

export class ThreadAccess {
  readonly #world: World;
  readonly #registry: SessionRegistry;
  /** By guild and bot, of which its sessions know. */
  readonly #known = new Map<Snowflake, Map<Snowflake, Sights>>();

  /** Guilds in which sights may have changed since the bots were told. */
  readonly #stale = new Set<Snowflake>();

  constructor(world: World, registry: SessionRegistry) {
    this.#world = world;
    this.#registry = registry;
  }

  /** A session of the bot has been told of the guild with all its threads. */
  noteLoaded(guildId: Snowflake, botUserId: Snowflake): void {
    const known = this.#known.get(guildId) ?? new Map<Snowflake, Sights>();
    known.set(botUserId, this.#visible(guildId, botUserId));
    this.#known.set(guildId, known);
  }

  /** To be told of everything that happens, after others have been told of it. */
  note(event: WorldEvent): void {
    if (event.kind === 'dispatch') {
      const isNews = event.name === 'THREAD_CREATE' || event.name === 'THREAD_UPDATE';
      if (!isNews || event.guildId === null) return;
      if (this.#stale.has(event.guildId)) this.#syncStale();
      else this.#each(event.guildId, () => {});
    } else if (event.kind === 'guild-permissions') {
      // What has changed is told next, and of the threads only after it: who takes them in must know that it sees them.
      if (this.#stale.size === 0) queueMicrotask(() => this.#syncStale());
      this.#stale.add(event.guildId);
    } else if (event.kind === 'guild-left') {
      if (event.userId === null) this.#known.delete(event.guildId);
      else this.#known.get(event.guildId)?.delete(event.userId);
    }
  }

  #syncStale(): void {
    const guildIds = [...this.#stale];
    this.#stale.clear();
    for (const guildId of guildIds) {
      this.#each(guildId, (botUserId, gained) => this.#sync(guildId, botUserId, gained));
    }
  }

  /** Brings what each bot of the guild knows up to date. */
  #each(guildId: Snowflake, onGain: (botUserId: Snowflake, gained: readonly Snowflake[]) => void): void {
    const known = this.#known.get(guildId);
    if (known === undefined) return;
    for (const [botUserId, before] of known) {
      const now = this.#visible(guildId, botUserId);
      known.set(botUserId, now);
      const gained = [...now].flatMap(([id, parentId]) => (before.has(id) ? [] : [parentId]));
      if (gained.length > 0) onGain(botUserId, [...new Set(gained)]);
    }
  }

  #visible(guildId: Snowflake, botUserId: Snowflake): Sights {
    const { threads, access } = this.#world;
    const sights = new Map<Snowflake, Snowflake>();
    for (const { id, parent_id, type } of threads.active(guildId).values()) {
      sights.set(type === PRIVATE_THREAD_TYPE ? id : parent_id, parent_id);
    }
    for (const id of sights.keys()) if (!access.sees(botUserId, id)) sights.delete(id);
    return sights;
  }

  #sync(guildId: Snowflake, botUserId: Snowflake, channelIds: readonly Snowflake[]): void {
    const list = this.#world.views.threadList(guildId, botUserId, channelIds);
    const body = bodyOf('THREAD_LIST_SYNC', { guild_id: guildId, channel_ids: channelIds, ...list });
    for (const session of this.#registry.ofBot(botUserId)) {
      const hears = (session.identity.intents & Intent.GUILDS) !== 0 && session.guildIds.has(guildId);
      // One that has yet to be told of the guild is told of the threads with it.
      if (hears && !session.unloadedGuildIds.has(guildId)) session.dispatch(body);
    }
  }
}
