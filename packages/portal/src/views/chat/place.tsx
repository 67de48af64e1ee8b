import { createContext, useContext } from 'react';
import type { Command } from '../../api/interactions.ts';
import type { Channel, Participant, Role, Snowflake, User } from '../../api/types.ts';
import { Avatar } from '../../ui/avatar.tsx';
import type { ListChoice } from '../../ui/choices.ts';
import { nameOf } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';

/** Where one is, and as whom: what commands, components and forms are used with. */
export interface Place {
  readonly channel: Channel;
  readonly guildId: Snowflake | null;
  readonly as: User | null;
  readonly members: readonly Participant[];
  readonly roles: readonly Role[];
  /** All of the guild. */
  readonly channels: readonly Channel[];
  /** What the user is offered here. */
  readonly commands: readonly Command[];
}

const CATEGORY = 4;
const VOICE = 2;
const STAGE = 13;

export const PlaceContext = createContext<Place | null>(null);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === null) throw new Error('outside of a conversation');
  return place;
}

export type EntityKind = 'user' | 'role' | 'mentionable' | 'channel';

/** What one can choose from where users, roles or channels are asked for. */
export function entityChoices(
  place: Place,
  kind: EntityKind,
  channelTypes: readonly number[] = [],
): readonly ListChoice[] {
  const { members, roles, channels, guildId } = place;
  switch (kind) {
    case 'user':
      return members.map(({ user, nick }) => ({
        value: user.id,
        label: nick ?? nameOf(user),
        note: user.username,
        mark: <Avatar id={user.id} name={nick ?? nameOf(user)} size={22} picture={user.avatar} />,
      }));
    case 'role':
      return roles.map(({ id, name, color }) => ({
        value: id,
        label: id === guildId ? '@everyone' : name,
        mark: <RoleDot color={color} />,
      }));
    case 'mentionable':
      return [...entityChoices(place, 'user'), ...entityChoices(place, 'role')];
    case 'channel':
      return channels
        .filter(({ type }) => channelTypes.length === 0 || channelTypes.includes(type))
        .map(({ id, name, type }) => ({
          value: id,
          label: name,
          ...(type === CATEGORY ? { note: 'category' } : {}),
          mark: <Icon name={type === VOICE || type === STAGE ? 'voice' : 'hash'} size={16} />,
        }));
  }
}

function RoleDot({ color }: { readonly color: number }) {
  const style = color === 0 ? {} : { style: { backgroundColor: `#${color.toString(16).padStart(6, '0')}` } };
  return <span className="role-dot" {...style} />;
}
