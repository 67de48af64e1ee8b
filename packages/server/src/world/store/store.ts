import type {
  Application,
  ApplicationCommand,
  Channel,
  CommandPermissions,
  Guild,
  Member,
  Message,
  Role,
  Snowflake,
  User,
} from '../entities.ts';

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
  readonly channels: readonly Channel[];
  readonly members: readonly Member[];
  readonly messages: readonly Message[];
  readonly meta: readonly MetaRow[];
  readonly commands: readonly ApplicationCommand[];
  readonly command_permissions: readonly CommandPermissions[];
}

/** A record put in (new or in place of the old one), or taken out together with all that belongs to it. */
export type RowChange =
  | { readonly kind: 'put'; readonly table: 'applications'; readonly record: Application }
  | { readonly kind: 'put'; readonly table: 'users'; readonly record: User }
  | { readonly kind: 'put'; readonly table: 'guilds'; readonly record: Guild }
  | { readonly kind: 'put'; readonly table: 'roles'; readonly record: Role }
  | { readonly kind: 'put'; readonly table: 'channels'; readonly record: Channel }
  | { readonly kind: 'put'; readonly table: 'members'; readonly record: Member }
  | { readonly kind: 'put'; readonly table: 'messages'; readonly record: Message }
  | { readonly kind: 'put'; readonly table: 'meta'; readonly record: MetaRow }
  | { readonly kind: 'put'; readonly table: 'commands'; readonly record: ApplicationCommand }
  | { readonly kind: 'put'; readonly table: 'command_permissions'; readonly record: CommandPermissions }
  | {
      readonly kind: 'delete';
      readonly table: 'applications' | 'roles' | 'messages' | 'commands';
      readonly id: Snowflake;
    }
  | { readonly kind: 'delete-command-permissions'; readonly guildId: Snowflake; readonly id: Snowflake }
  | { readonly kind: 'delete-member'; readonly guildId: Snowflake; readonly userId: Snowflake }
  /** The channel with its messages. */
  | { readonly kind: 'delete-channel'; readonly channelId: Snowflake }
  /** The guild with its roles, channels, members, messages and commands. */
  | { readonly kind: 'delete-guild'; readonly guildId: Snowflake };

export type TableName = Extract<RowChange, { kind: 'put' }>['table'];

/** Where a world is kept. One world at a time owns a store. */
export interface Store {
  /** Reads everything. Called once, before any commit. */
  load(): Promise<StoredWorld>;
  /** Keeps all changes, in order, or none. Never called again before the promise has settled. */
  commit(changes: readonly RowChange[]): Promise<void>;
  /** Lets go of the store. Safe to call twice. */
  close(): Promise<void>;
}
