/**
 * The tables, the same on SQLite and Postgres: ids and what is searched by as columns of text, the whole record as
 * JSON in `data`. A field that nobody searches by needs no migration.
 */

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
import type { MetaRow } from './store.ts';

interface IdRow {
  readonly id: string;
  readonly data: string;
}

type GuildIdRow = IdRow & { readonly guild_id: string };

export interface Schema {
  applications: IdRow & { readonly bot_user_id: string };
  users: IdRow & { readonly username: string };
  guilds: IdRow & { readonly owner_id: string };
  roles: IdRow & { readonly guild_id: string };
  channels: IdRow & { readonly guild_id: string | null };
  members: { readonly guild_id: string; readonly user_id: string; readonly data: string };
  messages: IdRow & {
    readonly channel_id: string;
    readonly guild_id: string | null;
    readonly author_id: string;
  };
  bans: { readonly guild_id: string; readonly user_id: string; readonly data: string };
  audit_log_entries: GuildIdRow;
  invites: GuildIdRow;
  stickers: GuildIdRow;
  soundboard_sounds: GuildIdRow;
  scheduled_events: GuildIdRow;
  auto_moderation_rules: GuildIdRow;
  stage_instances: GuildIdRow;
  emojis: IdRow & { readonly guild_id: string | null };
  files: IdRow;
  session_starts: IdRow;
  threads: IdRow & { readonly guild_id: string };
  webhooks: IdRow & { readonly guild_id: string };
  thread_members: {
    readonly thread_id: string;
    readonly user_id: string;
    readonly guild_id: string;
    readonly data: string;
  };
  meta: MetaRow;
  commands: IdRow & { readonly application_id: string; readonly guild_id: string | null };
  command_permissions: IdRow & { readonly guild_id: string; readonly application_id: string };
  skus: IdRow;
  entitlements: IdRow;
}

/** Each kind of record as its row. */
export const toRow = {
  applications: (record: Application): Schema['applications'] => ({
    id: record.id,
    bot_user_id: record.botUserId,
    data: JSON.stringify(record),
  }),
  users: (record: User): Schema['users'] => ({
    id: record.id,
    username: record.username,
    data: JSON.stringify(record),
  }),
  guilds: (record: Guild): Schema['guilds'] => ({
    id: record.id,
    owner_id: record.owner_id,
    data: JSON.stringify(record),
  }),
  roles: (record: Role): Schema['roles'] => ({
    id: record.id,
    guild_id: record.guild_id,
    data: JSON.stringify(record),
  }),
  channels: (record: GuildChannel | DmChannel): Schema['channels'] => ({
    id: record.id,
    guild_id: 'guild_id' in record ? record.guild_id : null,
    data: JSON.stringify(record),
  }),
  members: (record: Member): Schema['members'] => ({
    guild_id: record.guild_id,
    user_id: record.user_id,
    data: JSON.stringify(record),
  }),
  messages: (record: Message): Schema['messages'] => ({
    id: record.id,
    channel_id: record.channel_id,
    guild_id: record.guild_id,
    author_id: record.author_id,
    data: JSON.stringify(record),
  }),
  bans: (record: Ban): Schema['bans'] => ({
    guild_id: record.guild_id,
    user_id: record.user_id,
    data: JSON.stringify(record),
  }),
  audit_log_entries: (record: AuditLogEntry) => guildRow(record),
  invites: (record: Invite): GuildIdRow => ({
    id: record.code,
    guild_id: record.guild_id,
    data: JSON.stringify(record),
  }),
  emojis: (record: Emoji): Schema['emojis'] => ({
    id: record.id,
    guild_id: record.guild_id,
    data: JSON.stringify(record),
  }),
  files: (record: StoredFile): Schema['files'] => ({ id: record.id, data: JSON.stringify(record) }),
  session_starts: (record: SessionStartCount): Schema['session_starts'] => ({
    id: record.id,
    data: JSON.stringify(record),
  }),
  threads: (record: Thread): Schema['threads'] => ({
    id: record.id,
    guild_id: record.guild_id,
    data: JSON.stringify(record),
  }),
  thread_members: (record: ThreadMember): Schema['thread_members'] => ({
    thread_id: record.thread_id,
    user_id: record.user_id,
    guild_id: record.guild_id,
    data: JSON.stringify(record),
  }),
  webhooks: (record: Webhook): Schema['webhooks'] => ({
    id: record.id,
    guild_id: record.guild_id,
    data: JSON.stringify(record),
  }),
  stickers: (record: Sticker) => guildRow(record),
  soundboard_sounds: (record: SoundboardSound) => guildRow(record),
  scheduled_events: (record: ScheduledEvent) => guildRow(record),
  auto_moderation_rules: (record: AutoModerationRule) => guildRow(record),
  stage_instances: (record: StageInstance) => guildRow(record),
  meta: (record: MetaRow): MetaRow => record,
  commands: (record: ApplicationCommand): Schema['commands'] => ({
    id: record.id,
    application_id: record.application_id,
    guild_id: record.guild_id,
    data: JSON.stringify(record),
  }),
  command_permissions: (record: CommandPermissions): Schema['command_permissions'] => ({
    guild_id: record.guild_id,
    id: record.id,
    application_id: record.application_id,
    data: JSON.stringify(record),
  }),
  skus: (record: Sku): Schema['skus'] => ({ id: record.id, data: JSON.stringify(record) }),
  entitlements: (record: Entitlement): Schema['entitlements'] => ({
    id: record.id,
    data: JSON.stringify(record),
  }),
} as const;

function guildRow(record: { readonly id: string; readonly guild_id: string }): GuildIdRow {
  return { id: record.id, guild_id: record.guild_id, data: JSON.stringify(record) };
}
