/** Tells bots whose hidden channels are obfuscated of each channel that comes into, or goes out of, their sight. */
import { Intent } from '@guildhall/protocol';
import { obfuscatedView } from '../world/channel-sight.ts';
import type { Snowflake } from '../world/entities.ts';
import type { WorldEvent } from '../world/events.ts';
import type { World } from '../world/world.ts';
import { bodyOf } from './fan-out.ts';
import type { Session } from './session.ts';
import type { SessionRegistry } from './session-registry.ts';

type ChannelIds = ReadonlySet<Snowflake>;

export class ChannelSights {
  readonly #world: World;
  readonly #registry: SessionRegistry;
  /** By guild and bot, of which channels its obfuscated sessions have the truth. */
  readonly #seen = new Map<Snowflake, Map<Snowflake, ChannelIds>>();

  constructor(world: World, registry: SessionRegistry) {
    this.#world = world;
    this.#registry = registry;
  }

  /** The session has been told of the guild with all its channels. */
  noteLoaded(guildId: Snowflake, { identity }: Session): void {
    if (!identity.obfuscatesChannels) return;
    const seen = this.#seen.get(guildId) ?? new Map<Snowflake, ChannelIds>();
    seen.set(identity.botUserId, this.#visible(guildId, identity.botUserId));
    this.#seen.set(guildId, seen);
  }

  /** To be told of everything that happens, after others have been told of it. */
  note(event: WorldEvent): void {
    if (event.kind === 'guild-permissions') {
      for (const botUserId of this.#seen.get(event.guildId)?.keys() ?? []) {
        this.#compare(event.guildId, botUserId);
      }
    } else if (event.kind === 'guild-left') {
      if (event.userId === null) this.#seen.delete(event.guildId);
      else this.#seen.get(event.guildId)?.delete(event.userId);
    }
  }

  #compare(guildId: Snowflake, botUserId: Snowflake): void {
    const seen = this.#seen.get(guildId);
    const sessions = this.#sessionsOf(guildId, botUserId);
    // Forgotten with the last session; the next one is told of the guild anew.
    if (sessions.length === 0) seen?.delete(botUserId);
    const before = seen?.get(botUserId);
    if (seen === undefined || before === undefined) return;
    const now = this.#visible(guildId, botUserId);
    seen.set(botUserId, now);
    for (const channel of this.#world.channels.ofGuild(guildId).values()) {
      if (before.has(channel.id) === now.has(channel.id)) continue;
      const d = now.has(channel.id)
        ? this.#world.views.channel(channel)
        : obfuscatedView(this.#world, channel);
      const body = bodyOf('CHANNEL_UPDATE', d);
      for (const session of sessions) session.dispatch(body);
    }
  }

  #visible(guildId: Snowflake, botUserId: Snowflake): ChannelIds {
    const { channels, access } = this.#world;
    return new Set([...channels.ofGuild(guildId).keys()].filter((id) => access.sees(botUserId, id)));
  }

  /** Those that have been told of the guild; others will be told of the channels with it. */
  #sessionsOf(guildId: Snowflake, botUserId: Snowflake): readonly Session[] {
    return [...this.#registry.ofBot(botUserId)].filter(
      ({ identity, guildIds, unloadedGuildIds }) =>
        identity.obfuscatesChannels &&
        (identity.intents & Intent.GUILDS) !== 0 &&
        guildIds.has(guildId) &&
        !unloadedGuildIds.has(guildId),
    );
  }
}
