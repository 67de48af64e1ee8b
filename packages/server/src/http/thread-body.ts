/** The bodies with which threads are started and changed. */
import type { Snowflake } from '../world/entities.ts';
import { AUTO_ARCHIVE_DURATIONS, type ThreadInput, type ThreadPatch } from '../world/thread-input.ts';
import { type MessageCreateBody, POST_MESSAGE_FIELDS } from './message-body.ts';
import {
  integer,
  type JsonSchema,
  NULLABLE_BOOLEAN,
  nullableList,
  object,
  SNOWFLAKE,
  text,
} from './schemas.ts';

export interface ThreadBody {
  name: string;
  auto_archive_duration?: number | null;
  rate_limit_per_user?: number | null;
}
/** Of a thread without a message; in a forum, of a post with its first one. */
export interface ThreadStartBody extends ThreadBody {
  type?: number | null;
  invitable?: boolean | null;
  applied_tags?: Snowflake[] | null;
  message?: MessageCreateBody;
}
export interface ThreadEditBody {
  name?: string | null;
  archived?: boolean | null;
  locked?: boolean | null;
  invitable?: boolean | null;
  auto_archive_duration?: number | null;
  rate_limit_per_user?: number | null;
  flags?: number | null;
  applied_tags?: Snowflake[] | null;
}

const MAX_NAME_CHARS = 100;
const MAX_SLOWMODE_S = 21_600;
const MAX_TAGS = 5;
const MAX_FLAGS = 2 ** 31 - 1;

const COMMON_FIELDS: Record<string, JsonSchema> = {
  auto_archive_duration: { type: ['integer', 'null'], enum: [...AUTO_ARCHIVE_DURATIONS, null] },
  rate_limit_per_user: { ...integer(0, MAX_SLOWMODE_S), type: ['integer', 'null'] },
};
const TAGS = nullableList(SNOWFLAKE, MAX_TAGS);

export const THREAD_FROM_MESSAGE_BODY: JsonSchema = object(
  { ...COMMON_FIELDS, name: text(1, MAX_NAME_CHARS) },
  ['name'],
);
export const THREAD_START_FIELDS: Record<string, JsonSchema> = {
  ...COMMON_FIELDS,
  name: text(1, MAX_NAME_CHARS),
  type: { type: ['integer', 'null'], enum: [10, 11, 12, null] },
  invitable: NULLABLE_BOOLEAN,
  applied_tags: TAGS,
  message: object(POST_MESSAGE_FIELDS),
};
export const THREAD_EDIT_FIELDS: Record<string, JsonSchema> = {
  ...COMMON_FIELDS,
  name: { ...text(1, MAX_NAME_CHARS), type: ['string', 'null'] },
  archived: NULLABLE_BOOLEAN,
  locked: NULLABLE_BOOLEAN,
  invitable: NULLABLE_BOOLEAN,
  flags: { ...integer(0, MAX_FLAGS), type: ['integer', 'null'] },
  applied_tags: TAGS,
};

export function threadInput(body: ThreadStartBody): Omit<ThreadInput, 'parentId' | 'ownerId'> {
  const { name, type, auto_archive_duration, rate_limit_per_user, invitable } = body;
  return {
    name,
    ...(type == null ? {} : { type }),
    ...(auto_archive_duration == null ? {} : { autoArchiveDuration: auto_archive_duration }),
    ...(rate_limit_per_user == null ? {} : { rateLimitPerUser: rate_limit_per_user }),
    ...(invitable == null ? {} : { invitable }),
  };
}

/** Null means: as it was; of tags, none. */
export function threadPatch(body: ThreadEditBody): ThreadPatch {
  const { name, archived, locked, invitable, auto_archive_duration, rate_limit_per_user } = body;
  const { flags, applied_tags } = body;
  return {
    ...(name == null ? {} : { name }),
    ...(archived == null ? {} : { archived }),
    ...(locked == null ? {} : { locked }),
    ...(invitable == null ? {} : { invitable }),
    ...(auto_archive_duration == null ? {} : { autoArchiveDuration: auto_archive_duration }),
    ...(rate_limit_per_user == null ? {} : { rateLimitPerUser: rate_limit_per_user }),
    ...(flags == null ? {} : { flags }),
    ...(applied_tags === undefined ? {} : { appliedTags: applied_tags ?? [] }),
  };
}
