import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { STAGE_TYPE } from './channel-kinds.ts';
import { guildDispatch } from './dispatch.ts';
import type { Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { StageInstance } from './guild-records.ts';
import { RecordTable } from './record-table.ts';
import { requireText } from './values.ts';
import type { World } from './world.ts';

const MAX_TOPIC_LENGTH = 120;
const GUILD_ONLY = 2;
const AUDITED = ['topic', 'privacy_level'] as const;

export interface StageInput {
  readonly channelId: Snowflake;
  /** 1 to 120 characters. */
  readonly topic: string;
  readonly privacyLevel?: number;
  readonly scheduledEventId?: Snowflake | null;
}

export type StageInstancePatch = Partial<Pick<StageInput, 'topic' | 'privacyLevel'>>;

/** What is on in stage channels: at most one thing in each. */
export class StageInstances {
  readonly #world: World;
  readonly #stages: RecordTable<'stage_instances'>;

  constructor(world: World, stored: readonly StageInstance[]) {
    this.#world = world;
    this.#stages = new RecordTable(world, 'stage_instances', stored, ({ id }) => id);
  }

  /** What is on in the channel. @throws WorldError UNKNOWN_STAGE_INSTANCE */
  require(channelId: Snowflake): StageInstance {
    const stage = this.#inChannel(channelId);
    if (stage === undefined) throw new WorldError('UNKNOWN_STAGE_INSTANCE', `nothing is on in ${channelId}`);
    return stage;
  }

  /** By id; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, StageInstance> {
    return this.#stages.ofGuild(guildId);
  }

  /**
   * STAGE_INSTANCE_CREATE.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, STAGE_ALREADY_OPEN, UNKNOWN_SCHEDULED_EVENT, INVALID_VALUE
   */
  create(input: StageInput, actor?: Actor): StageInstance {
    const { journal, channels, scheduledEvents } = this.#world;
    journal.assertWritable();
    const channel = channels.require(input.channelId);
    if (channel.type !== STAGE_TYPE) throw new WorldError('WRONG_CHANNEL_TYPE', 'not a stage channel');
    if (this.#inChannel(channel.id) !== undefined) {
      throw new WorldError('STAGE_ALREADY_OPEN', `something is on in ${channel.id} already`);
    }
    const eventId = input.scheduledEventId ?? null;
    if (eventId !== null) scheduledEvents.require(channel.guild_id, eventId);
    const stage: StageInstance = {
      id: this.#world.nextId(),
      guild_id: channel.guild_id,
      channel_id: channel.id,
      topic: requireText('topic', input.topic, MAX_TOPIC_LENGTH),
      privacy_level: input.privacyLevel ?? GUILD_ONLY,
      guild_scheduled_event_id: eventId,
    };
    this.#stages.put(stage);
    this.#emit('STAGE_INSTANCE_CREATE', stage);
    this.#audit(AuditEvent.STAGE_INSTANCE_CREATE, null, stage, actor);
    return stage;
  }

  /** STAGE_INSTANCE_UPDATE. @throws WorldError UNKNOWN_STAGE_INSTANCE, INVALID_VALUE */
  update(channelId: Snowflake, patch: StageInstancePatch, actor?: Actor): StageInstance {
    this.#world.journal.assertWritable();
    const old = this.require(channelId);
    const stage: StageInstance = {
      ...old,
      topic: patch.topic === undefined ? old.topic : requireText('topic', patch.topic, MAX_TOPIC_LENGTH),
      privacy_level: patch.privacyLevel ?? old.privacy_level,
    };
    this.#stages.put(stage);
    this.#emit('STAGE_INSTANCE_UPDATE', stage);
    this.#audit(AuditEvent.STAGE_INSTANCE_UPDATE, old, stage, actor);
    return stage;
  }

  /** STAGE_INSTANCE_DELETE. @throws WorldError UNKNOWN_STAGE_INSTANCE */
  delete(channelId: Snowflake, actor?: Actor): void {
    this.#world.journal.assertWritable();
    const stage = this.require(channelId);
    this.#stages.delete(stage);
    this.#emit('STAGE_INSTANCE_DELETE', stage);
    this.#audit(AuditEvent.STAGE_INSTANCE_DELETE, stage, null, actor);
  }

  /** @internal for Channels.delete. */
  closeChannel(channelId: Snowflake): void {
    if (this.#inChannel(channelId) !== undefined) this.delete(channelId);
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#stages.forgetGuild(guildId);
  }

  #inChannel(channelId: Snowflake): StageInstance | undefined {
    const channel = this.#world.channels.get(channelId);
    if (channel === undefined || !('guild_id' in channel)) return undefined;
    for (const stage of this.ofGuild(channel.guild_id).values()) {
      if (stage.channel_id === channelId) return stage;
    }
    return undefined;
  }

  #emit(
    name: 'STAGE_INSTANCE_CREATE' | 'STAGE_INSTANCE_UPDATE' | 'STAGE_INSTANCE_DELETE',
    stage: StageInstance,
  ): void {
    const { journal, views } = this.#world;
    journal.emit(guildDispatch(name, stage.guild_id, views.records.stageInstance(stage)));
  }

  #audit(
    action: 83 | 84 | 85,
    old: StageInstance | null,
    now: StageInstance | null,
    actor: Actor | undefined,
  ): void {
    const stage = now ?? old;
    if (stage === null) return;
    const changes = changesBetween<StageInstance>(old, now, AUDITED);
    const options = { channel_id: stage.channel_id };
    this.#world.auditLog.add(stage.guild_id, actor, { action, targetId: stage.id, changes, options });
  }
}
