import type { Snowflake } from './entities.ts';
import { PerGuild } from './per-guild.ts';
import type { GuildRecordTable, RowChange } from './store/store.ts';
import type { World } from './world.ts';

type RecordOf<Table extends GuildRecordTable> = Extract<
  RowChange,
  { readonly kind: 'put'; readonly table: Table }
>['record'];

/** The records of one table of what guilds have: by guild, by id, and journalled with each change. */
export class RecordTable<Table extends GuildRecordTable> {
  readonly #world: World;
  readonly #table: Table;
  readonly #idOf: (record: RecordOf<Table>) => string;
  readonly #records = new Map<string, RecordOf<Table>>();
  readonly #ofGuild = new PerGuild<RecordOf<Table>>();

  constructor(
    world: World,
    table: Table,
    stored: readonly RecordOf<Table>[],
    idOf: (record: RecordOf<Table>) => string,
  ) {
    this.#world = world;
    this.#table = table;
    this.#idOf = idOf;
    for (const record of stored) this.#index(record);
  }

  get(id: string): RecordOf<Table> | undefined {
    return this.#records.get(id);
  }

  /** Oldest first; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<string, RecordOf<Table>> {
    return this.#ofGuild.of(guildId);
  }

  put(record: RecordOf<Table>): void {
    this.#index(record);
    // The table says which kind of record it is, which the union of all row changes cannot.
    this.#world.journal.record({ kind: 'put', table: this.#table, record } as RowChange);
  }

  delete(record: RecordOf<Table>): void {
    const id = this.#idOf(record);
    this.#records.delete(id);
    if (record.guild_id !== null) this.#ofGuild.delete(record.guild_id, id);
    this.#world.journal.record({ kind: 'delete', table: this.#table, id });
  }

  /** The rows go with the guild's. */
  forgetGuild(guildId: Snowflake): void {
    for (const id of this.#ofGuild.of(guildId).keys()) this.#records.delete(id);
    this.#ofGuild.deleteGuild(guildId);
  }

  #index(record: RecordOf<Table>): void {
    const id = this.#idOf(record);
    this.#records.set(id, record);
    if (record.guild_id !== null) this.#ofGuild.set(record.guild_id, id, record);
  }
}
