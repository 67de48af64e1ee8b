/** The settings of a guild's channel in a request, the same for bots and for the owner. */
import type { APIOverwrite } from 'discord-api-types/v10';
import type { ChannelPatch } from '../world/channels.ts';
import type { Snowflake } from '../world/entities.ts';
import type { ForumTagInput } from '../world/forum-tags.ts';
import {
  integer,
  type JsonSchema,
  list,
  NULLABLE_BOOLEAN,
  NULLABLE_PERMISSIONS,
  NULLABLE_SNOWFLAKE,
  nullableInteger,
  nullableList,
  nullableText,
  object,
  oneOf,
  SNOWFLAKE,
  text,
} from './schemas.ts';

/** An overwrite as it is written: what it does not say, it neither allows nor denies. */
export interface OverwriteBody {
  id: Snowflake;
  type?: 0 | 1;
  allow?: string | null;
  deny?: string | null;
}

/** Every field may be null, which means its default, or as it was for name, type and position. */
export interface ChannelBody {
  name?: string;
  type?: number | null;
  topic?: string | null;
  position?: number | null;
  parent_id?: Snowflake | null;
  nsfw?: boolean | null;
  rate_limit_per_user?: number | null;
  permission_overwrites?: OverwriteBody[] | null;
  bitrate?: number | null;
  user_limit?: number | null;
  rtc_region?: string | null;
  video_quality_mode?: number | null;
  default_auto_archive_duration?: number | null;
  default_thread_rate_limit_per_user?: number | null;
  available_tags?: ForumTagInput[];
  flags?: number;
}

const MAX_NAME_CHARS = 100;
const MAX_TOPIC_CHARS = 1_024;
const MAX_SLOWMODE_S = 21_600;
const MAX_POSITION = 2 ** 31 - 1;
const MAX_OVERWRITES = 500;
const MIN_BITRATE = 8_000;
const MAX_BITRATE = 384_000;
const MAX_USERS = 10_000;
const MAX_REGION_CHARS = 100;
const MAX_TAGS = 20;
const MAX_TAG_CHARS = 20;
const MAX_FLAGS = 2 ** 31 - 1;
const ARCHIVE_MINUTES = [60, 1_440, 4_320, 10_080] as const;
const DEFAULT_BITRATE = 64_000;
const DEFAULT_ARCHIVE_MINUTES = 1_440;

export const CHANNEL_TYPES = [0, 2, 4, 5, 13, 15, 16] as const;

const OVERWRITE = object(
  { id: SNOWFLAKE, type: oneOf(0, 1), allow: NULLABLE_PERMISSIONS, deny: NULLABLE_PERMISSIONS },
  ['id'],
);

const TAG = object(
  {
    id: SNOWFLAKE,
    name: text(1, MAX_TAG_CHARS),
    moderated: { type: 'boolean' },
    emoji_id: NULLABLE_SNOWFLAKE,
    emoji_name: nullableText(MAX_NAME_CHARS),
  },
  ['name'],
);

export const CHANNEL_FIELDS: Record<string, JsonSchema> = {
  name: text(1, MAX_NAME_CHARS),
  topic: nullableText(MAX_TOPIC_CHARS),
  position: nullableInteger(0, MAX_POSITION),
  parent_id: NULLABLE_SNOWFLAKE,
  nsfw: NULLABLE_BOOLEAN,
  rate_limit_per_user: nullableInteger(0, MAX_SLOWMODE_S),
  permission_overwrites: nullableList(OVERWRITE, MAX_OVERWRITES),
  bitrate: nullableInteger(MIN_BITRATE, MAX_BITRATE),
  user_limit: nullableInteger(0, MAX_USERS),
  rtc_region: nullableText(MAX_REGION_CHARS),
  video_quality_mode: nullableInteger(1, 2),
  default_auto_archive_duration: { type: ['integer', 'null'], enum: [...ARCHIVE_MINUTES, null] },
  default_thread_rate_limit_per_user: nullableInteger(0, MAX_SLOWMODE_S),
  available_tags: list(TAG, MAX_TAGS),
  flags: integer(0, MAX_FLAGS),
};

export function channelPatch(body: ChannelBody): ChannelPatch {
  return {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(typeof body.type === 'number' ? { type: body.type } : {}),
    ...(typeof body.position === 'number' ? { position: body.position } : {}),
    ...(body.topic === undefined ? {} : { topic: body.topic }),
    ...(body.nsfw === undefined ? {} : { nsfw: body.nsfw ?? false }),
    ...(body.parent_id === undefined ? {} : { parentId: body.parent_id }),
    ...(body.rate_limit_per_user === undefined ? {} : { rateLimitPerUser: body.rate_limit_per_user ?? 0 }),
    ...(body.permission_overwrites === undefined
      ? {}
      : { overwrites: (body.permission_overwrites ?? []).map(overwriteOf) }),
    ...(body.bitrate === undefined ? {} : { bitrate: body.bitrate ?? DEFAULT_BITRATE }),
    ...(body.user_limit === undefined ? {} : { userLimit: body.user_limit ?? 0 }),
    ...(body.rtc_region === undefined ? {} : { rtcRegion: body.rtc_region }),
    ...(body.video_quality_mode === undefined ? {} : { videoQualityMode: body.video_quality_mode ?? 1 }),
    ...(body.default_auto_archive_duration === undefined
      ? {}
      : { defaultAutoArchiveDuration: body.default_auto_archive_duration ?? DEFAULT_ARCHIVE_MINUTES }),
    ...(body.default_thread_rate_limit_per_user === undefined
      ? {}
      : { defaultThreadRateLimitPerUser: body.default_thread_rate_limit_per_user ?? 0 }),
    ...(body.available_tags === undefined ? {} : { availableTags: body.available_tags }),
    ...(body.flags === undefined ? {} : { flags: body.flags }),
  };
}

export function overwriteOf({ id, type = 0, allow, deny }: OverwriteBody): APIOverwrite {
  return { id, type, allow: allow ?? '0', deny: deny ?? '0' };
}
