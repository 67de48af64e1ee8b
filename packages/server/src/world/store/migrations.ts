/**
 * The steps from an empty database to the present schema. A step that has been released is never changed. Kysely
 * runs SQLite's steps outside of a transaction, so each must bear being begun a second time after a crash.
 */
import type { Kysely } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': { up: createFirstTables },
  '0002-application-commands': { up: createCommandTables },
  '0002-files': { up: createFiles },
  '0002-guild-administration': { up: createAdministrationTables },
  '0003-threads': { up: createThreads },
  '0004-webhooks': { up: createWebhooks },
  '0005-session-starts': { up: createSessionStarts },
  '0006-premium': { up: createPremiumTables },
};

/** Names of the steps this version knows; a database with any other was written by a newer one. */
export const MIGRATION_NAMES: ReadonlySet<string> = new Set(Object.keys(MIGRATIONS));

export const migrationProvider: MigrationProvider = {
  getMigrations: async () => ({ ...MIGRATIONS }),
};

async function createFirstTables(db: Kysely<unknown>): Promise<void> {
  const byId = (name: string) =>
    db.schema
      .createTable(name)
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('data', 'text', (column) => column.notNull());
  await byId('applications')
    .addColumn('bot_user_id', 'text', (column) => column.notNull())
    .execute();
  await byId('users')
    .addColumn('username', 'text', (column) => column.notNull())
    .execute();
  await byId('guilds')
    .addColumn('owner_id', 'text', (column) => column.notNull())
    .execute();
  await byId('roles')
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .execute();
  await byId('channels').addColumn('guild_id', 'text').execute();
  await byId('messages')
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text')
    .addColumn('author_id', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('members')
    .ifNotExists()
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('members_primary_key', ['guild_id', 'user_id'])
    .execute();
  await db.schema
    .createTable('meta')
    .ifNotExists()
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  // What a removed guild or channel is cleared by.
  for (const table of ['roles', 'channels', 'messages']) {
    await db.schema.createIndex(`${table}_by_guild`).ifNotExists().on(table).column('guild_id').execute();
  }
  await db.schema
    .createIndex('messages_by_channel')
    .ifNotExists()
    .on('messages')
    .column('channel_id')
    .execute();
}

async function createAdministrationTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('bans')
    .ifNotExists()
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('bans_primary_key', ['guild_id', 'user_id'])
    .execute();
  for (const table of [
    'audit_log_entries',
    'invites',
    'emojis',
    'stickers',
    'soundboard_sounds',
    'scheduled_events',
    'auto_moderation_rules',
    'stage_instances',
  ]) {
    await db.schema
      .createTable(table)
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      // Null for the emojis of an application.
      .addColumn('guild_id', 'text')
      .addColumn('data', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex(`${table}_by_guild`).ifNotExists().on(table).column('guild_id').execute();
  }
}
async function createCommandTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('commands')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('application_id', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text')
    .addColumn('data', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('command_permissions')
    .ifNotExists()
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('application_id', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('command_permissions_primary_key', ['guild_id', 'id'])
    .execute();
  await db.schema.createIndex('commands_by_guild').ifNotExists().on('commands').column('guild_id').execute();
}

async function createFiles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('files')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('data', 'text', (column) => column.notNull())
    .execute();
}

async function createThreads(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('threads')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('thread_members')
    .ifNotExists()
    .addColumn('thread_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('thread_members_primary_key', ['thread_id', 'user_id'])
    .execute();
  for (const table of ['threads', 'thread_members']) {
    await db.schema.createIndex(`${table}_by_guild`).ifNotExists().on(table).column('guild_id').execute();
  }
}

async function createWebhooks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('webhooks')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('webhooks_by_guild').ifNotExists().on('webhooks').column('guild_id').execute();
}

async function createSessionStarts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('session_starts')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('data', 'text', (column) => column.notNull())
    .execute();
}

async function createPremiumTables(db: Kysely<unknown>): Promise<void> {
  for (const table of ['skus', 'entitlements']) {
    await db.schema
      .createTable(table)
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('data', 'text', (column) => column.notNull())
      .execute();
  }
}
