import { sql, type Transaction } from 'kysely';
import { type Schema, toRow } from './schema.ts';
import type { RowChange, TableName } from './store.ts';

/** Rows per statement. All others go one by one: two prepared statements for each table, not one for each count. */
const ROWS_PER_STATEMENT = 50;

/** What tells the rows of a table apart; every other column is the record's and replaced with it. */
const KEY_COLUMNS: Readonly<Record<TableName, readonly string[]>> = {
  applications: ['id'],
  users: ['id'],
  guilds: ['id'],
  roles: ['id'],
  channels: ['id'],
  members: ['guild_id', 'user_id'],
  messages: ['id'],
  bans: ['guild_id', 'user_id'],
  audit_log_entries: ['id'],
  invites: ['id'],
  emojis: ['id'],
  stickers: ['id'],
  soundboard_sounds: ['id'],
  scheduled_events: ['id'],
  auto_moderation_rules: ['id'],
  stage_instances: ['id'],
  files: ['id'],
  session_starts: ['id'],
  threads: ['id'],
  webhooks: ['id'],
  thread_members: ['thread_id', 'user_id'],
  meta: ['key'],
  commands: ['id'],
  command_permissions: ['guild_id', 'id'],
  skus: ['id'],
  entitlements: ['id'],
};

type Put = Extract<RowChange, { kind: 'put' }>;

/** Puts the records, all of one table, each in place of the row with its key. */
export async function upsert(
  transaction: Transaction<Schema>,
  table: TableName,
  puts: readonly Put[],
): Promise<void> {
  for (let start = 0; start < puts.length; ) {
    const size = puts.length - start >= ROWS_PER_STATEMENT ? ROWS_PER_STATEMENT : 1;
    const rows = puts.slice(start, start + size).map(rowOf);
    await upsertStatement(table, rows).execute(transaction);
    start += size;
  }
}

/** Raw, because it is the same for all tables, which Kysely's types cannot say; both databases read it. */
function upsertStatement(table: TableName, rows: readonly Readonly<Record<string, string | null>>[]) {
  const columns = Object.keys(rows[0] ?? {});
  const keys = KEY_COLUMNS[table];
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column] ?? null))})`);
  const replaced = columns
    .filter((column) => !keys.includes(column))
    .map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
  return sql`
    insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
    values ${sql.join(values)}
    on conflict (${sql.join(keys.map((column) => sql.ref(column)))}) do update set ${sql.join(replaced)}`;
}

function rowOf(put: Put): Readonly<Record<string, string | null>> {
  const convert = toRow[put.table] as (record: Put['record']) => Schema[TableName];
  return { ...convert(put.record) };
}
