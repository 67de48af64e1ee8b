import { randomBytes } from 'node:crypto';
import { Permission } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import { AuditEvent } from './audit-events.ts';
import { isDm, isThread, isVoice, STAGE_TYPE } from './channel-kinds.ts';
import { guildDispatch } from './dispatch.ts';
import type { GuildChannel, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { VoiceState } from './guild-records.ts';
import { PerGuild } from './per-guild.ts';
import { isoTimestamp } from './timestamps.ts';
import { type VoiceEffect, voiceEffectView } from './voice-effects.ts';
import type { World } from './world.ts';

const SESSION_BYTES = 16;
const ENTRY = Permission.VIEW_CHANNEL | Permission.CONNECT;
/** Who holds all of these in a stage channel speaks without being asked up. */
const STAGE_MODERATOR = Permission.MANAGE_CHANNELS | Permission.MUTE_MEMBERS | Permission.MOVE_MEMBERS;

/** What a client says of itself when it is in a voice channel. */
export interface OwnVoiceSettings {
  readonly selfMute?: boolean;
  readonly selfDeaf?: boolean;
  readonly selfVideo?: boolean;
  /** Of the gateway session that asks. Default a new one. */
  readonly sessionId?: string;
}

export interface StagePatch {
  /** Whether it is one of the audience. */
  readonly suppress?: boolean;
  /** ISO time of the wish to speak; null takes it back. */
  readonly requestToSpeakTimestamp?: string | null;
}

/** Who is in which voice channel, in memory only; nothing is heard. One place per member and guild. */
export class VoiceStates {
  readonly #world: World;
  readonly #states = new PerGuild<VoiceState>();

  constructor(world: World) {
    this.#world = world;
  }

  get(guildId: Snowflake, userId: Snowflake): VoiceState | undefined {
    return this.#states.get(guildId, userId);
  }

  /** @throws WorldError UNKNOWN_VOICE_STATE */
  require(guildId: Snowflake, userId: Snowflake): VoiceState {
    const state = this.#states.get(guildId, userId);
    if (state === undefined) {
      throw new WorldError('UNKNOWN_VOICE_STATE', `${userId} is in no voice channel of guild ${guildId}`);
    }
    return state;
  }

  /** By user id; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, VoiceState> {
    return this.#states.of(guildId);
  }

  /**
   * Whether the member may come into the channel: it needs CONNECT, and MOVE_MEMBERS where as many are as the channel
   * takes.
   */
  admits(channel: GuildChannel, userId: Snowflake): boolean {
    const { access, voiceChannels } = this.#world;
    if (!access.can(userId, channel.id, ENTRY)) return false;
    const { user_limit: limit = 0 } = channel;
    const present = voiceChannels.userIds(channel);
    return (
      limit === 0 ||
      present.size < limit ||
      present.has(userId) ||
      access.can(userId, channel.id, Permission.MOVE_MEMBERS)
    );
  }

  /**
   * VOICE_STATE_UPDATE. The member comes into the channel, changes to it, or says something new of itself.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, UNKNOWN_MEMBER
   */
  join(channelId: Snowflake, userId: Snowflake, own: OwnVoiceSettings = {}): VoiceState {
    this.#world.journal.assertWritable();
    const channel = this.#requireVoice(channelId);
    const guildId = channel.guild_id;
    this.#world.members.require(guildId, userId);
    const old = this.#states.get(guildId, userId);
    const stays = old?.channel_id === channelId;
    const state = this.#put({
      guild_id: guildId,
      channel_id: channelId,
      user_id: userId,
      session_id: own.sessionId ?? old?.session_id ?? randomBytes(SESSION_BYTES).toString('hex'),
      self_mute: own.selfMute ?? old?.self_mute ?? false,
      self_deaf: own.selfDeaf ?? old?.self_deaf ?? false,
      self_video: own.selfVideo ?? old?.self_video ?? false,
      suppress: stays ? old.suppress : this.#isAudience(channel, userId),
      request_to_speak_timestamp: stays ? old.request_to_speak_timestamp : null,
    });
    if (!stays) {
      if (old !== undefined) this.#emptyPlace(old);
      this.#world.voiceChannels.enter(channel, userId);
    }
    if (!stays || old.session_id !== state.session_id) {
      const { session_id: sessionId } = state;
      this.#world.journal.emit({ kind: 'voice-connected', guildId, userId, sessionId });
    }
    return state;
  }

  /** VOICE_STATE_UPDATE without a channel; nothing if the member is in none. */
  leave(guildId: Snowflake, userId: Snowflake): void {
    const { journal } = this.#world;
    journal.assertWritable();
    const old = this.#states.get(guildId, userId);
    if (old === undefined) return;
    this.#states.delete(guildId, userId);
    this.#emit({ ...old, channel_id: null });
    this.#emptyPlace(old);
  }

  /**
   * A moderator puts the member into another channel, or out of voice with null.
   * @throws WorldError UNKNOWN_VOICE_STATE, UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE
   */
  move(guildId: Snowflake, userId: Snowflake, channelId: Snowflake | null, actor?: Actor): void {
    const { auditLog } = this.#world;
    const old = this.require(guildId, userId);
    if (channelId === old.channel_id) return;
    if (channelId === null) {
      this.leave(guildId, userId);
      const options = { count: '1' };
      auditLog.add(guildId, actor, { action: AuditEvent.MEMBER_DISCONNECT, targetId: null, options });
      return;
    }
    if (this.#requireVoice(channelId).guild_id !== guildId) {
      throw new WorldError('UNKNOWN_CHANNEL', `no channel ${channelId} in guild ${guildId}`);
    }
    this.join(channelId, userId);
    const options = { channel_id: channelId, count: '1' };
    auditLog.add(guildId, actor, { action: AuditEvent.MEMBER_MOVE, targetId: null, options });
  }

  /** VOICE_STATE_UPDATE in a stage channel. @throws WorldError UNKNOWN_VOICE_STATE, WRONG_CHANNEL_TYPE, INVALID_VALUE */
  updateStage(guildId: Snowflake, userId: Snowflake, patch: StagePatch): VoiceState {
    this.#world.journal.assertWritable();
    const old = this.require(guildId, userId);
    const channel = this.#world.channels.get(old.channel_id ?? '');
    if (channel?.type !== STAGE_TYPE) throw new WorldError('WRONG_CHANNEL_TYPE', 'only in a stage channel');
    const { suppress = old.suppress, requestToSpeakTimestamp: wish } = patch;
    const asked = wish === undefined ? old.request_to_speak_timestamp : normalTime(wish);
    return this.#put({ ...old, suppress, request_to_speak_timestamp: suppress ? asked : null });
  }

  /** VOICE_CHANNEL_EFFECT_SEND, for the bots in the channel of the member. @throws WorldError UNKNOWN_VOICE_STATE */
  sendEffect(guildId: Snowflake, userId: Snowflake, effect: VoiceEffect): void {
    const { journal, voiceChannels } = this.#world;
    journal.assertWritable();
    const { channel_id } = this.require(guildId, userId);
    const channel = this.#requireVoice(channel_id ?? '');
    const d = { channel_id, guild_id: guildId, user_id: userId, ...voiceEffectView(effect) };
    const dispatch = guildDispatch('VOICE_CHANNEL_EFFECT_SEND', guildId, d);
    journal.emit({ ...dispatch, onlyUserIds: [...voiceChannels.userIds(channel)] });
  }

  /** @internal for Members: muted, deafened or renamed by a moderator, which others see in the voice state. */
  noteMember(guildId: Snowflake, userId: Snowflake): void {
    const state = this.#states.get(guildId, userId);
    if (state !== undefined) this.#emit(state);
  }

  /** @internal for Channels.delete. */
  leaveChannel(channel: GuildChannel): void {
    const { voiceChannels } = this.#world;
    for (const userId of [...voiceChannels.userIds(channel)]) this.leave(channel.guild_id, userId);
    voiceChannels.forget(channel);
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#states.deleteGuild(guildId);
    this.#world.voiceChannels.forgetGuild(guildId);
  }

  #emptyPlace({ channel_id, user_id }: VoiceState): void {
    const channel = this.#world.channels.get(channel_id ?? '');
    if (channel === undefined || isDm(channel) || isThread(channel)) return;
    this.#world.voiceChannels.leave(channel, user_id);
  }

  #requireVoice(channelId: Snowflake): GuildChannel {
    const channel = this.#world.channels.require(channelId);
    if (isDm(channel) || isThread(channel) || !isVoice(channel)) {
      throw new WorldError('WRONG_CHANNEL_TYPE', 'people speak in voice and stage channels');
    }
    return channel;
  }

  #isAudience(channel: GuildChannel, userId: Snowflake): boolean {
    return channel.type === STAGE_TYPE && !this.#world.access.can(userId, channel.id, STAGE_MODERATOR);
  }

  #put(state: VoiceState): VoiceState {
    this.#states.set(state.guild_id, state.user_id, state);
    this.#emit(state);
    return state;
  }

  #emit(state: VoiceState): void {
    const { journal, users, views } = this.#world;
    const ungated = users.get(state.user_id)?.bot === true ? [state.user_id] : [];
    journal.emit(
      guildDispatch('VOICE_STATE_UPDATE', state.guild_id, views.records.voiceState(state), ungated),
    );
  }
}

function normalTime(time: string | null): string | null {
  if (time === null) return null;
  const timeMs = Date.parse(time);
  if (Number.isNaN(timeMs)) throw new WorldError('INVALID_VALUE', 'a wish to speak has an ISO 8601 time');
  return isoTimestamp(timeMs);
}
