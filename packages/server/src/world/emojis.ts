import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { guildDispatch } from './dispatch.ts';
import type { Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { Emoji } from './guild-records.ts';
import { RecordTable } from './record-table.ts';
import type { World } from './world.ts';

const NAME = /^\w{2,32}$/;
const AUDITED = ['name', 'roles'] as const;

export interface EmojiInput {
  /** 2 to 32 letters, digits and underscores. */
  readonly name: string;
  readonly animated: boolean;
  readonly creatorId: Snowflake;
  /** Roles that may use it. Default all. */
  readonly roles?: readonly Snowflake[];
}

export interface EmojiPatch {
  readonly name?: string;
  readonly roles?: readonly Snowflake[];
}

/** Custom emojis of guilds and of applications. Pictures are not kept. */
export class Emojis {
  readonly #world: World;
  readonly #emojis: RecordTable<'emojis'>;
  readonly #ofApplication = new Map<Snowflake, Map<Snowflake, Emoji>>();

  constructor(world: World, stored: readonly Emoji[]) {
    this.#world = world;
    this.#emojis = new RecordTable(world, 'emojis', stored, ({ id }) => id);
    for (const emoji of stored) this.#indexOfApplication(emoji);
  }

  get(id: Snowflake): Emoji | undefined {
    return this.#emojis.get(id);
  }

  /** By id; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, Emoji> {
    return this.#emojis.ofGuild(guildId);
  }

  /** By id; a live map. */
  ofApplication(applicationId: Snowflake): ReadonlyMap<Snowflake, Emoji> {
    return this.#ofApplication.get(applicationId) ?? new Map();
  }

  /** @throws WorldError UNKNOWN_EMOJI */
  requireOfGuild(guildId: Snowflake, id: Snowflake): Emoji {
    const emoji = this.#emojis.ofGuild(guildId).get(id);
    if (emoji === undefined) throw new WorldError('UNKNOWN_EMOJI', `no emoji ${id} in guild ${guildId}`);
    return emoji;
  }

  /** @throws WorldError UNKNOWN_EMOJI */
  requireOfApplication(applicationId: Snowflake, id: Snowflake): Emoji {
    const emoji = this.ofApplication(applicationId).get(id);
    if (emoji === undefined) {
      throw new WorldError('UNKNOWN_EMOJI', `no emoji ${id} of application ${applicationId}`);
    }
    return emoji;
  }

  /**
   * GUILD_EMOJIS_UPDATE.
   * @throws WorldError UNKNOWN_GUILD, UNKNOWN_ROLE, INVALID_VALUE, LIMIT_REACHED:emojisPerGuild
   */
  createInGuild(guildId: Snowflake, input: EmojiInput, actor?: Actor): Emoji {
    const { guilds, limits, auditLog } = this.#world;
    guilds.require(guildId);
    let alike = 0;
    for (const { animated } of this.ofGuild(guildId).values()) if (animated === input.animated) alike++;
    if (alike >= limits.emojisPerGuild) {
      throw new WorldError(
        'LIMIT_REACHED:emojisPerGuild',
        `a guild has at most ${limits.emojisPerGuild} emojis of a kind`,
      );
    }
    const roles = this.#requireRoles(guildId, input.roles ?? []);
    const emoji = this.#create(input, { guild_id: guildId, application_id: null, roles });
    this.#tell(guildId);
    const changes = changesBetween<Emoji>(null, emoji, AUDITED);
    auditLog.add(guildId, actor, { action: AuditEvent.EMOJI_CREATE, targetId: emoji.id, changes });
    return emoji;
  }

  /**
   * An emoji that the application's bot may use everywhere. No event.
   * @throws WorldError UNKNOWN_APPLICATION, INVALID_VALUE, LIMIT_REACHED:emojisPerApplication
   */
  createInApplication(applicationId: Snowflake, input: EmojiInput): Emoji {
    const { applications, limits } = this.#world;
    applications.require(applicationId);
    if (this.ofApplication(applicationId).size >= limits.emojisPerApplication) {
      throw new WorldError(
        'LIMIT_REACHED:emojisPerApplication',
        `an application has at most ${limits.emojisPerApplication} emojis`,
      );
    }
    return this.#create(input, { guild_id: null, application_id: applicationId, roles: [] });
  }

  /** GUILD_EMOJIS_UPDATE, if it is a guild's. @throws WorldError UNKNOWN_ROLE, INVALID_VALUE */
  update(old: Emoji, patch: EmojiPatch, actor?: Actor): Emoji {
    const { journal, auditLog } = this.#world;
    journal.assertWritable();
    const { guild_id: guildId } = old;
    const emoji: Emoji = {
      ...old,
      name: patch.name === undefined ? old.name : requireName(patch.name),
      roles:
        patch.roles === undefined || guildId === null ? old.roles : this.#requireRoles(guildId, patch.roles),
    };
    this.#put(emoji);
    if (guildId === null) return emoji;
    this.#tell(guildId);
    const changes = changesBetween(old, emoji, AUDITED);
    auditLog.add(guildId, actor, { action: AuditEvent.EMOJI_UPDATE, targetId: emoji.id, changes });
    return emoji;
  }

  /** GUILD_EMOJIS_UPDATE, if it is a guild's. */
  delete(emoji: Emoji, actor?: Actor): void {
    const { journal, auditLog } = this.#world;
    journal.assertWritable();
    this.#emojis.delete(emoji);
    if (emoji.application_id !== null) this.#ofApplication.get(emoji.application_id)?.delete(emoji.id);
    if (emoji.guild_id === null) return;
    this.#tell(emoji.guild_id);
    const changes = changesBetween<Emoji>(emoji, null, AUDITED);
    auditLog.add(emoji.guild_id, actor, { action: AuditEvent.EMOJI_DELETE, targetId: emoji.id, changes });
  }

  /** @internal for Roles.delete: an emoji that was the role's alone becomes everybody's, as on Discord. */
  dropRole(guildId: Snowflake, roleId: Snowflake): void {
    let changed = false;
    for (const emoji of this.ofGuild(guildId).values()) {
      if (!emoji.roles.includes(roleId)) continue;
      this.#put({ ...emoji, roles: emoji.roles.filter((id) => id !== roleId) });
      changed = true;
    }
    if (changed) this.#tell(guildId);
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#emojis.forgetGuild(guildId);
  }

  /** @internal for Applications.delete. */
  dropApplication(applicationId: Snowflake): void {
    for (const emoji of [...this.ofApplication(applicationId).values()]) this.delete(emoji);
    this.#ofApplication.delete(applicationId);
  }

  #create(input: EmojiInput, place: Pick<Emoji, 'guild_id' | 'application_id' | 'roles'>): Emoji {
    this.#world.journal.assertWritable();
    const emoji: Emoji = {
      id: this.#world.nextId(),
      ...place,
      name: requireName(input.name),
      animated: input.animated,
      creator_id: input.creatorId,
    };
    this.#put(emoji);
    return emoji;
  }

  #put(emoji: Emoji): void {
    this.#emojis.put(emoji);
    this.#indexOfApplication(emoji);
  }

  #indexOfApplication(emoji: Emoji): void {
    if (emoji.application_id === null) return;
    const emojis = this.#ofApplication.get(emoji.application_id) ?? new Map<Snowflake, Emoji>();
    emojis.set(emoji.id, emoji);
    this.#ofApplication.set(emoji.application_id, emojis);
  }

  #tell(guildId: Snowflake): void {
    const { journal, views } = this.#world;
    const emojis = views.records.emojisOf(guildId);
    journal.emit(guildDispatch('GUILD_EMOJIS_UPDATE', guildId, { guild_id: guildId, emojis }));
  }

  #requireRoles(guildId: Snowflake, roleIds: readonly Snowflake[]): readonly Snowflake[] {
    const unique = [...new Set(roleIds)];
    for (const id of unique) {
      if (!this.#world.roles.ofGuild(guildId).has(id)) {
        throw new WorldError('UNKNOWN_ROLE', `no role ${id} in guild ${guildId}`);
      }
    }
    return unique;
  }
}

function requireName(name: string): string {
  if (!NAME.test(name)) {
    throw new WorldError('INVALID_VALUE', 'an emoji name has 2 to 32 letters, digits and underscores');
  }
  return name;
}
