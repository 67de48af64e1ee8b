import type { Actor } from './actor.ts';
import { AuditEvent } from './audit-events.ts';
import { isDm, isThread, VOICE_TYPE } from './channel-kinds.ts';
import { placeDispatch } from './dispatch.ts';
import type { GuildChannel, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { PerGuild } from './per-guild.ts';
import { codePoints } from './values.ts';
import type { World } from './world.ts';

const MAX_STATUS_LENGTH = 500;
const NOBODY: ReadonlySet<Snowflake> = new Set();

/** Those who are in a voice channel. There is one as long as somebody is. */
interface Gathering {
  readonly userIds: Set<Snowflake>;
  /** Unix seconds since when it has not been empty. */
  readonly startedAtS: number;
}

/** What goes on in voice and stage channels: since when, by how many, under which status. In memory only. */
export class VoiceChannels {
  readonly #world: World;
  readonly #gatherings = new PerGuild<Gathering>();
  readonly #statuses = new PerGuild<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Who is in the channel, in the order in which they came; a live set. */
  userIds({ guild_id, id }: GuildChannel): ReadonlySet<Snowflake> {
    return this.#gatherings.get(guild_id, id)?.userIds ?? NOBODY;
  }

  /** Unix seconds since when somebody has been in the channel; null while nobody is. */
  startedAtS({ guild_id, id }: GuildChannel): number | null {
    return this.#gatherings.get(guild_id, id)?.startedAtS ?? null;
  }

  status({ guild_id, id }: GuildChannel): string | null {
    return this.#statuses.get(guild_id, id) ?? null;
  }

  /**
   * VOICE_CHANNEL_STATUS_UPDATE. It goes with the last who leaves.
   * @param status at most 500 characters; null or empty for none
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, INVALID_VALUE
   */
  setStatus(channelId: Snowflake, status: string | null, actor?: Actor): void {
    const { journal, auditLog, channels } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    if (isDm(channel) || isThread(channel) || channel.type !== VOICE_TYPE) {
      throw new WorldError('WRONG_CHANNEL_TYPE', 'only a voice channel has a status');
    }
    if (status !== null && codePoints(status) > MAX_STATUS_LENGTH) {
      throw new WorldError('INVALID_VALUE', `a status has at most ${MAX_STATUS_LENGTH} characters`);
    }
    const next = status === '' ? null : status;
    if (!this.#changeStatus(channel, next)) return;
    auditLog.add(channel.guild_id, actor, {
      action: next === null ? AuditEvent.VOICE_CHANNEL_STATUS_DELETE : AuditEvent.VOICE_CHANNEL_STATUS_CREATE,
      targetId: channelId,
      ...(next === null ? {} : { options: { status: next } }),
    });
  }

  /** @internal for VoiceStates. VOICE_CHANNEL_START_TIME_UPDATE for the first who comes. */
  enter(channel: GuildChannel, userId: Snowflake): void {
    const gathering = this.#gatherings.get(channel.guild_id, channel.id);
    if (gathering !== undefined) {
      gathering.userIds.add(userId);
      return;
    }
    const startedAtS = Math.floor(this.#world.now() / 1_000);
    this.#gatherings.set(channel.guild_id, channel.id, { userIds: new Set([userId]), startedAtS });
    this.#tellStart(channel, startedAtS);
  }

  /** @internal for VoiceStates. With the last who leaves, status and start time go. */
  leave(channel: GuildChannel, userId: Snowflake): void {
    const gathering = this.#gatherings.get(channel.guild_id, channel.id);
    if (gathering === undefined || !gathering.userIds.delete(userId) || gathering.userIds.size > 0) return;
    this.#gatherings.delete(channel.guild_id, channel.id);
    this.#changeStatus(channel, null);
    this.#tellStart(channel, null);
  }

  /** @internal for VoiceStates, when the channel goes and everybody has left it. */
  forget({ guild_id, id }: GuildChannel): void {
    this.#statuses.delete(guild_id, id);
  }

  /** @internal for VoiceStates. */
  forgetGuild(guildId: Snowflake): void {
    this.#gatherings.deleteGuild(guildId);
    this.#statuses.deleteGuild(guildId);
  }

  /** @returns false when it was so already */
  #changeStatus(channel: GuildChannel, status: string | null): boolean {
    const { guild_id, id } = channel;
    if (this.status(channel) === status) return false;
    if (status === null) this.#statuses.delete(guild_id, id);
    else this.#statuses.set(guild_id, id, status);
    const d = { id, guild_id, status };
    this.#world.journal.emit(placeDispatch('VOICE_CHANNEL_STATUS_UPDATE', channel, d));
    return true;
  }

  #tellStart(channel: GuildChannel, startedAtS: number | null): void {
    const d = { id: channel.id, guild_id: channel.guild_id, voice_start_time: startedAtS };
    this.#world.journal.emit(placeDispatch('VOICE_CHANNEL_START_TIME_UPDATE', channel, d));
  }
}
