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
  Snowflake,
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
import type { FileStore } from './file-store.ts';

/** A small fact about the world itself, such as who owns it. */
export interface MetaRow {
  readonly key: string;
  readonly value: string;
}

/** Everything a store holds, in no particular order. */
export interface StoredWorld {
  readonly applications: readonly Application[];
  readonly users: readonly User[];
  readonly guilds: readonly Guild[];
  readonly roles: readonly Role[];
  readonly channels: readonly (GuildChannel | DmChannel)[];
  readonly members: readonly Member[];
  readonly messages: readonly Message[];
  readonly bans: readonly Ban[];
  readonly audit_log_entries: readonly AuditLogEntry[];
  readonly invites: readonly Invite[];
  readonly emojis: readonly Emoji[];
  readonly stickers: readonly Sticker[];
  readonly soundboard_sounds: readonly SoundboardSound[];
  readonly scheduled_events: readonly ScheduledEvent[];
  readonly auto_moderation_rules: readonly AutoModerationRule[];
  readonly stage_instances: readonly StageInstance[];
  readonly files: readonly StoredFile[];
  readonly session_starts: readonly SessionStartCount[];
  readonly threads: readonly Thread[];
  readonly thread_members: readonly ThreadMember[];
  readonly webhooks: readonly Webhook[];
  readonly meta: readonly MetaRow[];
  readonly commands: readonly ApplicationCommand[];
  readonly command_permissions: readonly CommandPermissions[];
  readonly skus: readonly Sku[];
  readonly entitlements: readonly Entitlement[];
}

/** A record put in (new or in place of the old one), or taken out together with all that belongs to it. */
export type RowChange =
  | { readonly kind: 'put'; readonly table: 'applications'; readonly record: Application }
  | { readonly kind: 'put'; readonly table: 'users'; readonly record: User }
  | { readonly kind: 'put'; readonly table: 'guilds'; readonly record: Guild }
  | { readonly kind: 'put'; readonly table: 'roles'; readonly record: Role }
  | { readonly kind: 'put'; readonly table: 'channels'; readonly record: GuildChannel | DmChannel }
  | { readonly kind: 'put'; readonly table: 'members'; readonly record: Member }
  | { readonly kind: 'put'; readonly table: 'messages'; readonly record: Message }
  | { readonly kind: 'put'; readonly table: 'bans'; readonly record: Ban }
  | { readonly kind: 'put'; readonly table: 'audit_log_entries'; readonly record: AuditLogEntry }
  | { readonly kind: 'put'; readonly table: 'invites'; readonly record: Invite }
  | { readonly kind: 'put'; readonly table: 'emojis'; readonly record: Emoji }
  | { readonly kind: 'put'; readonly table: 'stickers'; readonly record: Sticker }
  | { readonly kind: 'put'; readonly table: 'soundboard_sounds'; readonly record: SoundboardSound }
  | { readonly kind: 'put'; readonly table: 'scheduled_events'; readonly record: ScheduledEvent }
  | { readonly kind: 'put'; readonly table: 'auto_moderation_rules'; readonly record: AutoModerationRule }
  | { readonly kind: 'put'; readonly table: 'stage_instances'; readonly record: StageInstance }
  /** `id` is the code of an invite. */
  | { readonly kind: 'delete'; readonly table: GuildRecordTable; readonly id: string }
  | { readonly kind: 'delete-ban'; readonly guildId: Snowflake; readonly userId: Snowflake }
  | { readonly kind: 'put'; readonly table: 'files'; readonly record: StoredFile }
  | { readonly kind: 'put'; readonly table: 'session_starts'; readonly record: SessionStartCount }
  | { readonly kind: 'put'; readonly table: 'threads'; readonly record: Thread }
  | { readonly kind: 'put'; readonly table: 'thread_members'; readonly record: ThreadMember }
  | { readonly kind: 'put'; readonly table: 'webhooks'; readonly record: Webhook }
  | { readonly kind: 'put'; readonly table: 'meta'; readonly record: MetaRow }
  | { readonly kind: 'put'; readonly table: 'commands'; readonly record: ApplicationCommand }
  | { readonly kind: 'put'; readonly table: 'command_permissions'; readonly record: CommandPermissions }
  | { readonly kind: 'put'; readonly table: 'skus'; readonly record: Sku }
  | { readonly kind: 'put'; readonly table: 'entitlements'; readonly record: Entitlement }
  | {
      readonly kind: 'delete';
      readonly table:
        | 'applications'
        | 'roles'
        | 'messages'
        | 'commands'
        | 'session_starts'
        | 'skus'
        | 'entitlements';
      readonly id: Snowflake;
    }
  | { readonly kind: 'delete-command-permissions'; readonly guildId: Snowflake; readonly id: Snowflake }
  | { readonly kind: 'delete'; readonly table: 'webhooks'; readonly id: Snowflake }
  /** The row first, then the bytes. */
  | { readonly kind: 'delete'; readonly table: 'files'; readonly id: Snowflake }
  | { readonly kind: 'delete-member'; readonly guildId: Snowflake; readonly userId: Snowflake }
  | { readonly kind: 'delete-thread-member'; readonly threadId: Snowflake; readonly userId: Snowflake }
  /** The thread with its members and messages. */
  | { readonly kind: 'delete-thread'; readonly threadId: Snowflake }
  /** The channel with its messages. */
  | { readonly kind: 'delete-channel'; readonly channelId: Snowflake }
  /** The guild with its roles, channels, members, messages and whatever else is its own. */
  /** The guild with its roles, channels, members, threads, webhooks, messages and commands. */
  | { readonly kind: 'delete-guild'; readonly guildId: Snowflake };

/** Tables of what guilds have besides channels, roles, members and bans: an id, the guild's id, the record. */
export type GuildRecordTable =
  | 'audit_log_entries'
  | 'invites'
  | 'emojis'
  | 'stickers'
  | 'soundboard_sounds'
  | 'scheduled_events'
  | 'auto_moderation_rules'
  | 'stage_instances';

export type TableName = Extract<RowChange, { kind: 'put' }>['table'];

/** Where a world is kept. One world at a time owns a store. */
export interface Store {
  /** Where the bytes of files are kept. */
  readonly files: FileStore;
  /** Reads everything. Called once, before any commit. */
  load(): Promise<StoredWorld>;
  /** Keeps all changes, in order, or none. Never called again before the promise has settled. */
  commit(changes: readonly RowChange[]): Promise<void>;
  /** Lets go of the store. Safe to call twice. */
  close(): Promise<void>;
}

/** Files whose bytes go with these changes. */
export function deletedFiles(changes: readonly RowChange[]): readonly Snowflake[] {
  return changes.flatMap((change) =>
    change.kind === 'delete' && change.table === 'files' ? [change.id] : [],
  );
}
