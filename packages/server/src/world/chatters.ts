import { type ActMix, Chatter, DEFAULT_MIX, requireMix, requirePerMinute } from './chatter.ts';
import type { Snowflake } from './entities.ts';
import type { WorldEvent } from './events.ts';
import type { World } from './world.ts';

/** How simulated people of a guild talk. */
export interface ChatterSettings {
  readonly isOn: boolean;
  /** Acts a minute, above 0 and at most 6,000. */
  readonly perMinute: number;
  readonly mix: ActMix;
}

const AT_FIRST: ChatterSettings = { isOn: false, perMinute: 20, mix: DEFAULT_MIX };

type Listener = (guildId: Snowflake, settings: ChatterSettings) => void;

/** Who talks in which guild. Not kept in the store: a world that is opened is silent. */
export class Chatters {
  readonly #world: World;
  readonly #chatters = new Map<Snowflake, Chatter>();
  readonly #listeners = new Set<Listener>();

  constructor(world: World) {
    this.#world = world;
    world.bus.subscribe((event) => this.#onWorldEvent(event));
  }

  /** @throws WorldError UNKNOWN_GUILD */
  of(guildId: Snowflake): ChatterSettings {
    const { id } = this.#world.guilds.require(guildId);
    const chatter = this.#chatters.get(id);
    if (chatter === undefined) return AT_FIRST;
    return { isOn: chatter.isRunning, perMinute: chatter.perMinute, mix: chatter.mix };
  }

  /**
   * Changes what is given, from the next act on.
   * @throws WorldError UNKNOWN_GUILD; RangeError for a rate or a mix outside its range
   */
  set(guildId: Snowflake, patch: Partial<ChatterSettings>): ChatterSettings {
    const { isOn, perMinute, mix } = { ...this.of(guildId), ...patch };
    requirePerMinute(perMinute);
    requireMix(mix);
    const known = this.#chatters.get(guildId);
    const chatter = known ?? new Chatter(this.#world, { guildId, perMinute, mix });
    this.#chatters.set(guildId, chatter);
    chatter.change(perMinute, mix);
    if (isOn) chatter.start();
    else chatter.stop();
    const settings = this.of(guildId);
    for (const listener of this.#listeners) listener(guildId, settings);
    return settings;
  }

  /** Everybody falls silent. */
  stop(): void {
    for (const chatter of this.#chatters.values()) chatter.stop();
  }

  /** @returns a function that removes the listener */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #onWorldEvent(event: WorldEvent): void {
    if (event.kind !== 'guild-left' || event.userId !== null) return;
    this.#chatters.get(event.guildId)?.stop();
    this.#chatters.delete(event.guildId);
  }
}
