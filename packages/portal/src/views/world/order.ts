import type { Channel, Move, Role } from '../../api/types.ts';

export const CATEGORY = 4;
/** Channels that stand below the others of their category. */
const VOICE_TYPES: ReadonlySet<number> = new Set([2, 13]);

/** The highest first; \@everyone is the last. */
export function rolesInOrder(roles: readonly Role[]): readonly Role[] {
  return [...roles].sort((a, b) => b.position - a.position || compareIds(a.id, b.id));
}

export interface ChannelGroup {
  /** Null for the channels outside of categories. */
  readonly category: Channel | null;
  readonly channels: readonly Channel[];
}

/** As clients show them: first those outside of categories, and in each voice channels last. */
export function channelGroupsOf(channels: readonly Channel[]): readonly ChannelGroup[] {
  const categories = channels.filter(({ type }) => type === CATEGORY).sort(byPlace);
  const known = new Set(categories.map(({ id }) => id));
  const within = (parentId: string | null) =>
    channels
      .filter(
        ({ type, parent_id: parent }) =>
          type !== CATEGORY && (parent != null && known.has(parent) ? parent : null) === parentId,
      )
      .sort((a, b) => kindOf(a) - kindOf(b) || byPlace(a, b));
  return [
    { category: null, channels: within(null) },
    ...categories.map((category) => ({ category, channels: within(category.id) })),
  ];
}

/** What to ask for so that a channel stands one place higher (-1) or lower (1) among its kind; null at the edge. */
export function channelMoves(
  channels: readonly Channel[],
  channel: Channel,
  step: -1 | 1,
): readonly Move[] | null {
  const siblings =
    channel.type === CATEGORY
      ? channelGroupsOf(channels).flatMap(({ category }) => category ?? [])
      : (
          channelGroupsOf(channels).find((group) => group.channels.some(({ id }) => id === channel.id))
            ?.channels ?? []
        ).filter((other) => kindOf(other) === kindOf(channel));
  const order = swapped(siblings, channel.id, step);
  return order?.map(({ id }, position) => ({ id, position })) ?? null;
}

/** The same of a role, \@everyone left out. */
export function roleMoves(
  roles: readonly Role[],
  roleId: string,
  everyoneId: string,
  step: -1 | 1,
): readonly Move[] | null {
  const movable = rolesInOrder(roles).filter(({ id }) => id !== everyoneId);
  const order = swapped(movable, roleId, step);
  if (order === null) return null;
  return order
    .map(({ id, position }, index) => ({ id, from: position, position: order.length - index }))
    .filter(({ from, position }) => from !== position)
    .map(({ id, position }) => ({ id, position }));
}

function swapped<T extends { readonly id: string }>(
  items: readonly T[],
  id: string,
  step: -1 | 1,
): readonly T[] | null {
  const at = items.findIndex((item) => item.id === id);
  const moved = items[at];
  const other = items[at + step];
  if (moved === undefined || other === undefined) return null;
  return items.with(at, other).with(at + step, moved);
}

function kindOf({ type }: Channel): number {
  return VOICE_TYPES.has(type) ? 1 : 0;
}

function byPlace(a: Channel, b: Channel): number {
  return a.position - b.position || compareIds(a.id, b.id);
}

/** Snowflakes by age. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
