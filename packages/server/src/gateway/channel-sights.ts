/** Tells bots whose hidden channels are obfuscated of each channel that comes into, or goes out of, their sight. */
import { Intent } from '@guildhall/protocol';
import { obfuscatedView } from '../world/channel-sight.ts';
import type { Snowflake } from '../world/entities.ts';
import type { WorldEvent } from '../world/events.ts';
import type { World } from '../world/world.ts';
import { bodyOf } from './fan-out.ts';
import type { Session } from './session.ts';
import type { SessionRegistry } from './session-registry.ts';

/** Each channel of a guild, and whether the bot sees it. */
type Sight = ReadonlyMap<Snowflake, boolean>;

export class ChannelSights {
  readonly #world: World;
  readonly #registry: SessionRegistry;
  /** By guild and bot, what its obfuscated sessions have been told. */
  readonly #seen = new Map<Snowflake, Map<Snowflake, Sight>>();

  constructor(world: World, registry: SessionRegistry) {
    this.#world = world;
    this.#registry = registry;
  }

  /** The session has been told of the guild with all its channels. */
  noteLoaded(guildId: Snowflake, { identity }: Session): void {
    if (!identity.obfuscatesChannels) return;
    const seen = this.#seen.get(guildId) ?? new Map<Snowflake, Sight>();
    // What another session has been told stays what is compared with: the world may be ahead of it.
    if (!seen.has(identity.botUserId)) {
      seen.set(identity.botUserId, this.#sight(guildId, identity.botUserId));
    }
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
    const now = this.#sight(guildId, botUserId);
    seen.set(botUserId, now);
    for (const channel of this.#world.channels.ofGuild(guildId).values()) {
      const isSeen = now.get(channel.id) === true;
      // A new channel is told of by its CHANNEL_CREATE.
      if ((before.get(channel.id) ?? isSeen) === isSeen) continue;
      const d = isSeen ? this.#world.views.channel(channel) : obfuscatedView(this.#world, channel);
      const body = bodyOf('CHANNEL_UPDATE', d);
      for (const session of sessions) session.dispatch(body);
    }
  }

  #sight(guildId: Snowflake, botUserId: Snowflake): Sight {
    const { channels, access } = this.#world;
    return new Map(Array.from(channels.ofGuild(guildId).keys(), (id) => [id, access.sees(botUserId, id)]));
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
