import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { IMAGE_BODY_BYTES, IMAGE_DATA, imageHash } from '../../http/image-data.ts';
import {
  ids,
  limit,
  NULLABLE_SNOWFLAKE,
  nullableObject,
  nullableText,
  object,
  oneOf,
  QUERY_BOOLEAN,
  SNOWFLAKE,
  text,
} from '../../http/schemas.ts';
import type { Application, Snowflake } from '../../world/entities.ts';
import type { ScheduledEvent } from '../../world/guild-records.ts';
import { EventEntity, type ScheduledEventPatch } from '../../world/scheduled-events.ts';
import type { World } from '../../world/world.ts';
import { accessibleGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface EventParams extends GuildParams {
  event_id: Snowflake;
}
interface EventBody {
  name?: string;
  description?: string | null;
  entity_type?: number | null;
  channel_id?: Snowflake | null;
  entity_metadata?: { location?: string | null } | null;
  scheduled_start_time?: string;
  scheduled_end_time?: string | null;
  image?: string | null;
  recurrence_rule?: object | null;
  status?: number | null;
}
type NewEventBody = EventBody &
  Required<Pick<EventBody, 'name' | 'scheduled_start_time'>> & { entity_type: number };

const MAX_NAME_CHARS = 100;
const MAX_DESCRIPTION_CHARS = 1_000;
const MAX_LOCATION_CHARS = 100;
const MAX_USERS_PER_PAGE = 100;
const NO_CONTENT = 204;
const PATH = '/guilds/:guild_id/scheduled-events';
const EVENT_PATH = `${PATH}/:event_id`;
const STAGE_MODERATOR = Permission.MANAGE_CHANNELS | Permission.MUTE_MEMBERS | Permission.MOVE_MEMBERS;

const EVENT_FIELDS = {
  name: text(1, MAX_NAME_CHARS),
  description: nullableText(MAX_DESCRIPTION_CHARS),
  channel_id: NULLABLE_SNOWFLAKE,
  entity_metadata: nullableObject({ location: nullableText(MAX_LOCATION_CHARS) }),
  scheduled_start_time: { type: 'string', format: 'date-time' },
  scheduled_end_time: { type: ['string', 'null'], format: 'date-time' },
  privacy_level: oneOf(2),
  image: IMAGE_DATA,
  // How often it comes again is kept as it is given: nothing here comes again by itself.
  recurrence_rule: nullableObject({}),
};
const COUNT_QUERY = object({ with_user_count: QUERY_BOOLEAN });

/** @see https://docs.discord.com/developers/resources/guild-scheduled-event */
export function scheduledEventRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: GuildParams; Querystring: { with_user_count?: boolean } }>(
    PATH,
    { schema: { params: ids('guild_id'), querystring: COUNT_QUERY } },
    async (request) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      return world.scheduledEvents
        .openOfGuild(guild.id)
        .filter((event) => sees(world, application, event))
        .map((event) => world.views.records.scheduledEvent(event, request.query.with_user_count));
    },
  );

  app.post<{ Params: GuildParams; Body: NewEventBody }>(
    PATH,
    {
      schema: {
        params: ids('guild_id'),
        body: object({ ...EVENT_FIELDS, entity_type: oneOf(1, 2, 3) }, [
          'name',
          'privacy_level',
          'scheduled_start_time',
          'entity_type',
        ]),
      },
      bodyLimit: IMAGE_BODY_BYTES,
    },
    async (request) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      const { name, scheduled_start_time: startTime, entity_type: entityType } = request.body;
      const channelId = request.body.channel_id ?? null;
      demand(world, application, guild.id, entityType, channelId, Permission.CREATE_EVENTS);
      const input = {
        ...eventPatch(request.body),
        name,
        startTime,
        entityType,
        creatorId: application.botUserId,
      };
      return world.views.records.scheduledEvent(
        world.scheduledEvents.create(guild.id, input, actorOf(request)),
      );
    },
  );

  app.get<{ Params: EventParams; Querystring: { with_user_count?: boolean } }>(
    EVENT_PATH,
    { schema: { params: ids('guild_id', 'event_id'), querystring: COUNT_QUERY } },
    async (request) =>
      world.views.records.scheduledEvent(
        visibleEvent(world, applicationOf(request), request.params),
        request.query.with_user_count,
      ),
  );

  app.patch<{ Params: EventParams; Body: EventBody }>(
    EVENT_PATH,
    {
      schema: {
        params: ids('guild_id', 'event_id'),
        body: object({
          ...EVENT_FIELDS,
          entity_type: { type: ['integer', 'null'], enum: [1, 2, 3, null] },
          status: { type: ['integer', 'null'], enum: [1, 2, 3, 4, null] },
        }),
      },
      bodyLimit: IMAGE_BODY_BYTES,
    },
    async (request) => {
      const event = managedEvent(world, applicationOf(request), request.params);
      const patch = eventPatch(request.body);
      const changed = world.scheduledEvents.update(event.guild_id, event.id, patch, actorOf(request));
      return world.views.records.scheduledEvent(changed);
    },
  );

  app.delete<{ Params: EventParams }>(
    EVENT_PATH,
    { schema: { params: ids('guild_id', 'event_id') } },
    async (request, reply) => {
      const event = managedEvent(world, applicationOf(request), request.params);
      world.scheduledEvents.delete(event.guild_id, event.id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.get<{
    Params: EventParams;
    Querystring: { limit: number; before?: Snowflake; after?: Snowflake; with_member?: boolean };
  }>(
    `${EVENT_PATH}/users`,
    {
      schema: {
        params: ids('guild_id', 'event_id'),
        querystring: object({
          limit: limit(MAX_USERS_PER_PAGE, MAX_USERS_PER_PAGE),
          before: SNOWFLAKE,
          after: SNOWFLAKE,
          with_member: QUERY_BOOLEAN,
        }),
      },
    },
    async (request) => {
      const event = visibleEvent(world, applicationOf(request), request.params);
      return world.scheduledEvents.users(event, request.query).map((userId) => {
        const member = world.members.get(event.guild_id, userId);
        const isShown = request.query.with_member === true && member !== undefined;
        return {
          guild_scheduled_event_id: event.id,
          user_id: userId,
          user: world.views.user(world.users.require(userId)),
          response: 1,
          ...(isShown ? { member: world.views.member(member) } : {}),
        };
      });
    },
  );
}

function sees(world: World, { botUserId }: Application, { channel_id }: ScheduledEvent): boolean {
  return channel_id === null || world.access.can(botUserId, channel_id, Permission.VIEW_CHANNEL);
}

/** @throws RestError 10004, 50001, 10070 */
function visibleEvent(
  world: World,
  application: Application,
  { guild_id, event_id }: EventParams,
): ScheduledEvent {
  accessibleGuild(world, application, guild_id);
  const event = world.scheduledEvents.require(guild_id, event_id);
  if (!sees(world, application, event)) throw RestError.of('MISSING_ACCESS');
  return event;
}

/** @throws RestError as visibleEvent, and 50013 */
function managedEvent(world: World, application: Application, params: EventParams): ScheduledEvent {
  const event = visibleEvent(world, application, params);
  const isOwn = event.creator_id === application.botUserId;
  const either = isOwn ? Permission.CREATE_EVENTS | Permission.MANAGE_EVENTS : Permission.MANAGE_EVENTS;
  demand(world, application, event.guild_id, event.entity_type, event.channel_id, either);
  return event;
}

/**
 * What each kind of event asks for, in its channel or, elsewhere, in the guild.
 * @param either bits of which one is enough
 * @throws RestError 50013, 10003
 */
function demand(
  world: World,
  { botUserId }: Application,
  guildId: Snowflake,
  entityType: number,
  channelId: Snowflake | null,
  either: bigint,
): void {
  const isElsewhere = entityType === EventEntity.EXTERNAL;
  if (!isElsewhere && !world.channels.ofGuild(guildId).has(channelId ?? '')) {
    throw RestError.of('UNKNOWN_CHANNEL');
  }
  const held =
    isElsewhere || channelId === null
      ? world.access.guildPermissions(botUserId, guildId)
      : world.access.channelPermissions(botUserId, channelId);
  const all = isElsewhere
    ? 0n
    : entityType === EventEntity.STAGE_INSTANCE
      ? STAGE_MODERATOR
      : Permission.VIEW_CHANNEL | Permission.CONNECT;
  if ((held & either) === 0n || (held & all) !== all) throw RestError.of('MISSING_PERMISSIONS');
}

function eventPatch(body: EventBody): ScheduledEventPatch {
  const { name, description, entity_type, channel_id, entity_metadata, status } = body;
  const image = imageHash(body.image, { path: ['image'] });
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(typeof entity_type === 'number' ? { entityType: entity_type } : {}),
    ...(channel_id === undefined ? {} : { channelId: channel_id }),
    ...(typeof entity_metadata?.location === 'string' ? { location: entity_metadata.location } : {}),
    ...(body.scheduled_start_time === undefined ? {} : { startTime: body.scheduled_start_time }),
    ...(body.scheduled_end_time === undefined ? {} : { endTime: body.scheduled_end_time }),
    ...(image === undefined ? {} : { image }),
    ...(body.recurrence_rule === undefined ? {} : { recurrenceRule: body.recurrence_rule }),
    ...(typeof status === 'number' ? { status } : {}),
  };
}
