/**
 * Tells a bot of the active threads of channels that it did not see before and sees now: THREAD_LIST_SYNC. What it
 * loses sight of, it finds out by itself.
 * @see https://docs.discord.com/developers/topics/threads#channel-access
 */
import { Intent } from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';
import type { WorldEvent } from '../world/events.ts';
import type { World } from '../world/world.ts';
import { bodyOf } from './fan-out.ts';
import type { SessionRegistry } from './session-registry.ts';

/** Channels with active threads. */
type ParentIds = ReadonlySet<Snowflake>;

export class ThreadAccess {
  readonly #world: World;
  readonly #registry: SessionRegistry;
  /** By guild and bot, of which channels its sessions know the threads. */
  readonly #known = new Map<Snowflake, Map<Snowflake, ParentIds>>();

  constructor(world: World, registry: SessionRegistry) {
    this.#world = world;
    this.#registry = registry;
  }

  /** A session of the bot has been told of the guild with all its threads. */
  noteLoaded(guildId: Snowflake, botUserId: Snowflake): void {
    const known = this.#known.get(guildId) ?? new Map<Snowflake, ParentIds>();
    known.set(botUserId, this.#visible(guildId, botUserId));
    this.#known.set(guildId, known);
  }

  /** To be told of everything that happens, after others have been told of it. */
  note(event: WorldEvent): void {
    if (event.kind === 'dispatch') {
      const isNews = event.name === 'THREAD_CREATE' || event.name === 'THREAD_UPDATE';
      if (isNews && event.guildId !== null) this.#each(event.guildId, () => {});
    } else if (event.kind === 'guild-permissions') {
      const { guildId } = event;
      this.#each(guildId, (botUserId, gained) => this.#sync(guildId, botUserId, gained));
    } else if (event.kind === 'guild-left') {
      if (event.userId === null) this.#known.delete(event.guildId);
      else this.#known.get(event.guildId)?.delete(event.userId);
    }
  }

  /** Brings what each bot of the guild knows up to date. */
  #each(guildId: Snowflake, onGain: (botUserId: Snowflake, gained: readonly Snowflake[]) => void): void {
    const known = this.#known.get(guildId);
    if (known === undefined) return;
    for (const [botUserId, before] of known) {
      const now = this.#visible(guildId, botUserId);
      known.set(botUserId, now);
      const gained = [...now].filter((id) => !before.has(id));
      if (gained.length > 0) onGain(botUserId, gained);
    }
  }

  #visible(guildId: Snowflake, botUserId: Snowflake): ParentIds {
    const { threads, access } = this.#world;
    const parents = new Set<Snowflake>();
    for (const { parent_id } of threads.active(guildId).values()) parents.add(parent_id);
    for (const id of parents) if (!access.sees(botUserId, id)) parents.delete(id);
    return parents;
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
