import { compareSnowflakes, snowflakeTimeMs } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import type { AuditAction } from './audit-events.ts';
import { guildDispatch } from './dispatch.ts';
import type { Snowflake } from './entities.ts';
import type { AuditLogChange, AuditLogEntry } from './guild-records.ts';
import type { World } from './world.ts';

/** How long Discord keeps an entry. */
const RETENTION_MS = 45 * 24 * 60 * 60 * 1_000;

export interface AuditLogInput {
  readonly action: AuditAction;
  readonly targetId: Snowflake | null;
  /** Absent for kinds that have none. With none in the list nothing has changed, and there is no entry. */
  readonly changes?: readonly AuditLogChange[];
  readonly options?: AuditLogEntry['options'];
}

/** Which entries are asked for; each filter narrows. */
export interface AuditLogRange {
  readonly userId?: Snowflake;
  readonly targetId?: Snowflake;
  readonly action?: number;
  /** Newest first from here. Without either cursor: from the newest on. */
  readonly before?: Snowflake;
  /** Oldest first from here; counts when `before` is absent. */
  readonly after?: Snowflake;
  readonly limit: number;
}

/**
 * What has been done in guilds, by whom and why. Beyond `limits.auditLogEntriesPerGuild`, and after 45 days, the oldest
 * entries are forgotten.
 */
export class AuditLog {
  readonly #world: World;
  /** By guild, oldest first. */
  readonly #entries = new Map<Snowflake, AuditLogEntry[]>();

  constructor(world: World, stored: readonly AuditLogEntry[]) {
    this.#world = world;
    for (const entry of [...stored].sort((a, b) => compareSnowflakes(a.id, b.id))) this.#append(entry);
  }

  /**
   * GUILD_AUDIT_LOG_ENTRY_CREATE. The one way into the log, for every kind of change.
   * @param actor nothing is written without one, which is how the consequences of a change stay out of the log
   */
  add(guildId: Snowflake, actor: Actor | undefined, input: AuditLogInput): void {
    if (actor === undefined || input.changes?.length === 0) return;
    const { journal, views } = this.#world;
    const entry: AuditLogEntry = {
      id: this.#world.nextId(),
      guild_id: guildId,
      user_id: actor.userId,
      target_id: input.targetId,
      action_type: input.action,
      ...(input.changes === undefined ? {} : { changes: input.changes }),
      ...(input.options === undefined ? {} : { options: input.options }),
      ...(actor.reason === null ? {} : { reason: actor.reason }),
    };
    journal.record({ kind: 'put', table: 'audit_log_entries', record: entry });
    this.#append(entry);
    this.#forgetOld(guildId);
    journal.emit(
      guildDispatch('GUILD_AUDIT_LOG_ENTRY_CREATE', guildId, {
        ...views.records.auditLogEntry(entry),
        guild_id: guildId,
      }),
    );
  }

  list(guildId: Snowflake, range: AuditLogRange): readonly AuditLogEntry[] {
    const { userId, targetId, action, before, after, limit } = range;
    const oldestMs = this.#world.now() - RETENTION_MS;
    const found = (this.#entries.get(guildId) ?? []).filter(
      (entry) =>
        (userId === undefined || entry.user_id === userId) &&
        (targetId === undefined || entry.target_id === targetId) &&
        (action === undefined || entry.action_type === action) &&
        (before === undefined || compareSnowflakes(entry.id, before) < 0) &&
        (after === undefined || compareSnowflakes(entry.id, after) > 0) &&
        snowflakeTimeMs(entry.id) >= oldestMs,
    );
    if (before === undefined && after !== undefined) return found.slice(0, limit);
    return found.slice(-limit).reverse();
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#entries.delete(guildId);
  }

  #append(entry: AuditLogEntry): void {
    const entries = this.#entries.get(entry.guild_id);
    if (entries === undefined) this.#entries.set(entry.guild_id, [entry]);
    else entries.push(entry);
  }

  #forgetOld(guildId: Snowflake): void {
    const { limits, journal } = this.#world;
    const entries = this.#entries.get(guildId) ?? [];
    const oldestMs = this.#world.now() - RETENTION_MS;
    const isTooOld = (entry: AuditLogEntry | undefined) =>
      entry !== undefined && snowflakeTimeMs(entry.id) < oldestMs;
    while (entries.length > limits.auditLogEntriesPerGuild || isTooOld(entries[0])) {
      const oldest = entries.shift();
      if (oldest !== undefined) {
        journal.record({ kind: 'delete', table: 'audit_log_entries', id: oldest.id });
      }
    }
  }
}
