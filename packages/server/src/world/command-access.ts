import { Permission } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { isDm, isThread } from './channel-kinds.ts';
import { guildDispatch } from './dispatch.ts';
import type {
  ApplicationCommand,
  Channel,
  CommandPermission,
  CommandPermissions,
  Member,
  Snowflake,
} from './entities.ts';
import { WorldError } from './errors.ts';
import { PerGuild } from './per-guild.ts';
import type { World } from './world.ts';

const ROLE = 1;
const USER = 2;
const CHANNEL = 3;
const GUILD_CONTEXT = 0;
const BOT_DM_CONTEXT = 1;

/** Who may use which command where: what a guild has set for it, then what the command itself asks for. */
export class CommandAccess {
  readonly #world: World;
  /** By the id of the command, or of the application. */
  readonly #permissions = new PerGuild<CommandPermissions>();

  constructor(world: World, stored: readonly CommandPermissions[]) {
    this.#world = world;
    for (const record of stored) this.#permissions.set(record.guild_id, record.id, record);
  }

  /** What the guild has set for the application and its commands. */
  ofApplication(applicationId: Snowflake, guildId: Snowflake): readonly CommandPermissions[] {
    return [...this.#permissions.of(guildId).values()].filter(
      ({ application_id }) => application_id === applicationId,
    );
  }

  /** @throws WorldError UNKNOWN_COMMAND_PERMISSIONS */
  require(guildId: Snowflake, id: Snowflake): CommandPermissions {
    const record = this.#permissions.get(guildId, id);
    if (record === undefined) {
      throw new WorldError(
        'UNKNOWN_COMMAND_PERMISSIONS',
        `no permissions for command ${id} in guild ${guildId}`,
      );
    }
    return record;
  }

  /**
   * APPLICATION_COMMAND_PERMISSIONS_UPDATE. Exactly these entries apply afterwards; none at all undoes the record.
   * @param id of a command that the guild can use, or of the application
   * @throws WorldError UNKNOWN_APPLICATION, UNKNOWN_GUILD, UNKNOWN_COMMAND, INVALID_VALUE,
   *   LIMIT_REACHED:commandPermissions
   */
  set(
    applicationId: Snowflake,
    guildId: Snowflake,
    id: Snowflake,
    permissions: readonly CommandPermission[],
    actor?: Actor,
  ): CommandPermissions {
    const { journal, applications, guilds, limits, commands } = this.#world;
    journal.assertWritable();
    applications.require(applicationId);
    guilds.require(guildId);
    const isKnown =
      id === applicationId ||
      [guildId, null].some((scope) => commands.of({ applicationId, guildId: scope }).has(id));
    if (!isKnown) throw new WorldError('UNKNOWN_COMMAND', `no command ${id}`);
    if (permissions.length > limits.commandPermissions) {
      throw new WorldError(
        'LIMIT_REACHED:commandPermissions',
        `at most ${limits.commandPermissions} entries`,
      );
    }
    if (new Set(permissions.map((entry) => `${entry.type}:${entry.id}`)).size < permissions.length) {
      throw new WorldError('INVALID_VALUE', 'each role, user and channel may be named once');
    }
    const old = this.#permissions.get(guildId, id)?.permissions ?? [];
    const record: CommandPermissions = { id, application_id: applicationId, guild_id: guildId, permissions };
    if (permissions.length === 0) this.#drop(guildId, id);
    else {
      this.#permissions.set(guildId, id, record);
      journal.record({ kind: 'put', table: 'command_permissions', record });
    }
    journal.emit(guildDispatch('APPLICATION_COMMAND_PERMISSIONS_UPDATE', guildId, record));
    this.#audit(record, old, actor);
    return record;
  }

  /** Whether the user's client offers the command in the channel; a person that is not in it is offered nothing. */
  mayUse(userId: Snowflake, channel: Channel, command: ApplicationCommand): boolean {
    if (isDm(channel)) {
      return (
        channel.recipientIds.includes(userId) && worksIn(command, BOT_DM_CONTEXT) && command.dm_permission
      );
    }
    const { access, members } = this.#world;
    const member = members.get(channel.guild_id, userId);
    if (member === undefined || !worksIn(command, GUILD_CONTEXT)) return false;
    // A thread is as the channel that it is in.
    const home = isThread(channel) ? this.#world.channels.require(channel.parent_id) : channel;
    if (command.nsfw && !('nsfw' in home && home.nsfw)) return false;
    const needed = Permission.VIEW_CHANNEL | Permission.USE_APPLICATION_COMMANDS;
    if (!access.can(userId, channel.id, needed)) return false;
    if (access.can(userId, channel.id, Permission.ADMINISTRATOR)) return true;
    return this.#isAllowed(member, home.id, command);
  }

  /** @internal for ApplicationCommands. */
  dropCommand(id: Snowflake): void {
    for (const guild of this.#world.guilds.list()) {
      if (this.#permissions.get(guild.id, id) !== undefined) this.#drop(guild.id, id);
    }
  }

  /** @internal for Applications.delete. */
  deleteAll(applicationId: Snowflake): void {
    for (const guild of this.#world.guilds.list()) {
      for (const { id } of this.ofApplication(applicationId, guild.id)) this.#drop(guild.id, id);
    }
  }

  /** @internal for Guilds.delete: the rows go with the guild's. */
  forgetGuild(guildId: Snowflake): void {
    this.#permissions.deleteGuild(guildId);
  }

  /** Each entry is a change of its own, by the id of the role, user or channel. */
  #audit(
    { id, guild_id, application_id, permissions }: CommandPermissions,
    old: readonly CommandPermission[],
    actor: Actor | undefined,
  ): void {
    const byId = (entries: readonly CommandPermission[]): Readonly<Record<string, CommandPermission>> =>
      Object.fromEntries(entries.map((entry) => [entry.id, entry]));
    const [before, after] = [byId(old), byId(permissions)];
    this.#world.auditLog.add(guild_id, actor, {
      action: AuditEvent.APPLICATION_COMMAND_PERMISSION_UPDATE,
      targetId: id,
      changes: changesBetween(before, after, Object.keys({ ...before, ...after })),
      options: { application_id },
    });
  }

  /** The command's own entries before the application's; only where neither says a word, what the command asks for. */
  #isAllowed(member: Member, channelId: Snowflake, command: ApplicationCommand): boolean {
    const guildId = member.guild_id;
    const ofCommand = this.#permissions.get(guildId, command.id)?.permissions ?? [];
    const ofApplication = this.#permissions.get(guildId, command.application_id)?.permissions ?? [];
    const inChannel =
      channelVerdict(ofCommand, guildId, channelId) ?? channelVerdict(ofApplication, guildId, channelId);
    if (inChannel === false) return false;
    const own = memberVerdict(ofCommand, member);
    if (own !== undefined) return own;
    if (memberVerdict(ofApplication, member) === false) return false;
    return this.#hasDefaultPermissions(member, channelId, command);
  }

  /** `0` is met by administrators alone, who have been let through before. */
  #hasDefaultPermissions(member: Member, channelId: Snowflake, command: ApplicationCommand): boolean {
    if (command.default_member_permissions === null) return true;
    const bits = BigInt(command.default_member_permissions);
    return bits !== 0n && this.#world.access.can(member.user_id, channelId, bits);
  }

  #drop(guildId: Snowflake, id: Snowflake): void {
    this.#permissions.delete(guildId, id);
    this.#world.journal.record({ kind: 'delete-command-permissions', guildId, id });
  }
}

/** Without contexts a command works wherever its application is. */
function worksIn({ contexts, guild_id }: ApplicationCommand, context: number): boolean {
  if (guild_id !== null) return context === GUILD_CONTEXT;
  return contexts === null || contexts.includes(context);
}

function channelVerdict(
  entries: readonly CommandPermission[],
  guildId: Snowflake,
  channelId: Snowflake,
): boolean | undefined {
  const allChannels = (BigInt(guildId) - 1n).toString();
  return entryOf(entries, CHANNEL, channelId) ?? entryOf(entries, CHANNEL, allChannels);
}

/** The user's entry before those of roles, of which one that allows suffices, before that of everyone. */
function memberVerdict(
  entries: readonly CommandPermission[],
  { user_id, guild_id, roles }: Member,
): boolean | undefined {
  const own = entryOf(entries, USER, user_id);
  if (own !== undefined) return own;
  const ofRoles = roles.flatMap((id) => entryOf(entries, ROLE, id) ?? []);
  if (ofRoles.length > 0) return ofRoles.includes(true);
  return entryOf(entries, ROLE, guild_id);
}

function entryOf(entries: readonly CommandPermission[], type: number, id: Snowflake): boolean | undefined {
  return entries.find((entry) => entry.type === type && entry.id === id)?.permission;
}
