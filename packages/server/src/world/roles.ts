import { ALL_PERMISSIONS, DEFAULT_EVERYONE_PERMISSIONS } from '@guildhall/protocol';
import type { RoleFlags } from 'discord-api-types/v10';
import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { guildDispatch } from './dispatch.ts';
import type { Role, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { PerGuild } from './per-guild.ts';
import { requireInteger, requireText } from './values.ts';
import type { World } from './world.ts';

const MAX_NAME_LENGTH = 100;
const MAX_COLOR = 0xff_ff_ff;
const NEW_ROLE_POSITION = 1;
/** Fields of a role that the audit log tells of. */
const AUDITED = [
  'name',
  'permissions',
  'color',
  'colors',
  'hoist',
  'mentionable',
  'position',
  'icon',
  'unicode_emoji',
] as const;

export interface RoleInput {
  /** 1 to 100 characters. Default `new role`. */
  readonly name?: string;
  /** Permission bits. Default those of \@everyone. */
  readonly permissions?: bigint;
  /** 0 to 0xffffff. Default 0, no colour. */
  readonly color?: number;
  /** In place of `color`: gradients too. */
  readonly colors?: Role['colors'];
  /** Hash of an image. Default null. */
  readonly icon?: string | null;
  readonly unicodeEmoji?: string | null;
  readonly hoist?: boolean;
  readonly mentionable?: boolean;
  /** 1 is just above \@everyone; roles of one position rank by age, the oldest highest. Default 1. */
  readonly position?: number;
  /** Belongs to an integration: people cannot assign it. Default false. */
  readonly managed?: boolean;
  /** The bot that the (managed) role belongs to. */
  readonly botId?: Snowflake;
}

export type RolePatch = Omit<RoleInput, 'managed' | 'botId'>;

export class Roles {
  readonly #world: World;
  readonly #roles = new Map<Snowflake, Role>();
  readonly #ofGuild = new PerGuild<Role>();

  constructor(world: World, stored: readonly Role[]) {
    this.#world = world;
    for (const role of stored) this.#index(role);
  }

  /**
   * GUILD_ROLE_CREATE.
   * @throws WorldError UNKNOWN_GUILD, INVALID_VALUE, LIMIT_REACHED:rolesPerGuild
   */
  create(guildId: Snowflake, input: RoleInput = {}, actor?: Actor): Role {
    const world = this.#world;
    world.journal.assertWritable();
    world.guilds.require(guildId);
    if (this.#ofGuild.of(guildId).size >= world.limits.rolesPerGuild) {
      throw new WorldError(
        'LIMIT_REACHED:rolesPerGuild',
        `a guild has at most ${world.limits.rolesPerGuild} roles`,
      );
    }
    const base = newRole(world.nextId(), guildId, BigInt(this.everyone(guildId).permissions));
    const role: Role = {
      ...changedRole(base, input, world.limits.rolesPerGuild),
      managed: input.managed ?? false,
      ...(input.botId === undefined ? {} : { tags: { bot_id: input.botId } }),
    };
    this.#put(role);
    world.access.changed(guildId);
    world.journal.emit(
      guildDispatch('GUILD_ROLE_CREATE', guildId, { guild_id: guildId, role: world.views.role(role) }),
    );
    const changes = changesBetween<Role>(null, role, AUDITED);
    world.auditLog.add(guildId, actor, { action: AuditEvent.ROLE_CREATE, targetId: role.id, changes });
    return role;
  }

  get(id: Snowflake): Role | undefined {
    return this.#roles.get(id);
  }

  /** @throws WorldError UNKNOWN_ROLE */
  require(id: Snowflake): Role {
    const role = this.#roles.get(id);
    if (role === undefined) throw new WorldError('UNKNOWN_ROLE', `no role ${id}`);
    return role;
  }

  /** The role that every member has; its id is the guild's. @throws WorldError UNKNOWN_ROLE */
  everyone(guildId: Snowflake): Role {
    return this.require(guildId);
  }

  /** The guild's roles by id, \@everyone among them; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, Role> {
    return this.#ofGuild.of(guildId);
  }

  /** The highest role of a member, \@everyone if it has no other. @throws WorldError UNKNOWN_MEMBER */
  highest(guildId: Snowflake, userId: Snowflake): Role {
    let highest = this.everyone(guildId);
    for (const roleId of this.#world.members.require(guildId, userId).roles) {
      const role = this.#roles.get(roleId);
      if (role !== undefined && compareRoles(role, highest) > 0) highest = role;
    }
    return highest;
  }

  /**
   * GUILD_ROLE_UPDATE.
   * @throws WorldError UNKNOWN_ROLE, INVALID_VALUE, EVERYONE_ROLE when \@everyone would be renamed or moved
   */
  update(id: Snowflake, patch: RolePatch, actor?: Actor): Role {
    const world = this.#world;
    world.journal.assertWritable();
    const old = this.require(id);
    if (id === old.guild_id && (patch.name !== undefined || patch.position !== undefined)) {
      throw new WorldError('EVERYONE_ROLE', '@everyone keeps its name and place');
    }
    const role = changedRole(old, patch, world.limits.rolesPerGuild);
    this.#put(role);
    world.access.changed(role.guild_id);
    world.journal.emit(
      guildDispatch('GUILD_ROLE_UPDATE', role.guild_id, {
        guild_id: role.guild_id,
        role: world.views.role(role),
      }),
    );
    const changes = changesBetween(old, role, AUDITED);
    world.auditLog.add(role.guild_id, actor, { action: AuditEvent.ROLE_UPDATE, targetId: id, changes });
    return role;
  }

  /**
   * GUILD_ROLE_UPDATE for each role whose place changes.
   * @throws WorldError UNKNOWN_ROLE, INVALID_VALUE, EVERYONE_ROLE; then none is moved
   */
  move(guildId: Snowflake, positions: ReadonlyMap<Snowflake, number>, actor?: Actor): void {
    for (const [id, position] of positions) {
      if (this.require(id).guild_id !== guildId) {
        throw new WorldError('UNKNOWN_ROLE', `no role ${id} in guild ${guildId}`);
      }
      requireInteger('position', position, id === guildId ? 0 : 1, this.#world.limits.rolesPerGuild);
      if (id === guildId && position !== 0) throw new WorldError('EVERYONE_ROLE', '@everyone is the lowest');
    }
    for (const [id, position] of positions) {
      if (this.require(id).position !== position) this.update(id, { position }, actor);
    }
  }

  /**
   * GUILD_ROLE_DELETE, then GUILD_MEMBER_UPDATE for each holder and CHANNEL_UPDATE where an overwrite named it.
   * @throws WorldError UNKNOWN_ROLE, EVERYONE_ROLE
   */
  delete(id: Snowflake, actor?: Actor): void {
    const { journal, members, channels, access, auditLog, emojis } = this.#world;
    journal.assertWritable();
    const role = this.require(id);
    const guildId = role.guild_id;
    if (id === guildId) throw new WorldError('EVERYONE_ROLE', '@everyone cannot be deleted');
    this.#roles.delete(id);
    this.#ofGuild.delete(guildId, id);
    journal.record({ kind: 'delete', table: 'roles', id });
    journal.emit(guildDispatch('GUILD_ROLE_DELETE', guildId, { guild_id: guildId, role_id: id }));
    members.dropRole(guildId, id);
    channels.dropOverwrites(guildId, id);
    emojis.dropRole(guildId, id);
    access.changed(guildId);
    const changes = changesBetween<Role>(role, null, AUDITED);
    auditLog.add(guildId, actor, { action: AuditEvent.ROLE_DELETE, targetId: id, changes });
  }

  /** @internal for Guilds.create. */
  createEveryone(guildId: Snowflake): void {
    const role = {
      ...newRole(guildId, guildId, DEFAULT_EVERYONE_PERMISSIONS),
      name: '@everyone',
      position: 0,
    };
    this.#put(role);
  }

  /** @internal for Members.remove: the role that came with the bot. */
  dropManaged(guildId: Snowflake, botId: Snowflake): void {
    for (const role of this.#ofGuild.of(guildId).values()) {
      if (role.managed && role.tags?.bot_id === botId) this.delete(role.id);
    }
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    for (const id of this.#ofGuild.of(guildId).keys()) this.#roles.delete(id);
    this.#ofGuild.deleteGuild(guildId);
  }

  #put(role: Role): void {
    this.#index(role);
    this.#world.journal.record({ kind: 'put', table: 'roles', record: role });
  }

  #index(role: Role): void {
    this.#roles.set(role.id, role);
    this.#ofGuild.set(role.guild_id, role.id, role);
  }
}

/** Positive when `a` ranks above `b`. */
export function compareRoles(a: Role, b: Role): number {
  if (a.position !== b.position) return a.position - b.position;
  return a.id === b.id ? 0 : BigInt(a.id) < BigInt(b.id) ? 1 : -1;
}

function newRole(id: Snowflake, guildId: Snowflake, permissions: bigint): Role {
  return {
    id,
    guild_id: guildId,
    name: 'new role',
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: NEW_ROLE_POSITION,
    permissions: permissions.toString(),
    managed: false,
    mentionable: false,
    flags: 0 as RoleFlags,
  };
}

function changedRole(old: Role, patch: RolePatch, maxPosition: number): Role {
  const colors = changedColors(old, patch);
  return {
    ...old,
    name: patch.name === undefined ? old.name : requireText('role name', patch.name, MAX_NAME_LENGTH),
    permissions:
      patch.permissions === undefined ? old.permissions : knownPermissions(patch.permissions).toString(),
    color: colors.primary_color,
    colors,
    icon: patch.icon === undefined ? (old.icon ?? null) : patch.icon,
    unicode_emoji: patch.unicodeEmoji === undefined ? (old.unicode_emoji ?? null) : patch.unicodeEmoji,
    hoist: patch.hoist ?? old.hoist,
    mentionable: patch.mentionable ?? old.mentionable,
    position:
      patch.position === undefined
        ? old.position
        : requireInteger('position', patch.position, 1, maxPosition),
  };
}

/** Bits that no permission has are dropped, as Discord does: clients send the masks of newer versions. */
function knownPermissions(bits: bigint): bigint {
  if (bits < 0n) throw new WorldError('INVALID_VALUE', 'permissions must not be negative');
  return bits & ALL_PERMISSIONS;
}

function changedColors(old: Role, { color, colors }: RolePatch): Role['colors'] {
  const wanted = colors ?? (color === undefined ? undefined : { ...old.colors, primary_color: color });
  if (wanted === undefined) return old.colors;
  for (const value of Object.values(wanted)) {
    if (value !== null) requireInteger('color', value, 0, MAX_COLOR);
  }
  return wanted;
}
