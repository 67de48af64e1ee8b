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

/** Something that stands one place higher (-1) or lower (1) than before. */
export interface Shift {
  /** What to ask the API for: only what changes. */
  readonly moves: readonly Move[];
  /** Where it then stands, from 1. */
  readonly place: number;
  /** Among how many. */
  readonly count: number;
}

export type Step = -1 | 1;

/** Of a channel among its kind in its category; null at the edge. */
export function channelShift(channels: readonly Channel[], channel: Channel, step: Step): Shift | null {
  const groups = channelGroupsOf(channels);
  const own = groups.find((group) => group.channels.some(({ id }) => id === channel.id));
  const siblings =
    channel.type === CATEGORY
      ? groups.flatMap(({ category }) => category ?? [])
      : (own?.channels ?? []).filter((other) => kindOf(other) === kindOf(channel));
  return shiftOf(siblings, channel.id, step, (index) => index);
}

/** Of a role among those above \@everyone; null at the edge, and for \@everyone. */
export function roleShift(
  roles: readonly Role[],
  roleId: string,
  everyoneId: string,
  step: Step,
): Shift | null {
  const movable = rolesInOrder(roles).filter(({ id }) => id !== everyoneId);
  return shiftOf(movable, roleId, step, (index) => movable.length - index);
}

function shiftOf<T extends { readonly id: string; readonly position: number }>(
  items: readonly T[],
  id: string,
  step: Step,
  positionAt: (index: number) => number,
): Shift | null {
  const at = items.findIndex((item) => item.id === id);
  const moved = items[at];
  const other = items[at + step];
  if (moved === undefined || other === undefined) return null;
  const order = items.with(at, other).with(at + step, moved);
  const moves = order
    .map((item, index) => ({ id: item.id, from: item.position, position: positionAt(index) }))
    .filter(({ from, position }) => from !== position)
    .map(({ id: movedId, position }) => ({ id: movedId, position }));
  return { moves, place: at + step + 1, count: order.length };
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
