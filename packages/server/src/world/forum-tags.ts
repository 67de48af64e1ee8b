import { isThreadOnly } from './channel-kinds.ts';
import type { ForumTag, GuildChannel, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { requireText } from './values.ts';
import type { World } from './world.ts';

const MAX_TAGS = 20;
const MAX_NAME_LENGTH = 20;
const REQUIRE_TAG = 1 << 4;

export interface ForumTagInput {
  /** Of a tag that the forum has; without one it is a new tag. */
  readonly id?: Snowflake;
  /** 1 to 20 characters, unlike those of the other tags. */
  readonly name: string;
  readonly moderated?: boolean;
  readonly emoji_id?: Snowflake | null;
  readonly emoji_name?: string | null;
}

/**
 * What a patch makes of the fields that forum and media channels alone have; nothing for any other channel.
 * @throws WorldError INVALID_VALUE, TAG_NAMES for two tags of one name
 */
export function changedTags(
  world: World,
  channel: GuildChannel,
  patch: { readonly availableTags?: readonly ForumTagInput[]; readonly flags?: number },
): Partial<Pick<GuildChannel, 'available_tags' | 'flags'>> {
  if (!isThreadOnly(channel)) return {};
  const known = channel.available_tags ?? [];
  return {
    available_tags: patch.availableTags === undefined ? known : newTags(world, known, patch.availableTags),
    ...(patch.flags === undefined ? {} : { flags: patch.flags & REQUIRE_TAG }),
  };
}

function newTags(
  world: World,
  known: readonly ForumTag[],
  tags: readonly ForumTagInput[],
): readonly ForumTag[] {
  if (tags.length > MAX_TAGS) {
    throw new WorldError('INVALID_VALUE', `a forum has at most ${MAX_TAGS} tags`);
  }
  const names = new Set<string>();
  return tags.map((tag) => {
    const name = requireText('tag name', tag.name, MAX_NAME_LENGTH);
    if (names.has(name)) throw new WorldError('TAG_NAMES', `two tags have the name ${name}`);
    names.add(name);
    const id = known.some((candidate) => candidate.id === tag.id) ? tag.id : undefined;
    return {
      id: id ?? world.nextId(),
      name,
      moderated: tag.moderated ?? false,
      emoji_id: tag.emoji_id ?? null,
      emoji_name: tag.emoji_name ?? null,
    };
  });
}
