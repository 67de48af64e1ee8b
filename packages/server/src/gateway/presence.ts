/** Presences as clients send them: strictly read in op 3, leniently in Identify. */
import type { ActivityType, GatewayActivity } from 'discord-api-types/v10';
import type { Snowflake } from '../world/entities.ts';
import type { PresenceInput } from '../world/presences.ts';
import type { GatewayContext } from './context.ts';
import { isRecord } from './values.ts';
import { changeWorld } from './world-change.ts';

type Status = PresenceInput['status'];

const STATUSES: ReadonlySet<unknown> = new Set<Status>(['online', 'idle', 'dnd', 'invisible', 'offline']);
const STREAMING = 1;
const MAX_ACTIVITY_TYPE = 5;
const MAX_TEXT_LENGTH = 128;

/**
 * `presence` of Identify. What cannot be read is left out, as nothing in it may fail the Identify: discord.py sends
 * the old `game`, discordgo an empty status, serenity a `since` that is an object.
 */
export function readIdentifyPresence(value: unknown, nowMs: number): PresenceInput {
  if (!isRecord(value)) return { status: 'online' };
  const listed = Array.isArray(value.activities) ? value.activities : [value.game];
  return {
    status: isStatus(value.status) ? value.status : 'online',
    activities: listed
      .map((activity) => readActivity(activity, nowMs))
      .filter((activity) => activity !== null),
  };
}

/**
 * `d` of op 3; null when it is not one. `afk` may be missing: clients that leave it out have been seen to work.
 * @see https://docs.discord.com/developers/events/gateway-events#update-presence
 */
export function readPresenceUpdate(d: unknown, nowMs: number): PresenceInput | null {
  if (!isRecord(d) || d.since === undefined || !isStatus(d.status) || !Array.isArray(d.activities))
    return null;
  const activities: GatewayActivity[] = [];
  for (const value of d.activities) {
    const activity = readActivity(value, nowMs);
    if (activity === null) return null;
    activities.push(activity);
  }
  return { status: d.status, activities };
}

/** Others see it once it is committed. A world that takes no change keeps the old presence. */
export function setPresence(context: GatewayContext, botUserId: Snowflake, presence: PresenceInput): void {
  changeWorld(context, botUserId, () => context.world.presences.set(botUserId, presence));
}

/** Of an activity, bots can set these fields only. */
function readActivity(value: unknown, nowMs: number): GatewayActivity | null {
  if (!isRecord(value)) return null;
  const { name, type, state, url } = value;
  if (typeof name !== 'string' || name === '' || !isActivityType(type)) return null;
  return {
    id: '0',
    name: name.slice(0, MAX_TEXT_LENGTH),
    type,
    created_at: nowMs,
    ...(typeof state === 'string' ? { state: state.slice(0, MAX_TEXT_LENGTH) } : {}),
    ...(type === STREAMING && typeof url === 'string' ? { url } : {}),
  };
}

function isStatus(value: unknown): value is Status {
  return STATUSES.has(value);
}

function isActivityType(value: unknown): value is ActivityType {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_ACTIVITY_TYPE;
}
