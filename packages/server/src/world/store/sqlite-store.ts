import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect, sql, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import type {
  Application,
  ApplicationCommand,
  CommandPermissions,
  DmChannel,
  Guild,
  GuildChannel,
  Member,
  Message,
  Role,
  SessionStartCount,
  StoredFile,
  Thread,
  ThreadMember,
  User,
  Webhook,
} from '../entities.ts';
import type {
  AuditLogEntry,
  AutoModerationRule,
  Ban,
  Emoji,
  Invite,
  ScheduledEvent,
  SoundboardSound,
  StageInstance,
  Sticker,
} from '../guild-records.ts';
import type { Entitlement, Sku } from '../premium-records.ts';
import { FolderFileStore } from './folder-file-store.ts';
import { MIGRATION_NAMES, migrationProvider } from './migrations.ts';
import { NodeSqliteDatabase } from './node-sqlite.ts';
import type { Schema } from './schema.ts';
import { deletedFiles, type RowChange, type Store, type StoredWorld } from './store.ts';
import { StoreError } from './store-error.ts';
import { upsert } from './upsert.ts';

/** How long opening waits for another process to let go of the file: a restart overlaps for a moment. */
const DEFAULT_BUSY_TIMEOUT_MS = 2_000;
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;
/** What goes with a guild. */
const TABLES_OF_GUILD = [
  'messages',
  'thread_members',
  'threads',
  'webhooks',
  'channels',
  'roles',
  'members',
  'bans',
  'audit_log_entries',
  'invites',
  'emojis',
  'stickers',
  'soundboard_sounds',
  'scheduled_events',
  'auto_moderation_rules',
  'stage_instances',
  'commands',
  'command_permissions',
] as const;

export interface SqliteStoreOptions {
  /** Path of the database file; made when missing, in a folder that exists. */
  readonly path: string;
  /** How long to wait for a file in use, in milliseconds. Default 2,000. */
  readonly busyTimeoutMs?: number;
}

/**
 * A world in one SQLite file (WAL, synchronous NORMAL: a commit survives the death of the process, and the database
 * stays whole when the machine dies, though the last commits may then be lost).
 *
 * The file has one owner. SQLite's exclusive locking mode takes the lock at opening and the system lets it go with
 * the process, however that ends: there is no lock file that could be left behind.
 */
export class SqliteStore implements Store {
  /** In a folder beside the database, with its name and `-files` behind it. */
  readonly files: FolderFileStore;
  readonly #db: Kysely<Schema>;
  readonly #path: string;
  #isClosed = false;

  /**
   * Opens the file, locks it and brings its schema up to date.
   * @throws StoreError STORE_IN_USE, STORE_TOO_NEW, STORE_UNREADABLE
   */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const { path, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS } = options;
    const database = openLocked(path, busyTimeoutMs);
    const store = new SqliteStore(path, database);
    try {
      await store.#migrate();
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.files = new FolderFileStore(`${path}-files`);
    this.#db = new Kysely<Schema>({
      dialect: new SqliteDialect({ database: new NodeSqliteDatabase(database) }),
    });
  }

  async load(): Promise<StoredWorld> {
    return {
      applications: await this.#records<Application>('applications'),
      users: await this.#records<User>('users'),
      guilds: await this.#records<Guild>('guilds'),
      roles: await this.#records<Role>('roles'),
      channels: await this.#records<GuildChannel | DmChannel>('channels'),
      members: await this.#records<Member>('members'),
      messages: await this.#records<Message>('messages'),
      bans: await this.#records<Ban>('bans'),
      audit_log_entries: await this.#records<AuditLogEntry>('audit_log_entries'),
      invites: await this.#records<Invite>('invites'),
      emojis: await this.#records<Emoji>('emojis'),
      stickers: await this.#records<Sticker>('stickers'),
      soundboard_sounds: await this.#records<SoundboardSound>('soundboard_sounds'),
      scheduled_events: await this.#records<ScheduledEvent>('scheduled_events'),
      auto_moderation_rules: await this.#records<AutoModerationRule>('auto_moderation_rules'),
      stage_instances: await this.#records<StageInstance>('stage_instances'),
      files: await this.#records<StoredFile>('files'),
      session_starts: await this.#records<SessionStartCount>('session_starts'),
      threads: await this.#records<Thread>('threads'),
      thread_members: await this.#records<ThreadMember>('thread_members'),
      webhooks: await this.#records<Webhook>('webhooks'),
      meta: (await this.#db.selectFrom('meta').selectAll().execute()).map(({ key, value }) => ({
        key,
        value,
      })),
      commands: await this.#records<ApplicationCommand>('commands'),
      command_permissions: await this.#records<CommandPermissions>('command_permissions'),
      skus: await this.#records<Sku>('skus'),
      entitlements: await this.#records<Entitlement>('entitlements'),
    };
  }

  async commit(changes: readonly RowChange[]): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      for (let start = 0; start < changes.length; ) {
        const end = runEnd(changes, start);
        await apply(transaction, changes.slice(start, end));
        start = end;
      }
    });
    await this.files.delete(deletedFiles(changes));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Kysely closes what it has used; one query makes sure that it has.
    await sql`select 1`.execute(this.#db);
    await this.#db.destroy();
  }

  async #migrate(): Promise<void> {
    const migrator = new Migrator({ db: this.#db, provider: migrationProvider });
    const unknown = (await this.#executedMigrations()).find((name) => !MIGRATION_NAMES.has(name));
    if (unknown !== undefined) {
      throw new StoreError(
        'STORE_TOO_NEW',
        `${this.#path} was written by a newer version (schema ${unknown}): update this program, or use another file`,
      );
    }
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) {
      throw new StoreError('STORE_UNREADABLE', `${this.#path} could not be brought up to date`, {
        cause: error,
      });
    }
  }

  async #executedMigrations(): Promise<readonly string[]> {
    const tables = await this.#db.introspection.getTables({ withInternalKyselyTables: true });
    if (!tables.some((table) => table.name === 'kysely_migration')) return [];
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(this.#db);
    return rows.map((row) => row.name);
  }

  /** Rows in the order they were first put, which is that of the records' age where it matters. */
  async #records<T>(table: Exclude<keyof Schema, 'meta'>): Promise<readonly T[]> {
    const rows = await this.#db.selectFrom(table).select('data').orderBy(sql`rowid`).execute();
    return rows.map((row) => this.#parse<T>(table, row.data));
  }

  #parse<T>(table: string, data: string): T {
    try {
      return JSON.parse(data) as T;
    } catch (cause) {
      throw new StoreError('STORE_UNREADABLE', `${this.#path} has a damaged row in ${table}`, { cause });
    }
  }
}

function openLocked(path: string, busyTimeoutMs: number): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = normal;');
    // The lock is taken with the first write and, in this mode, kept.
    database.exec('begin immediate; commit;');
    return database;
  } catch (cause) {
    database?.close();
    throw openError(path, cause);
  }
}

function openError(path: string, cause: unknown): StoreError {
  const code = (cause as { readonly errcode?: unknown } | null)?.errcode;
  // Extended codes say more in their upper bits.
  const primary = typeof code === 'number' ? code & 0xff : undefined;
  if (primary === SQLITE_BUSY) {
    return new StoreError(
      'STORE_IN_USE',
      `${path} is in use by another process: stop that one, or use another file`,
      {
        cause,
      },
    );
  }
  const why = primary === SQLITE_NOTADB ? 'is not a database' : 'cannot be opened';
  return new StoreError('STORE_UNREADABLE', `${path} ${why}`, { cause });
}

/** Where the run of puts into one table that begins at `start` ends; any other change stands alone. */
function runEnd(changes: readonly RowChange[], start: number): number {
  const first = changes[start];
  let end = start + 1;
  if (first?.kind !== 'put') return end;
  for (; end < changes.length; end++) {
    const change = changes[end];
    if (change?.kind !== 'put' || change.table !== first.table) break;
  }
  return end;
}

async function apply(transaction: Transaction<Schema>, run: readonly RowChange[]): Promise<void> {
  const change = run[0];
  switch (change?.kind) {
    case undefined:
      return;
    case 'put':
      return upsert(
        transaction,
        change.table,
        run.filter((put) => put.kind === 'put'),
      );
    case 'delete':
      await transaction.deleteFrom(change.table).where('id', '=', change.id).execute();
      return;
    case 'delete-member':
      await transaction
        .deleteFrom('members')
        .where('guild_id', '=', change.guildId)
        .where('user_id', '=', change.userId)
        .execute();
      return;
    case 'delete-ban':
      await transaction
        .deleteFrom('bans')
        .where('guild_id', '=', change.guildId)
        .where('user_id', '=', change.userId)
        .execute();
      return;
    case 'delete-command-permissions':
      await transaction
        .deleteFrom('command_permissions')
        .where('guild_id', '=', change.guildId)
        .where('id', '=', change.id)
        .execute();
      return;
    case 'delete-thread-member':
      await transaction
        .deleteFrom('thread_members')
        .where('thread_id', '=', change.threadId)
        .where('user_id', '=', change.userId)
        .execute();
      return;
    case 'delete-thread':
      await transaction.deleteFrom('messages').where('channel_id', '=', change.threadId).execute();
      await transaction.deleteFrom('thread_members').where('thread_id', '=', change.threadId).execute();
      await transaction.deleteFrom('threads').where('id', '=', change.threadId).execute();
      return;
    case 'delete-channel':
      await transaction.deleteFrom('messages').where('channel_id', '=', change.channelId).execute();
      await transaction.deleteFrom('channels').where('id', '=', change.channelId).execute();
      return;
    case 'delete-guild':
      for (const table of TABLES_OF_GUILD) {
        await transaction.deleteFrom(table).where('guild_id', '=', change.guildId).execute();
      }
      await transaction.deleteFrom('guilds').where('id', '=', change.guildId).execute();
      return;
  }
}
