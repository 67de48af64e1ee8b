import type { Snowflake } from './entities.ts';

/** Records of guilds: all of a guild, or one of it, without a search. */
export class PerGuild<T> {
  readonly #none: ReadonlyMap<Snowflake, T> = new Map();
  readonly #guilds = new Map<Snowflake, Map<Snowflake, T>>();

  of(guildId: Snowflake): ReadonlyMap<Snowflake, T> {
    return this.#guilds.get(guildId) ?? this.#none;
  }

  get(guildId: Snowflake, id: Snowflake): T | undefined {
    return this.#guilds.get(guildId)?.get(id);
  }

  set(guildId: Snowflake, id: Snowflake, record: T): void {
    const records = this.#guilds.get(guildId);
    if (records === undefined) this.#guilds.set(guildId, new Map([[id, record]]));
    else records.set(id, record);
  }

  delete(guildId: Snowflake, id: Snowflake): void {
    this.#guilds.get(guildId)?.delete(id);
  }

  deleteGuild(guildId: Snowflake): void {
    this.#guilds.delete(guildId);
  }
}
