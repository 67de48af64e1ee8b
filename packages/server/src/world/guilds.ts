import { isSnowflake } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { guildDispatch } from './dispatch.ts';
import type { Guild, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { requireText } from './values.ts';
import type { World } from './world.ts';

const MAX_NAME_LENGTH = 100;
const AFK_TIMEOUT_S = 300;
const NO_GUILDS: ReadonlySet<Snowflake> = new Set();

export interface GuildInput {
  /** 1 to 100 characters. */
  readonly name: string;
  readonly ownerId: Snowflake;
  /** An id of the owner's choice, to place the guild on a shard; default a new one. */
  readonly id?: Snowflake;
  readonly description?: string | null;
}

/** What an owner may change, by its name on the wire. */
const CHANGEABLE = [
  'name',
  'icon',
  'description',
  'owner_id',
  'afk_channel_id',
  'afk_timeout',
  'system_channel_id',
  'system_channel_flags',
  'rules_channel_id',
  'verification_level',
  'default_message_notifications',
  'explicit_content_filter',
  'preferred_locale',
  'features',
  'splash',
  'discovery_splash',
  'banner',
  'home_header',
  'public_updates_channel_id',
  'safety_alerts_channel_id',
  'premium_progress_bar_enabled',
  'premium_tier',
  'widget_enabled',
  'widget_channel_id',
  'welcome_screen',
] as const;

/** Fields that name a channel of the guild, or none. */
const CHANNEL_FIELDS = [
  'afk_channel_id',
  'system_channel_id',
  'rules_channel_id',
  'public_updates_channel_id',
  'safety_alerts_channel_id',
  'widget_channel_id',
] as const;

/** What a new guild has, and one that was stored before it could be otherwise. */
const DEFAULTS = {
  splash: null,
  discovery_splash: null,
  banner: null,
  home_header: null,
  public_updates_channel_id: null,
  safety_alerts_channel_id: null,
  premium_progress_bar_enabled: false,
  widget_enabled: false,
  widget_channel_id: null,
  welcome_screen: { enabled: false, description: null, welcome_channels: [] },
} as const;

export type GuildPatch = Partial<Pick<Guild, (typeof CHANGEABLE)[number]>>;

export class Guilds {
  readonly #world: World;
  readonly #guilds = new Map<Snowflake, Guild>();
  readonly #ofUser = new Map<Snowflake, Set<Snowflake>>();

  constructor(world: World, stored: readonly Guild[]) {
    this.#world = world;
    for (const guild of stored) this.#guilds.set(guild.id, { ...DEFAULTS, ...guild });
  }

  /**
   * Makes a guild with its \@everyone role and the owner as its first member; it has no channels yet.
   * @throws WorldError INVALID_VALUE, INVALID_ID, ID_TAKEN, UNKNOWN_USER (owner), LIMIT_REACHED:guilds
   */
  create(input: GuildInput): Guild {
    const world = this.#world;
    world.journal.assertWritable();
    if (this.#guilds.size >= world.limits.guilds) {
      throw new WorldError('LIMIT_REACHED:guilds', `a world has at most ${world.limits.guilds} guilds`);
    }
    const name = requireText('guild name', input.name, MAX_NAME_LENGTH);
    world.users.require(input.ownerId);
    const guild = newGuild(this.#newId(input.id), name, input);
    this.#put(guild);
    world.roles.createEveryone(guild.id);
    world.members.add({ guildId: guild.id, userId: guild.owner_id });
    return guild;
  }

  get(id: Snowflake): Guild | undefined {
    return this.#guilds.get(id);
  }

  /** @throws WorldError UNKNOWN_GUILD */
  require(id: Snowflake): Guild {
    const guild = this.#guilds.get(id);
    if (guild === undefined) throw new WorldError('UNKNOWN_GUILD', `no guild ${id}`);
    return guild;
  }

  /** All guilds, in the order they were made. */
  list(): readonly Guild[] {
    return [...this.#guilds.values()];
  }

  /** Ids of the guilds that the user is a member of; a live set, not to be kept across a change. */
  ofUser(userId: Snowflake): ReadonlySet<Snowflake> {
    return this.#ofUser.get(userId) ?? NO_GUILDS;
  }

  /**
   * GUILD_UPDATE. A new owner must be a member.
   * @throws WorldError UNKNOWN_GUILD, INVALID_VALUE, UNKNOWN_MEMBER (new owner), UNKNOWN_CHANNEL
   */
  update(id: Snowflake, patch: GuildPatch, actor?: Actor): Guild {
    const { journal, members, channels, access, views, auditLog } = this.#world;
    journal.assertWritable();
    const old = this.require(id);
    const guild: Guild = { ...old, ...known(patch) };
    if (patch.owner_id !== undefined) members.require(id, patch.owner_id);
    for (const channelId of CHANNEL_FIELDS.map((field) => patch[field])) {
      if (typeof channelId === 'string' && !channels.ofGuild(id).has(channelId)) {
        throw new WorldError('UNKNOWN_CHANNEL', `no channel ${channelId} in guild ${id}`);
      }
    }
    this.#put(guild);
    if (guild.owner_id !== old.owner_id) access.changed(id);
    journal.emit(guildDispatch('GUILD_UPDATE', id, views.guild(guild)));
    const changes = changesBetween(old, guild, CHANGEABLE);
    auditLog.add(id, actor, { action: AuditEvent.GUILD_UPDATE, targetId: id, changes });
    return guild;
  }

  /**
   * Takes the guild away with all that belongs to it; every bot of it hears that it is gone.
   * @throws WorldError UNKNOWN_GUILD
   */
  delete(id: Snowflake): void {
    const world = this.#world;
    const { journal, roles, channels, members, access } = world;
    journal.assertWritable();
    this.require(id);
    this.#guilds.delete(id);
    channels.forgetGuild(id);
    roles.forgetGuild(id);
    members.forgetGuild(id);
    access.forgetGuild(id);
    for (const records of [
      world.auditLog,
      world.autoModeration,
      world.bans,
      world.emojis,
      world.invites,
      world.scheduledEvents,
      world.soundboard,
      world.stageInstances,
      world.stickers,
      world.voiceStates,
    ]) {
      records.forgetGuild(id);
    }
    this.#world.commands.forgetGuild(id);
    this.#world.commandAccess.forgetGuild(id);
    journal.record({ kind: 'delete-guild', guildId: id });
    journal.emit({ kind: 'guild-left', guildId: id, userId: null });
  }

  /**
   * Begins or ends an outage: bots see the guild go away and come back. No effect when it is so already.
   * @throws WorldError UNKNOWN_GUILD
   */
  setOutage(id: Snowflake, outage: boolean): Guild {
    const { journal } = this.#world;
    journal.assertWritable();
    const old = this.require(id);
    if (old.outage === outage) return old;
    const guild: Guild = { ...old, outage };
    this.#put(guild);
    journal.emit({ kind: outage ? 'guild-outage' : 'guild-restored', guildId: id, userId: null });
    return guild;
  }

  /** @internal for Channels.delete: no field may name a channel that is gone. */
  dropChannel(id: Snowflake, channelId: Snowflake): void {
    const old = this.require(id);
    const fields = CHANNEL_FIELDS.filter((field) => old[field] === channelId);
    if (fields.length > 0) this.update(id, Object.fromEntries(fields.map((field) => [field, null])));
  }

  /** @internal keeps `ofUser` true; called by Members alone. */
  noteMember(userId: Snowflake, guildId: Snowflake, isMember: boolean): void {
    const guilds = this.#ofUser.get(userId);
    if (isMember) {
      if (guilds === undefined) this.#ofUser.set(userId, new Set([guildId]));
      else guilds.add(guildId);
    } else if (guilds !== undefined) {
      guilds.delete(guildId);
      if (guilds.size === 0) this.#ofUser.delete(userId);
    }
  }

  #newId(wanted: Snowflake | undefined): Snowflake {
    if (wanted === undefined) return this.#world.nextId();
    if (!isSnowflake(wanted))
      throw new WorldError('INVALID_ID', 'a guild id is a snowflake in decimal digits');
    // An id in canonical form, else one guild could have two names.
    const id = BigInt(wanted).toString();
    if (
      this.#guilds.has(id) ||
      this.#world.channels.get(id) !== undefined ||
      this.#world.roles.get(id) !== undefined
    ) {
      throw new WorldError('ID_TAKEN', `the id ${id} is in use`);
    }
    return id;
  }

  #put(guild: Guild): void {
    this.#guilds.set(guild.id, guild);
    this.#world.journal.record({ kind: 'put', table: 'guilds', record: guild });
  }
}

/** The fields of the patch that may be changed; whatever else a caller passes along is left out. */
function known(patch: GuildPatch): GuildPatch {
  const fields = CHANGEABLE.filter((field) => patch[field] !== undefined).map((field) => [
    field,
    patch[field],
  ]);
  const name =
    patch.name === undefined ? {} : { name: requireText('guild name', patch.name, MAX_NAME_LENGTH) };
  return { ...Object.fromEntries(fields), ...name };
}

function newGuild(id: Snowflake, name: string, input: GuildInput): Guild {
  return {
    id,
    name,
    icon: null,
    description: input.description ?? null,
    owner_id: input.ownerId,
    afk_channel_id: null,
    afk_timeout: AFK_TIMEOUT_S,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    premium_tier: 0,
    preferred_locale: 'en-US',
    features: [],
    ...DEFAULTS,
    outage: false,
  };
}
