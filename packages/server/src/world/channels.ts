import type { APIOverwrite } from 'discord-api-types/v10';
import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import {
  ANNOUNCEMENT_TYPE,
  CATEGORY_TYPE,
  DM_TYPE,
  FORUM_TYPE,
  isDm,
  isThread,
  MEDIA_TYPE,
  STAGE_TYPE,
  TEXT_TYPE,
  VOICE_TYPE,
} from './channel-kinds.ts';
import { type ChannelSettings, changedSettings } from './channel-settings.ts';
import { channelDispatchOf, channelGoneDispatch } from './channel-sight.ts';
import type { Channel, DmChannel, GuildChannel, Message, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { changedTags, type ForumTagInput } from './forum-tags.ts';
import { auditOverwrites, normalOverwrite } from './overwrites.ts';
import { PerGuild } from './per-guild.ts';
import { codePoints, requireInteger, requireText } from './values.ts';
import type { World } from './world.ts';

const MAX_NAME_LENGTH = 100;
const MAX_TOPIC_LENGTH = 1024;
const MAX_SLOWMODE_S = 21_600;
const MAX_POSITION = 2 ** 31 - 1;
const GUILD_CHANNEL_TYPES: readonly number[] = [
  TEXT_TYPE,
  VOICE_TYPE,
  CATEGORY_TYPE,
  ANNOUNCEMENT_TYPE,
  STAGE_TYPE,
  FORUM_TYPE,
  MEDIA_TYPE,
];
/** Types between which a channel may change. */
const CONVERTIBLE_TYPES: readonly number[] = [TEXT_TYPE, ANNOUNCEMENT_TYPE];
/** Fields of a channel that the audit log tells of; overwrites have entries of their own. */
const AUDITED = [
  'name',
  'type',
  'topic',
  'position',
  'parent_id',
  'nsfw',
  'rate_limit_per_user',
  'bitrate',
  'user_limit',
  'rtc_region',
  'video_quality_mode',
  'default_auto_archive_duration',
  'default_thread_rate_limit_per_user',
] as const;

export interface ChannelInput extends ChannelSettings {
  /** 1 to 100 characters; in text and announcement channels lower case, with hyphens for spaces. */
  readonly name: string;
  /** Text 0, voice 2, category 4, announcement 5, stage 13, forum 15, media 16. Default 0. */
  readonly type?: number;
  /** At most 1,024 characters. Default null. */
  readonly topic?: string | null;
  /** Default: after the others. */
  readonly position?: number;
  /** A category of the same guild. Default null. */
  readonly parentId?: Snowflake | null;
  readonly nsfw?: boolean;
  /** Slowmode in seconds, 0 to 21,600. Default 0. */
  readonly rateLimitPerUser?: number;
  /** Default: those of the parent. */
  readonly overwrites?: readonly APIOverwrite[];
  /** Of forum and media channels, at most 20. */
  readonly availableTags?: readonly ForumTagInput[];
  /** REQUIRE_TAG counts, in forum and media channels. */
  readonly flags?: number;
}

/** A new type must be text or announcement, as the old one. */
export type ChannelPatch = Partial<ChannelInput>;

export class Channels {
  readonly #world: World;
  /** Threads are elsewhere. */
  readonly #channels = new Map<Snowflake, GuildChannel | DmChannel>();
  readonly #ofGuild = new PerGuild<GuildChannel>();
  /** By both recipients' ids, the smaller first. */
  readonly #dms = new Map<string, Snowflake>();

  constructor(world: World, stored: readonly (GuildChannel | DmChannel)[]) {
    this.#world = world;
    for (const channel of stored) this.#index(channel);
  }

  /**
   * CHANNEL_CREATE.
   * @throws WorldError UNKNOWN_GUILD, INVALID_VALUE, WRONG_CHANNEL_TYPE, UNKNOWN_CHANNEL (parent),
   *   LIMIT_REACHED:channelsPerGuild, LIMIT_REACHED:overwritesPerChannel
   */
  create(guildId: Snowflake, input: ChannelInput, actor?: Actor): GuildChannel {
    const world = this.#world;
    world.journal.assertWritable();
    world.guilds.require(guildId);
    const siblings = this.#ofGuild.of(guildId);
    if (siblings.size >= world.limits.channelsPerGuild) {
      throw new WorldError(
        'LIMIT_REACHED:channelsPerGuild',
        `a guild has at most ${world.limits.channelsPerGuild} channels`,
      );
    }
    const type = input.type ?? TEXT_TYPE;
    if (!isGuildChannelType(type)) {
      throw new WorldError(
        'WRONG_CHANNEL_TYPE',
        `a guild channel has type ${GUILD_CHANNEL_TYPES.join(', ')}`,
      );
    }
    const base: GuildChannel = {
      id: world.nextId(),
      type,
      guild_id: guildId,
      name: '',
      topic: null,
      position: siblings.size,
      parent_id: null,
      nsfw: false,
      rate_limit_per_user: 0,
      permission_overwrites: [],
      last_message_id: null,
      flags: 0,
    };
    const changed = this.#changed(base, input);
    const parent = this.#ofGuild.get(guildId, changed.parent_id ?? '');
    const channel =
      input.overwrites === undefined && parent !== undefined
        ? { ...changed, permission_overwrites: parent.permission_overwrites }
        : changed;
    this.#put(channel);
    world.access.changed(guildId);
    world.journal.emit(channelDispatchOf(world, 'CHANNEL_CREATE', channel));
    const changes = changesBetween<GuildChannel>(null, channel, [...AUDITED, 'permission_overwrites']);
    world.auditLog.add(guildId, actor, { action: AuditEvent.CHANNEL_CREATE, targetId: channel.id, changes });
    return channel;
  }

  /** Threads are channels, too. */
  get(id: Snowflake): Channel | undefined {
    return this.#channels.get(id) ?? this.#world.threads.get(id);
  }

  /** @throws WorldError UNKNOWN_CHANNEL */
  require(id: Snowflake): Channel {
    const channel = this.get(id);
    if (channel === undefined) throw new WorldError('UNKNOWN_CHANNEL', `no channel ${id}`);
    return channel;
  }

  /** The guild's channels by id; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, GuildChannel> {
    return this.#ofGuild.of(guildId);
  }

  /**
   * CHANNEL_UPDATE.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE for a DM, and as create
   */
  update(id: Snowflake, patch: ChannelPatch, actor?: Actor): GuildChannel {
    this.#world.journal.assertWritable();
    const old = this.#requireGuildChannel(id);
    const channel = this.#replace(this.#changed(old, patch), patch.overwrites !== undefined);
    this.#world.auditLog.add(channel.guild_id, actor, {
      action: AuditEvent.CHANNEL_UPDATE,
      targetId: id,
      changes: changesBetween(old, channel, AUDITED),
    });
    auditOverwrites(this.#world, old, channel, actor);
    return channel;
  }

  /**
   * CHANNEL_DELETE with its messages; for a category CHANNEL_UPDATE of each child first lets go of it.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE for a DM
   */
  delete(id: Snowflake, actor?: Actor): GuildChannel {
    const { journal, messages, access, guilds, auditLog } = this.#world;
    const { voiceStates, stageInstances, invites, scheduledEvents } = this.#world;
    journal.assertWritable();
    const channel = this.#requireGuildChannel(id);
    const guildId = channel.guild_id;
    if (channel.type === CATEGORY_TYPE) {
      for (const child of this.#ofGuild.of(guildId).values()) {
        if (child.parent_id === id) this.#replace({ ...child, parent_id: null }, false);
      }
    }
    voiceStates.leaveChannel(channel);
    stageInstances.closeChannel(id);
    invites.forgetChannel(channel);
    const gone = channelGoneDispatch(this.#world, channel);
    this.#world.threads.dropParent(guildId, id);
    this.#world.webhooks.dropChannel(id);
    this.#channels.delete(id);
    this.#ofGuild.delete(guildId, id);
    messages.forgetChannel(id);
    journal.record({ kind: 'delete-channel', channelId: id });
    access.changed(guildId);
    journal.emit(gone);
    guilds.dropChannel(guildId, id);
    scheduledEvents.dropChannel(guildId, id);
    const changes = changesBetween<GuildChannel>(channel, null, [...AUDITED, 'permission_overwrites']);
    auditLog.add(guildId, actor, { action: AuditEvent.CHANNEL_DELETE, targetId: id, changes });
    return channel;
  }

  /**
   * CHANNEL_UPDATE. Puts the overwrite in, or in place of the one for the same role or member.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE for a DM, INVALID_VALUE, LIMIT_REACHED:overwritesPerChannel
   */
  setOverwrite(id: Snowflake, overwrite: APIOverwrite, actor?: Actor): GuildChannel {
    this.#world.journal.assertWritable();
    const old = this.#requireGuildChannel(id);
    const rest = old.permission_overwrites.filter((other) => other.id !== overwrite.id);
    return this.#replaceOverwrites(old, this.#overwrites([...rest, overwrite]), actor);
  }

  /**
   * CHANNEL_UPDATE.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE for a DM, UNKNOWN_OVERWRITE
   */
  removeOverwrite(id: Snowflake, targetId: Snowflake, actor?: Actor): GuildChannel {
    this.#world.journal.assertWritable();
    const old = this.#requireGuildChannel(id);
    const rest = old.permission_overwrites.filter((overwrite) => overwrite.id !== targetId);
    if (rest.length === old.permission_overwrites.length) {
      throw new WorldError('UNKNOWN_OVERWRITE', `channel ${id} has no overwrite for ${targetId}`);
    }
    return this.#replaceOverwrites(old, rest, actor);
  }

  /**
   * The one DM channel of two users, made on first need. No event: v10 sends no CHANNEL_CREATE for DMs.
   * @throws WorldError UNKNOWN_USER, INVALID_VALUE for a user with itself, LIMIT_REACHED:dmChannels
   */
  openDm(userId: Snowflake, otherId: Snowflake): DmChannel {
    const { journal, users, limits } = this.#world;
    const known = this.#channels.get(this.#dms.get(dmKey([userId, otherId])) ?? '');
    if (known !== undefined && isDm(known)) return known;
    journal.assertWritable();
    users.require(userId);
    users.require(otherId);
    if (userId === otherId) throw new WorldError('INVALID_VALUE', 'a user has no DM with itself');
    if (this.#dms.size >= limits.dmChannels) {
      throw new WorldError(
        'LIMIT_REACHED:dmChannels',
        `a world has at most ${limits.dmChannels} DM channels`,
      );
    }
    const channel: DmChannel = {
      id: this.#world.nextId(),
      type: DM_TYPE,
      recipientIds: [userId, otherId],
      last_message_id: null,
    };
    this.#put(channel);
    return channel;
  }

  /** @internal for Messages: the newest message is known without a CHANNEL_UPDATE. */
  noteMessage(channel: Channel, message: Message): void {
    if (isThread(channel)) this.#world.threads.noteMessage(channel, message);
    else this.#put({ ...channel, last_message_id: message.id });
  }

  /** @internal for Threads: of a forum, the newest message is its newest post. */
  noteNewest(forumId: Snowflake, postId: Snowflake): void {
    this.#put({ ...this.#requireGuildChannel(forumId), last_message_id: postId });
  }

  /** @internal for Roles.delete. Overwrites of a member stay when it leaves: it may come back. */
  dropOverwrites(guildId: Snowflake, targetId: Snowflake): void {
    for (const channel of this.#ofGuild.of(guildId).values()) {
      if (!channel.permission_overwrites.some((overwrite) => overwrite.id === targetId)) continue;
      const rest = channel.permission_overwrites.filter((overwrite) => overwrite.id !== targetId);
      this.#replace({ ...channel, permission_overwrites: rest }, false);
    }
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#world.threads.forgetGuild(guildId);
    this.#world.webhooks.forgetGuild(guildId);
    for (const id of this.#ofGuild.of(guildId).keys()) {
      this.#channels.delete(id);
      this.#world.messages.forgetChannel(id);
    }
    this.#ofGuild.deleteGuild(guildId);
  }

  #replaceOverwrites(
    old: GuildChannel,
    overwrites: readonly APIOverwrite[],
    actor: Actor | undefined,
  ): GuildChannel {
    const channel = this.#replace({ ...old, permission_overwrites: overwrites }, true);
    auditOverwrites(this.#world, old, channel, actor);
    return channel;
  }

  #requireGuildChannel(id: Snowflake): GuildChannel {
    const channel = this.require(id);
    if (isDm(channel)) throw new WorldError('WRONG_CHANNEL_TYPE', 'not possible in a direct message');
    if (isThread(channel)) throw new WorldError('WRONG_CHANNEL_TYPE', 'not possible in a thread');
    return channel;
  }

  #changed(old: GuildChannel, patch: ChannelPatch): GuildChannel {
    const type = patch.type === undefined ? old.type : convertedType(old, patch.type);
    return {
      ...old,
      ...changedSettings(type, patch),
      type,
      name: patch.name === undefined ? old.name : normalName(type, patch.name),
      topic: patch.topic === undefined ? old.topic : requireTopic(patch.topic),
      position:
        patch.position === undefined
          ? old.position
          : requireInteger('position', patch.position, 0, MAX_POSITION),
      parent_id: patch.parentId === undefined ? old.parent_id : this.#requireParent(old, patch.parentId),
      nsfw: patch.nsfw ?? old.nsfw,
      rate_limit_per_user:
        patch.rateLimitPerUser === undefined
          ? old.rate_limit_per_user
          : requireInteger('slowmode', patch.rateLimitPerUser, 0, MAX_SLOWMODE_S),
      permission_overwrites:
        patch.overwrites === undefined ? old.permission_overwrites : this.#overwrites(patch.overwrites),
      ...changedTags(this.#world, old, patch),
    };
  }

  #requireParent(child: GuildChannel, parentId: Snowflake | null): Snowflake | null {
    if (parentId === null) return null;
    const parent = this.#ofGuild.get(child.guild_id, parentId);
    if (parent === undefined) throw new WorldError('UNKNOWN_CHANNEL', `no category ${parentId} in the guild`);
    if (parent.type !== CATEGORY_TYPE || child.type === CATEGORY_TYPE) {
      throw new WorldError('WRONG_CHANNEL_TYPE', 'only a category can be a parent, and it has none itself');
    }
    return parentId;
  }

  #overwrites(overwrites: readonly APIOverwrite[]): readonly APIOverwrite[] {
    const { overwritesPerChannel } = this.#world.limits;
    if (overwrites.length > overwritesPerChannel) {
      throw new WorldError(
        'LIMIT_REACHED:overwritesPerChannel',
        `a channel has at most ${overwritesPerChannel} overwrites`,
      );
    }
    return overwrites.map(normalOverwrite);
  }

  #replace(channel: GuildChannel, permissionsChanged: boolean): GuildChannel {
    const { journal, access } = this.#world;
    this.#put(channel);
    if (permissionsChanged) access.changed(channel.guild_id);
    journal.emit(channelDispatchOf(this.#world, 'CHANNEL_UPDATE', channel));
    return channel;
  }

  #put(channel: GuildChannel | DmChannel): void {
    this.#index(channel);
    this.#world.journal.record({ kind: 'put', table: 'channels', record: channel });
  }

  #index(channel: GuildChannel | DmChannel): void {
    this.#channels.set(channel.id, channel);
    if (isDm(channel)) this.#dms.set(dmKey(channel.recipientIds), channel.id);
    else this.#ofGuild.set(channel.guild_id, channel.id, channel);
  }
}

function dmKey(recipientIds: readonly [Snowflake, Snowflake]): string {
  return [...recipientIds].sort().join(':');
}

function isGuildChannelType(type: number): type is GuildChannel['type'] {
  return GUILD_CHANNEL_TYPES.includes(type);
}

function requireTopic(topic: string | null): string | null {
  if (topic !== null && codePoints(topic) > MAX_TOPIC_LENGTH) {
    throw new WorldError('INVALID_VALUE', `a topic has at most ${MAX_TOPIC_LENGTH} characters`);
  }
  return topic;
}

/** @throws WorldError WRONG_CHANNEL_TYPE unless it stays, or both are text or announcement */
function convertedType(old: GuildChannel, type: number): GuildChannel['type'] {
  if (type === old.type) return old.type;
  if (isGuildChannelType(type) && CONVERTIBLE_TYPES.includes(type) && CONVERTIBLE_TYPES.includes(old.type)) {
    return type;
  }
  throw new WorldError(
    'WRONG_CHANNEL_TYPE',
    `a channel of type ${old.type} cannot become one of type ${type}`,
  );
}

/** Discord writes the names of text channels so that they can be part of an address. */
function normalName(type: GuildChannel['type'], name: string): string {
  const trimmed = requireText('channel name', name, MAX_NAME_LENGTH);
  return CONVERTIBLE_TYPES.includes(type) ? trimmed.toLowerCase().replaceAll(/\s+/g, '-') : trimmed;
}
