/** What a new thread is like, and what may become of it. */
import {
  ANNOUNCEMENT_THREAD_TYPE,
  ANNOUNCEMENT_TYPE,
  isThreadOnly,
  PRIVATE_THREAD_TYPE,
  PUBLIC_THREAD_TYPE,
  TEXT_TYPE,
} from './channel-kinds.ts';
import type { GuildChannel, Snowflake, Thread } from './entities.ts';
import { WorldError } from './errors.ts';
import {
  AUTO_ARCHIVE_DURATIONS,
  type PostInput,
  type ThreadInput,
  type ThreadPatch,
} from './thread-input.ts';
import { isoTimestamp } from './timestamps.ts';
import { requireInteger, requireText } from './values.ts';
import type { World } from './world.ts';

/** Flag of a post that stays on top of its forum and is never archived for silence. */
export const PINNED_THREAD = 1 << 1;
/** Flag of a forum whose posts need a tag. */
const REQUIRE_TAG = 1 << 4;
const MAX_NAME_LENGTH = 100;
const MAX_SLOWMODE_S = 21_600;
const MAX_TAGS = 5;
const DEFAULT_AUTO_ARCHIVE = 4_320;

/** @throws WorldError WRONG_CHANNEL_TYPE unless the parent has threads of the type; without one, of its default */
export function requireThreadType(parent: GuildChannel, wanted: number | undefined): Thread['type'] {
  const types = typesOf(parent);
  const type = wanted ?? types.at(-1);
  const found = types.find((candidate) => candidate === type);
  if (found === undefined) {
    throw new WorldError('WRONG_CHANNEL_TYPE', `channel ${parent.id} has no threads of that type`);
  }
  return found;
}

/** @throws WorldError INVALID_VALUE */
export function newThread(
  world: World,
  parent: GuildChannel,
  id: Snowflake,
  input: Omit<ThreadInput, 'type'> & Pick<PostInput, 'appliedTags'> & { readonly type?: Thread['type'] },
): Thread {
  const now = isoTimestamp(world.now());
  const type = input.type ?? publicType(parent);
  return {
    id,
    type,
    guild_id: parent.guild_id,
    parent_id: parent.id,
    owner_id: input.ownerId,
    name: requireText('thread name', input.name, MAX_NAME_LENGTH),
    last_message_id: null,
    rate_limit_per_user: requireSlowmode(input.rateLimitPerUser ?? 0),
    message_count: 0,
    total_message_sent: 0,
    flags: 0,
    applied_tags: input.appliedTags ?? [],
    thread_metadata: {
      archived: false,
      archive_timestamp: now,
      auto_archive_duration: requireDuration(input.autoArchiveDuration ?? DEFAULT_AUTO_ARCHIVE),
      locked: false,
      create_timestamp: now,
      ...(type === PRIVATE_THREAD_TYPE ? { invitable: input.invitable ?? true } : {}),
    },
  };
}

/**
 * The thread as the patch leaves it; the very same when nothing changes.
 * @throws WorldError ARCHIVED_THREAD, INVALID_VALUE, UNKNOWN_TAG
 */
export function changedThread(world: World, old: Thread, patch: ThreadPatch): Thread {
  const before = old.thread_metadata;
  const archived = patch.archived ?? before.archived;
  const others = Object.entries(patch).filter(([key, value]) => key !== 'archived' && value !== undefined);
  const locksOnly = others.every(([key]) => key === 'locked');
  if (before.archived && archived && others.length > 0 && !locksOnly) {
    throw new WorldError('ARCHIVED_THREAD', `thread ${old.id} is archived`);
  }
  if (patch.appliedTags !== undefined) requireTags(parentOf(world, old), patch.appliedTags);
  const duration = requireDuration(patch.autoArchiveDuration ?? before.auto_archive_duration);
  const isRetimed = archived !== before.archived || duration !== before.auto_archive_duration;
  const thread: Thread = {
    ...old,
    name: patch.name === undefined ? old.name : requireText('thread name', patch.name, MAX_NAME_LENGTH),
    rate_limit_per_user: requireSlowmode(patch.rateLimitPerUser ?? old.rate_limit_per_user),
    flags: archived ? old.flags & ~PINNED_THREAD : changedFlags(world, old, patch.flags),
    applied_tags: patch.appliedTags ?? old.applied_tags,
    thread_metadata: {
      ...before,
      archived,
      archive_timestamp: isRetimed ? isoTimestamp(world.now()) : before.archive_timestamp,
      auto_archive_duration: duration,
      locked: patch.locked ?? before.locked,
      ...(before.invitable === undefined ? {} : { invitable: patch.invitable ?? before.invitable }),
    },
  };
  return JSON.stringify(thread) === JSON.stringify(old) ? old : thread;
}

/** @throws WorldError UNKNOWN_TAG, TAG_REQUIRED, INVALID_VALUE for too many */
export function requireTags(parent: GuildChannel, tags: readonly Snowflake[] = []): void {
  if (tags.length > MAX_TAGS) throw new WorldError('INVALID_VALUE', `a post has at most ${MAX_TAGS} tags`);
  for (const id of tags) {
    if (!parent.available_tags?.some((tag) => tag.id === id)) {
      throw new WorldError('UNKNOWN_TAG', `channel ${parent.id} has no tag ${id}`);
    }
  }
  if (tags.length === 0 && (parent.flags & REQUIRE_TAG) !== 0) {
    throw new WorldError('TAG_REQUIRED', `a post of channel ${parent.id} needs a tag`);
  }
}

/** Of most to least public; the last one is the default. */
function typesOf(parent: GuildChannel): readonly Thread['type'][] {
  if (parent.type === TEXT_TYPE) return [PUBLIC_THREAD_TYPE, PRIVATE_THREAD_TYPE];
  if (parent.type === ANNOUNCEMENT_TYPE) return [ANNOUNCEMENT_THREAD_TYPE];
  return isThreadOnly(parent) ? [PUBLIC_THREAD_TYPE] : [];
}

function publicType(parent: GuildChannel): Thread['type'] {
  return parent.type === ANNOUNCEMENT_TYPE ? ANNOUNCEMENT_THREAD_TYPE : PUBLIC_THREAD_TYPE;
}

function parentOf(world: World, thread: Thread): GuildChannel {
  const parent = world.channels.ofGuild(thread.guild_id).get(thread.parent_id);
  if (parent === undefined) throw new WorldError('UNKNOWN_CHANNEL', `no channel ${thread.parent_id}`);
  return parent;
}

function changedFlags(world: World, old: Thread, wanted: number | undefined): number {
  if (wanted === undefined || !isThreadOnly(parentOf(world, old))) return old.flags;
  return (old.flags & ~PINNED_THREAD) | (wanted & PINNED_THREAD);
}

function requireDuration(minutes: number): number {
  if (AUTO_ARCHIVE_DURATIONS.includes(minutes)) return minutes;
  throw new WorldError(
    'INVALID_VALUE',
    `auto_archive_duration must be one of ${AUTO_ARCHIVE_DURATIONS.join(', ')}`,
  );
}

function requireSlowmode(seconds: number): number {
  return requireInteger('slowmode', seconds, 0, MAX_SLOWMODE_S);
}
