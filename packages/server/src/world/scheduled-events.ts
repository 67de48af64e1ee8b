import type { DispatchName } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { STAGE_TYPE, VOICE_TYPE } from './channel-kinds.ts';
import { guildDispatch, placeDispatch } from './dispatch.ts';
import type { Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { ScheduledEvent } from './guild-records.ts';
import { type IdRange, idPage } from './id-page.ts';
import { RecordTable } from './record-table.ts';
import { isoTimestamp } from './timestamps.ts';
import { codePoints, requireText } from './values.ts';
import type { World } from './world.ts';

export const EventStatus = { SCHEDULED: 1, ACTIVE: 2, COMPLETED: 3, CANCELED: 4 } as const;
export const EventEntity = { STAGE_INSTANCE: 1, VOICE: 2, EXTERNAL: 3 } as const;

const GUILD_ONLY = 2;
const MAX_NAME_LENGTH = 100;
const MAX_DESCRIPTION_LENGTH = 1_000;
const MAX_LOCATION_LENGTH = 100;
/** To which states each may go. */
const NEXT_STATES: Readonly<Record<number, readonly number[]>> = {
  [EventStatus.SCHEDULED]: [EventStatus.ACTIVE, EventStatus.CANCELED],
  [EventStatus.ACTIVE]: [EventStatus.COMPLETED],
};
const AUDITED = [
  'name',
  'description',
  'channel_id',
  'entity_type',
  'entity_metadata',
  'privacy_level',
  'status',
  'scheduled_start_time',
  'scheduled_end_time',
  'image',
] as const;

export interface ScheduledEventInput {
  /** 1 to 100 characters. */
  readonly name: string;
  /** At most 1,000 characters. */
  readonly description?: string | null;
  /** 1 stage, 2 voice, 3 elsewhere. */
  readonly entityType: number;
  /** Where it is, for stage and voice; null elsewhere. */
  readonly channelId?: Snowflake | null;
  /** Where it is, elsewhere: 1 to 100 characters. */
  readonly location?: string | null;
  /** ISO times; one that is held elsewhere needs an end. */
  readonly startTime: string;
  readonly endTime?: string | null;
  /** Hash. */
  readonly image?: string | null;
  readonly recurrenceRule?: object | null;
  readonly creatorId: Snowflake;
}

export type ScheduledEventPatch = Partial<Omit<ScheduledEventInput, 'creatorId'>> & {
  readonly status?: number;
};

/** What guilds have planned. Nothing starts or ends by itself: those who manage it say when. */
export class ScheduledEvents {
  readonly #world: World;
  readonly #events: RecordTable<'scheduled_events'>;

  constructor(world: World, stored: readonly ScheduledEvent[]) {
    this.#world = world;
    this.#events = new RecordTable(world, 'scheduled_events', stored, ({ id }) => id);
  }

  get(guildId: Snowflake, id: Snowflake): ScheduledEvent | undefined {
    return this.ofGuild(guildId).get(id);
  }

  /** @throws WorldError UNKNOWN_SCHEDULED_EVENT */
  require(guildId: Snowflake, id: Snowflake): ScheduledEvent {
    const event = this.get(guildId, id);
    if (event === undefined) {
      throw new WorldError('UNKNOWN_SCHEDULED_EVENT', `no scheduled event ${id} in guild ${guildId}`);
    }
    return event;
  }

  /** By id, those that are over too; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, ScheduledEvent> {
    return this.#events.ofGuild(guildId);
  }

  /** Those still to come or going on. */
  openOfGuild(guildId: Snowflake): readonly ScheduledEvent[] {
    return [...this.ofGuild(guildId).values()].filter(isOpen);
  }

  /**
   * GUILD_SCHEDULED_EVENT_CREATE.
   * @throws WorldError UNKNOWN_GUILD, UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, INVALID_VALUE (a start in the past, a field
   *   that the kind of event needs), LIMIT_REACHED:scheduledEventsPerGuild
   */
  create(guildId: Snowflake, input: ScheduledEventInput, actor?: Actor): ScheduledEvent {
    const { journal, guilds, limits } = this.#world;
    journal.assertWritable();
    guilds.require(guildId);
    if (this.openOfGuild(guildId).length >= limits.scheduledEventsPerGuild) {
      throw new WorldError(
        'LIMIT_REACHED:scheduledEventsPerGuild',
        `a guild has at most ${limits.scheduledEventsPerGuild} scheduled events to come`,
      );
    }
    const base: ScheduledEvent = {
      id: this.#world.nextId(),
      guild_id: guildId,
      channel_id: null,
      creator_id: input.creatorId,
      name: '',
      description: null,
      image: null,
      scheduled_start_time: '',
      scheduled_end_time: null,
      privacy_level: GUILD_ONLY,
      status: EventStatus.SCHEDULED,
      entity_type: input.entityType,
      entity_metadata: null,
      recurrence_rule: null,
      user_ids: [],
    };
    const event = this.#changed(base, input);
    if (Date.parse(event.scheduled_start_time) <= this.#world.now()) {
      throw new WorldError('INVALID_VALUE', 'an event is scheduled for the future');
    }
    this.#events.put(event);
    this.#emit('GUILD_SCHEDULED_EVENT_CREATE', event, this.#world.views.records.scheduledEvent(event));
    this.#audit(AuditEvent.GUILD_SCHEDULED_EVENT_CREATE, null, event, actor);
    return event;
  }

  /**
   * GUILD_SCHEDULED_EVENT_UPDATE.
   * @throws WorldError UNKNOWN_SCHEDULED_EVENT, EVENT_IS_OVER, and as create
   */
  update(guildId: Snowflake, id: Snowflake, patch: ScheduledEventPatch, actor?: Actor): ScheduledEvent {
    this.#world.journal.assertWritable();
    const old = this.require(guildId, id);
    if (!isOpen(old)) throw new WorldError('EVENT_IS_OVER', `the scheduled event ${id} is over`);
    const event: ScheduledEvent = { ...this.#changed(old, patch), status: nextStatus(old, patch.status) };
    this.#events.put(event);
    this.#emit('GUILD_SCHEDULED_EVENT_UPDATE', event, this.#world.views.records.scheduledEvent(event));
    this.#audit(AuditEvent.GUILD_SCHEDULED_EVENT_UPDATE, old, event, actor);
    return event;
  }

  /** GUILD_SCHEDULED_EVENT_DELETE. @throws WorldError UNKNOWN_SCHEDULED_EVENT */
  delete(guildId: Snowflake, id: Snowflake, actor?: Actor): void {
    this.#world.journal.assertWritable();
    const event = this.require(guildId, id);
    this.#events.delete(event);
    this.#emit('GUILD_SCHEDULED_EVENT_DELETE', event, this.#world.views.records.scheduledEvent(event));
    this.#audit(AuditEvent.GUILD_SCHEDULED_EVENT_DELETE, event, null, actor);
  }

  /**
   * GUILD_SCHEDULED_EVENT_USER_ADD or _REMOVE: a member is interested, or no more. Nothing when it is so already.
   * @throws WorldError UNKNOWN_SCHEDULED_EVENT, UNKNOWN_MEMBER, EVENT_IS_OVER, LIMIT_REACHED:usersPerScheduledEvent
   */
  setInterested(guildId: Snowflake, id: Snowflake, userId: Snowflake, interested: boolean): ScheduledEvent {
    const { journal, members, limits } = this.#world;
    journal.assertWritable();
    const old = this.require(guildId, id);
    members.require(guildId, userId);
    if (old.user_ids.includes(userId) === interested) return old;
    if (!isOpen(old)) throw new WorldError('EVENT_IS_OVER', `the scheduled event ${id} is over`);
    if (interested && old.user_ids.length >= limits.usersPerScheduledEvent) {
      throw new WorldError(
        'LIMIT_REACHED:usersPerScheduledEvent',
        `an event has at most ${limits.usersPerScheduledEvent} who are interested`,
      );
    }
    const others = old.user_ids.filter((other) => other !== userId);
    const event: ScheduledEvent = { ...old, user_ids: interested ? [...others, userId] : others };
    this.#events.put(event);
    this.#emit(interested ? 'GUILD_SCHEDULED_EVENT_USER_ADD' : 'GUILD_SCHEDULED_EVENT_USER_REMOVE', event, {
      guild_scheduled_event_id: id,
      user_id: userId,
      guild_id: guildId,
    });
    return event;
  }

  /** Who is interested, by rising user id. */
  users(event: ScheduledEvent, range: IdRange): readonly Snowflake[] {
    return idPage(event.user_ids, range);
  }

  /** @internal for Channels.delete: what was to be there is cancelled, or over. */
  dropChannel(guildId: Snowflake, channelId: Snowflake): void {
    for (const event of this.openOfGuild(guildId)) {
      if (event.channel_id !== channelId) continue;
      const status = event.status === EventStatus.ACTIVE ? EventStatus.COMPLETED : EventStatus.CANCELED;
      const gone: ScheduledEvent = { ...event, status, channel_id: null };
      this.#events.put(gone);
      this.#emit('GUILD_SCHEDULED_EVENT_UPDATE', gone, this.#world.views.records.scheduledEvent(gone));
    }
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#events.forgetGuild(guildId);
  }

  #changed(old: ScheduledEvent, patch: ScheduledEventPatch): ScheduledEvent {
    const { description = old.description, entityType = old.entity_type } = patch;
    if (description !== null && codePoints(description) > MAX_DESCRIPTION_LENGTH) {
      throw new WorldError('INVALID_VALUE', `a description has at most ${MAX_DESCRIPTION_LENGTH} characters`);
    }
    const start = patch.startTime === undefined ? old.scheduled_start_time : requireTime(patch.startTime);
    const end = patch.endTime === undefined ? old.scheduled_end_time : optionalTime(patch.endTime);
    if (end !== null && Date.parse(end) <= Date.parse(start)) {
      throw new WorldError('INVALID_VALUE', 'an event ends after it has started');
    }
    return {
      ...old,
      name: patch.name === undefined ? old.name : requireText('event name', patch.name, MAX_NAME_LENGTH),
      description,
      image: patch.image === undefined ? old.image : patch.image,
      recurrence_rule: patch.recurrenceRule === undefined ? old.recurrence_rule : patch.recurrenceRule,
      scheduled_start_time: start,
      scheduled_end_time: end,
      entity_type: entityType,
      ...this.#place(old, entityType, patch, end),
    };
  }

  #place(
    old: ScheduledEvent,
    entityType: number,
    patch: ScheduledEventPatch,
    end: string | null,
  ): Pick<ScheduledEvent, 'channel_id' | 'entity_metadata'> {
    const channelId = patch.channelId === undefined ? old.channel_id : patch.channelId;
    if (entityType === EventEntity.EXTERNAL) {
      const location = patch.location ?? old.entity_metadata?.location;
      if (location === undefined || end === null || (patch.channelId ?? null) !== null) {
        throw new WorldError('INVALID_VALUE', 'an event elsewhere has a location, an end and no channel');
      }
      const metadata = { location: requireText('location', location, MAX_LOCATION_LENGTH) };
      return { channel_id: null, entity_metadata: metadata };
    }
    const channel = this.#world.channels.ofGuild(old.guild_id).get(channelId ?? '');
    if (channel === undefined) throw new WorldError('UNKNOWN_CHANNEL', `no channel ${String(channelId)}`);
    const wanted = entityType === EventEntity.STAGE_INSTANCE ? STAGE_TYPE : VOICE_TYPE;
    if (channel.type !== wanted) {
      throw new WorldError('WRONG_CHANNEL_TYPE', `this kind of event is held in a channel of type ${wanted}`);
    }
    return { channel_id: channel.id, entity_metadata: null };
  }

  #emit(name: DispatchName, event: ScheduledEvent, d: object): void {
    const { journal, channels } = this.#world;
    const channel = channels.ofGuild(event.guild_id).get(event.channel_id ?? '');
    journal.emit(
      channel === undefined ? guildDispatch(name, event.guild_id, d) : placeDispatch(name, channel, d),
    );
  }

  #audit(
    action: 100 | 101 | 102,
    old: ScheduledEvent | null,
    now: ScheduledEvent | null,
    actor: Actor | undefined,
  ): void {
    const event = now ?? old;
    if (event === null) return;
    const changes = changesBetween<ScheduledEvent>(old, now, AUDITED);
    this.#world.auditLog.add(event.guild_id, actor, { action, targetId: event.id, changes });
  }
}

function isOpen({ status }: ScheduledEvent): boolean {
  return status === EventStatus.SCHEDULED || status === EventStatus.ACTIVE;
}

function nextStatus({ status }: ScheduledEvent, wanted: number | undefined): number {
  if (wanted === undefined || wanted === status) return status;
  if (NEXT_STATES[status]?.includes(wanted) === true) return wanted;
  throw new WorldError('INVALID_VALUE', `an event of status ${status} cannot go to status ${wanted}`);
}

function requireTime(time: string): string {
  const timeMs = Date.parse(time);
  if (Number.isNaN(timeMs)) throw new WorldError('INVALID_VALUE', 'an event has ISO 8601 times');
  return isoTimestamp(timeMs);
}

function optionalTime(time: string | null): string | null {
  return time === null ? null : requireTime(time);
}
